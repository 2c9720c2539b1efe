"""Lines of a page, how two versions of them differ, and how three become one."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import accumulate
from typing import NamedTuple

from app.domain.wiki.merge.matching import find_differences, find_runs
from app.domain.wiki.site.unmoved import essence
from app.domain.wiki.words.sentences import units

_NO_PROSE = re.compile(r"\s*(?:[|>#]|[-*+]\s|\d+[.)]\s|`{3}|~{3}|<!--|---)|    ")
"""Lines that are what they are as a whole."""


class Line(NamedTuple):
    """One line; space at its end is nobody's edit."""

    raw: str
    """With its line end, if it has one."""
    key: str
    gist: str
    """The key without what moves with every commit."""
    kept: bool = False
    """Whether it stands in a region that nothing may touch."""


Lines = tuple[Line, ...]


class Clash(NamedTuple):
    """Lines that both changed; those of the person stay."""

    theirs: Lines
    ours: Lines


class Blend(NamedTuple):
    """What became of three versions."""

    lines: Lines
    clashes: tuple[Clash, ...] = ()


class _Hunk(NamedTuple):
    """Lines of the base, from `first` up to `last`, and what stands in their place."""

    first: int
    last: int
    is_theirs: bool
    new: Lines

    @property
    def growth(self) -> int:
        return len(self.new) - (self.last - self.first)

    def meets(self, first: int, last: int) -> bool:
        """Say whether it and others touch the same lines; beside each other is not the same."""
        is_over = self.first < last and self.last > first
        return is_over or (self.first, self.last) == (first, last)


def read_lines(text: str) -> Lines:
    """Cut a text at its line ends, and at nothing else that Python takes for one."""
    parts = text.split("\n")
    raws = [f"{part}\n" for part in parts[:-1]] + parts[-1:]
    return tuple(line_of(raw) for raw in raws if raw)


def line_of(raw: str) -> Line:
    """Read one line."""
    key = raw.rstrip()
    return Line(raw, key, essence(key))


def text_of(lines: Sequence[Line]) -> str:
    """Write lines as a text."""
    return "".join(each.raw for each in lines)


def same(one: Sequence[Line], other: Sequence[Line]) -> bool:
    """Say whether lines say the same, wherever the places that they point at have moved."""
    return [each.gist for each in one] == [each.gist for each in other]


def merge_lines(base: Lines, theirs: Lines, ours: Lines) -> Blend:
    """Join what both sides changed; where they changed the same lines, the person's stay.

    Places that lines point at are the machine's, as only it knows them. What both added at the
    same place stands there one after the other, the person's first.
    """
    if (merged := _merged_before(base, theirs, ours)) is not None:
        return Blend(merged)
    person = _hunks(base, theirs, is_theirs=True)
    shown = [0, *accumulate(bool(each.key) for each in base)]
    hunks = sorted((*person, *_hunks(base, ours, is_theirs=False)))
    lines, clashes = list[Line](), list[Clash]()
    at = in_theirs = in_ours = 0
    for group in _groups(hunks):
        first, last = min(each.first for each in group), max(each.last for each in group)
        lines += _unchanged(
            base[at:first], theirs[in_theirs : in_theirs + first - at], ours[in_ours:]
        )
        in_theirs, in_ours = in_theirs + first - at, in_ours + first - at
        left = theirs[in_theirs : in_theirs + last - first + _growth(group, is_theirs=True)]
        right = ours[in_ours : in_ours + last - first + _growth(group, is_theirs=False)]
        is_there = len(group) == 1 and _is_there(shown, group[0], person)
        sides = {True} if is_there else {each.is_theirs for each in group}
        beside = _added_beside(base, group)
        chosen = Blend(beside) if beside else _choose(base[first:last], left, right, sides)
        lines += chosen.lines
        clashes += chosen.clashes
        at, in_theirs, in_ours = last, in_theirs + len(left), in_ours + len(right)
    lines += _unchanged(base[at:], theirs[in_theirs:], ours[in_ours:])
    return Blend(tuple(lines), tuple(clashes))


def added(base: Lines, theirs: Lines) -> Lines:
    """Return the lines that one has and the other has not, where it has them."""
    return tuple(line for each in _hunks(base, theirs, is_theirs=True) for line in each.new)


def common(one: Lines, other: Lines) -> Lines:
    """Return the lines of one that the other has in the same order."""
    runs = find_runs([each.key for each in one], [each.key for each in other])
    return tuple(line for start, _, size in runs for line in one[start : start + size])


def _merged_before(base: Lines, theirs: Lines, ours: Lines) -> Lines | None:
    """Return the person's lines if they are the machine's with nothing but a person's edits.

    That is, with lines that the base does not have, and without some that it has. None if not.
    """
    old = Counter(each.gist for each in base)
    taken_away = old - Counter(each.gist for each in theirs)
    lines, rest = list[Line](), list(theirs)[::-1]
    for each in _shown(ours):
        while (
            rest and (rest[-1].gist not in old or not rest[-1].key) and rest[-1].gist != each.gist
        ):
            lines.append(rest.pop())
        if rest and rest[-1].gist == each.gist and not rest[-1].kept:
            person = rest.pop()
            lines.append(person if person.key == each.key else each)
        elif taken_away[each.gist]:
            taken_away[each.gist] -= 1
        else:
            return None
    is_all = all(each.gist not in old or not each.key for each in rest)
    return (*lines, *rest[::-1]) if is_all else None


def _added_beside(base: Lines, group: Sequence[_Hunk]) -> Lines:
    """Return what the machine adds above or below what a person took away, and not in it."""
    theirs = [each for each in group if each.is_theirs]
    ours = [each for each in group if not each.is_theirs]
    if len(theirs) != 1 or _shown(theirs[0].new) or not ours:
        return ()
    first, last, _, blank = theirs[0]
    is_beside = all(
        each.first == each.last
        and not (_shown(base[first : each.first]) and _shown(base[each.first : last]))
        for each in ours
    )
    return (*blank, *(line for each in ours for line in each.new)) if is_beside else ()


def _choose(base: Lines, theirs: Lines, ours: Lines, sides: set[bool]) -> Blend:
    if sides == {True}:
        return Blend(theirs)
    if sides == {False}:
        return Blend(ours)
    if (ours or not theirs) and _holds(theirs, ours):
        return Blend(theirs)
    if not base:
        return Blend(ours if _holds(ours, theirs) else theirs + ours)
    return _by_sentences(base, theirs, ours) or Blend(theirs, (Clash(theirs, ours),))


def _by_sentences(base: Lines, theirs: Lines, ours: Lines) -> Blend | None:
    """Merge paragraphs by sentences: of a line that a person changed only those are theirs.

    None for what is no plain paragraph, and for lines of one sentence.
    """
    every = (base, theirs, ours)
    if not all(map(_shown, every)) or any(
        each.kept or _NO_PROSE.match(each.key) for lines in every for each in lines
    ):
        return None
    cut = [tuple(line_of(unit) for unit in units(text_of(lines))) for lines in every]
    if all(len(found) == len(lines) for found, lines in zip(cut, every, strict=True)):
        return None
    blend = merge_lines(*cut)
    parts = [each.raw if each.raw[-1].isspace() else f"{each.raw} " for each in blend.lines]
    text = "".join(parts)
    return Blend(read_lines(text if text.endswith("\n") else f"{text.rstrip()}\n"), blend.clashes)


def _is_there(shown: Sequence[int], hunk: _Hunk, person: Sequence[_Hunk]) -> bool:
    """Say whether what the machine adds is in what the person has at the same place.

    `shown` counts the lines that are not blank, up to each place of the base.
    """
    if hunk.is_theirs or hunk.first != hunk.last:
        return False
    wanted = _shown(hunk.new)
    at = hunk.first
    return any(
        _holds(_shown(each.new), wanted)
        for each in person
        if shown[min(at, each.last)] == shown[max(at, each.first)]
    )


def _shown(lines: Lines) -> Lines:
    return tuple(each for each in lines if each.key)


def _holds(lines: Lines, wanted: Lines) -> bool:
    """Say whether lines hold others, in one piece."""
    gists, found = [each.gist for each in lines], [each.gist for each in wanted]
    return any(
        gists[start : start + len(found)] == found for start in range(len(gists) - len(found) + 1)
    )


def _growth(group: Sequence[_Hunk], *, is_theirs: bool) -> int:
    return sum(each.growth for each in group if each.is_theirs is is_theirs)


def _unchanged(base: Lines, theirs: Lines, ours: Lines) -> Iterator[Line]:
    for old, person, machine in zip(base, theirs, ours, strict=False):
        yield person if machine.key == old.key else machine


def _groups(hunks: Sequence[_Hunk]) -> Iterator[list[_Hunk]]:
    """Gather hunks that touch the same lines of the base."""
    group: list[_Hunk] = []
    for each in hunks:
        if group and not each.meets(group[0].first, max(one.last for one in group)):
            yield group
            group = []
        group.append(each)
    if group:
        yield group


def _hunks(base: Lines, new: Lines, *, is_theirs: bool) -> list[_Hunk]:
    old_keys = [each.gist for each in base]
    # A line to be kept equals none, so that what the machine makes of it is not taken.
    new_keys = [f"\0{n}" if each.kept else each.gist for n, each in enumerate(new)]
    return [
        _Hunk(each.first, each.last, is_theirs, new[each.now_first : each.now_last])
        for each in find_differences(old_keys, new_keys)
    ]
