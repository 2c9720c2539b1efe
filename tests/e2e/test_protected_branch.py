"""F40: the rules of a repository keep AutoDoc out, and people learn it where they look."""

from pathlib import Path

import pytest

from tests.e2e.shop import FILES, SHOP
from tests.e2e.test_incremental_pull_request import REWORDED
from tests.e2e.town import open_town
from tests.fake_github.state import Protection

pytestmark = pytest.mark.slow
RULES = Protection(pull_requests=True)


async def test_f40_a_ruleset_is_told_on_the_commit_and_tried_again_with_the_next_push(
    folder: Path, database_url: str
) -> None:
    async with open_town(folder, database_url) as town:
        await town.github.add_repository(SHOP, FILES)
        await town.github.protect(SHOP, "autodoc/main", RULES)
        await town.github.install("octo", [SHOP])
        await town.quiet()

        assert town.github.pulls(SHOP) == []
        tried = [each for each in town.github.requests if each.path.endswith("/git/refs")]
        assert len(tried) == 1
        [check] = town.github.check_runs(SHOP)
        assert check["head_sha"] == town.github.head(SHOP)
        assert check["conclusion"] == "neutral"
        assert "leave autodoc/** out of the ruleset" in check["output"]["summary"]

        await town.github.protect(SHOP, "autodoc/main", None)
        await town.github.push(SHOP, "main", {"shop/cart.py": REWORDED})
        await town.quiet()
        assert [each["state"] for each in town.github.pulls(SHOP)] == ["open"]
