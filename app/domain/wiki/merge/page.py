"""One page put together from what was generated, what people made of it, and what it says now."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from app.domain.value import Value
from app.domain.wiki.merge.foot import merge_feet
from app.domain.wiki.merge.lines import Blend, Clash, Lines, added, merge_lines, same, text_of
from app.domain.wiki.merge.notes import find_notes, gather, normalised, violates
from app.domain.wiki.merge.parts import MARK, Cut, Part, cut_text, is_blank
from app.domain.wiki.merge.trio import Trio, join, match
from app.domain.wiki.merge.unknown import guess_base
from app.domain.wiki.page import RenderedSection
from app.domain.wiki.record import Note


class ConflictKind(StrEnum):
    """Why a person's text stands where the machine has something else to say."""

    BOTH_CHANGED = "both changed"
    """The same lines."""
    RETIRED = "retired"
    """The machine has nothing to say there any more."""
    CORRECTED = "corrected"
    """What the machine says undoes a correction."""


class Conflict(Value):
    """A place where a person's text was kept and the machine's was not taken."""

    page: str = ""
    section: str
    """The anchor; empty above the first heading and in the footer."""
    heading: str = ""
    kind: ConflictKind
    theirs: str
    """What stands there; empty when the person removed it."""
    ours: str
    """What the machine would have written; empty when it would have removed it."""


class Merged(Value):
    """A page as it is to be published."""

    text: str
    generated: str
    """What the machine alone makes of it: the base of the next merge."""
    conflicts: tuple[Conflict, ...] = ()
    notes: tuple[Note, ...] = ()
    """What people corrected, to be satisfied from now on."""
    refused: tuple[str, ...] = ()
    """Anchors of sections that stay as they were, since the new ones undo a correction."""
    unknown: tuple[str, ...] = ()
    """Anchors of sections that are a person's and whose generated text is not known."""


def merge_page(
    base: str | Sequence[RenderedSection], theirs: str, ours: str, notes: Sequence[Note] = ()
) -> Merged:
    """Merge by sections, and within a section by lines; a person's lines are never lost.

    `base` is the page as it was generated, or, where that is not known, its recorded sections.
    `theirs` is the page as it lies there, `ours` as it is generated now. `notes` are the
    corrections that were made before. Line ends, a missing last line end and the mark of byte order
    stay as the person has them. What is there twice the same merges to itself.
    """
    if not theirs.strip():
        return Merged(text=theirs, generated=ours, notes=tuple(notes))
    there, now = cut_text(theirs), cut_text(ours)
    before = cut_text(base) if isinstance(base, str) else guess_base(base, there, now)
    merge = _Merge(before, there, now, notes)
    merge.found = tuple(merge.found_notes()) if isinstance(base, str) else ()
    lines = there.lines if before.lines == now.lines else merge.lines()
    found = (*merge.living_notes(), *merge.found)
    return Merged(
        text=_as_they_have_it(lines, theirs),
        generated=text_of(merge.generated()),
        conflicts=tuple(merge.conflicts),
        notes=gather(found),
        refused=tuple(merge.refused),
        unknown=() if isinstance(base, str) else tuple(merge.unknown(base)),
    )


def corrections(base: str, theirs: str, notes: Sequence[Note] = ()) -> tuple[Note, ...]:
    """Tell what a person corrected on a page, beside what is known of it."""
    return merge_page(base, theirs, base, notes).notes


@dataclass
class _Merge:
    """One merge of one page."""

    base: Cut
    theirs: Cut
    ours: Cut
    notes: Sequence[Note]
    conflicts: list[Conflict] = field(default_factory=list)
    found: tuple[Note, ...] = ()
    """Corrections that are told from the edits themselves."""
    refused: list[str] = field(default_factory=list)
    trios: list[Trio] = field(init=False)

    def __post_init__(self) -> None:
        self.trios = match(self.base, self.theirs, self.ours)

    def lines(self) -> Lines:
        """Put the page together."""
        head = merge_lines(self.base.head, self.theirs.head, self.ours.head)
        self._report("", "", head)
        merged = [(each, self._part(each)) for each in self.trios]
        body = join([(each, lines) for each, lines in merged if lines], self.theirs)
        foot = merge_feet(self.base.foot, self.theirs.foot, self.ours.foot)
        self._report("", "", foot)
        return (*head.lines, *body, *foot.lines)

    def generated(self) -> Lines:
        """Return what the machine alone has to say: nothing that it took over from a person."""
        parts: list[Lines] = []
        for each in self.trios_as_ours():
            if each.ours is None:
                continue
            taken = each.theirs is not None and same(each.theirs.lines, each.ours.lines)
            taken |= each.anchor in self.refused
            if not taken or (each.base and same(each.base.lines, each.ours.lines)):
                parts.append(each.ours.lines)
            elif each.base is not None:
                parts.append(each.base.lines)
        return (*self.ours.head, *(line for each in parts for line in each), *self.ours.foot)

    def trios_as_ours(self) -> list[Trio]:
        """List the parts in the order in which the machine writes them."""
        by_anchor = {each.ours.anchor: each for each in self.trios if each.ours}
        return [by_anchor[each.anchor] for each in self.ours.parts]

    def unknown(self, recorded: Iterable[RenderedSection]) -> Iterator[str]:
        """Name sections of a person's that the machine took over unseen."""
        anchors = {each.anchor for each in recorded}
        for each in self.trios:
            is_guessed = each.base is not None and each.base is each.ours
            if is_guessed and each.theirs and each.ours and each.anchor in anchors:
                yield from [each.anchor] if same(each.theirs.lines, each.ours.lines) else []

    def living_notes(self) -> list[Note]:
        """Choose the corrections that the person has not undone since."""
        texts = {each.anchor: text_of(each.theirs.lines) for each in self.trios if each.theirs}
        return [each for each in self.notes if not violates(each, texts.get(each.section, ""))]

    def found_notes(self) -> Iterator[Note]:
        """Tell what the person corrected in what was generated."""
        for each in self.trios:
            if each.base is None:
                continue
            if each.theirs is None:
                if each.base.lines:
                    yield Note(section=each.anchor, before=each.base.lines[0].key, after="")
            elif not same(each.base.lines, each.theirs.lines):
                yield from find_notes(
                    each.anchor, text_of(each.base.lines), text_of(each.theirs.lines)
                )

    def _part(self, trio: Trio) -> Lines:
        if trio.theirs is None:
            return self._ours_alone(trio)
        if trio.ours is None:
            return self._theirs_alone(trio, trio.theirs)
        base = trio.base.lines if trio.base else ()
        if trio.base is None and not same(trio.theirs.lines, trio.ours.lines):
            return self._refused(trio, ConflictKind.BOTH_CHANGED)
        blend = merge_lines(base, trio.theirs.lines, trio.ours.lines)
        if self._undoes(trio, text_of(blend.lines)):
            self.refused.append(trio.anchor)
            return self._refused(trio, ConflictKind.CORRECTED)
        self._report(trio.anchor, trio.heading, blend)
        return blend.lines

    def _ours_alone(self, trio: Trio) -> Lines:
        """Add a new part; one that a person removed stays away, under its old heading too."""
        if trio.base is not None or trio.ours is None:
            return ()
        removed = {normalised(each.before) for each in self.notes if not each.after}
        is_removed = normalised(trio.ours.lines[0].key) in removed
        is_there = any(each.heading == trio.heading for each in self.theirs.parts)
        return () if is_removed and not is_there else trio.ours.lines

    def _theirs_alone(self, trio: Trio, theirs: Part) -> Lines:
        if trio.base is None:
            return theirs.lines
        written = added(trio.base.lines, theirs.lines)
        if all(map(is_blank, written)):
            return ()
        self._conflict(trio.anchor, trio.heading, ConflictKind.RETIRED, Clash(theirs.lines, ()))
        return theirs.lines

    def _undoes(self, trio: Trio, text: str) -> bool:
        theirs = text_of(trio.theirs.lines) if trio.theirs else ""
        notes = (each for each in self.notes if each.section == trio.anchor)
        return any(violates(each, text) and not violates(each, theirs) for each in notes)

    def _refused(self, trio: Trio, kind: ConflictKind) -> Lines:
        theirs = trio.theirs.lines if trio.theirs else ()
        ours = trio.ours.lines if trio.ours else ()
        self._conflict(trio.anchor, trio.heading, kind, Clash(theirs, ours))
        return theirs

    def _report(self, anchor: str, heading: str, blend: Blend) -> None:
        for each in blend.clashes:
            # Of a region that is to be kept the person knows.
            is_kept = any(line.kept for line in each.theirs)
            if not is_kept and not self._is_obeyed(anchor, each):
                self._conflict(anchor, heading, ConflictKind.BOTH_CHANGED, each)
            if anchor:
                # What is now generated is corrected by what stays, too.
                self.found += (*find_notes(anchor, text_of(each.ours), text_of(each.theirs)),)

    def _is_obeyed(self, anchor: str, clash: Clash) -> bool:
        """Say whether the machine only left out what a person had corrected."""
        text = normalised(text_of(clash.theirs))
        corrected = (
            normalised(each.after)
            for each in (*self.notes, *self.found)
            if each.section == anchor and each.after
        )
        return all(map(is_blank, clash.ours)) and any(each in text for each in corrected)

    def _conflict(self, anchor: str, heading: str, kind: ConflictKind, clash: Clash) -> None:
        conflict = Conflict(
            section=anchor,
            heading=heading,
            kind=kind,
            theirs=text_of(clash.theirs).strip(),
            ours=text_of(clash.ours).strip(),
        )
        self.conflicts.append(conflict)


def _as_they_have_it(lines: Lines, theirs: str) -> str:
    """Write lines with the mark of byte order and the line ends that the person's text has."""
    breaks = theirs.count("\n")
    is_turned = breaks > 0 and theirs.count("\r\n") == breaks
    plain = [each.raw.removesuffix("\n").removesuffix("\r" if is_turned else "") for each in lines]
    text = ("\r\n" if is_turned else "\n").join(plain)
    end = ("\r\n" if is_turned else "\n") if not theirs or theirs.endswith("\n") else ""
    return f"{MARK if theirs.startswith(MARK) else ''}{text}{end if lines else ''}"
