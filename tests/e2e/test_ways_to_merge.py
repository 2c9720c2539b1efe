"""F49: however the pull request was merged, the next one holds what is new, and nothing else."""

from pathlib import Path
from typing import Literal

import pytest

from tests.e2e.shop import SHOP
from tests.e2e.test_incremental_pull_request import REWORDED, changed, marks
from tests.e2e.test_living_pull_request import BRANCH, document
from tests.e2e.town import open_town

pytestmark = pytest.mark.slow


@pytest.mark.parametrize("method", ["merge", "squash", "rebase"])
async def test_after_a_merge_the_next_pull_request_holds_one_commit(
    folder: Path, database_url: str, method: Literal["merge", "squash", "rebase"]
) -> None:
    async with open_town(folder, database_url) as town:
        number = await document(town)
        await town.github.push(SHOP, BRANCH, {"docs/autodoc/own.md": "# Own\n\nMine.\n"}, "Mine")
        await town.github.merge(SHOP, number, method)
        await town.quiet()
        assert [pull["state"] for pull in town.github.pulls(SHOP)] == ["closed"]
        assert await marks(town) == {}

        await town.github.push(SHOP, "main", {"shop/cart.py": REWORDED})
        await town.quiet()
        [_, pull] = town.github.pulls(SHOP)
        tip = town.github.commits(SHOP, BRANCH)[0]
        assert (pull["state"], pull["commits"]) == ("open", 1)
        assert tip["parents"] == [town.github.head(SHOP)]
        pages = {path for path in changed(town) if path.endswith(".md")}
        # The front page lists the page that a person wrote.
        assert pages == {"docs/autodoc/index.md", "docs/autodoc/subsystems/shop.md"}
