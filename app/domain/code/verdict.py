"""What became of a cited symbol, and so of the sentences that rely on it."""

from enum import StrEnum

from app.domain.value import Value


class Verdict(StrEnum):
    """What a new commit makes of a page, a section or a citation; worse ones stand later."""

    FRESH = "fresh"
    RELOCATED = "relocated"
    """Only the place changed."""
    REWORDED = "reworded"
    """Only annotations or the doc comment changed, or a compatible addition was made."""
    STALE = "stale"
    """The code changed, it is gone, or a name in the text no longer exists."""
    NEW = "new"
    """Public surface that no page tells of."""
    RETIRED = "retired"
    """All that the page is about is gone."""


class Cause(StrEnum):
    """What exactly changed."""

    NOTHING = "nothing"
    PLACE = "place"
    MOVED = "moved"
    """To another file, unchanged."""
    DOC = "doc comment"
    ANNOTATION = "annotation"
    ADDITION = "compatible addition"
    SIGNATURE = "signature"
    CODE = "code"
    TEXT = "text"
    """Of a place outside all symbols, or what is told of a file."""
    RENAMED = "renamed"
    GONE = "gone"
    NAME = "name"
    """A name in the text that no longer exists."""
    LISTED = "listed"
    """There is more to list than the section does."""
    RECIPE = "recipe"
    """The digests were made in a way that nobody knows any more."""


CHANGED_WORDS = "what it says of itself changed"
"""What is said of a file as such, not of lines of it."""


class Judgement(Value):
    """The verdict on one citation."""

    verdict: Verdict
    cause: Cause
    detail: str = ""
    """What changed, as a clause: `lost the parameter tax`."""
    path: str = ""
    """Where it is now; empty when it is gone."""
    symbol: str = ""
    first_line: int = 0
    last_line: int = 0
