"""Bringing the pages of one scope up to date."""

import asyncio
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace

from app.domain.code.change import Changes
from app.domain.code.verdict import Verdict
from app.domain.value import Value
from app.domain.wiki.citing import symbols_of
from app.domain.wiki.impact import PageImpact
from app.domain.wiki.naming import page_key
from app.domain.wiki.narrative.plan import PINNED, pin, plan_narrative
from app.domain.wiki.narrative.survey import Survey
from app.domain.wiki.narrative.walk import WALK
from app.domain.wiki.page import PageKind, PageSpec, RenderedPage, ScopeResult, WikiStructure
from app.domain.wiki.planning import covers
from app.domain.wiki.published import PublishedPage, PublishedWiki
from app.domain.wiki.render import render_page
from app.domain.wiki.replanning import Replanned, replan
from app.domain.wiki.revision import LOCAL, PageRevision, Revision, plan_revision
from app.domain.wiki.roles import is_test
from app.domain.work.job import Job, Progress
from flows.orchestrator.comparing import Comparison
from flows.orchestrator.full_generation import (
    ASSEMBLY_LIMITS,
    OrchestratorDesk,
    Written,
    assemble,
    step_key,
    write_scope,
)
from flows.orchestrator.revising import Now, Plan, Revised, checked, revise
from flows.orchestrator.standing import judged, read_published
from flows.orchestrator.told import revised_pages
from flows.orchestrator.upkeep import UpkeepDesk, newest_pages
from flows.sources import Commit, Source
from flows.steps import Steps


class Done(Value):
    """What became of one scope."""

    written: Written
    impacts: tuple[PageImpact, ...] = ()
    standing: tuple[PageImpact, ...] = ()
    """Verdicts on the pages that stay as they are."""
    notes: tuple[str, ...] = ()


class ScopeUpdate:
    """One scope on its way."""

    def __init__(
        self,
        job: Job,
        source: Source,
        desk: OrchestratorDesk,
        upkeep: UpkeepDesk,
        steps: Steps,
    ) -> None:
        self._job = job
        self._source = source
        self._desk = desk
        self._upkeep = upkeep
        self._steps = steps
        self._has_model = bool(upkeep.model_recipe) and not job.local_writer_only

    async def update(self) -> Done:
        """Judge, write what is stale, and graft."""
        files = await newest_pages(self._source.scope, self._upkeep)
        wiki, comparisons = await read_published(self._source, files, self._upkeep)
        if not wiki.pages:
            return await self._in_full()
        impacts = await asyncio.to_thread(judged, wiki, comparisons)
        now = await self._now()
        plan = await self._plan(wiki, impacts, comparisons, now)
        result = await self._write(plan)
        plan = await asyncio.to_thread(self._with_written, plan, result, now)
        await self._steps.progress(Progress(stage="checks"))
        revised = await self._steps.run(
            "assemble", self._assembled, plan, now, key=step_key(self._source),
            limits=ASSEMBLY_LIMITS,
        )  # fmt: skip
        for told in revised_pages(revised, result, self._source.scope.folder):
            await self._steps.progress(told)
        return await self._done(wiki, revised, result)

    async def _in_full(self) -> Done:
        """Document a scope of which nothing is usable."""
        scope = self._source.scope.folder
        await self._upkeep.revisions.store(self._job.id, scope, Revision(everything=True))
        result = await write_scope(self._job, scope, self._desk)
        commit = Commit(self._source.analysis, (self._source,))
        written = await assemble(commit, {scope: result}, self._desk, self._steps)
        return Done(written=written[0])

    async def _now(self) -> Now:
        source = self._source
        texts = await source.all_texts()
        survey = await asyncio.to_thread(Survey, source.facts)
        return Now(
            facts=source.facts,
            origin=source.origin,
            texts=texts,
            recipe=self._upkeep.local_recipe,
            kind=source.config.site,
            survey=survey,
        )

    async def _plan(
        self,
        wiki: PublishedWiki,
        impacts: Sequence[PageImpact],
        comparisons: Mapping[str, Comparison],
        now: Now,
    ) -> Plan:
        changes = {commit: each.changes for commit, each in comparisons.items()}
        planned = await asyncio.to_thread(self._planned, now)
        pages = await asyncio.to_thread(
            replan,
            wiki,
            now.facts,
            planned,
            _names(now),
            modules_changed=_has_news(wiki, changes, now),
        )
        asked = frozenset(each.id for each in pages.specs if self._is_asked(each))
        return Plan(wiki, {each.id: each for each in impacts}, changes, pages, asked=asked)

    def _is_asked(self, spec: PageSpec) -> bool:
        """Say whether a person ordered a page anew."""
        key = page_key(self._source.scope.folder, spec.id)
        return self._job.fresh and (not self._job.pages or key in self._job.pages)

    def _planned(self, now: Now) -> tuple[PageSpec, ...]:
        structure = plan_narrative(now.facts)
        return pin(structure, self._source.config.pages).pages

    async def _write(self, plan: Plan) -> ScopeResult | None:
        """Have written what is not composed beside the graft; None when that is nothing."""
        if self._upkeep.foretell and self._upkeep.model_recipe:
            asked = await asyncio.to_thread(self._revision, plan, has_model=True)
            await self._upkeep.foretell(self._source, asked)
        revision = await asyncio.to_thread(self._revision, plan, has_model=self._has_model)
        if not revision.pages and not revision.structure_again:
            return None
        scope = self._source.scope.folder
        await self._desk.confirm()
        await self._upkeep.revisions.store(self._job.id, scope, revision)
        return await write_scope(self._job, scope, self._desk)

    def _revision(self, plan: Plan, *, has_model: bool) -> Revision:
        wiki = plan.wiki
        records = {each.record.spec.id: each.record for each in wiki.pages}
        for spec in plan.pages.specs:
            if spec.id in records:
                records[spec.id] = records[spec.id].model_copy(update={"spec": spec})
        texts = {each.record.spec.id: each.text for each in wiki.pages}
        impacts = [each for each in plan.impacts.values() if each.id not in plan.pages.retired]
        known = [
            each
            for each in plan.pages.new
            if each.id.startswith(PINNED) or each.path in wiki.unrecorded
        ]
        again = has_model and len(known) < len(plan.pages.new)
        ordered = plan_revision(
            impacts,
            records,
            texts,
            new=known if has_model else (),
            structure_again=again,
            title=wiki.title,
        )
        kinds = self._upkeep.by_model if has_model else frozenset[PageKind]()
        pages = [
            each
            for each in ordered.pages
            if _is_ordered(each, kinds) and each.spec.id not in plan.asked
        ]
        pages += [
            PageRevision(spec=each.spec, whole=True, notes=each.notes)
            for each in records.values()
            if each.spec.id in plan.asked and each.spec.kind in kinds
        ]
        # The local writer only held their place until somebody agreed to model calls.
        pages += [
            PageRevision(spec=each.spec, whole=True, notes=each.notes)
            for each in records.values()
            if each.writer == LOCAL
            and each.spec.kind in kinds
            and each.spec.id not in {*plan.pages.retired, *plan.asked}
        ]
        pages += [
            PageRevision(spec=each.record.spec, whole=True, notes=each.record.notes)
            for each in wiki.pages
            if self._is_old_walk(each) and each.record.spec.id not in {one.spec.id for one in pages}
        ]
        retired = plan.pages.retired
        return ordered.model_copy(update={"pages": tuple(pages), "retired": retired})

    def _is_old_walk(self, page: PublishedPage) -> bool:
        """Say whether a page is one that only a writer run makes, and of an earlier version."""
        is_local_walk = page.record.spec.id == WALK and page.record.writer == LOCAL
        return is_local_walk and page.recipe != self._upkeep.local_recipe

    def _with_written(self, plan: Plan, result: ScopeResult | None, now: Now) -> Plan:
        if result is None:
            return plan
        origin, texts = now.origin, now.texts
        written: dict[str, RenderedPage] = {
            page.spec.id: render_page(
                page,
                origin,
                texts,
                page.recipe or result.recipe,
                symbols_of(page.evidence, now.facts),
            )
            for page in result.pages
        }
        pages = plan.pages
        if self._has_model and pages.new:
            pages = _joined(pages, result.structure, written)
        return replace(plan, written=written, pages=pages)

    async def _assembled(self, plan: Plan, now: Now) -> Revised:
        """Render and check in a thread: a large repository takes seconds."""
        revised = await asyncio.to_thread(revise, plan, now)
        return await asyncio.to_thread(checked, revised, plan.wiki, now)

    async def _done(
        self, wiki: PublishedWiki, revised: Revised, result: ScopeResult | None
    ) -> Done:
        specs = tuple(each.spec for each in revised.site.pages)
        made = result or ScopeResult(
            scope=self._source.scope.folder,
            structure=WikiStructure(title=revised.site.title, pages=specs),
            pages=(),
            recipe=self._upkeep.local_recipe,
        )
        notes = (*revised.left, *self._told(wiki, revised))
        warnings = (*made.warnings, *notes)
        return Done(
            written=Written(
                folder=self._source.scope.folder,
                site=revised.site,
                result=made.model_copy(update={"warnings": warnings}),
            ),
            impacts=revised.impacts,
            standing=tuple(
                each
                for each in revised.impacts
                if each.page in revised.held or each.verdict is Verdict.RELOCATED
            ),
            notes=notes,
        )

    def _told(self, wiki: PublishedWiki, revised: Revised) -> list[str]:
        """Say which pages are not as new as they could be."""
        by_models = [
            each for each in wiki.pages if each.is_written and each.record.writer not in ("", LOCAL)
        ]
        others = [each for each in by_models if each.recipe != self._upkeep.model_recipe]
        told = []
        if self._has_model and others:
            told.append(
                f"{_count(len(others), 'page')} were written by another model or version:"
                " `autodoc generate` writes them anew"
            )
        ids = {each.record.spec.id for each in by_models}
        stale = sum(
            section.verdict in (Verdict.STALE, Verdict.NEW)
            for impact in revised.impacts
            if impact.id in ids
            for section in impact.sections
        )
        if stale and not self._has_model:
            told.append(
                f"{_count(stale, 'section')} that a model wrote are stale and stay so: set"
                " AUTODOC_MODEL to have them written anew"
            )
        return told


def _is_ordered(page: PageRevision, by_model: Collection[PageKind]) -> bool:
    """Say whether a writer run makes a page, and not the local writer beside the graft."""
    if page.spec.kind in by_model:
        return page.writer != LOCAL
    return page.spec.id == WALK and page.writer == LOCAL


def _names(now: Now) -> frozenset[str]:
    return now.survey.names if now.survey is not None else frozenset()


def _has_news(wiki: PublishedWiki, changes: Mapping[str, Changes], now: Now) -> bool:
    """Say whether there are modules of which no page is told to speak."""
    known = [
        each.record.spec.subjects
        for each in wiki.pages
        if each.is_written and each.record.spec.section == "Subsystems"
    ]
    files = [path for path in now.facts.files if not is_test(path)]
    if all(each.base for each in changes.values()):
        came = {path for each in changes.values() for path in (*each.added, *each.renames.values())}
        files = [path for path in files if path in came]
    return any(not any(covers(subjects, path) for subjects in known) for path in files)


def _joined(
    pages: Replanned, structure: WikiStructure, written: Mapping[str, RenderedPage]
) -> Replanned:
    """Take the new pages that a model planned instead of those of the local plan."""
    proposed = {each.id for each in pages.new}
    kept = {each.id: each for each in pages.specs if each.id not in proposed}
    specs = tuple(
        kept.get(each.id, each) for each in structure.pages if each.id in kept or each.id in written
    )
    listed = {each.id for each in specs}
    left = tuple(each for each in kept.values() if each.id not in listed)
    new = tuple(each for each in specs if each.id not in kept)
    return pages.model_copy(update={"specs": (*specs, *left), "new": new})


def _count(number: int, what: str) -> str:
    return f"{number} {what}" if number == 1 else f"{number} {what}s"
