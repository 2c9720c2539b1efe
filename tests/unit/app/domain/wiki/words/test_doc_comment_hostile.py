"""Whatever somebody writes into a doc comment, the page stays whole and is written soon."""

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.domain.wiki.markdown import read_outline
from app.domain.wiki.words.doc_comment import render_doc


@pytest.mark.parametrize("doc", ["", "   ", "```\nnever closed", ":param", "Args:", "@param", "::"])
def test_broken_doc_comments_do_not_break_the_page(doc: str) -> None:
    outline = read_outline(render_doc(doc) + "\n\n## After\n")

    assert [heading.text for heading in outline.headings] == ["After"]


PIECES = st.sampled_from(
    [
        "Args:", "Parameters", "----------", "  x: y", ":param a: b", "@param {T} a b", "@example",
        "```", "~~~py", ">>> 1", "text::", "", "    indented", "- item", "1. item", "| a | b |",
        "|---|---|", "<div>", "<!--", "# head", "===", "![i](http://x.example)",
        "[l](javascript:x)",
        "{% raw %}", "\u202eevil", ".. note:: x", "+---+", "`unclosed", "@team", "#12", "<T>",
        "*args", "Raises:", "Returns:", "    a: b", ":rtype: T", "@throws {E} x", "<p>", "<pre>",
        "{@code x", "<li>y", "</ul>", "</pre>", "{@link A#b c}", "[`X`]", "# Examples",
        "@param <T> x",
    ]
)  # fmt: skip


@given(
    st.one_of(st.lists(PIECES, max_size=14).map("\n".join), st.text(max_size=200)),
    st.sampled_from(["", "python", "java", "rust", "typescript"]),
)
@settings(max_examples=400, deadline=None)
def test_no_doc_comment_brings_html_headings_links_or_open_fences(doc: str, language: str) -> None:
    outline = read_outline(render_doc(doc, None, language) + "\n\n## After\n")

    assert [heading.text for heading in outline.headings] == ["After"]
    assert outline.html_lines == ()
    assert outline.links == ()


@pytest.mark.parametrize(
    "doc",
    [
        "Do it.\n\nReturns:\n    " + "word " * 1_500,
        "Do it.\n\nReturns:\n    " + "w" * 7_900,
        "Do it.\n\nReturns:\n    " + "a " * 40 + "b!" + "(x" * 1_500,
        "@param {" + "{a" * 3_900,
    ],
)
def test_a_doc_comment_made_to_be_slow_is_read_in_bounded_time(doc: str) -> None:
    started = time.process_time()
    render_doc(doc)
    assert time.process_time() - started < 1


def test_nobody_forges_the_place_holders_of_html() -> None:
    forged = "&#xe000;0&#xe001;"

    assert render_doc("<p>See <code>&#xe000;99&#xe001; a</code>", None, "java") == "See `99 a`"
    assert len(render_doc(f"<p><code>{forged * 240}</code>", None, "java")) < 1_000
    assert len(render_doc(f"<p><pre>{forged * 240}</pre>", None, "java")) < 1_000


@pytest.mark.parametrize(
    "doc",
    [
        "<p>" + "<ul><li>a" * 800,
        "<p>" + "<ul><li>" * 800,
        "a" + "\n" * 7_990 + "b",
        ":a:`_" + "\t" * 7_900 + "!",
    ],
)
def test_comments_that_are_made_to_take_long_are_written_in_bounded_time(doc: str) -> None:
    started = time.process_time()

    assert len(render_doc(doc, None, "java")) < 100_000

    assert time.process_time() - started < 1.5
