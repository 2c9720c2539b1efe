"""What is different between two commits, as far as verdicts look at it."""

from collections.abc import Mapping

from app.domain.code.symbol import Symbol
from app.domain.value import Value


class Hunk(Value):
    """Lines of one file that a diff replaces; counts may be 0."""

    path: str
    """At the new commit; of a removed file, at the old one."""
    old_first: int
    old_lines: int
    new_first: int
    new_lines: int


class Place(Value):
    """What a commit is looked for that changed it: a symbol, lines, or a file as such."""

    path: str
    """At the new commit; of what is gone, at the base."""
    symbol: str = ""
    first_line: int = 0
    """Of lines outside all symbols, at the new commit."""
    last_line: int = 0
    digest: str = ""
    """Of these lines."""
    is_gone: bool = False
    """Whether the commit is wanted in which it went."""

    @property
    def key(self) -> str:
        """Name the place within a change."""
        return ":".join(filter(None, (self.path, self.symbol or self.digest)))


class FileNow(Value):
    """One file at the new commit."""

    path: str
    symbols: Mapping[str, Symbol] = {}
    """By qualified name."""
    told: frozenset[str] = frozenset()
    """Digests of what can be told of the file as a whole: its doc comment, title, package."""
    text: str = ""
    """To find places outside all symbols again, and to show the current code."""


class Changes(Value):
    """Two commits, and what became of the files that differ."""

    base: str
    """Empty when the commit that pages were made from is not at hand: then `files` holds every
    file that is cited, and digests alone decide."""
    head: str
    files: Mapping[str, FileNow | None] = {}
    """By the path at the base; None for a file that is gone. A path that is not here is unchanged.
    A renamed file stands under its old path."""
    renames: Mapping[str, str] = {}
    """New paths by old ones."""
    added: Mapping[str, FileNow] = {}
    """New files by path, without renamed ones: what left another file may have come here."""
    hunks: Mapping[str, tuple[Hunk, ...]] = {}
    """By the path at the new commit; of removed files at the old one."""
    commits: Mapping[str, str] = {}
    """By `Place.key`: which commit changed it last, where known."""


class GoneName(Value):
    """A name that the base knew, and that nothing at the new commit has any more."""

    name: str
    """As prose writes it: `total`, `Cart.total`, `--tax`, `SHOP_TAX`, `app/cart.py`."""
    path: str
    """Where it was defined."""
    line: int = 0
    kind: str = ""
    """`function`, `class`, `setting`, `flag`, `route`, `file` …"""
    now: str = ""
    """Its name now, when it was certainly only renamed."""
    certain: bool = False
    """Whether no search could find it again: a path of the tree, a member of a class that is known
    in full."""
