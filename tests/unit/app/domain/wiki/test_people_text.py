"""Pages of people taken apart."""

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
