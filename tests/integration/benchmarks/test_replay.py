"""A small history, replayed: pages that follow each commit are those that are made from nothing."""

import subprocess
from collections.abc import Mapping
from pathlib import Path

import pytest

from benchmarks.replay.engine import Documentation
from benchmarks.replay.figures import Figures, Judge
from benchmarks.replay.history import Tree, first_parents
from benchmarks.replay.run import replay
from benchmarks.replay.store import Store

ADDRESS = "https://github.com/example/shop"
CART = '''"""Carts and what they cost."""

TAX = 0.2


class Cart:
    """What somebody is about to buy."""

    def __init__(self, owner: str) -> None:
        self.owner = owner

    def total(self, items: list[float], tax: float = TAX) -> float:
        """Add up the prices of all items."""
        return sum(items) * (1 + tax)


def describe(cart: Cart) -> str:
    """Say in one line whose cart it is."""
    return f"the cart of {cart.owner}"
'''
ORDERS = '''"""Orders."""

from shop.cart import Cart, describe


def order(cart: Cart, items: list[float]) -> str:
    """Place an order for everything in the cart."""
    return f"{describe(cart)}: {cart.total(items)}"
'''
TEST = """from shop.cart import Cart, describe


def test_describe_names_the_owner():
    cart = Cart("Ada")
    assert describe(cart) == "the cart of Ada"
"""
MONEY = """/** Writes amounts. */
export function format(amount: number, sign = "EUR"): string {
  return `${amount} ${sign}`
}
"""
STOCK = """// Package stock counts what is there.
package stock

// Count says how many there are of a thing.
func Count(name string) int {
	return len(name)
}
"""
INIT = '"""A small shop."""\n\nfrom shop.cart import Cart\n'
README = "# Shop\n\nA shop that sells things to everybody who comes by.\n"
COMMENTED = CART.replace("\n    def total", "\n    # What it costs.\n    def total")
WITH_CODE = COMMENTED.replace("describe(cart: Cart)", "describe(cart: Cart, code: str)")
REPHRASED = WITH_CODE.replace("Say in one line whose", "Tell whose")
RENAMED = REPHRASED.replace("describe", "introduce")
COMMITS: tuple[Mapping[str, str | None], ...] = (
    {
        "README.md": README,
        "pyproject.toml": '[project]\nname = "shop"\nversion = "1.0"\n',
        "shop/__init__.py": INIT,
        "shop/cart.py": CART,
        "shop/orders.py": ORDERS,
        "tests/test_cart.py": TEST,
    },
    {"shop/cart.py": COMMENTED},
    {"shop/cart.py": "\n\n" + COMMENTED},
    {"web/money.ts": MONEY, "web/index.ts": 'export { format } from "./money"\n'},
    {"shop/cart.py": WITH_CODE},
    {"stock/stock.go": STOCK, "go.mod": "module example.org/shop\n\ngo 1.22\n"},
    {"shop/cart.py": REPHRASED},
    {
        "shop/cart.py": RENAMED,
        "shop/orders.py": ORDERS.replace("describe", "introduce"),
        "tests/test_cart.py": TEST.replace("describe", "introduce"),
    },
    {"web/money.ts": MONEY.replace("sign =", "places = 2, sign =")},
    {
        "shop/cart.py": None,
        "shop/basket.py": RENAMED,
        "shop/__init__.py": INIT.replace("cart", "basket"),
    },
    {"stock/stock.go": STOCK.replace("name string", "name, place string")},
    {"README.md": README.replace("everybody", "anybody"), "shop/returns.py": '"""Returns."""\n'},
)


def history(folder: Path) -> str:
    git = ("git", "-C", str(folder), "-c", "user.name=a", "-c", "user.email=a@example.org")
    folder.mkdir()
    subprocess.run([*git, "init", "-q", "-b", "main"], check=True)
    for number, files in enumerate(COMMITS):
        for path, text in files.items():
            (folder / path).parent.mkdir(parents=True, exist_ok=True)
            (folder / path).write_text(text) if text is not None else (folder / path).unlink()
        subprocess.run([*git, "add", "-A"], check=True)
        subprocess.run([*git, "commit", "-qm", f"Commit {number}"], check=True)
    found = subprocess.run([*git, "rev-parse", "HEAD"], check=True, capture_output=True, text=True)
    return found.stdout.strip()


async def test_pages_that_followed_every_commit_are_as_true_as_new_ones(tmp_path: Path) -> None:
    shop = tmp_path / "shop"
    commits = first_parents(shop, history(shop), 50)
    store = Store.open(tmp_path / "work")
    await replay(shop, {"url": ADDRESS}, commits, store, every=2)
    figures = Judge(Store.open(tmp_path / "work"), Tree(shop)).judge()
    counts = figures.counts
    assert counts["commits"] == len(COMMITS) - 1
    assert sum(each["reference_pages"] for each in figures.tenths) > 0
    amiss = {"reference_differs", "missed", "misled", "stale_at_tenth", "touched"}
    assert [each for each in figures.amiss if each["kind"] in amiss] == []
    assert (counts["quiet_commits"], counts["quiet_calls"]) == (3, 0)
    assert counts["sections_truly_changed"] > 0
    assert counts["sections_by_verdict"] < counts["sections_by_overlap"]


@pytest.mark.parametrize(
    ("last", "kinds"),
    [
        (4, {"signature"}),
        (6, {"signature", "doc"}),
        (7, {"gone", "name"}),
    ],
)
async def test_pages_that_nobody_updates_are_found_to_be_false(
    tmp_path: Path, last: int, kinds: set[str]
) -> None:
    shop = tmp_path / "shop"
    commits = first_parents(shop, history(shop), 50)
    made = await Documentation(shop, "shop", ADDRESS).from_nothing(commits[0])
    store = Store.open(tmp_path / "work")
    row = {"settled": False, "reasons": [], "rebuilt": {}, "for_a_model": 0, "left": []}
    store.add({**row, "commit": commits[0]}, made.files, None)
    store.add({**row, "commit": commits[last]}, made.files, made.files)
    figures = Judge(store, Tree(shop)).judge()
    assert kinds <= found(figures, "missed")
    assert kinds - {"name"} <= found(figures, "stale_at_tenth")


def found(figures: Figures, kind: str) -> set[str]:
    return {each["what"]["kind"] for each in figures.amiss if each["kind"] == kind}
