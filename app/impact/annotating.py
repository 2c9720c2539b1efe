"""Remarks at the lines of a change that make pages stale."""

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence

from app.domain.checks.finding import printable
from app.domain.code.change import Hunk
from app.domain.wiki.impact import Reason, SectionImpact
from app.domain.work.check_run import Annotation, AnnotationLevel
from app.impact.finding import Finding, stale_places
from app.impact.wording import clause

MOST_ANNOTATIONS = 100
MOST_SAID = 8
"""So many sentences are told at one place."""
MOST_QUOTED = 300
"""Characters of one sentence."""
FAULT = re.compile(r"(?P<path>(?:[^:\n]+/)?\.autodoc\.yaml):(?P<line>\d+): (?P<said>.+)", re.DOTALL)
"""What is wrong with a configuration, and where."""

Place = tuple[str, int, int]
"""A file, a first and a last line."""
_Remark = tuple[str, str]
"""A page, and what is to be said of it."""


def annotations_of(finding: Finding) -> tuple[Annotation, ...]:
    """Remark at each changed place what it makes untrue, and at each fault of the configuration.

    Only lines that the change itself has are remarked at: others nobody sees beside the diff. What
    became stale by a file that is gone has none.
    """
    found: dict[Place, list[_Remark]] = defaultdict(list)
    for page, section, reason in stale_places(finding):
        place = place_of(reason, finding)
        if place is not None:
            said = (page.path, _said(section, reason))
            if said not in found[place]:
                found[place].append(said)
    listed = [_annotation(place, said) for place, said in sorted(found.items())]
    return (*_faults(finding.broken), *listed)[:MOST_ANNOTATIONS]


def place_of(reason: Reason, finding: Finding) -> Place | None:
    """Find the lines of the change that break what a sentence cites, the first of several.

    A reason tells what differs since its page was made, so its hunk may be older than the change.
    """
    hunks = finding.hunks.get(reason.now_path or reason.path, ())
    if not reason.now_path:
        return _cut(reason, hunks)
    if not reason.first_line:
        return _lines(hunks[0]) if hunks else None
    path, first, last = reason.now_path, reason.first_line, reason.last_line
    over = [each for each in map(_lines, hunks) if each[1] <= last and each[2] >= first]
    return (path, max(over[0][1], first), min(over[0][2], last)) if over else None


def _cut(reason: Reason, hunks: Sequence[Hunk]) -> Place | None:
    """Find where something was taken away: where a hunk since the page's commit is, if known."""
    cuts = [_lines(each) for each in hunks if each.old_lines]
    near = []
    if reason.hunk is not None:
        _, first, last = _lines(reason.hunk)
        near = [each for each in cuts if each[1] <= last and each[2] >= first]
    return next(iter(near or cuts), None)


def _lines(hunk: Hunk) -> Place:
    """Name the lines that a hunk brings, or the one above which lines were taken away."""
    first = max(hunk.new_first, 1)
    return hunk.path, first, first + max(hunk.new_lines, 1) - 1


def _said(section: SectionImpact, reason: Reason) -> str:
    because = printable(clause(reason, _quoted, str))
    if reason.sentence:
        return f"It says: '{shortened(reason.sentence)}' But {because}"
    where = f"Its section “{shortened(section.heading)}”" if section.heading else "It"
    return f"{where} shows what changed: {because}"


def _quoted(name: str) -> str:
    return f"`{name}`"


def shortened(sentence: str) -> str:
    """Write a sentence on one line, and of a long one the beginning."""
    line = printable(" ".join(sentence.split()))
    return line if len(line) <= MOST_QUOTED else f"{line[: MOST_QUOTED - 1]}…"


def _annotation(place: Place, said: Sequence[_Remark]) -> Annotation:
    path, first, last = place
    pages = list(dict.fromkeys(page for page, _ in said))
    is_one = len(pages) == 1
    lines = [told if is_one else f"{page}: {told}" for page, told in said[:MOST_SAID]]
    if len(said) > MOST_SAID:
        lines.append(f"… and {len(said) - MOST_SAID} more.")
    return Annotation(
        path=path,
        first_line=first,
        last_line=last,
        level=AnnotationLevel.WARNING,
        title=pages[0] if is_one else f"{len(pages)} pages become stale",
        message="\n\n".join(lines),
    )


def _faults(faults: Sequence[str]) -> Iterator[Annotation]:
    for fault in faults:
        match = FAULT.fullmatch(fault)
        if match is not None:
            line = max(int(match["line"]), 1)
            yield Annotation(
                path=match["path"],
                first_line=line,
                last_line=line,
                level=AnnotationLevel.FAILURE,
                title="This configuration is broken",
                message=printable(match["said"]),
            )
