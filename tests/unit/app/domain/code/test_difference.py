"""What changed files offer in another way than they did."""

import pytest

from app.analysis.extract import extract
from app.domain.code.difference import Difference, News, differences

BEFORE = '''import click

RATE = 2

class Cart:
    def total(self, items, tax=0.2):
        """Add up."""
        return sum(items) * tax

@click.command()
@click.option("--size", default=10)
def shop(size):
    pass
'''


def news(now: str, before: str = BEFORE) -> dict[str, Difference]:
    old, new = (extract("python", text.encode()) for text in (before, now))
    return {each.name: each for each in differences({"shop.py": old}, {"shop.py": new})}


@pytest.mark.parametrize(
    ("old", "new", "name", "kind"),
    [
        ("items, tax=0.2", "items", "Cart.total", News.INCOMPATIBLE),
        ("tax=0.2", "tax=0.2, rest=None", "Cart.total", News.ADDITION),
        ("RATE = 2", "RATE = 3", "RATE", News.VALUE),
        ("default=10", "default=20", "--size", News.VALUE),
        ("* tax", "+ tax", "Cart.total", News.BEHAVIOUR),
        ("return sum", "raise ValueError\n        return sum", "Cart.total", News.RAISES),
        ("Add up.", "Multiply.", "Cart.total", News.DOC),
        ("RATE = 2", "RATE = 2\nTAX = 3", "TAX", News.NEW),
        ("RATE = 2\n", "", "RATE", News.GONE),
        ('("--size"', '("--amount"', "--size", News.GONE),
    ],
)
def test_every_change_is_told_by_its_kind(old: str, new: str, name: str, kind: News) -> None:
    assert news(BEFORE.replace(old, new))[name].news is kind


def test_a_lost_parameter_is_named() -> None:
    found = news(BEFORE.replace("tax=0.2", "rate=0.2"))["Cart.total"]

    assert found.lost == ("tax",)
    assert found.gained == ("rate",)
    assert "`tax`" in found.detail


def test_layout_and_comments_are_no_news() -> None:
    assert news("# A shop.\n" + BEFORE.replace("items, tax=0.2", "items,\n        tax=0.2")) == {}


def test_what_only_moved_to_another_file_is_no_news() -> None:
    old = extract("python", BEFORE.encode())

    assert differences({"shop.py": old}, {"a/shop.py": old}) == ()
    assert differences({"shop.py": old}, {"a.py": old}, {"shop.py": "a.py"}) == ()
