"""The versions of each part of a page, and the order in which the parts are to stand."""

from collections.abc import Sequence
from dataclasses import dataclass

from app.domain.wiki.merge.lines import Line, Lines, line_of
from app.domain.wiki.merge.pairing import exactly, pair
from app.domain.wiki.merge.parts import Cut, Part, is_blank


@dataclass(frozen=True)
class Trio:
    """What one part of the page is in each version."""

    base: Part | None
    theirs: Part | None
    ours: Part | None

    @property
    def anchor(self) -> str:
        """Name it as records do: by what the machine calls it."""
        named = self.base or self.ours or self.theirs
        return named.anchor if named else ""

    @property
    def heading(self) -> str:
        """Return its heading as the person has it."""
        named = self.theirs or self.ours or self.base
        return named.heading if named else ""

    @property
    def depth(self) -> int:
        """Say under how many headings it stands, its own among them."""
        named = self.theirs or self.ours or self.base
        return len(named.names) if named else 0


def match(base: Cut, theirs: Cut, ours: Cut) -> list[Trio]:
    """Find the versions of each part, in the order in which they are to stand."""
    to_ours = pair(base.parts, ours.parts, theirs.parts)
    merged = exactly(ours.parts, theirs.parts)
    to_theirs = {old: merged[new] for old, new in to_ours.items() if new in merged}
    rest = [n for n in range(len(base.parts)) if n not in to_theirs]
    free = [n for n in range(len(theirs.parts)) if n not in merged.values()]
    found = pair([base.parts[n] for n in rest], [theirs.parts[n] for n in free], ours.parts)
    to_theirs |= {rest[one]: free[other] for one, other in found.items()}
    extra_theirs = [n for n in range(len(theirs.parts)) if n not in to_theirs.values()]
    extra_ours = [n for n in range(len(ours.parts)) if n not in to_ours.values()]
    alike = pair(
        [theirs.parts[each] for each in extra_theirs], [ours.parts[each] for each in extra_ours]
    )
    both = {extra_theirs[one]: extra_ours[other] for one, other in alike.items()}
    trios = [
        Trio(part, _at(theirs, to_theirs.get(number)), _at(ours, to_ours.get(number)))
        for number, part in enumerate(base.parts)
    ]
    trios += [Trio(None, theirs.parts[n], _at(ours, both.get(n))) for n in extra_theirs]
    trios += [Trio(None, None, ours.parts[n]) for n in extra_ours if n not in both.values()]
    return _in_order(trios, base, theirs, ours)


def join(parts: Sequence[tuple[Trio, Lines]], theirs: Cut) -> Lines:
    """Put parts below one another, with a blank line above a heading that came to a new place."""
    places = {id(part): number for number, part in enumerate(theirs.parts)}
    lines: list[Line] = []
    last = -2
    for trio, found in parts:
        place = places[id(trio.theirs)] if trio.theirs else -2
        if lines and not is_blank(lines[-1]) and place != last + 1:
            lines.append(line_of("\n"))
        lines += found
        last = place
    is_below = bool(theirs.parts) and last == len(theirs.parts) - 1 and bool(theirs.foot)
    if lines and not is_blank(lines[-1]) and not is_below:
        lines.append(line_of("\n"))
    return tuple(lines)


def _in_order(trios: list[Trio], base: Cut, theirs: Cut, ours: Cut) -> list[Trio]:
    """Take the machine's order with what is the person's; if they moved parts, their order."""
    of_theirs = {id(each.theirs): number for number, each in enumerate(trios) if each.theirs}
    of_ours = {id(each.ours): number for number, each in enumerate(trios) if each.ours}
    person = [of_theirs[id(each)] for each in theirs.parts]
    machine = [of_ours[id(each)] for each in ours.parts]
    common = [number for number in person if number in machine]
    # The first trios are those of the base, in its order.
    is_as_before = common == sorted(common) and all(each < len(base.parts) for each in common)
    is_same = common == [number for number in machine if number in person]
    if not (is_same or is_as_before) or any(each.is_glued for each in theirs.parts):
        order = _with_ours(person, machine, trios)
    else:
        order = _with_theirs(machine, person, trios)
    return [trios[number] for number in order]


def _with_ours(person: list[int], machine: list[int], trios: Sequence[Trio]) -> list[int]:
    """Put the machine's new parts behind those that they follow, and what the person has there."""
    order, own = list(person), set(person) - set(machine)
    for place, number in enumerate(machine):
        if number not in person:
            at = order.index(machine[place - 1]) + 1 if place else 0
            while at < len(order) and (order[at] in own or _is_glued(trios[order[at]])):
                at += 1
            order.insert(at, number)
    return order


def _with_theirs(machine: list[int], person: list[int], trios: Sequence[Trio]) -> list[int]:
    """Put the person's parts behind those that they follow, but not among the parts of these."""
    order, new = list(machine), set(machine) - set(person)
    for place, number in enumerate(person):
        if number not in machine:
            at = order.index(person[place - 1]) + 1 if place else 0
            while at < len(order) and order[at] in new and _is_inside(order[at], number, trios):
                at += 1
            order.insert(at, number)
    return order


def _is_inside(one: int, other: int, trios: Sequence[Trio]) -> bool:
    return trios[one].depth > trios[other].depth


def _is_glued(trio: Trio) -> bool:
    return trio.theirs is not None and trio.theirs.is_glued


def _at(cut: Cut, number: int | None) -> Part | None:
    return None if number is None else cut.parts[number]
