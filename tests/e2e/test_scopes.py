"""A monorepo: the root and two packages are documented apart, in one run."""

import json
from pathlib import Path

import pytest

from flows.local import Request
from tests.e2e.laptop import Laptop, commit, contents, dead_links, git
from tests.e2e.shop import CART, DISCOUNTS

ROOT_DOCS, CART_DOCS, LEDGER_DOCS = "docs/autodoc", "packages/cart/docs", "packages/ledger/handbook"
LEDGER = '''\
"""Keeps the books."""


def book_sale(cents: int) -> str:
    """Write a sale into the ledger of the day."""
    return f"sale {cents}"
'''
MONOREPO = {
    ".autodoc.yaml": "exclude: [tools]\n",
    "README.md": "# Town\n\nThe town has a market with several shops.\n",
    "market.py": '"""Opens the market."""\n\n\ndef open_market() -> None:\n    """Open it."""\n',
    "tools/.autodoc.yaml": "publish: nonsense of a test\n",
    "tools/make.py": '"""Makes tools."""\n',
    "packages/cart/.autodoc.yaml": "output: docs\nexclude: ['*_old.py']\n",
    "packages/cart/README.md": "# Cart\n\nHolds what a customer buys.\n",
    "packages/cart/cart.py": CART,
    "packages/cart/cart_old.py": DISCOUNTS,
    "packages/ledger/.autodoc.yaml": "output: handbook\n",
    "packages/ledger/ledger.py": LEDGER,
}


@pytest.fixture(scope="module")
def town(laptop: Laptop) -> Path:
    return laptop.make_repository("town", MONOREPO)


def words(folder: Path) -> str:
    return "".join(path.read_text() for path in sorted(folder.rglob("*.md")))


def test_each_scope_has_its_own_pages_and_all_are_searched_together(
    laptop: Laptop, town: Path
) -> None:
    first = laptop.run("generate", "--json", cwd=town)

    assert first.status == 0, first.errors
    made = json.loads(first.output)
    folders = [town / each for each in (ROOT_DOCS, CART_DOCS, LEDGER_DOCS)]
    assert made["output"] == ", ".join(map(str, folders))
    assert made["withheld"] == made["warnings"] == []
    assert made["pages"] == sum(len(list(each.rglob("*.md"))) for each in folders)
    assert sorted(made["written"]) == sorted(
        path for path in contents(town) if path.startswith((ROOT_DOCS, CART_DOCS, LEDGER_DOCS))
    )
    root, cart, ledger = map(words, folders)
    assert "open_market" in root
    assert "Cart" in cart
    assert "book_sale" in ledger
    for name in ("class Cart", "book_sale", "Makes tools"):
        assert name not in root
    assert "discount" not in cart.lower()
    assert [each for folder in folders for each in dead_links(folder)] == []
    front = (town / ROOT_DOCS / "index.md").read_text()
    assert "(../../packages/cart/docs/index.md): `packages/cart/`" in front
    assert "(../../packages/ledger/handbook/index.md): `packages/ledger/`" in front

    git(town, "add", ".")
    git(town, "commit", "--quiet", "-m", "Add the pages")
    before = {path: data for path, data in contents(town).items() if not path.startswith(".git/")}
    second = laptop.run("generate", "--json", cwd=town)

    assert json.loads(second.output)["written"] == json.loads(second.output)["removed"] == []
    after = {path: data for path, data in contents(town).items() if not path.startswith(".git/")}
    assert after == before

    asked = laptop.run("search", "book a sale into the ledger", "--json", cwd=town)
    assert json.loads(asked.output)[0]["page"].startswith("packages/ledger/")


def test_a_check_reads_the_pages_of_every_scope_or_of_the_one_that_is_named(
    laptop: Laptop, town: Path
) -> None:
    assert laptop.run("generate", cwd=town).status == 0
    checked = laptop.run("check", cwd=town)
    assert (checked.status, checked.output) == (0, "0 findings.\n")
    (town / CART_DOCS / "wrong.md").write_text("# Wrong\n\nSee [this](gone.md).\n")
    (line, *_) = laptop.run("check", cwd=town).output.splitlines()
    assert line.startswith(f"{CART_DOCS}/wrong.md:")
    (line, *_) = laptop.run("check", town / CART_DOCS, cwd=town).output.splitlines()
    assert line.startswith(f"{CART_DOCS}/wrong.md:")


async def test_scopes_can_be_written_somewhere_else_and_one_that_is_gone_is_forgotten(
    laptop: Laptop, folder: Path
) -> None:
    checkout = laptop.make_repository("moved", MONOREPO)
    made = await laptop.generate(Request(target=str(checkout), output=folder / "docs"))

    assert (folder / "docs/index.md").exists()
    assert (folder / "docs/packages/cart/index.md").exists()
    assert dead_links(folder / "docs") == []
    front = (folder / "docs/index.md").read_text()
    assert "(packages/cart/index.md): `packages/cart/`" in front
    assert made.withheld == ()
    assert laptop.run("search", "sale ledger", "--repo", checkout).output.count("ledger") > 1

    git(checkout, "rm", "--quiet", "packages/ledger/.autodoc.yaml")
    commit(checkout, {"packages/cart/.autodoc.yaml": "include: [nothing]\n"})
    again = await laptop.generate(Request(target=str(checkout), output=folder / "docs"))

    assert again.warnings == (
        "packages/cart/.autodoc.yaml:1: `nothing` of `include` matches no file",
        "packages/cart has no text file that can be documented",
    )
    found = json.loads(laptop.run("search", "sale ledger", "--repo", checkout, "--json").output)
    assert not [each["page"] for each in found if each["page"].startswith("packages/")]
