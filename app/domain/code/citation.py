"""What a published sentence relies on: symbols and places of the code, as they were."""

from enum import StrEnum

from app.domain.value import Value


class Reliance(StrEnum):
    """How much of what it cites a sentence states."""

    EXISTENCE = "existence"
    """That it is there, under its name."""
    SIGNATURE = "signature"
    """How it is called: parameters, their order, names and defaults."""
    WORDING = "wording"
    """Its signature and doc comment as written, which the sentence quotes."""
    BEHAVIOUR = "behaviour"
    """What its code does."""

    @property
    def rank(self) -> int:
        """Count how much that is: whoever relies on more heeds all that others heed."""
        return list(Reliance).index(self)


UNKNOWN_CALL = "…"
"""Stands before the parameters of what can be called in other ways, too."""


class CitedSymbol(Value):
    """A symbol, or a place outside all symbols, that a section of a published page relies on."""

    path: str
    symbol: str
    """Its qualified name in the file; empty for a place outside all symbols."""
    recipe: str
    """Names how the digests were made; an unknown one counts as changed."""
    code: str
    """Of a place outside all symbols: the digest of its lines, blind to layout; empty for a whole
    file."""
    wording: str
    """Of a whole file, and of a place of which a fixed form tells: the digest of what is told.
    Empty for other places: there the lines decide."""
    first_line: int
    last_line: int
    """Of a whole file both are those of the file; see `whole`."""
    offset: int | None = None
    """Of some lines of a symbol: how far below its first line they begin; None for all of it."""
    whole: bool = False
    """Whether a file as such is meant, and not lines of it."""
    kind: str = ""
    """The symbol's kind."""
    parameters: tuple[str, ...] = ()
    """How it is called, one text a parameter without annotations that are not code, such as `tax`,
    `tax=0.2`, `tax=` (may be left out) and `*rest`."""
    relies: Reliance = Reliance.BEHAVIOUR
    """The most that any sentence of the section states of it."""

    @property
    def key(self) -> str:
        """Name it as sentences do: `path:symbol`, of a place `path:first-last`."""
        if self.symbol or self.whole:
            return f"{self.path}:{self.symbol}"
        return f"{self.path}:{self.first_line}-{self.last_line}"

    @property
    def is_place(self) -> bool:
        """Say whether lines outside all symbols are meant."""
        return not self.symbol and not self.whole
