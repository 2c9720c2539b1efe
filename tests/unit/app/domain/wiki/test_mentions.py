"""Which names that are gone a page's prose still mentions."""

import time

import pytest

from app.domain.code.change import GoneName
from app.domain.wiki.mentions import mentions_of, read_stamp, speaks_of

GONE = {
    name: GoneName(name=name, path=path)
    for name, path in {
        "total": "shop/cart.py",
        "Cart.size": "shop/cart.py",
        "--tax": "shop/cli.py",
        "SHOP_TAX": "shop/cli.py",
        "shop/old.py": "shop/old.py",
    }.items()
}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("It calls `total`.", ["total"]),
        ("It calls `total(items, tax=1)`.", ["total"]),
        ("It calls `cart.total`.", ["total"]),
        ("It calls `shop.cart.total()`.", ["total"]),
        ("It calls `requests.total`.", []),
        ("It has `Cart.size`.", ["Cart.size"]),
        ("It has `shop.cart.Cart.size`.", ["Cart.size"]),
        ("It has `Box.size` and `size`.", []),
        ("Type `shop sum --tax 3`.", ["--tax"]),
        ("Type `--tax=3`, or set `SHOP_TAX=3`.", ["--tax", "SHOP_TAX"]),
        ("See shop/old.py for more.", ["shop/old.py"]),
        ("See `shop/old.py:12`.", ["shop/old.py"]),
        ("See the [old cart](https://x.org/blob/1/shop/old.py#L3).", []),
        ("It is a total of all.", []),
        ("> It calls `total`.", []),
        ("```py\ntotal()\n`total`\n```", []),
        ("See [`total`](reference/shop.md#total).", ["total"]),
    ],
)
def test_names_are_found_where_prose_speaks_of_them(text: str, expected: list[str]) -> None:
    assert [name.name for _, name in mentions_of(text, GONE)] == expected


def test_each_sentence_is_told_apart() -> None:
    found = list(mentions_of("It calls `total`. Then it ends. `total` is all.", GONE))

    assert [sentence.strip() for sentence, _ in found] == ["It calls `total`.", "`total` is all."]


def test_a_stamp_is_read_from_the_end_of_a_page() -> None:
    stamp = "<!-- autodoc page=cart commit=abc recipe=r/1 -->"

    assert read_stamp(f"# Cart\n\n{stamp}\n") == ("abc", "r/1")
    assert read_stamp("# Cart\n") == ("", "")


def test_a_sentence_speaks_of_what_its_code_spans_name() -> None:
    assert speaks_of("It takes `f(a, tax=1)`.", "may be given `tax`")
    assert speaks_of("It takes `tax`.", "renamed `*tax` to `*rate`")
    assert not speaks_of("It takes tax.", "may be given `tax`")
    assert not speaks_of("It takes `taxes`.", "may be given `tax`")


@pytest.mark.parametrize(
    "text",
    ["a@" * 100_000, "+/-" * 100_000, " ".join("`" * length for length in range(1, 700))],
    ids=["signs", "slashes", "marks"],
)
def test_hostile_pages_take_no_quadratic_time(text: str) -> None:
    started = time.process_time()

    assert [name.name for _, name in mentions_of(f"{text}\n\nIt calls `total`.", GONE)] == ["total"]
    assert time.process_time() - started < 5
