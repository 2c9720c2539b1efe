"""Places outside all symbols: lines of a file, found again wherever they are."""

from collections.abc import Iterable, Sequence

from app.domain.code.change import Hunk
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


def find_lines(
    lines: Sequence[str], cited: CitedSymbol, hunks: Sequence[Hunk] = ()
) -> tuple[int, int] | None:
    """Find the lines of a place in a new text; of several such places, the nearest.

    With the hunks of the file, lines that no hunk touches are where the hunks say, and of lines
    that one touches only such copies count as they that the hunks brought. Where the digest of the
    lines is not recorded, nothing but hunks says where they are.
    """
    if hunks and (shift := _shift(cited, hunks)) is not None:
        moved = (cited.first_line + shift, cited.last_line + shift)
        is_known = not cited.code or lines_digest(lines, *moved) == cited.code
        return moved if is_known else None
    if not cited.code:
        return None
    count = cited.last_line - cited.first_line + 1
    sizes = (count, *(size for by in range(1, _RECUT + 1) for size in (count + by, count - by)))
    windows = (
        (first, first + size - 1)
        for size in sizes
        if size > 0
        for first in _nearest(cited.first_line, len(lines) - size + 1)
        if lines[first - 1].strip()
    )
    for first, last in windows:
        is_new = not hunks or any(_brings(each, first, last) for each in hunks)
        if is_new and lines_digest(lines, first, last) == cited.code:
            return first, last
    return None


def _shift(cited: CitedSymbol, hunks: Sequence[Hunk]) -> int | None:
    """Say by how much lines moved; None for lines that a hunk touches."""
    shift = 0
    for each in hunks:
        # A hunk without old lines inserts behind the line that it names.
        first = each.old_first if each.old_lines else each.old_first + 1
        last = each.old_first + each.old_lines - 1 if each.old_lines else each.old_first
        if last < cited.first_line:
            shift += each.new_lines - each.old_lines
        elif first <= cited.last_line:
            return None
    return shift


def _brings(hunk: Hunk, first: int, last: int) -> bool:
    """Say whether one of some new lines comes with a hunk."""
    return first < hunk.new_first + hunk.new_lines and hunk.new_first <= last


def _nearest(first: int, last: int) -> Iterable[int]:
    """Count the lines from 1 to the last one, those near to `first` before others."""
    return sorted(range(1, last + 1), key=lambda line: abs(line - first))
