"""What people see of a pull request's effect on the documentation, on GitHub itself."""

import re
from pathlib import Path
from typing import Any

from tests.e2e.shop import CART, FILES, SHOP
from tests.e2e.town import Town, open_town
from tests.fake_github.state import Protection

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
            (each["path"], each["start_line"]): (each["title"], each["message"])
            for each in run["output"]["annotations"]
        }
        page, message = places["shop/cart.py", LINE]
        assert page == "docs/autodoc/reference/shop.md"
        assert "section “Cart” shows what changed" in message
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


async def test_a_required_check_passes_when_it_is_acknowledged_and_when_it_is_mended(
    folder: Path, database_url: str
) -> None:
    async with open_town(folder, database_url) as town:
        await documented(town, "publish: all\nchecks:\n  mode: require\n")
        await town.github.protect(SHOP, "main", Protection(checks=(NAME,)))
        await town.github.set_permission(SHOP, "octocat", "write")
        number = await propose(town, {"shop/cart.py": CHANGED})

        run = check(town)
        assert run["conclusion"] == "failure"
        stale = re.findall(r"^- `(\S+)`.*: stale$", run["output"]["summary"], re.MULTILINE)
        assert "docs/autodoc/reference/shop.md" in stale

        for page in stale:
            order = f"/autodoc ack {page} Nobody ever gave a count."
            await town.github.comment(SHOP, number, "octocat", order)
        await town.quiet()
        newest = checks(town, town.github.head(SHOP, "side") or "")[-1]
        assert newest["conclusion"] == "success"
        assert newest["output"]["title"] == "1 stale page acknowledged"
        assert "by `octocat`: Nobody ever gave a count." in newest["output"]["summary"]
        assert "stays true" not in newest["output"]["summary"]
        [remark] = town.github.comments(SHOP, number)[:1]
        assert "by `octocat`: Nobody ever gave a count." in remark["body"]

        again = CHANGED.replace("def total(self)", "def total(self, tax: int)")
        await town.github.push(SHOP, "side", {"shop/cart.py": again})
        await town.quiet()
        assert check(town)["conclusion"] == "failure"

        await town.github.push(SHOP, "side", {"shop/cart.py": CART})
        await town.quiet()
        assert check(town)["conclusion"] == "success"
        await town.github.merge(SHOP, number)


async def test_a_fork_is_checked_and_only_read(folder: Path, database_url: str) -> None:
    async with open_town(folder, database_url) as town:
        await documented(town)
        fork = await town.github.fork(SHOP, "guest")
        hostile = "checks:\n  mode: off\n"
        files: dict[str, str | bytes | None] = {"shop/cart.py": CHANGED, ".autodoc.yaml": hostile}
        head = await town.github.push(fork, "autodoc/main", files, author="guest")
        before = len(town.github.requests)
        number = await town.github.open_pull_request(SHOP, "guest:autodoc/main", author="guest")
        await town.quiet()

        [run] = checks(town, head)
        assert (run["conclusion"], len(run["output"]["annotations"]) > 0) == ("neutral", True)
        [comment] = town.github.comments(SHOP, number)
        assert "lost the parameter `count`" in comment["body"]
        asked = town.github.requests[before:]
        written = [each.path for each in asked if each.method != "GET" and fork in each.path]
        assert written == []


async def test_a_merge_queue_gets_its_check_on_the_group(folder: Path, database_url: str) -> None:
    async with open_town(folder, database_url) as town:
        await documented(town, "publish: all\nchecks:\n  mode: require\n")
        rules = Protection(checks=(NAME,), merge_queue=True)
        await town.github.protect(SHOP, "main", rules)
        number = await propose(town, {"shop/cart.py": CART + "\n# A remark.\n"})
        group = await town.github.enqueue(SHOP, number)
        await town.quiet()

        [run] = checks(town, group)
        assert (run["conclusion"], run["output"]["title"]) == ("success", "No page becomes stale")
        await town.github.merge_queued(SHOP, number)


async def test_f41_a_change_of_more_files_than_github_lists_is_judged_by_git(
    folder: Path, database_url: str
) -> None:
    async with open_town(folder, database_url) as town:
        await documented(town)
        many = {f"assets/{number}.txt": "x\n" for number in range(400)}
        await propose(town, {**many, "shop/cart.py": CHANGED})

        places = {each["path"] for each in check(town)["output"]["annotations"]}
        assert places == {"shop/cart.py"}


async def test_our_own_pull_request_gets_a_check_that_passes(
    folder: Path, database_url: str
) -> None:
    async with open_town(folder, database_url) as town:
        await town.github.add_repository(SHOP, FILES)
        await town.github.install("octo", [SHOP])
        await town.quiet()

        run = check(town, "autodoc/main")
        assert (run["conclusion"], run["output"]["title"]) == (
            "success",
            "Documentation pull request",
        )
        assert [each["identifier"] for each in run["actions"]] == ["regenerate", "retry"]
