import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.domain.wiki.doc_comment import doc_sentence, render_doc
from app.domain.wiki.markdown import read_outline

GOOGLE = """Add a thing.

Args:
    name (str): What it is called,
        in one word.
    **kwargs: The rest.

Returns:
    True when it was added.

Example:
    add("x")
"""

NUMPY = """Add a thing.

Parameters
----------
name : str
    What it is called.
size
    How large.

Returns
-------
bool
    Whether it was added.
"""

SPHINX = """Add a :class:`~shop.Cart` to `the docs <https://x.example>`_.

:param name: What it is called.
:raises ValueError: When it is empty.

Like this::

    add(1)

.. note:: Read this.
"""

JSDOC = """Adds a thing.

@param {string} name - What it is called.
@returns {boolean} Whether it was added.
@example
add("x")
"""


def test_google_sections_become_lists_and_code() -> None:
    text = render_doc(GOOGLE)

    assert "**Args**" in text
    assert "- `name (str)`: What it is called, in one word." in text
    assert "- `**kwargs`: The rest." in text
    assert "True when it was added." in text
    assert [fence.text for fence in read_outline(text).fences] == ['add("x")\n']


def test_numpy_sections_become_lists() -> None:
    text = render_doc(NUMPY)

    assert "- `name : str` What it is called." in text
    assert "- `bool` Whether it was added." in text
    assert "----" not in text


def test_sphinx_roles_fields_and_literal_blocks_stay_readable() -> None:
    text = render_doc(SPHINX)

    assert "Add a `shop.Cart` to the docs." in text
    assert "- param `name`: What it is called." in text
    assert "- raises `ValueError`: When it is empty." in text
    assert "**Note** Read this." in text
    assert [fence.text for fence in read_outline(text).fences] == ["add(1)\n"]


def test_jsdoc_tags_become_a_list_and_the_example_code() -> None:
    text = render_doc(JSDOC)

    assert "- param `{string}` `name` - What it is called." in text
    assert "- returns `{boolean}` Whether it was added." in text
    assert [fence.text for fence in read_outline(text).fences] == ['add("x")\n']


def test_code_that_nothing_marks_keeps_its_lines() -> None:
    doc = "A thing.\n\nthing = Thing(1)\nassert thing.size == 1\n\nIt is = prose, mostly.\nYes."

    text = render_doc(doc)

    assert "```\nthing = Thing(1)\nassert thing.size == 1\n```" in text
    assert text.endswith("It is = prose, mostly. Yes.")


def test_columns_keep_their_places() -> None:
    doc = "Parts:\n\nscheme    host    path\n  a         b       c"

    assert "```text\nscheme    host    path\n  a         b       c\n```" in render_doc(doc)


def test_reference_links_of_markdown_become_their_words() -> None:
    doc = "See [Streaming Responses][0] of `a[i][j]`.\n\n[0]: /quickstart#streaming"

    assert render_doc(doc) == "See Streaming Responses of `a[i][j]`."


def test_doctests_become_code() -> None:
    fences = read_outline(render_doc("Try it.\n\n>>> 1 + 1\n2\n\nDone.")).fences

    assert [(fence.info, fence.text) for fence in fences] == [("python", ">>> 1 + 1\n2\n")]


def test_links_of_go_comments_become_code_where_the_name_exists() -> None:
    sentence = doc_sentence("Codec combines [Encoder] and [Nothing].", lambda n: n == "Encoder")

    assert sentence == "Codec combines `Encoder` and Nothing."


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
        "*args",
    ]
)  # fmt: skip


@given(st.lists(PIECES, max_size=14).map("\n".join))
@settings(max_examples=400, deadline=None)
def test_no_doc_comment_brings_html_headings_links_or_open_fences(doc: str) -> None:
    outline = read_outline(render_doc(doc) + "\n\n## After\n")

    assert [heading.text for heading in outline.headings] == ["After"]
    assert outline.html_lines == ()
    assert outline.links == ()
