"""F51 and F53: two documented branches, and a documented branch that gets another name."""

from pathlib import Path

import pytest

from tests.e2e.shop import FILES, SHOP
from tests.e2e.test_incremental_pull_request import REWORDED
from tests.e2e.test_living_pull_request import document
from tests.e2e.town import open_town

pytestmark = pytest.mark.slow
CONFIG = "branches: [main, 'release/*']\n"


async def test_f51_two_branches_have_one_pull_request_each(folder: Path, database_url: str) -> None:
    async with open_town(folder, database_url) as town:
        await town.github.add_repository(SHOP, {**FILES, ".autodoc.yaml": CONFIG})
        await town.github.install("octo", [SHOP])
        await town.quiet()
        await town.github.push(SHOP, "release/1", {"shop/cart.py": REWORDED})
        await town.quiet()
        await town.github.push(SHOP, "topic", {"shop/cart.py": REWORDED})
        await town.quiet()

        pulls = town.github.pulls(SHOP)
        assert [each["base"]["ref"] for each in pulls] == ["main", "release/1"]
        ours = [each["head"]["ref"] for each in pulls]
        assert ours == ["autodoc/main", "autodoc/release/1"]
        page = "docs/autodoc/subsystems/shop.md"
        old, new = (town.github.files(SHOP, branch)[page] for branch in ours)
        assert b"wants to buy" in old
        assert b"wants to buy" not in new


async def test_f53_a_renamed_default_branch_has_one_pull_request_and_the_old_one_says_why(
    folder: Path, database_url: str
) -> None:
    async with open_town(folder, database_url) as town:
        await document(town)
        await town.github.rename_branch(SHOP, "main", "trunk")
        await town.quiet()
        await town.github.push(SHOP, "trunk", {"shop/cart.py": REWORDED})
        await town.quiet()

        *_, pull = [each for each in town.github.pulls(SHOP) if each["state"] == "open"]
        assert pull["base"]["ref"] == "trunk"
        assert pull["head"]["ref"] == "autodoc/trunk"
        closed = [each for each in town.github.pulls(SHOP) if each["state"] == "closed"]
        assert [each["head"]["ref"] for each in closed] == ["autodoc/main"]
        assert "`main`" in closed[0]["body"]
