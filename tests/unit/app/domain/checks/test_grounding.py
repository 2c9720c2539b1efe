"""True pages, each with one word changed: the page must no longer pass."""

import pytest

from app.analysis.extract import extract
from app.domain.checks.pages import check_site
from app.domain.wiki.reference.pages import plan_reference, write_reference
from app.domain.wiki.site.publication import build_site
from tests.fakes.facts import TEXTS, repository, shop
from tests.unit.app.domain.wiki.pages import ORIGIN, all_pages

FACTS = shop()
FILES = {
    path: text.decode()
    for path, text in build_site("shop", all_pages(ORIGIN)).items()
    if path.endswith(".md")
}
BASE = ORIGIN.base


def rules(page: str, before: str, after: str) -> set[str]:
    assert before in FILES[page]
    changed = {**FILES, page: FILES[page].replace(before, after, 1)}
    return {each.rule for each in check_site(changed, FACTS, ORIGIN, TEXTS) if each.page == page}


@pytest.mark.parametrize(
    ("page", "before", "after", "rule"),
    [
        ("reference/shop.md", "tax: float = 0.2", "tax: float = 0.3", "signature"),
        ("reference/shop.md", "self, tax: ", "self, extras: ", "signature"),
        ("reference/shop.md", "class Cart\n", "class Store\n", "signature"),
        ("reference/shop.md", "#### Cart.total", "#### Cart.main", "symbol"),
        ("reference/shop.md", "cart.py#L6-L11", "cart.py#L6-L10", "range"),
        ("reference/shop.md", "cart.py#L9-L11", "cart.py#L10-L11", "citation"),
        ("reference/shop.md", "[`Store`](shop/db", "[`main`](shop/db", "citation"),
        ("reference/shop.md", "[shop](../index.md)", "[shop](../subsystems/shop.md)", "citation"),
        ("reference/module-map.md", "Defines `Store`", "Defines `Cart`", "symbol"),
        ("reference/module-map.md", "shop.md#shopcartpy", "shop.md#shopclipy", "citation"),
        ("reference/commands.md", "`make lint`", "`make test`", "citation"),
        ("reference/commands.md", "`shop.cli:main`", "`shop.cli:total`", "command"),
        ("reference/commands.md", "Makefile#L1)", "Makefile#L1-L2)", "range"),
        ("reference/environment.md", "`SHOP_TOKEN`", "`TOKEN_SHOP`", "citation"),
        ("reference/environment.md", "`SHOP_TOKEN`", "`tests/test_cart.py`", "citation"),
        ("reference/environment.md", '`"none"`', '`"some"`', "default"),
        ("index.md", "README.md#L7-L8", "README.md#L6-L8", "citation"),
        ("index.md", "Cart().total()", "Cart().totals()", "code-block"),
        ("architecture.md", "n2 --> n1", "n1 --> n2", "diagram"),
    ],
)  # fmt: skip
def test_one_false_word_in_a_true_page_is_found(
    page: str, before: str, after: str, rule: str
) -> None:
    assert rule in rules(page, before, after)


def test_examples_in_a_doc_comment_may_be_written_with_entities() -> None:
    texts = {**TEXTS, "shop/cart.py": TEXTS["shop/cart.py"] + "# List&lt;T&gt; all = none();\n"}
    page = FILES["reference/shop.md"].replace(
        "Carts: what somebody is about to buy.",
        "Carts: what somebody is about to buy.\n\n```\nList<T> all = none();\n```",
        1,
    )

    assert check_site({**FILES, "reference/shop.md": page}, FACTS, ORIGIN, texts) == []
    assert check_site({**FILES, "reference/shop.md": page}, FACTS, ORIGIN, TEXTS) != []


def test_each_way_to_call_a_name_is_held_against_its_own_words() -> None:
    text = (
        "/** Adds [size]. */\nfun add(size: Int) {}\n/** Adds [name]. */\nfun add(name: Any) {}\n"
    )
    facts = repository({"a.kt": extract("kotlin", text.encode())})
    page = next(spec for spec in plan_reference(facts) if spec.subjects)
    markdown = write_reference(page, facts, ORIGIN).markdown

    def found(written: str) -> list[str]:
        findings = check_site({page.path: written}, facts, ORIGIN, {"a.kt": text})
        return [each.message for each in findings if each.rule == "symbol"]

    assert found(markdown) == []
    assert found(markdown.replace("Adds `name`", "Adds `add_name`")) != []
