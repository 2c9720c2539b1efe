import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from markdown_it.tree import SyntaxTreeNode

from app.domain.wiki.markdown import clean, plain_text, read_outline
from app.domain.wiki.words.prose import (
    cited_ids,
    code_span,
    escape,
    fenced,
    link_citations,
    quote,
    quote_inline,
    rebuild,
    table,
)

NASTY = st.text(
    alphabet=st.one_of(
        st.sampled_from("abE1 \n\t`*_[]()<>{}|#@!&;:/\\~$-+=.,\"'\u202e\u200b\ufeff"),
        st.characters(),
    ),
    max_size=80,
)


def shown(markdown: str) -> str:
    """What a reader of the page sees, white space made alike."""
    parser = MarkdownIt("commonmark").enable("table")
    return " ".join(plain_text(SyntaxTreeNode(parser.parse(markdown))).split())


def token_types(markdown: str) -> set[str]:
    tokens = MarkdownIt("commonmark").enable("table").parse(markdown)
    return {each.type for token in tokens for each in (token, *(token.children or ()))}


@given(NASTY)
@settings(max_examples=400, deadline=None)
def test_rebuilding_twice_changes_nothing(text: str) -> None:
    once = rebuild(text)

    assert rebuild(once) == once


@given(NASTY)
@settings(max_examples=400, deadline=None)
def test_no_html_no_image_no_link_and_no_heading_ever_comes_out(text: str) -> None:
    forbidden = {
        "html_block",
        "html_inline",
        "image",
        "link_open",
        "heading_open",
        "fence",
        "code_block",
    }

    assert not token_types(rebuild(text)) & forbidden
    assert not token_types(quote_inline(text)) & forbidden


@given(NASTY.filter(lambda text: "&" not in text))
@settings(max_examples=400, deadline=None)
def test_escaped_text_is_shown_as_it_was(text: str) -> None:
    visible = shown("x " + escape(text) + " x")
    original = " ".join(clean(text).split())

    assert visible.replace(" ", "") == f"x{original}x".replace(" ", "")


@given(NASTY)
@settings(max_examples=200, deadline=None)
def test_a_code_block_survives_any_text(text: str) -> None:
    outline = read_outline(fenced(text, "python") + "\n\nafter `it`\n")

    assert len(outline.fences) == 1
    assert [span.text for span in outline.spans] == ["it"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("*args and **kwargs", r"\*args and \*\*kwargs"),
        ("__init__ of snake_case", r"\_\_init\_\_ of snake_case"),
        ("List<T>", r"List\<T>"),
        ("{name}", r"\{name\}"),
        ("a | b", r"a \| b"),
        ("see https://evil.example/x.", "see `https://evil.example/x`."),
        ("thanks @octocat, fixes #12", "thanks `@octocat`, fixes `#12`"),
        ("me@example.org", "`me@example.org`"),
        ("AT&amp;T", "AT&amp;amp;T"),
        ("pay\u202eload\u200b", "payload"),
    ],
)
def test_special_characters_of_a_doc_comment_lose_their_meaning(text: str, expected: str) -> None:
    assert escape(text) == expected


def test_a_links_words_stay_and_its_target_goes() -> None:
    assert (
        rebuild("see [the guide](https://evil.example) ![x](http://t.example/p.png)")
        == "see the guide"
    )


def test_markup_that_is_allowed_stays() -> None:
    prose = "A *b* **c** `d`.\n\n- one\n- two\n  - three\n\n> quoted"
    text = prose + "\n\n| a | b |\n| --- | --- |\n| `x\\|y` | z |"

    assert rebuild(text) == text


def test_a_code_span_with_an_unknown_name_becomes_plain_text() -> None:
    assert rebuild("`known` and `un_known`", lambda name: name == "known") == "`known` and un_known"


def test_neighbouring_citations_are_merged_and_escaped_ones_are_not_citations() -> None:
    text = rebuild("It is [E1] [E2, E3]. Not \\[E4\\].")

    assert link_citations(text, lambda ids: "(" + " ".join(ids) + ")") == (
        "It is (E1 E2 E3). Not \\[E4\\]."
    )
    assert cited_ids("a [E2] b [E1, E2]") == ("E2", "E1")


def test_words_of_the_repository_cannot_cite() -> None:
    assert cited_ids(quote("x [E1] and [E2](https://evil.example)")) == ()
    assert shown(quote("x [E1]")) == "x [E1]"


def test_a_table_keeps_bars_inside_its_cells() -> None:
    made = table(("Name", "Text"), [(code_span("a|b"), escape("c | d"))])

    assert [span.text for span in read_outline(made).spans] == ["a|b"]
    assert made.count("\n") == 2


@given(st.text(alphabet="aZ ,.;'\"()-\n1#", max_size=30))
def test_the_short_way_of_quoting_gives_what_the_long_way_gives(text: str) -> None:
    assert quote(text) == quote(text + "\n\n*x*").removesuffix("*x*").strip()


def test_the_beginning_of_an_address_alone_is_code_too() -> None:
    assert escape("put https:// before it") == "put `https://` before it"
