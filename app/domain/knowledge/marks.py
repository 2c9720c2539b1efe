"""What readers are told of stale sections: the old sentence beside the current code."""

from collections.abc import Iterable, Iterator, Sequence

from app.domain.code.verdict import Verdict
from app.domain.value import Value
from app.domain.wiki.impact import PageImpact, Reason, SectionImpact
from app.domain.wiki.markdown import read_headings
from app.domain.wiki.words.prose import fenced

_FALSE = frozenset({Verdict.STALE, Verdict.RETIRED})
MOST_MARKS = 20
"""So many marks of one page are told."""


class Mark(Value):
    """A sentence of a published page that may no longer be true, and what the code is now."""

    heading: str
    """Of the section."""
    sentence: str
    """As the page has it; empty when the section as such shows or lists what changed."""
    symbol: str
    detail: str
    """What changed, as a clause."""
    path: str
    """Where the code is now; where it was, when it is gone."""
    first_line: int
    """0 when there is no such place any more."""
    last_line: int
    code: str
    """The current code, at most 30 lines; empty when it is gone."""
    commit: str
    """Which commit changed it; empty when that is not known."""


def marks_of(impact: PageImpact, headings: Sequence[str] = ()) -> tuple[Mark, ...]:
    """List what is not true any more on a page; with headings, in sections under these alone."""
    chosen = [
        mark
        for section in impact.sections
        if section.verdict in _FALSE and (not headings or section.heading in headings)
        for mark in _marks(section)
    ]
    return tuple(dict.fromkeys(chosen))[:MOST_MARKS]


def _marks(section: SectionImpact) -> Iterator[Mark]:
    for each in section.reasons:
        if each.verdict is Verdict.STALE and not each.acknowledged:
            yield _mark(section.heading, each)


def _mark(heading: str, reason: Reason) -> Mark:
    return Mark(
        heading=heading,
        sentence=reason.sentence,
        symbol=reason.symbol,
        detail=reason.detail,
        path=reason.now_path or reason.path,
        first_line=reason.first_line if reason.now_path else 0,
        last_line=reason.last_line if reason.now_path else 0,
        code=reason.code,
        commit=reason.commit,
    )


def told(mark: Mark) -> str:
    """Say in one line what changed, and where."""
    about = f"`{mark.symbol}`" if mark.symbol else mark.path
    place = f"{mark.path}:{mark.first_line}" if mark.first_line else mark.path
    commit = f", commit {mark.commit[:12]}" if mark.commit else ""
    return f"{about}: {mark.detail} [{place}{commit}]"


def marked_text(text: str, impact: PageImpact | None) -> str:
    """Put under the heading of each stale section what is not true in it, and the code now.

    Of a page whose headings are not the recorded ones, all of it stands at the top.
    """
    stale = [each for each in impact.sections if each.verdict in _FALSE] if impact else []
    blocks = {each.anchor: block for each in stale if (block := _block(_marks(each)))}
    if not blocks:
        return text
    lines = {each.anchor: each.line for each in read_headings(text)}
    places: dict[int, list[str]] = {}
    for anchor, block in blocks.items():
        places.setdefault(lines.get(anchor, 0), []).append(block)
    parts = ["\n\n".join(places[0]), ""] if 0 in places else []
    for number, line in enumerate(text.split("\n"), 1):
        parts.append(line)
        parts += ["", "\n\n".join(places[number])] if number in places else []
    return "\n".join(parts)


def _block(marks: Iterable[Mark]) -> str:
    """Write the notice on one section as a quotation."""
    parts = list[str]()
    shown = set[str]()
    for each in dict.fromkeys(marks):
        said = f"The page says: {each.sentence}" if each.sentence else "It shows or lists this."
        parts.append(f"Stale: {told(each)}. {said}")
        if each.code and each.code not in shown:
            shown.add(each.code)
            parts.append(f"The code now:\n\n{fenced(each.code)}")
    quoted = "\n\n".join(parts[: 2 * MOST_MARKS])
    return "\n".join(f"> {line}".rstrip() for line in quoted.split("\n")) if parts else ""
