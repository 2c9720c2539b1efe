"""Places outside all symbols: lines of a file, found again wherever they are."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import accumulate, islice

from app.domain.code.change import Changes, FileNow, Hunk
from app.domain.code.citation import CitedSymbol
from app.domain.code.digest import layout_digest

_TELLING = 10
"""A shorter line stands anywhere by chance."""
_MOST_ARRIVALS = 20_000
"""Of more new lines only so many are looked at."""
_RECUT = 2
"""By so many lines may a place grow or shrink when it is only laid out anew."""
_RECUT_BY_HUNKS = 12
"""Where hunks say which lines are new, few have to be tried."""
_MOST_READ = 2_000_000
"""So many lines are read to find a place again; who is not found by then counts as changed."""


def source_lines(text: str) -> list[str]:
    """Cut a source into the lines by which everybody counts."""
    lines = text.replace("\r\n", "\n").split("\n")
    return lines if lines[-1] else lines[:-1]


def lines_digest(lines: Sequence[str], first: int, last: int) -> str:
    """Fingerprint lines, counted from 1, blind to layout."""
    return layout_digest("\n".join(lines[max(first - 1, 0) : last]))


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
    count, most = cited.last_line - cited.first_line + 1, _RECUT_BY_HUNKS if hunks else _RECUT
    sizes = (count, *(size for by in range(1, most + 1) for size in (count + by, count - by)))
    bare, is_new = _bare(lines), _newness(hunks, len(lines))
    windows = (
        (first, first + size - 1)
        for size in sizes
        if size > 0
        for first in _nearest(cited.first_line, len(lines) - size + 1)
        if bare[first - 1] and is_new(first, first + size - 1)
    )
    # The nearest come first, so that what is cut off is the least likely.
    tried = islice(windows, _most_windows(count))
    return next((each for each in tried if lines_digest(bare, *each) == cited.code), None)


def find_elsewhere(cited: CitedSymbol, changes: Changes) -> tuple[FileNow, int, int] | None:
    """Find the lines of a place in what came to other files, if they came there exactly once."""
    count = cited.last_line - cited.first_line + 1
    if not cited.code or cited.whole:
        return None
    arrivals = (
        (file, bare, first)
        for file, lines, new in _arrivals(cited.path, changes)
        for bare in [_bare(lines)]
        for first in new
        if first + count - 1 <= len(lines) and len(lines[first - 1].strip()) >= _TELLING
    )
    most = min(_MOST_ARRIVALS, _most_windows(count))
    found = [
        (file, first, first + count - 1)
        for file, bare, first in islice(arrivals, most)
        if lines_digest(bare, first, first + count - 1) == cited.code
    ]
    return found[0] if len(found) == 1 else None


def _bare(lines: Iterable[str]) -> list[str]:
    """Take the white space out of lines, which their digest does not see, once for all windows."""
    return ["".join(each.split()) for each in lines]


def _most_windows(count: int) -> int:
    """Say how many places of so many lines may be read."""
    return max(_MOST_READ // max(count, 1), 1)


def _newness(hunks: Sequence[Hunk], count: int) -> Callable[[int, int], bool]:
    """Tell quickly whether any hunk brings one of some lines; without hunks, all may be new."""
    if not hunks:
        return lambda _first, _last: True
    ends = [0] * (count + 1)
    for each in hunks:
        begin = min(each.new_first, count)
        ends[begin] = max(ends[begin], each.new_first + each.new_lines)
    # Where the lines end that hunks bring which begin at a line or above it.
    reach = list(accumulate(ends, max))
    return lambda first, last: first < reach[min(last, count)]


def _arrivals(
    path: str, changes: Changes
) -> Iterator[tuple[FileNow, Sequence[str], Iterable[int]]]:
    """Give the files to which lines came, with these lines' numbers."""
    for file in changes.added.values():
        lines = source_lines(file.text)
        yield file, lines, range(1, len(lines) + 1)
    for old, changed in changes.files.items():
        if changed is not None and old != path:
            hunks = changes.hunks.get(changed.path, ())
            new = [
                line
                for each in hunks
                for line in range(max(each.new_first, 1), each.new_first + each.new_lines)
            ]
            yield changed, source_lines(changed.text) if new else [], new


def _shift(cited: CitedSymbol, hunks: Sequence[Hunk]) -> int | None:
    """Say by how much lines moved; None for lines that a hunk touches."""
    shift = 0
    for each in hunks:
        first, last = _replaced(each)
        if last < cited.first_line:
            shift += each.new_lines - each.old_lines
        elif first <= cited.last_line:
            return None
    return shift


def _replaced(hunk: Hunk) -> tuple[int, int]:
    """Return the old lines of a hunk; one without any inserts behind the line that it names."""
    if not hunk.old_lines:
        return hunk.old_first + 1, hunk.old_first
    return hunk.old_first, hunk.old_first + hunk.old_lines - 1


def lines_now(cited: CitedSymbol, hunks: Sequence[Hunk], count: int) -> tuple[int, int]:
    """Say which of a file's lines stand where a place was that is not as it was."""
    first, last = cited.first_line, cited.last_line
    for each in hunks:
        begin, end = _replaced(each)
        grown = each.new_lines - each.old_lines
        if end < cited.first_line:
            first += grown
        if begin <= cited.last_line:
            last += grown
    first = max(min(first, count), 1)
    return first, max(min(last, count), first)


def brings(hunk: Hunk, first: int, last: int) -> bool:
    """Say whether one of some new lines comes with a hunk."""
    return first < hunk.new_first + hunk.new_lines and hunk.new_first <= last


def _nearest(first: int, last: int) -> Iterable[int]:
    """Count the lines from 1 to the last one, those near to `first` before others."""
    return sorted(range(1, last + 1), key=lambda line: abs(line - first))
