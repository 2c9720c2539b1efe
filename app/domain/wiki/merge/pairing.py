"""Which part of one version of a page is which of another."""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from difflib import SequenceMatcher

from app.domain.wiki.merge.lines import same
from app.domain.wiki.merge.parts import Part

_ALIKE = 0.6
"""Parts that share so much of their lines, of 1, are the same in spite of another heading."""
_MOST_LINES = 400
"""Longer parts are not looked at for likeness: it takes time in the square of their length."""

Pairs = dict[int, int]
"""The number of a part in the new version by that in the old one."""


def pair(old: Sequence[Part], new: Sequence[Part], third: Sequence[Part] = ()) -> Pairs:
    """Pair what says the same, then what has the same headings above it, then what was renamed.

    A part whose heading a third version has too is no renamed one.
    """
    pairs = exactly(old, new)
    unique = _unique(old) & _unique(new)

    def is_only(one: Part, other: Part) -> bool:
        return one.heading == other.heading and one.heading in unique

    named = {each.heading for each in third}
    free = [n for n, each in enumerate(new) if each.heading not in named]
    for places, is_same, least in (
        (range(len(new)), _by_path, 0.0),
        (range(len(new)), is_only, 0.0),
        (range(len(new)), _by_heading, _ALIKE),
        (free, _anyhow, _ALIKE),
    ):
        pairs |= _alike(old, new, pairs, places, is_same, least)
    return pairs


def exactly(one: Sequence[Part], other: Sequence[Part]) -> Pairs:
    """Pair parts that say the same under the same heading, and say something."""
    pairs: Pairs = {}
    for number, each in enumerate(one):
        for place, found in enumerate(other):
            is_same = each.heading == found.heading and same(each.lines, found.lines)
            if is_same and place not in pairs.values() and any(line.key for line in each.body):
                pairs[number] = place
                break
    return pairs


def _unique(parts: Sequence[Part]) -> frozenset[str]:
    counts = Counter(each.heading for each in parts)
    return frozenset(heading for heading, count in counts.items() if count == 1)


def _alike(
    old: Sequence[Part],
    new: Sequence[Part],
    pairs: Pairs,
    places: Iterable[int],
    is_same: Callable[[Part, Part], bool],
    least: float,
) -> Pairs:
    """Pair what is left, the most alike first, then what stands nearest."""
    found: list[tuple[float, int, int, int]] = []
    free = [place for place in places if place not in pairs.values()]
    for number, each in enumerate(old):
        rivals = [n for n in free if number not in pairs and is_same(each, new[n])]
        for place in rivals:
            likeness = _likeness(each, new[place])
            if likeness >= least:
                found.append((-likeness, abs(place - number), number, place))
    chosen: Pairs = {}
    for _, _, number, place in sorted(found):
        if number not in chosen and place not in chosen.values():
            chosen[number] = place
    return chosen


def _by_path(one: Part, other: Part) -> bool:
    return one.names == other.names


def _by_heading(one: Part, other: Part) -> bool:
    return one.heading == other.heading


def _anyhow(_one: Part, _other: Part) -> bool:
    return True


def _likeness(one: Part, other: Part) -> float:
    left = [each.gist for each in one.body if each.gist]
    right = [each.gist for each in other.body if each.gist]
    if not left and not right:
        return 1.0
    if max(len(left), len(right)) > _MOST_LINES:
        return 0.0
    return SequenceMatcher(None, left, right, autojunk=False).ratio()
