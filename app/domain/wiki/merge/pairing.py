"""Which part of one version of a page is which of another."""

from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher

from app.domain.wiki.merge.lines import same
from app.domain.wiki.merge.parts import Part

_ALIKE = 0.6
"""Parts that share so much of their lines, of 1, are the same in spite of another heading."""
_MOST_LINES = 400
"""Longer parts are not looked at for likeness: it takes time in the square of their length."""


def pair(old: Sequence[Part], new: Sequence[Part]) -> dict[int, int]:
    """Pair parts by their headings, in order; then those that moved, and those renamed.

    Gives the number of the new part by that of the old one.
    """
    pairs = dict(_in_order(old, new))
    for is_same in (_exactly, _by_path, _by_heading):
        taken = set(pairs.values())
        for number, each in enumerate(old):
            if number in pairs:
                continue
            for place, other in enumerate(new):
                if place not in taken and is_same(each, other):
                    pairs[number] = place
                    taken.add(place)
                    break
    return pairs | _renamed(old, new, pairs)


def _in_order(old: Sequence[Part], new: Sequence[Part]) -> Iterator[tuple[int, int]]:
    matcher = SequenceMatcher(
        None, [each.names for each in old], [each.names for each in new], autojunk=False
    )
    for first, second, size in matcher.get_matching_blocks():
        for step in range(size):
            yield first + step, second + step


def _exactly(one: Part, other: Part) -> bool:
    return one.heading == other.heading and same(one.lines, other.lines)


def _by_path(one: Part, other: Part) -> bool:
    return one.names == other.names


def _by_heading(one: Part, other: Part) -> bool:
    return one.heading == other.heading and _likeness(one, other) >= _ALIKE


def _renamed(old: Sequence[Part], new: Sequence[Part], pairs: dict[int, int]) -> dict[int, int]:
    """Pair what stands at the same place and says much the same."""
    found: dict[int, int] = {}
    taken = set(pairs.values())
    for number, each in enumerate(old):
        if number in pairs:
            continue
        before = {**pairs, **found}.get(number - 1, -1)
        place = before + 1
        is_free = place < len(new) and place not in taken and (number == 0 or before >= 0)
        if is_free and _is_renamed(each, new[place]):
            found[number] = place
            taken.add(place)
    return found


def _is_renamed(one: Part, other: Part) -> bool:
    return len(one.names) == len(other.names) and _likeness(one, other) >= _ALIKE


def _likeness(one: Part, other: Part) -> float:
    left = [each.gist for each in one.body if each.gist]
    right = [each.gist for each in other.body if each.gist]
    if not left or not right or max(len(left), len(right)) > _MOST_LINES:
        return 0.0
    return SequenceMatcher(None, left, right, autojunk=False).ratio()
