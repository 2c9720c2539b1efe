from app.domain.code.symbol import Parameter
from app.domain.wiki.markdown import read_outline
from app.domain.wiki.words.doc_comment import doc_sentence, render_doc
from tests.fakes.facts import symbol

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


def test_google_sections_become_a_table_a_result_and_code() -> None:
    text = render_doc(GOOGLE)

    assert "| `name` | `str` | What it is called, in one word. |" in text
    assert "| `**kwargs` |  | The rest. |" in text
    assert "**Returns** True when it was added." in text
    assert [fence.text for fence in read_outline(text).fences] == ['add("x")\n']


def test_numpy_sections_become_a_table_and_a_result() -> None:
    text = render_doc(NUMPY)

    assert "| `name` | `str` | What it is called. |\n| `size` |  | How large. |" in text
    assert "**Returns** `bool`: Whether it was added." in text
    assert "----" not in text


def test_sphinx_roles_fields_and_literal_blocks_stay_readable() -> None:
    text = render_doc(SPHINX)

    assert "Add a `shop.Cart` to the docs." in text
    assert "| `name` | What it is called. |" in text
    assert "**Raises**\n\n- `ValueError`: When it is empty." in text
    assert "**Note** Read this." in text
    assert [fence.text for fence in read_outline(text).fences] == ["add(1)\n"]


def test_types_of_sphinx_fields_join_what_they_speak_of() -> None:
    text = render_doc("Go.\n\n:param n: How many.\n:type n: int\n:returns: It.\n:rtype: list[int]")

    assert "| `n` | `int` | How many. |" in text
    assert text.endswith("**Returns** `list[int]`: It.")


def test_jsdoc_tags_become_a_table_a_result_and_code() -> None:
    text = render_doc(JSDOC)

    assert "| `name` | `string` | What it is called. |" in text
    assert "**Returns** `boolean`: Whether it was added." in text
    assert [fence.text for fence in read_outline(text).fences] == ['add("x")\n']


def test_a_deprecation_stands_first_and_defaults_of_jsdoc_are_read() -> None:
    doc = "Adds.\n@param {number} [n=3] - Times.\n@throws {RangeError} n < 0.\n@deprecated Use b."

    text = render_doc(doc, language="typescript")

    assert text.startswith("**Deprecated** Use b.\n\nAdds.")
    assert "| `n` | `number` | `3` | Times. |" in text
    assert "**Throws**\n\n- `RangeError`: n \\< 0." in text


JAVADOC = """Reads a {@code Map<K, V>} for {@link Cart#add(int, Item)}.

<p>It is <b>lenient</b>, <code>a &lt; b</code> holds:
<pre>{@code
  Cart cart = new Cart();
    cart.add(1);
}</pre>
<ul>
  <li>first
      line
  <li>second
</ul>

@param <T> the kind
@param name the name; see {@linkplain Names the names}
@return the sum
@throws IOException if it cannot
@since 1.2
"""


def test_javadoc_becomes_markdown() -> None:
    text = render_doc(JAVADOC, language="java")

    assert text.startswith(
        "Reads a `Map<K, V>` for `Cart.add(int, Item)`.\n\nIt is **lenient**, `a < b`"
    )
    assert "```\nCart cart = new Cart();\n  cart.add(1);\n```" in text
    assert "- first line\n- second" in text
    assert "| `<T>` | the kind |\n| `name` | the name; see the names |" in text
    assert "**Returns** the sum\n\n**Throws**\n\n- `IOException`: if it cannot" in text
    assert text.endswith("- Since: 1.2")


RUSTDOC = """Opens a [`Cart`], see [the book](https://x.example) and [`Store`](crate::Store).

# Errors

When it is [`Closed::now`].

# Examples

```no_run
# use shop::open;
let cart = open()?;
##[x]
```

[`Cart`]: crate::Cart
[the book]: https://x.example
"""


def test_rustdoc_shows_its_examples_without_hidden_lines() -> None:
    text = render_doc(RUSTDOC, language="rust")

    assert text.startswith("Opens a `Cart`, see the book and `Store`.")
    assert "**Errors**\n\nWhen it is `Closed::now`." in text
    assert text.endswith("**Examples**\n\n```rust\nlet cart = open()?;\n#[x]\n```")


def test_the_head_and_the_comment_tell_of_a_parameter_together() -> None:
    add = symbol(
        "add",
        parameters=[
            Parameter(name="self"),
            Parameter(name="name", annotation="str"),
            Parameter(name="size", default="1"),
            Parameter(name="kwargs", variadic=True),
        ],
    ).model_copy(update={"raises": ("KeyError", "shop.ValueError")})
    doc = "Add.\n\nArgs:\n    name: What.\n    **kwargs: Rest.\n\nRaises:\n    ValueError: Bad."

    text = render_doc(doc, None, "python", add)

    assert (
        "| `name` | `str` |  | What. |\n| `size` |  | `1` |  |\n| `**kwargs` |  |  | Rest. |"
        in text
    )
    assert text.endswith("- `ValueError`: Bad.\n- `KeyError`")
    assert render_doc("Add.", None, "python", add).endswith(
        "**Raises** `KeyError`, `shop.ValueError`"
    )


def test_what_a_mark_makes_optional_has_no_default_that_nobody_wrote() -> None:
    parameters = [Parameter(name="a"), Parameter(name="b", default="")]
    add = symbol("add", parameters=parameters)

    text = render_doc("Add.\n\n@param a One.\n@param b Two.", None, "typescript", add)

    assert "| `a` |  | One. |\n| `b` | optional | Two. |" in text


def test_words_that_need_blocks_make_a_list_of_the_parameters() -> None:
    doc = "Go.\n\nArgs:\n    mode: One of:\n\n        - `a`: first\n        - `b`: second\n"

    text = render_doc(doc)

    assert "- `mode`: One of:\n\n  - `a`: first\n  - `b`: second" in text


def test_names_that_do_not_exist_are_no_code() -> None:
    doc = "Go.\n\nArgs:\n    gone (Nothing): It.\n\nRaises:\n    Missing: Never."

    text = render_doc(doc, frozenset[str]().__contains__)

    assert "`" not in text


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


def test_marks_inside_code_are_left_alone() -> None:
    doc = "Use ``:class:`X` `` so.\n\n@example\n```ts\nreturn b ? '[Handler]' : [Other]\n```"

    text = render_doc(doc)

    assert "`` :class:`X` ``" in text
    assert "return b ? '[Handler]' : [Other]" in text


def test_words_in_brackets_are_no_links() -> None:
    assert doc_sentence("Run it with [options] set.") == "Run it with \\[options\\] set."


def test_a_role_that_is_torn_leaves_no_backtick_behind() -> None:
    text = render_doc("Then :data:`g:, and :data:`.current_app` become available.")

    assert text == "Then g:, and `current_app` become available."


def test_numbered_roles_keep_their_series_and_wrapped_roles_are_joined() -> None:
    text = render_doc("As :rfc:`822` says, see :class:`~werkzeug\n.HTTPException`.")

    assert text == "As RFC 822 says, see `werkzeug.HTTPException`."


def test_an_indented_list_of_restructured_text_stays_a_list() -> None:
    doc = "It does:\n\n    -   if there is one,\n        take it\n    -   else stop\n\nGo on."

    text = render_doc(doc)

    assert text == "It does:\n\n- if there is one, take it\n- else stop\n\nGo on."


def test_directives_that_only_instruct_sphinx_say_nothing() -> None:
    doc = "Tags\n~~~~\n\nA form.\n\n.. autoclass:: Tag\n    :members:\n\n.. _tags:\n\nMore."

    assert render_doc(doc) == "**Tags**\n\nA form.\n\nMore."


def test_versions_become_items_of_a_list() -> None:
    doc = "Go.\n\n.. versionadded:: 0.6\n.. versionchanged:: 2.0\n   Takes\n   two."

    assert render_doc(doc) == "Go.\n\n- Added in version 0.6.\n- Changed in version 2.0: Takes two."


def test_a_directive_keeps_lines_that_begin_with_a_role() -> None:
    assert "`f` is old." in render_doc(".. note::\n   :func:`f` is old.")


def test_only_the_sentence_above_the_tags_is_a_summary() -> None:
    doc = "Gets it\n@param c - Context\n@example\n```ts\nx\n```"

    assert doc_sentence(doc) == "Gets it"


def test_tags_of_a_comment_of_one_line_become_a_list() -> None:
    doc = "Adds two. @param {number} a - The first. @returns {number} The sum."

    assert doc_sentence(doc) == "Adds two."
    assert render_doc(doc) == (
        "Adds two.\n\n| Parameter | Type | What it is |\n| --- | --- | --- |\n"
        "| `a` | `number` | The first. |\n\n**Returns** `number`: The sum."
    )
    assert render_doc("@yields {T} Each.") == "**Yields** `T`: Each."


def test_a_tag_about_the_file_does_not_hide_what_the_file_says() -> None:
    assert doc_sentence("@module\nCORS for all. More.") == "CORS for all."
    assert doc_sentence("@module shop/cart\n\nCarts.") == "Carts."
    assert doc_sentence("@fileoverview Carts, and more.") == "Carts, and more."


def test_inline_links_of_jsdoc_become_their_words() -> None:
    text = doc_sentence("A {@link Handler} of {@link https://x.example the API}.")

    assert text == "A `Handler` of the API."


def test_a_line_of_an_example_that_looks_like_a_banner_stays() -> None:
    text = render_doc("Shows.\n\n<pre>\nrun();\n===== OUTPUT =====\n1\n</pre>")

    assert text.endswith("```\nrun();\n===== OUTPUT =====\n1\n```")


def test_a_banner_of_a_part_of_the_file_is_no_word_about_a_name() -> None:
    assert doc_sentence("---------------- types ------------------") == ""
    assert render_doc("#### types ####\n\nA cart.") == "A cart."
