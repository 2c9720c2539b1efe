"""A small repository that never was, for tests of whatever writes about code."""

import hashlib
from collections.abc import Mapping, Sequence

from app.domain.code.evidence import evidence_of
from app.domain.code.facts import FileFacts, RepositoryFacts
from app.domain.code.symbol import Symbol, SymbolKind
from app.domain.wiki.narrative.briefing import Briefing, Fact, FactForm
from app.domain.wiki.page import PageKind, PageSpec, WikiStructure

CART = '''"""The shopping cart."""


class Cart:
    """Holds what a customer wants."""

    def total(self) -> int:
        """Add the prices up."""
        return sum(line.price for line in self.lines)
'''
SOURCES = {
    "shop/cart.py": CART,
    "shop/mail.py": '"""Sends receipts."""\n\nFROM = "shop@example.org"\n',
    "README.md": "# Shop\n\nA shop for tests.\n",
}
CLASS = Symbol(
    name="Cart",
    kind=SymbolKind.CLASS,
    first_line=4,
    last_line=9,
    signature="class Cart",
    doc="Holds what a customer wants.",
    code_digest="c1",
    wording_digest="w1",
)
TOTAL = Symbol(
    name="Cart.total",
    kind=SymbolKind.METHOD,
    first_line=7,
    last_line=9,
    signature="def total(self) -> int",
    doc="Add the prices up.",
    code_digest="c2",
    wording_digest="w2",
)
FACTS = {
    "shop/cart.py": FileFacts(
        language="python", doc="The shopping cart.", symbols=(CLASS, TOTAL), lines=9
    ),
    "shop/mail.py": FileFacts(language="python", doc="Sends receipts.", lines=3),
}
REPOSITORY = RepositoryFacts(
    commit="c" * 40,
    name="shop",
    files=FACTS,
    line_counts={"README.md": 3, "shop/cart.py": 9, "shop/mail.py": 3},
    paths=frozenset({*SOURCES, "shop"}),
)
CART_SPEC = PageSpec(
    id="cart",
    path="cart.md",
    title="The cart",
    section="Guide",
    kind=PageKind.NARRATIVE,
    purpose="What the cart holds and how it adds up.",
    subjects=("shop/cart.py",),
)
BRIEFING = Briefing(
    spec=CART_SPEC,
    facts=(
        Fact(
            evidence="E1",
            form=FactForm.SYMBOL,
            name="Cart",
            text="Holds what a customer wants.",
            detail="class Cart",
        ),
        Fact(
            evidence="E2",
            form=FactForm.SYMBOL,
            name="Cart.total",
            text="Add the prices up.",
            detail="def total(self) -> int",
        ),
    ),
    evidence=(
        evidence_of(1, "shop/cart.py", CLASS, "test-1"),
        evidence_of(2, "shop/cart.py", TOTAL, "test-1"),
    ),
    names=frozenset({"Cart", "Cart.total", "total", "shop/cart.py"}),
)
PROPOSAL = WikiStructure(
    title="shop",
    pages=(
        PageSpec(
            id="home",
            path="index.md",
            title="shop",
            kind=PageKind.HOME,
            purpose="Where to begin.",
            subjects=("README.md",),
        ),
        CART_SPEC,
        PageSpec(
            id="mail",
            path="mail.md",
            title="Mail",
            section="Guide",
            kind=PageKind.NARRATIVE,
            purpose="How receipts are sent.",
            subjects=("shop/mail.py",),
        ),
    ),
)


def blob_id(text: str) -> str:
    """Name a text."""
    return hashlib.sha1(text.encode(), usedforsecurity=False).hexdigest()


class ShopBlobs:
    """Gives the shop's blobs, and counts how often it is asked."""

    def __init__(self, sources: Mapping[str, str] = SOURCES) -> None:
        self._texts = {blob_id(text): text for text in sources.values()}
        self.reads = 0

    async def read(self, blob_ids: Sequence[str]) -> dict[str, bytes]:
        """Return the bytes of each blob."""
        self.reads += 1
        return {each: self._texts[each].encode() for each in blob_ids}
