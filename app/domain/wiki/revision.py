"""What has to be written anew, and why: the order of an update to the writers."""

from collections.abc import Collection, Mapping, Sequence

from app.domain.code.citation import CitedSymbol
from app.domain.code.verdict import Cause, Verdict
from app.domain.value import Value
from app.domain.wiki.impact import PageImpact, Reason, SectionImpact
from app.domain.wiki.narrative.how_to import HOW_TO
from app.domain.wiki.narrative.plan import ARCHITECTURE
from app.domain.wiki.navigation import section_texts
from app.domain.wiki.page import PageKind, PageSpec, RenderedPage, RenderedSection
from app.domain.wiki.planning import covers
from app.domain.wiki.record import Note, PageRecord

LOCAL = "local"
"""How records name the writer that needs no model."""

_BY_A_MODEL = frozenset((Verdict.STALE, Verdict.NEW))
"""What costs model calls."""
_BY_THE_LOCAL_WRITER = frozenset((Verdict.REWORDED, Verdict.STALE, Verdict.NEW))
_CERTAIN = frozenset((Cause.GONE, Cause.RENAMED, Cause.NAME))


class SectionRevision(Value):
    """A section that is to be written anew."""

    anchor: str
    heading: str
    """Of the text under the page's title that is the title."""
    reasons: tuple[Reason, ...] = ()
    text: str = ""
    """Its Markdown as published."""
    cited: tuple[CitedSymbol, ...] = ()
    """What it cites, as it was."""

    @property
    def is_false(self) -> bool:
        """Say whether it certainly states what is not so: what it names is gone."""
        return any(each.cause in _CERTAIN for each in self.reasons)


class PageRevision(Value):
    """A page of which sections, or all of it, are to be written anew."""

    spec: PageSpec
    sections: tuple[SectionRevision, ...] = ()
    notes: tuple[Note, ...] = ()
    """Corrections by people that what is written has to satisfy."""
    whole: bool = False
    """Whether nothing of it can be kept: a new page, or one without a usable record."""
    text: str = ""
    """The published Markdown; empty for a new page."""
    writer: str = ""
    """Who wrote it: `local` or a model's name; empty for a new page."""
    outline: tuple[str, ...] = ()
    """The headings of all of its sections, the title first."""


class Revision(Value):
    """What a writer run of one scope has to do, and nothing else."""

    pages: tuple[PageRevision, ...] = ()
    retired: tuple[str, ...] = ()
    """Ids of pages all of whose subjects are gone."""
    structure_again: bool = False
    """Whether modules came or went, so that pages have to be planned anew."""
    known: tuple[PageSpec, ...] = ()
    """The narrative pages that there are, in their order; they keep id, path and order."""
    title: str = ""
    """Of the documentation."""
    everything: bool = False
    """Whether all pages are planned and written anew; then `pages` only say what people ask of
    those that there are."""

    def page(self, page_id: str) -> PageRevision | None:
        """Return what is to be done about a page."""
        return next((each for each in self.pages if each.spec.id == page_id), None)


def plan_revision(
    impacts: Sequence[PageImpact],
    records: Mapping[str, PageRecord],
    texts: Mapping[str, str],
    *,
    new: Collection[PageSpec] = (),
    structure_again: bool = False,
    title: str = "",
) -> Revision:
    """Choose what goes to the writer, of the pages that impacts tell of; all are by page id.

    `records` are in the order of the pages. Of a model's page the writer gets the stale and new
    sections; of the local writer's, which cost nothing, also those that are reworded. What stood
    in for a model's text is written again, whatever became of it. Reference pages are rendered,
    not written.
    """
    pages = [
        revised
        for impact in impacts
        if (record := records.get(impact.id)) and _is_written(record)
        if (revised := _revise(impact, record, texts.get(impact.id, "")))
    ]
    known = tuple(each.spec for each in records.values() if _is_written(each))
    ids = {each.id for each in known}
    pages += [PageRevision(spec=spec, whole=True) for spec in new if spec.id not in ids]
    retired = tuple(each.id for each in impacts if each.id and each.verdict is Verdict.RETIRED)
    return Revision(
        pages=tuple(pages),
        retired=retired,
        structure_again=structure_again,
        known=known,
        title=title,
    )


def join(
    known: Sequence[PageSpec],
    planned: Sequence[PageSpec],
    retired: Collection[str],
    files: Collection[str],
) -> tuple[PageSpec, ...]:
    """Put new pages of a plan among those that there are, without moving one of these.

    A planned page is new when it is about everything, or about a file of which none of the others
    tells; it joins after the page that it follows in the plan.
    """
    joined = [each for each in known if each.id not in retired]
    about = [each.subjects for each in joined if not _is_overview(each)]
    untold = [path for path in files if not any(covers(each, path) for each in about)]
    taken = {each.id for each in known} | {each.path for each in known}
    before: str | None = None
    for spec in planned:
        is_taken = spec.id in taken or spec.path in taken
        is_news = _is_overview(spec) or any(covers(spec.subjects, path) for path in untold)
        if is_news and not is_taken:
            joined.insert(_place_after(before, joined), spec)
        before = spec.id if any(each.id == spec.id for each in joined) else before
    return tuple(joined)


def _is_overview(spec: PageSpec) -> bool:
    return spec.kind is PageKind.HOME or spec.id in (ARCHITECTURE, HOW_TO) or not spec.subjects


def _place_after(page_id: str | None, specs: Sequence[PageSpec]) -> int:
    places = (place for place, each in enumerate(specs, 1) if each.id == page_id)
    return next(places, len(specs))


def _is_written(record: PageRecord) -> bool:
    return record.spec.kind is not PageKind.REFERENCE and not record.withdrawn


def _revise(impact: PageImpact, record: PageRecord, text: str) -> PageRevision | None:
    if impact.verdict is Verdict.RETIRED:
        return None
    page = PageRevision(
        spec=record.spec,
        notes=record.notes,
        text=text,
        writer=record.writer,
        outline=tuple(each.heading for each in record.sections),
    )
    if not text or not record.sections or record.stand_in:
        return page.model_copy(update={"whole": True})
    wanted = _BY_THE_LOCAL_WRITER if record.writer == LOCAL else _BY_A_MODEL
    judged = {each.anchor: each for each in impact.sections}
    rendered = RenderedPage(spec=record.spec, markdown=text, sections=record.sections)
    texts = section_texts(rendered)
    sections = tuple(
        _section(each, judged.get(each.anchor), texts.get(each.anchor, ""))
        for each in record.sections
        if each.stand_in or (each.anchor in judged and judged[each.anchor].verdict in wanted)
    )
    return page.model_copy(update={"sections": sections}) if sections else None


def _section(recorded: RenderedSection, impact: SectionImpact | None, text: str) -> SectionRevision:
    reasons = tuple(
        each
        for each in (impact.reasons if impact else ())
        if each.verdict not in (Verdict.FRESH, Verdict.RELOCATED) and not each.acknowledged
    )
    return SectionRevision(
        anchor=recorded.anchor,
        heading=recorded.heading,
        reasons=reasons,
        text=text,
        cited=recorded.cited,
    )
