"""What is said of a pull request, judged in a mirror."""

from pathlib import Path

import pytest

from app.analysis.facts import MemoryFactCache
from app.domain.wiki.configuration.config import CheckMode
from app.domain.wiki.record import Ack
from app.impact.change import judge_change
from app.impact.order import Order, Report
from tests.integration.git.repositories import commit, git, make_repository
from tests.integration.impact.wiki import Said, add_page, change

CART = '''def total(items, tax=0.2):
    """Add up."""
    return sum(items) * (1 + tax)


def count(items):
    return len(items)
'''
ADDS = Said("The total adds 20 % tax, thanks @octocat; fixes #12.", "shop/cart.py", "total")
COUNTS = Said("It counts what is in the cart.", "shop/cart.py", "count")
PAGE = "docs/autodoc/cart.md"


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    repository = make_repository(tmp_path / "shop", {"shop/cart.py": CART})
    add_page(repository, "cart.md", [ADDS, COUNTS])
    git(repository, "branch", "base")
    return repository


async def judged(repository: Path, mode: CheckMode = CheckMode.REPORT, **order: object) -> Report:
    asked = {
        "mirror": str(repository / ".git"),
        "web": "https://git.example/acme/shop",
        "branch": "base",
        "base": "base",
        "head": "HEAD",
        "modes": {"": mode},
        **order,
    }
    return await judge_change(Order.model_validate(asked), MemoryFactCache())


async def test_the_lines_that_break_a_sentence_are_remarked_at(shop: Path) -> None:
    change(shop, "shop/cart.py", "def count", "# Comments move what is below.\n\n\ndef count")
    head = change(shop, "shop/cart.py", "sum(items) * (1 + tax)", "sum(items)")

    report = await judged(shop)

    (remark,) = report.annotations
    assert (remark.path, remark.first_line, remark.last_line) == ("shop/cart.py", 3, 3)
    assert remark.title == PAGE
    assert remark.message.startswith("It says: 'The total adds 20 % tax")
    assert report.title == "1 page becomes stale"
    assert (report.is_noteworthy, report.holds_up) == (True, False)
    assert report.summary.startswith(f"- `{PAGE}`")
    assert f"https://git.example/acme/shop/blob/{head}/shop/cart.py#L3" in report.brief
    assert "return sum(items)" in report.text


async def test_s6_nothing_that_a_page_says_reaches_anybody(shop: Path) -> None:
    change(shop, "shop/cart.py", "sum(items) * (1 + tax)", "sum(items)  # @octocat")

    report = await judged(shop)

    for text in (report.summary, report.brief, report.text):
        outside = [part for number, part in enumerate(text.split("`")) if number % 2 == 0]
        assert not [part for part in outside if "@octocat" in part or "#12" in part]
        assert not [line for line in text.split("\n") if line.startswith("/")]
    before_details, _, _ = report.brief.partition("<details>")
    assert len(before_details.splitlines()) <= 25


async def test_what_is_acknowledged_in_a_comment_is_not_told_again(shop: Path) -> None:
    change(shop, "shop/cart.py", "sum(items) * (1 + tax)", "sum(items)")
    [stale] = (await judged(shop)).stale
    acks = tuple(
        Ack(key=each.key, digest=each.digest, reason="tax went elsewhere")
        for each in stale.versions
    )

    report = await judged(shop, CheckMode.REQUIRE, acks={PAGE: acks})

    assert (stale.path, stale.id) == (PAGE, "cart")
    assert (report.holds_up, report.brief) == (False, "")
    assert report.title == "1 stale page acknowledged"
    assert f"`{PAGE}`: acknowledged: tax went elsewhere" in report.settled


async def test_pages_lie_where_the_organisation_wants_them(shop: Path) -> None:
    git(shop, "mv", "docs/autodoc", "handbook")
    commit(shop, {})
    git(shop, "branch", "--force", "base")
    change(shop, "shop/cart.py", "sum(items) * (1 + tax)", "sum(items)")

    assert (await judged(shop)).stale == ()
    [stale] = (await judged(shop, defaults="output: handbook\n")).stale
    assert stale.path == "handbook/cart.md"


async def test_required_pages_hold_a_change_up_and_pages_that_are_off_are_not_told(
    shop: Path,
) -> None:
    change(shop, "shop/cart.py", "sum(items) * (1 + tax)", "sum(items)")

    assert (await judged(shop, CheckMode.REQUIRE)).holds_up
    off = await judged(shop, CheckMode.OFF)
    assert (off.is_noteworthy, off.annotations) == (False, ())


async def test_a_symbol_that_is_gone_is_remarked_at_where_it_was(shop: Path) -> None:
    removed = "\n\ndef count(items):\n    return len(items)\n"
    change(shop, "shop/cart.py", removed, "")

    report = await judged(shop)

    (remark,) = report.annotations
    assert (remark.path, remark.first_line) == ("shop/cart.py", 3)
    assert "It counts what is in the cart." in remark.message


async def test_what_was_stale_before_the_change_is_not_told(shop: Path) -> None:
    change(shop, "shop/cart.py", "sum(items) * (1 + tax)", "sum(items)")
    git(shop, "branch", "--force", "base")
    change(shop, "shop/cart.py", "len(items)", "len(items) + 1")

    report = await judged(shop)

    (remark,) = report.annotations
    assert "It counts" in remark.message
    assert "tax" not in remark.message


async def test_a_page_whose_files_all_go_is_told_without_a_remark(shop: Path) -> None:
    git(shop, "rm", "-q", "shop/cart.py")
    commit(shop, {"shop/other.py": "x = 1\n"})

    report = await judged(shop)

    assert report.annotations == ()
    assert report.title == "1 page becomes stale, 1 of them without a subject"
    assert "all files that it is about are gone" in report.brief


async def test_a_configuration_that_a_change_breaks_is_remarked_at_its_line(shop: Path) -> None:
    commit(shop, {".autodoc.yaml": "output: docs/autodoc\npublish: everything\n"})

    report = await judged(shop)
    required = await judged(shop, CheckMode.REQUIRE)

    (remark,) = report.annotations
    assert (remark.path, remark.first_line) == (".autodoc.yaml", 2)
    assert report.title == "The configuration is broken"
    assert (report.holds_up, required.holds_up) == (False, True)


async def test_a_change_of_layout_is_no_news(shop: Path) -> None:
    change(shop, "shop/cart.py", "def count", "# A comment.\ndef count")

    report = await judged(shop)

    assert (report.title, report.is_noteworthy) == ("No page becomes stale", False)
    assert report.summary == "Every page of `base` stays true."
