"""What has to be written anew, and why: the order of an update to the writers."""

from collections.abc import Collection, Mapping, Sequence

from app.domain.code.verdict import Verdict
from app.domain.value import Value
from app.domain.wiki.impact import PageImpact, Reason, SectionImpact
from app.domain.wiki.page import PageKind, PageSpec
from app.domain.wiki.record import Note, PageRecord

LOCAL = "local"
"""How records name the writer that needs no model."""

_BY_A_MODEL = frozenset((Verdict.STALE, Verdict.NEW))
"""What costs model calls."""
_BY_THE_LOCAL_WRITER = frozenset((Verdict.REWORDED, Verdict.STALE, Verdict.NEW))


class SectionRevision(Value):
    """A section that is to be written anew."""

    anchor: str
    heading: str
    """Empty for what stands above the first heading."""
    reasons: tuple[Reason, ...] = ()


class PageRevision(Value):
    """A page of which sections, or all of it, are to be written anew."""

    spec: PageSpec
    sections: tuple[SectionRevision, ...] = ()
    notes: tuple[Note, ...] = ()
    """Corrections by people that what is written has to satisfy."""
    whole: bool = False
    """Whether nothing of it can be kept: a new page, or one without a usable record."""
    text: str = ""
    """The published Markdown, which the sections are taken from; empty for a new page."""


class Revision(Value):
    """What a writer run of one scope has to do, and nothing else."""

    pages: tuple[PageRevision, ...] = ()
    retired: tuple[str, ...] = ()
    """Ids of pages all of whose subjects are gone."""
    structure_again: bool = False
    """Whether modules came or went, so that pages have to be planned anew."""


def plan_revision(
    impacts: Sequence[PageImpact],
    records: Mapping[str, PageRecord],
    texts: Mapping[str, str],
    *,
    new: Collection[PageSpec] = (),
    model: bool = False,
    structure_again: bool = False,
) -> Revision:
    """Choose what goes to the writer, of the pages that impacts tell of, by page id.

    Of a model's page that is its stale and new sections; of the local writer's, which cost
    nothing, also those that are reworded. When a run has a model (`model`), pages that the local
    writer made are written by it from nothing: they only stood in. Reference pages are rendered,
    not written.
    """
    pages = [
        revised
        for impact in impacts
        if (record := records.get(impact.id)) and _is_written(record)
        if (revised := _revise(impact, record, texts.get(impact.id, ""), model=model))
    ]
    known = {each.spec.id for each in pages}
    pages += [PageRevision(spec=spec, whole=True) for spec in new if spec.id not in known]
    retired = tuple(each.id for each in impacts if each.id and each.verdict is Verdict.RETIRED)
    return Revision(pages=tuple(pages), retired=retired, structure_again=structure_again)


def _is_written(record: PageRecord) -> bool:
    return record.spec.kind is not PageKind.REFERENCE and not record.withdrawn


def _revise(
    impact: PageImpact, record: PageRecord, text: str, *, model: bool
) -> PageRevision | None:
    if impact.verdict is Verdict.RETIRED:
        return None
    if not text or (model and record.writer == LOCAL):
        return PageRevision(spec=record.spec, notes=record.notes, whole=True, text=text)
    wanted = _BY_THE_LOCAL_WRITER if record.writer == LOCAL else _BY_A_MODEL
    sections = tuple(map(_section, (each for each in impact.sections if each.verdict in wanted)))
    if not sections:
        return None
    return PageRevision(spec=record.spec, sections=sections, notes=record.notes, text=text)


def _section(impact: SectionImpact) -> SectionRevision:
    reasons = tuple(
        each
        for each in impact.reasons
        if each.verdict not in (Verdict.FRESH, Verdict.RELOCATED) and not each.acknowledged
    )
    return SectionRevision(anchor=impact.anchor, heading=impact.heading, reasons=reasons)
