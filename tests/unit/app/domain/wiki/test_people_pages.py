"""Verdicts on pages that people wrote."""

import re
from collections.abc import Mapping

import pytest

from app.analysis.extract import extract
from app.domain.code.change import Changes, FileNow, GoneName
from app.domain.code.gone import confirmed, gone_names
from app.domain.code.verdict import Cause, Verdict
from app.domain.wiki.impact import PageImpact, Reason
from app.domain.wiki.people_names import PeoplePage
from app.domain.wiki.people_pages import is_people_page, judge_people_pages

SHOP = """class Cart:
    def total(self, items, tax=0.2):
        return sum(items) * tax

    def empty(self):
        return 1

class Order:
    pass

def checkout(cart):
    return cart.total([])

SMALL = 1
LARGE = 2
HUGE = 3
MIDDLE = 4
"""


def judge(
    pages: Mapping[str, str], now: str, *, strict: bool = False, before: str = SHOP
) -> dict[str, PageImpact]:
    old, new = extract("python", before.encode()), extract("python", now.encode())
    file = FileNow(path="shop/cart.py", symbols={each.name: each for each in new.symbols}, text=now)
    changes = Changes(base="1" * 40, head="2" * 40, files={"shop/cart.py": file})
    sides = {"shop/cart.py": old}, {"shop/cart.py": new}
    there = frozenset(re.findall(r"\w+", now))
    gone = confirmed(gone_names(*sides), there)
    read = {path: PeoplePage(path, text) for path, text in pages.items()}
    found = judge_people_pages(read, changes, gone, *sides, strict=strict)
    return {each.page: each for each in found}


def reasons(text: str, now: str, *, strict: bool = False, path: str = "README.md") -> list[Reason]:
    found = judge({path: text}, now, strict=strict)[path]
    return [reason for section in found.sections for reason in section.reasons]


WITHOUT_ORDER = SHOP.replace("class Order", "class Purchase")


@pytest.mark.parametrize(
    "text",
    [
        "# Shop\n\nAn `Order` is what was bought.\n",
        "# Shop\n\nSee `shop.cart.Order`.\n",
        "# Shop\n\nCall `Order()` first.\n",
        "# Shop\n\n```python\nfrom shop.cart import Cart, Order\n```\n",
        "# Shop\n\n::: shop.cart.Order\n",
    ],
)
def test_a_name_that_is_gone_makes_its_section_stale(text: str) -> None:
    (reason,) = reasons(text, WITHOUT_ORDER)

    assert (reason.verdict, reason.cause, reason.symbol) == (Verdict.STALE, Cause.NAME, "Order")


@pytest.mark.parametrize(
    "text",
    [
        "Orders are bought, an Order is not code.\n",
        "`Order` was renamed to `Purchase`.\n",
        "`Order` is deprecated.\n",
        "`kitchen.Order` is another project's.\n",
        "`Order`:\n\n```python\nclass Order:\n    pass\n```\n",
        "See [the docs](https://example.org/Order).\n",
        "<!-- `Order` -->\n",
    ],
)
def test_words_history_foreign_names_and_own_examples_are_left_alone(text: str) -> None:
    assert reasons(text, WITHOUT_ORDER) == []


def test_restructured_text_is_read_by_its_roles_and_directives() -> None:
    text = "Shop\n====\n\n:class:`~shop.cart.Order`, :ref:`Order`\n\n.. autoclass:: Order\n"

    found = reasons(text, WITHOUT_ORDER, path="docs/shop.rst")

    assert [each.sentence for each in found] == [
        ":class:`~shop.cart.Order`, :ref:`Order`",
        ".. autoclass:: Order",
    ]


def test_a_renamed_member_is_told_with_its_new_name() -> None:
    (reason,) = reasons("`Cart.empty` says so.\n", SHOP.replace("def empty", "def is_empty"))

    assert reason.detail == "is named `Cart.is_empty` now"


def test_an_argument_that_is_no_longer_taken_is_reported_where_it_is_passed() -> None:
    text = "# Use\n\nAdd up with `Cart`.\n\n```python\ncart.total([1], tax=0.1)\n```\n"
    now = SHOP.replace("tax=0.2", "rate=0.2").replace("* tax", "* rate")

    (reason,) = reasons(text, now)

    assert (reason.cause, reason.symbol) == (Cause.SIGNATURE, "Cart.total")
    assert "def total(self, items, rate=0.2)" in reason.code
    assert reasons(text.replace("tax=0.1", "0.1"), now) == []
    assert reasons(text.replace("cart.total", "bill.total"), now) == []


@pytest.mark.parametrize(
    ("text", "old", "new"),
    [
        ("## LARGE\n\nDefault: `2`\n", "LARGE = 2", "LARGE = 7"),
        ("`LARGE` is by default `2`.\n", "LARGE = 2", "LARGE = 7"),
        ("`Cart.total` takes `tax`, by default `0.2`.\n", "tax=0.2", "tax=0.3"),
    ],
)
def test_a_default_that_the_page_states_is_reported_when_it_changes(
    text: str, old: str, new: str
) -> None:
    (reason,) = reasons(text, SHOP.replace(old, new))

    assert reason.verdict is Verdict.STALE
    assert reasons(text.replace("efault", "ifferent"), SHOP.replace(old, new)) == []
    assert reasons(text.replace("`2`", "`9`").replace("0.2", "0.9"), SHOP.replace(old, new)) == []


def test_a_list_of_all_lacks_what_is_new() -> None:
    text = "# Sizes\n\n- `SMALL`\n- `MIDDLE`\n- `LARGE`\n- `HUGE`\n"

    (reason,) = reasons(text, SHOP + "TINY = 0\n")

    assert (reason.verdict, reason.cause, reason.symbol) == (Verdict.NEW, Cause.LISTED, "TINY")
    assert "4 of the 4 others" in reason.detail
    assert reasons(text.replace("- `HUGE`\n", "and others\n"), SHOP + "TINY = 0\n") == []


def test_strict_reports_on_the_page_that_says_most_of_what_changed() -> None:
    pages = {
        "docs/cart.md": "# Cart\n\n## `Cart.total`\n\nThe `total` of a `Cart` is taxed.\n",
        "docs/other.md": "A `Cart` has a `total`.\n",
        "docs/none.md": "Nothing.\n",
    }
    now = SHOP.replace("tax=0.2", "tax=0.3")

    assert {each.verdict for each in judge(pages, now).values()} == {Verdict.FRESH}
    strict = judge(pages, now, strict=True)
    assert {path for path, each in strict.items() if each.sections} == {"docs/cart.md"}
    assert strict["docs/cart.md"].verdict is Verdict.STALE


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("README.md", "See [it](shop/cart.py).\n"),
        ("README.md", "It is in `shop/cart.py:12`.\n"),
        ("README.md", "It is in shop/cart.py now.\n"),
        ("guide/start.md", "See [it](../shop/cart.py#L1).\n"),
        ("shop/README.md", "See [it](cart.py).\n"),
    ],
)
def test_a_file_that_is_gone_is_found_by_its_path_and_by_links(path: str, text: str) -> None:
    (file,) = gone_names({}, {}, renames={"shop/cart.py": "shop/basket.py"})
    changes = Changes(base="1", head="2")

    (page,) = judge_people_pages({path: PeoplePage(path, text)}, changes, {file.name: file}, {}, {})

    (reason,) = page.sections[0].reasons
    assert reason.detail == "is named `shop/basket.py` now"


def test_a_flag_of_the_program_in_an_example_is_not_the_repositorys() -> None:
    gone = {"--tax": GoneName(name="--tax", path="shop/cli.py", kind="flag")}
    example = 'Use `--tax`.\n\n```go\ncmd.Flags().String("tax", 1)\n```\n'
    pages = {
        "a.md": PeoplePage("a.md", "Use `shop --tax 5`.\n"),
        "b.md": PeoplePage("b.md", example),
    }

    found = judge_people_pages(pages, Changes(base="1", head="2"), gone, {}, {})

    assert [each.page for each in found if each.sections] == ["a.md"]


def test_a_file_that_every_project_has_is_meant_only_at_the_root_and_by_links() -> None:
    gone = {each.name: each for each in gone_names({}, {}, removed=["Makefile"])}
    texts = {
        "CONTRIBUTING.md": "Use the `Makefile`.\n",
        "docs/own.md": "Write a `Makefile`.\n",
        "docs/ours.md": "See [it](../Makefile).\n",
    }
    pages = {path: PeoplePage(path, text) for path, text in texts.items()}

    found = judge_people_pages(pages, Changes(base="1", head="2"), gone, {}, {})

    assert [each.page for each in found if each.sections] == ["CONTRIBUTING.md", "docs/ours.md"]


def test_pages_that_tell_of_the_past_are_not_judged() -> None:
    assert is_people_page("docs/guide.md")
    assert is_people_page("README.rst")
    for path in ("CHANGELOG.md", "docs/migration.md", "docs/release-notes.md", "tests/README.md"):
        assert not is_people_page(path)
    assert reasons("`Order`\n", WITHOUT_ORDER, path="CHANGES.md") == []


def test_names_of_test_helpers_are_left_alone() -> None:
    gone = {"Order": GoneName(name="Order", path="tests/helpers.py", kind="class")}
    page = {"README.md": PeoplePage("README.md", "`Order`\n")}

    (found,) = judge_people_pages(page, Changes(base="1", head="2"), gone, {}, {})

    assert found.verdict is Verdict.FRESH
