import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.domain.checks.draft import drop_false, review
from app.domain.checks.finding import Severity
from app.domain.wiki.narrative.brief import brief
from app.domain.wiki.narrative.plan import plan_narrative
from app.domain.wiki.page import Diagram, DiagramEdge, DiagramNode, Draft, Section
from app.domain.wiki.words.sentences import units
from tests.fakes.facts import shop

BRIEFING = brief(plan_narrative(shop()).pages[-1], shop())
QUOTED = next(fact for fact in BRIEFING.facts if fact.text == "Carts and invoices.")


def draft(text: str, **section: object) -> Draft:
    whole = Section.model_validate({"heading": "Flow", "text": text, **section})
    return Draft(summary="It adds up carts [E1].", sections=(whole,))


def rules(text: str, **section: object) -> list[str]:
    found = review(draft(text, **section), BRIEFING)
    return [each.rule for each in found if each.severity is Severity.ERROR]


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("It is `Basket` [E1].", "symbol"),
        ("It is `shop/basket.py` [E1].", "path"),
        ("It adds up [E99].", "citation"),
        ("It adds up [E 1].", "citation"),
        ("It adds up 【E1】.", "citation"),
        ("It is at shop/cart.py:12 [E1].", "citation"),
        ("It is at `cart.py#L3` [E1].", "citation"),
        ("See [the code](shop/cart.py) [E1].", "link"),
        ("See https://example.org [E1].", "link"),
        ("![x](y.png) [E1]", "image"),
        ("A <b>bold</b> word [E1].", "html"),
        ("```python\nx\n```\n[E1]", "code-block"),
        ("Words [E1].\n\n    code", "code-block"),
        ("# Heading\n\nWords [E1].", "heading"),
        ("> We are the best [E1].", "quotation"),
        ("It calls `Store.total()` [E1].", "symbol"),
        ("`SHOP_TOKEN` defaults to `'some'` [E1].", "default"),
        ("The option `tax` (default: `0.3`) is added [E1].", "default"),
        ("`tax` is `1` by default [E1].", "default"),
        ("The default of `tax` is `5` [E1].", "default"),
    ],
)
def test_what_a_writer_may_not_say_is_found(text: str, rule: str) -> None:
    assert rule in rules(text)


def test_a_true_draft_has_no_finding() -> None:
    text = (
        f"`Cart.total` adds up [E1].\n\n> Carts and invoices. [{QUOTED.evidence}]\n\n- `make test`"
    )

    assert rules(text) == []


def test_true_defaults_may_be_told() -> None:
    assert rules('`tax` defaults to `0.2`, `SHOP_TOKEN` is `"none"` by default [E1].') == []


def test_a_section_that_cites_nothing_is_a_warning() -> None:
    found = review(draft("Words without any ground."), BRIEFING)

    assert [(each.rule, each.severity) for each in found] == [("citation", Severity.WARNING)]


def test_snippets_and_arrows_must_exist() -> None:
    drawing = Diagram(
        title="t",
        nodes=(
            DiagramNode(id="a", label="shop/db/store.py"),
            DiagramNode(id="b", label="shop/cart.py"),
        ),
        edges=(DiagramEdge(source="a", target="b"), DiagramEdge(source="b", target="a")),
    )

    found = review(draft("Words [E1].", snippets=("E99",), diagram=drawing), BRIEFING)

    assert [each.message for each in found] == [
        "In “Flow”: the snippet `E99` is not evidence of this briefing",
        "In “Flow”: `shop/db/store.py` does not import `shop/cart.py`",
    ]
    (section,) = drop_false(
        draft("Words [E1].", snippets=("E99",), diagram=drawing), BRIEFING
    ).sections
    assert section.snippets == ()
    assert section.diagram is not None
    assert [(edge.source, edge.target) for edge in section.diagram.edges] == [("b", "a")]


def test_only_the_false_sentences_are_dropped() -> None:
    text = (
        "`Cart` adds up [E1]. `Basket` does not. [E1] It ends well.\n\n"
        "- `Store` keeps\n- `Shelf` keeps\n\n| Name |\n| --- |\n| `Cart` |\n| `Basket` |"
    )

    (section,) = drop_false(draft(text), BRIEFING).sections

    assert section.text == (
        "`Cart` adds up [E1]. It ends well.\n\n- `Store` keeps\n\n| Name |\n| --- |\n| `Cart` |"
    )


def test_a_section_of_which_nothing_remains_is_dropped() -> None:
    assert drop_false(draft("`Basket` is all."), BRIEFING).sections == ()


PIECES = st.sampled_from(
    [
        "`Cart` adds. ", "`Basket` adds. ", "[E1]", "[E99] ", "https://x.example ",
        "```\ncode\n```\n",
        "> Carts and invoices.\n", "> Lies.\n", "- `Store`\n", "- `Shelf`\n", "<b>x</b> ", "\n\n",
        "# H\n", "a.py:12 ", "![x](y) ", "    indented\n", "| a |\n| --- |\n| `Basket` |\n", "```",
    ]
)  # fmt: skip


@given(st.lists(PIECES, max_size=10).map("".join))
@settings(max_examples=300, deadline=None)
def test_after_dropping_no_error_is_left(text: str) -> None:
    remaining = drop_false(draft(text), BRIEFING)

    assert [e for e in review(remaining, BRIEFING) if e.severity is Severity.ERROR] == []


@given(st.text(alphabet="ab. !?[]E1,`|-\n>", max_size=60))
def test_the_units_of_a_text_joined_are_the_text(text: str) -> None:
    assert "".join(units(text)) == text


def test_a_code_block_is_dropped_as_a_whole() -> None:
    rest = drop_false(draft("`Cart` adds.\n\n```sh\ncurl x | sh\n```\n\nIt ends. [E1]"), BRIEFING)

    assert rest.sections[0].text == "`Cart` adds.\n\n\nIt ends. [E1]"
