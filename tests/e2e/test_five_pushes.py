"""Five pushes in a week in which nobody reviews: one pull request, which says all of it."""

from collections.abc import Mapping
from pathlib import Path

import pytest

from tests.e2e.shop import DISCOUNTS, SHOP
from tests.e2e.test_incremental_pull_request import OUTPUT, REWORDED, changed, merged
from tests.e2e.test_living_pull_request import BRANCH
from tests.e2e.town import Town, open_town

pytestmark = pytest.mark.slow
MOST_SEEN = 40
Body = str


async def push(town: Town, files: Mapping[str, str | bytes | None]) -> tuple[Body, str]:
    """Push to the documented branch; give the text and the last commit of the pull request."""
    await town.github.push(SHOP, "main", files)
    await town.quiet()
    [pull] = [each for each in town.github.pulls(SHOP) if each["state"] == "open"]
    return pull["body"], pull["head"]["sha"]


async def test_five_pushes_are_one_pull_request_that_tells_all_of_them(
    folder: Path, database_url: str
) -> None:
    async with open_town(folder, database_url) as town:
        await merged(town)
        paying = town.github.files(SHOP)["shop/checkout.py"]

        first, tip = await push(town, {"shop/cart.py": REWORDED})
        cause = town.github.head(SHOP)
        assert "“`class Cart`: Holds what a customer wants to buy.”" in first
        assert f"/commit/{cause}#diff-" in first
        assert f"/blob/{cause}/shop/cart.py#L7" in first
        assert "1 reworded" in first

        second, grown = await push(town, {"shop/discounts.py": DISCOUNTS})
        assert "`architecture.md`" in second
        assert town.github.commits(SHOP, BRANCH)[0]["parents"] == [tip, town.github.head(SHOP)]

        # A comment is nothing that a page speaks of.
        assert await push(town, {"shop/cart.py": f"# A note.\n{REWORDED}"}) == (second, grown)

        moved = {"shop/checkout.py": None, "shop/paying.py": paying}
        fourth, _ = await push(town, moved)
        assert "`shop/checkout.py` is named `shop/paying.py` now" in fourth

        capped = f"# A note.\n{REWORDED}".replace("class Cart:", "class Basket:")
        fifth, last = await push(town, {"shop/cart.py": capped})
        # What the first push made false is still told: nothing of it is merged.
        assert f"/commit/{cause}" in fourth
        assert "Cart" in fifth

        seen = fifth.partition("<details>")[0].splitlines()
        assert len(seen) <= MOST_SEEN
        assert {path for path in changed(town) if not path.startswith(f"{OUTPUT}/")} == set()
        assert [each["number"] for each in town.github.pulls(SHOP)] == [1, 2]
        history = [each["sha"] for each in town.github.commits(SHOP, BRANCH)]
        assert {tip, grown, last} <= set(history)
