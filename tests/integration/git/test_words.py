"""Which words the source of a commit still holds."""

import subprocess
from pathlib import Path

import pytest

from app.git.words import MAX_WORDS, still_there


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    files = {
        "shop/cart.py": "class Cart:\n    total_price = 1  # SHOP_TAX\n",
        "README.md": "An `Order` and a `Basket`.\n",
        "CHANGES.rst": "Basket is gone.\n",
        "docs/autodoc/index.html": "Purchase\n",
    }
    for path, text in files.items():
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text(text)
    git = ("git", "-C", str(tmp_path), "-c", "user.name=a", "-c", "user.email=a@example.org")
    for command in (["init", "-q"], ["add", "."], ["commit", "-qm", "Add a shop"]):
        subprocess.run([*git, *command], check=True)
    return tmp_path


async def test_only_whole_words_of_the_source_are_there(repository: Path) -> None:
    words = ["Cart", "total", "total_price", "SHOP_TAX", "Order", "Basket", "Purchase"]

    found = await still_there(repository, "HEAD", words, ["docs/autodoc"])

    assert found == {"Cart", "total_price", "SHOP_TAX"}


async def test_where_nothing_is_found_or_asked_nothing_is_there(repository: Path) -> None:
    assert await still_there(repository, "HEAD", ["Order", "-e", "--tax"]) == frozenset()
    assert await still_there(repository, "HEAD", []) == frozenset()


async def test_a_search_that_fails_says_that_all_is_there(repository: Path) -> None:
    many = [f"word{number}" for number in range(MAX_WORDS + 1)]

    assert await still_there(repository, "1" * 40, ["Order"]) == {"Order"}
    assert await still_there(repository, "HEAD", many) == frozenset(many)
