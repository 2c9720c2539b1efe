"""Pages of people taken apart."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.wiki.people_text import Form, read_page_text

MARKDOWN = """# Shop

Use `Cart.total` and [the file](src/cart.py). It is in shop.cart.Cart.

Setup
-----

```python
from shop import Cart  # `no span`
```
After it, ``--tax``.
"""


def test_names_stand_with_their_form_line_sentence_and_section() -> None:
    page = read_page_text("README.md", MARKDOWN)

    found = [(each.form, each.text, each.line, each.anchor) for each in page.mentions]

    assert found == [
        (Form.SPAN, "Cart.total", 3, "shop"),
        (Form.LINK, "src/cart.py", 3, "shop"),
        (Form.WORD, "shop.cart.Cart", 3, "shop"),
        (Form.CODE, "from shop import Cart  # `no span`", 9, "setup"),
        (Form.SPAN, "--tax", 11, "setup"),
    ]
    assert page.title == "Shop"
    assert page.mentions[2].sentence == "It is in shop.cart.Cart."


def test_blocks_and_notes_on_versions_of_restructured_text_are_known() -> None:
    text = (
        "Cart\n====\n\nUse it::\n\n    Cart(1)\n\n.. versionchanged:: 2.0\n   Was ``Basket``.\n\n"
        ".. code-block:: python\n\n   Order()\n\n`A link <https://example.org>`_ to ``shop``\n"
    )

    page = read_page_text("docs/cart.rst", text)

    found = [(each.form, each.text) for each in page.mentions]
    assert found == [(Form.CODE, "Cart(1)"), (Form.CODE, "Order()"), (Form.SPAN, "shop")]


@given(st.text(alphabet="`~#=-:. \n|*<>[]()ab_", max_size=300), st.sampled_from(["a.md", "a.rst"]))
def test_whatever_stands_on_a_page_is_read_to_its_end(text: str, path: str) -> None:
    page = read_page_text(path, text)

    lines = len(text.splitlines())
    assert all(1 <= each.line <= lines for each in page.mentions)


@pytest.mark.parametrize(
    "text",
    [
        "<!--" * 50_000, ":a" * 50_000, "-" * 50_000, "a-b/" * 10_000,
        "shop.Cart and `Cart.total`\n" * 8_000, "# a" + " " * 50_000 + "b",
    ],
    ids=["comments", "roles", "dashes", "paths", "names", "heading"],
)  # fmt: skip
def test_a_page_made_to_be_slow_is_read_in_bounded_time(text: str) -> None:
    started = time.process_time()

    read_page_text("a.md", text)

    assert time.process_time() - started < 2


def test_names_of_a_long_paragraph_stand_on_their_lines() -> None:
    page = read_page_text("a.md", "Say a.b,\nthen `c`\nand :class:`d.e`. Then f.g\n")

    found = {each.text: each.line for each in page.mentions}
    assert found == {"a.b": 1, "c": 2, "d.e": 3, "f.g": 3}
