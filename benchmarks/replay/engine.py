"""The pages under test: the product makes them from nothing, and brings them up to date."""

import asyncio
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from app.analysis.facts import MemoryFactCache
from app.analysis.inventory import Limits
from app.analysis.repository import Analysis, read_repository
from app.domain.checks.draft import drop_false
from app.domain.code.verdict import Verdict
from app.domain.wiki.citing import symbols_of
from app.domain.wiki.impact import PageImpact
from app.domain.wiki.narrative.brief import brief
from app.domain.wiki.narrative.local import compose
from app.domain.wiki.narrative.plan import plan_narrative, with_way
from app.domain.wiki.narrative.survey import Survey
from app.domain.wiki.narrative.walk import WALK
from app.domain.wiki.page import Page, PageSpec, RenderedPage, WikiStructure
from app.domain.wiki.published import judge_wiki, read_wiki
from app.domain.wiki.render import Origin, render_page
from app.domain.wiki.replanning import replan
from app.domain.wiki.revision import LOCAL
from app.domain.wiki.site.unmoved import keep_unmoved
from app.git.history import History
from app.git.snapshot import Snapshot
from flows.keeping import local_recipe
from flows.orchestrator.comparing import Comparer
from flows.orchestrator.revising import Now, Plan, checked, revise
from flows.orchestrator.settled import is_settled
from flows.orchestrator.site import hold_back, lay_out, render_reference
from flows.writer.agents.calls import CallReader
from flows.writer.agents.files import Files
from flows.writer.agents.page_generator import with_calls

_ANEW = (Verdict.REWORDED, Verdict.STALE, Verdict.NEW)
_FOR_A_MODEL = (Verdict.STALE, Verdict.NEW)


@dataclass(frozen=True)
class Made:
    """The pages of one commit."""

    files: Mapping[str, bytes]
    verdicts: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    """By the path of a page and the heading of a section; those that are fresh are left out."""
    rebuilt: Mapping[str, Sequence[str]] = field(default_factory=dict)
    """Headings that were written anew, by the path of the page."""
    reasons: Sequence[str] = ()
    """Of what is not fresh, where the product says why."""
    for_a_model: int = 0
    """Sections that would go to a model, were it the writer."""
    added: Sequence[str] = ()
    retired: Sequence[str] = ()
    left: Sequence[str] = ()
    """What did not pass its checks."""
    is_settled: bool = False
    """Whether it was found out without the facts of the repository that nothing is to be done."""


@dataclass(frozen=True)
class _Commit:
    """One commit, read."""

    now: Now
    analysis: Analysis
    files: Files
    survey: Survey


class Documentation:
    """The product at work on one repository, without a model, a database or a server."""

    def __init__(self, repository: Path, name: str, address: str) -> None:
        self._repository = repository
        self._name = name
        self._address = address
        self._cache = MemoryFactCache()
        self._limits = Limits(parsers=1)
        self._recipe = local_recipe()
        self._paths: frozenset[str] = frozenset()
        """Of the commit before, as far as it was read."""
        self._comparer = Comparer(repository, History(repository), self._cache, self._limits)

    async def from_nothing(self, commit: str) -> Made:
        """Document a commit of which nobody wrote anything."""
        read = await self._read(commit)
        structure = await self._structure(read)
        written = [await self._write(spec, read) for spec in structure.pages]
        now = read.now
        pages = (*written, *render_reference(now.facts, now.origin))
        site = lay_out(structure.title, pages)
        site = await asyncio.to_thread(hold_back, site, now.facts, now.origin, now.texts)
        return Made(files=site.files, left=site.withheld)

    async def update(self, files: Mapping[str, bytes], commit: str) -> Made:
        """Bring pages up to date with a commit."""
        if await is_settled(files, commit, self._comparer, (), self._recipe):
            return Made(files=files, is_settled=True)
        wiki = read_wiki(files)
        compared = {
            each: await self._comparer.compare(wiki, each, commit, ()) for each in wiki.commits
        }
        changes = {each: one.changes for each, one in compared.items()}
        gone = {each: one.gone for each, one in compared.items()}
        impacts = judge_wiki(wiki, changes, gone)
        read = await self._read(commit)
        now = read.now
        specs = plan_narrative(now.facts).pages
        pages = replan(wiki, now.facts, specs, read.survey.names, modules_changed=True)
        walks = [each for each in impacts if each.id == WALK and each.verdict in _ANEW]
        walks = [each for each in walks if WALK not in pages.retired]
        specs_by_id = {each.id: each for each in pages.specs}
        written = {each.id: await self._write(specs_by_id[each.id], read) for each in walks}
        plan = Plan(wiki, {each.id: each for each in impacts}, changes, pages, written)
        revised = await asyncio.to_thread(revise, plan, now)
        are_gone = bool(self._paths - now.facts.paths)
        self._paths = now.facts.paths
        is_written = _is_anything_written(keep_unmoved(revised.site.files, (files,)), files)
        if are_gone and is_written:
            revised = await asyncio.to_thread(checked, revised, wiki, now)
        return Made(
            files=keep_unmoved(revised.site.files, (files,)),
            verdicts=_verdicts(revised.impacts),
            reasons=tuple(_reasons(revised.impacts)),
            rebuilt=revised.rebuilt,
            for_a_model=_for_a_model(revised.impacts),
            added=revised.added,
            retired=revised.retired,
            left=(*revised.left, *revised.site.withheld),
        )

    async def _read(self, commit: str) -> _Commit:
        snapshot = await Snapshot.open(self._repository, commit)
        analysis = await read_repository(
            snapshot, self._name, self._cache, self._limits, lambda _done, _total: None
        )
        blobs = {path: analysis.blob_ids[path] for path in analysis.facts.line_counts}
        contents = await snapshot.read(sorted(set(blobs.values())))
        texts = {
            path: contents[blob].decode("utf-8-sig", errors="replace")
            for path, blob in blobs.items()
        }
        facts = analysis.facts
        survey = await asyncio.to_thread(Survey, facts)
        now = Now(
            facts=facts,
            origin=Origin(commit=commit, base=f"{self._address}/blob/{commit}/"),
            texts=texts,
            recipe=self._recipe,
            survey=survey,
        )
        files = Files(snapshot, analysis.blob_ids, facts.files, facts.edges)
        return _Commit(now, analysis, files, survey)

    async def _structure(self, read: _Commit) -> WikiStructure:
        way = await CallReader(read.files).best_way(read.now.facts)
        return with_way(plan_narrative(read.now.facts), way)

    async def _write(self, spec: PageSpec, read: _Commit) -> RenderedPage:
        """Write a page; of a way through the code, the calls have to be read."""
        if spec.id != WALK:
            return await asyncio.to_thread(read.now.compose, spec)
        now = read.now
        briefing = await with_calls(brief(spec, now.facts, read.survey), read.files)
        draft = drop_false(compose(briefing), briefing)
        page = Page(spec=spec, draft=draft, evidence=briefing.evidence, writer=LOCAL)
        symbols = symbols_of(page.evidence, now.facts)
        render = partial(render_page, page, now.origin, now.texts, now.recipe, symbols)
        return await asyncio.to_thread(render)


def _is_anything_written(after: Mapping[str, bytes], before: Mapping[str, bytes]) -> bool:
    """Say whether pages beside those of the reference differ.

    The product checks all pages of every commit. That takes half of the time, so here it is done
    only where files are gone and pages differ: a check can only find more than is found without.
    """
    pages = {path for path in (*after, *before) if path.endswith(".md")}
    written = {path for path in pages if not path.startswith("reference/")}
    return any(after.get(path) != before.get(path) for path in written)


def _verdicts(impacts: Sequence[PageImpact]) -> dict[str, dict[str, str]]:
    found = {
        each.page: {
            section.heading: section.verdict.value
            for section in each.sections
            if section.verdict is not Verdict.FRESH
        }
        for each in impacts
    }
    return {page: sections for page, sections in found.items() if sections}


def _reasons(impacts: Sequence[PageImpact]) -> Iterator[str]:
    for page in impacts:
        for section in page.sections:
            for each in section.reasons:
                if each.verdict in _ANEW:
                    what = f"{each.verdict}: {each.cause}: {each.path}:{each.symbol} {each.detail}"
                    yield f"{page.page}#{section.heading}: {what}: {each.sentence[:160]}"


def _for_a_model(impacts: Sequence[PageImpact]) -> int:
    return sum(
        section.verdict in _FOR_A_MODEL
        for each in impacts
        if each.writer == LOCAL
        for section in each.sections
    )
