"""Places outside all symbols: lines of a file, found again wherever they are."""

from collections.abc import Iterable, Sequence

from app.domain.code.citation import CitedSymbol
from app.domain.code.digest import text_digest

_RECUT = 2
"""By so many lines may a place grow or shrink when it is only laid out anew."""


def source_lines(text: str) -> list[str]:
    """Cut a source into the lines by which everybody counts."""
    lines = text.replace("\r\n", "\n").split("\n")
    return lines if lines[-1] else lines[:-1]


def lines_digest(lines: Sequence[str], first: int, last: int) -> str:
    """Fingerprint lines, counted from 1, blind to layout."""
    return text_digest("\n".join(lines[max(first - 1, 0) : last]))


def find_lines(lines: Sequence[str], cited: CitedSymbol) -> tuple[int, int] | None:
    """Find the lines of a place in a new text; of several such places, the nearest."""
    count = cited.last_line - cited.first_line + 1
    if lines_digest(lines, cited.first_line, cited.last_line) == cited.code:
        return cited.first_line, cited.last_line
    sizes = (count, *(size for by in range(1, _RECUT + 1) for size in (count + by, count - by)))
    for size in sizes:
        for first in _nearest(cited.first_line, len(lines) - size + 1) if size > 0 else ():
            last = first + size - 1
            if lines[first - 1].strip() and lines_digest(lines, first, last) == cited.code:
                return first, last
    return None


def _nearest(first: int, last: int) -> Iterable[int]:
    """Count the lines from 1 to the last one, those near to `first` before others."""
    return sorted(range(1, last + 1), key=lambda line: abs(line - first))
