"""What people see of a pull request's effect on the documentation, on GitHub itself."""

from pathlib import Path
from typing import Any

from tests.e2e.shop import CART, FILES, SHOP
from tests.e2e.town import Town, open_town

ADD = "def add(self, price: int, count: int = 1) -> None:"
LINE = 1 + CART.split("\n").index(f"    {ADD}")
CHANGED = CART.replace(ADD, "def add(self, price: int) -> None:").replace(
    "+ count > MAX", "+ 1 > MAX"
)
NAME = "AutoDoc impact"


async def documented(town: Town, configuration: str = "publish: all\n") -> None:
    """A shop whose pages are merged."""
    await town.github.add_repository(SHOP, {**FILES, ".autodoc.yaml": configuration})
    await town.github.install("octo", [SHOP])
    await town.quiet()
    [pull] = town.github.pulls(SHOP)
    await town.github.merge(SHOP, pull["number"], "squash")
    await town.quiet()


async def propose(town: Town, files: dict[str, str | bytes | None], branch: str = "side") -> int:
    await town.github.push(SHOP, branch, files, "Change the cart")
    number = await town.github.open_pull_request(SHOP, branch)
    await town.quiet()
    return number


def checks(town: Town, head: str) -> list[dict[str, Any]]:
    runs = town.github.check_runs(SHOP)
    return [each for each in runs if (each["name"], each["head_sha"]) == (NAME, head)]


def check(town: Town, branch: str = "side") -> dict[str, Any]:
    """The one check of a branch's head."""
    [run] = checks(town, town.github.head(SHOP, branch) or "")
    return run


async def test_a_change_is_told_at_its_lines_and_the_comment_falls_silent_when_it_is_mended(
    folder: Path, database_url: str
) -> None:
    async with open_town(folder, database_url) as town:
        await documented(town)
        number = await propose(town, {"shop/cart.py": CHANGED})

        run = check(town)
        assert (run["status"], run["conclusion"]) == ("completed", "neutral")
        assert "stale" in run["output"]["title"]
        places = {
            (each["path"], each["start_line"]): each["message"]
            for each in run["output"]["annotations"]
        }
        assert "docs/autodoc/reference/shop.md" in places["shop/cart.py", LINE]
        [comment] = town.github.comments(SHOP, number)
        assert "lost the parameter `count`" in comment["body"]

        await town.github.push(SHOP, "side", {"shop/cart.py": CART + "\n# Mended.\n"})
        await town.quiet()

        assert check(town)["conclusion"] == "success"
        [edited] = town.github.comments(SHOP, number)
        assert edited["id"] == comment["id"]
        assert "All pages of the documentation are true again" in edited["body"]


async def test_a_change_that_makes_nothing_stale_is_not_commented(
    folder: Path, database_url: str
) -> None:
    async with open_town(folder, database_url) as town:
        await documented(town)
        number = await propose(town, {"shop/cart.py": CART + "\n# A remark.\n"})

        run = check(town)
        assert (run["conclusion"], run["output"]["title"]) == ("success", "No page becomes stale")
        assert town.github.comments(SHOP, number) == []
