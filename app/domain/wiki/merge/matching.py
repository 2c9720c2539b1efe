"""What two sequences of texts have in common, found in bounded time."""

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher
from typing import NamedTuple

_MOST_WORK = 1_000_000
"""Steps for one comparison: 80 rewritten paragraphs, or 100 equal lines among others."""
_MOST_WORK_BETWEEN = 50_000
"""Steps between two anchors; there are as many such places as a text is long."""


class Run(NamedTuple):
    """Texts that both have, one after the other."""

    old: int
    new: int
    size: int


class Difference(NamedTuple):
    """What stands between two runs, in the old and in the new."""

    first: int
    last: int
    now_first: int
    now_last: int


def find_runs(old: Sequence[str], new: Sequence[str]) -> list[Run]:
    """Find what both have in the same order, the longest runs first.

    That takes time in the cube of what repeats. Where it is too much, texts that each side has once
    are anchors, and runs are looked for between them. What is still too much, as 1,000 equal lines
    among others, has nothing in common but its ends.
    """
    start, end = _shared_ends(old, new)
    left, right = old[start : len(old) - end], new[start : len(new) - end]
    if _work(left, right) <= _MOST_WORK:
        found = _longest_runs(left, right)
    else:
        found = _anchored_runs(left, right)
    return _within_ends(found, start, end, len(old), len(new))


def find_differences(old: Sequence[str], new: Sequence[str]) -> Iterator[Difference]:
    """Find what stands between the runs that both have."""
    at = now = 0
    for each in (*find_runs(old, new), Run(len(old), len(new), 0)):
        if at < each.old or now < each.new:
            yield Difference(at, each.old, now, each.new)
        at, now = each.old + each.size, each.new + each.size


def _anchored_runs(old: Sequence[str], new: Sequence[str]) -> list[Run]:
    runs: list[Run] = []
    at = now = 0
    for each in (*_anchors(old, new), Run(len(old), len(new), 0)):
        between = _runs_between(old[at : each.old], new[now : each.new])
        runs += [Run(at + run.old, now + run.new, run.size) for run in between]
        runs.append(each)
        at, now = each.old + each.size, each.new + each.size
    return runs


def _runs_between(old: Sequence[str], new: Sequence[str]) -> list[Run]:
    start, end = _shared_ends(old, new)
    left, right = old[start : len(old) - end], new[start : len(new) - end]
    found = _longest_runs(left, right) if _work(left, right) <= _MOST_WORK_BETWEEN else []
    return _within_ends(found, start, end, len(old), len(new))


def _within_ends(runs: list[Run], start: int, end: int, old: int, new: int) -> list[Run]:
    moved = [Run(start + each.old, start + each.new, each.size) for each in runs]
    return [Run(0, 0, start), *moved, Run(old - end, new - end, end)]


def _longest_runs(old: Sequence[str], new: Sequence[str]) -> list[Run]:
    matcher = SequenceMatcher(None, old, new, autojunk=False)
    return [Run(*each) for each in matcher.get_matching_blocks()]


def _work(old: Sequence[str], new: Sequence[str]) -> int:
    """Tell how many steps looking for the longest runs takes at most."""
    was, now = Counter(old), Counter(new)
    pairs = sum(count * now[text] for text, count in was.items())
    return (pairs + len(old)) * (was & now).total()


def _anchors(old: Sequence[str], new: Sequence[str]) -> list[Run]:
    """Find texts that both have once: as many as stand in the same order."""
    was, now = Counter(old), Counter(new)
    places = {text: place for place, text in enumerate(new) if now[text] == 1}
    shared = [Run(n, places[x], 1) for n, x in enumerate(old) if was[x] == 1 and x in places]
    ends: list[int] = []
    """The smallest place at which an order of so many, and one more, ends."""
    lengths: list[int] = []
    for each in shared:
        length = bisect_left(ends, each.new)
        ends[length : length + 1] = [each.new]
        lengths.append(length)
    wanted, chosen = len(ends) - 1, list[Run]()
    for each, length in zip(reversed(shared), reversed(lengths), strict=True):
        if length == wanted and (not chosen or each.new < chosen[-1].new):
            chosen.append(each)
            wanted -= 1
    return chosen[::-1]


def _shared_ends(old: Sequence[str], new: Sequence[str]) -> tuple[int, int]:
    start = _shared(old, new)
    return start, _shared(old[start:][::-1], new[start:][::-1])


def _shared(one: Sequence[str], other: Sequence[str]) -> int:
    for number, (left, right) in enumerate(zip(one, other, strict=False)):
        if left != right:
            return number
    return min(len(one), len(other))
