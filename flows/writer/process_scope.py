"""Writing the pages of one scope."""

import asyncio
from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol
from uuid import UUID

from app.domain.code.facts import RepositoryFacts
from app.domain.wiki.naming import page_key
from app.domain.wiki.narrative.brief import brief
from app.domain.wiki.narrative.briefing import Briefing
from app.domain.wiki.narrative.survey import Survey
from app.domain.wiki.page import (
    AgentResult,
    Page,
    PageKind,
    PageSpec,
    ScopeResult,
    TokenUsage,
    WikiStructure,
)
from app.domain.wiki.revision import LOCAL, PageRevision, Revision, join
from app.domain.work.job import Progress, Run
from app.errors import BudgetExceeded, ModelError, ModelRefused
from flows.steps import Limits, Steps
from flows.writer.commission import Commission, commission
from flows.writer.mending import nothing_mended, with_stand_ins
from flows.writer.told import written_page

AGENT_LIMITS = Limits(retries=1, timeout=1800)
"""The agents have tighter limits of their own; these end what hangs all the same."""
OVER_BUDGET = "the budget was reached"
MOST_NAMED = 5
"""So many sections that stay as they are are named together."""


class StructureAgent(Protocol):
    """Whatever can plan the narrative pages."""

    async def extract(self, facts: RepositoryFacts) -> AgentResult[WikiStructure]:
        """Plan the pages of a repository, or raise ModelError."""


class PageAgent(Protocol):
    """Whatever can write a page."""

    async def write(self, briefing: Briefing) -> AgentResult[Page]:
        """Write one page from its briefing, or raise ModelError."""


class SectionAgent(Protocol):
    """Whatever can write some sections of a page again."""

    async def revise(self, asked: Commission) -> AgentResult[Page]:
        """Write the sections that true ones can be had for, or raise ModelError."""


class FrontPageAgent(Protocol):
    """Whatever can write the front page once the others are written."""

    async def distill(self, briefing: Briefing, pages: Sequence[Page]) -> AgentResult[Page]:
        """Write the front page, or raise ModelError."""


class Results(Protocol):
    """Whatever keeps what a writer run made."""

    async def store(self, job_id: UUID, attempt_key: str, result: ScopeResult) -> None:
        """Keep it; keeping it twice is harmless."""


@dataclass(frozen=True)
class WriterDesk:
    """What a writer run works with: nothing that can reach GitHub."""

    structure: StructureAgent
    pages: PageAgent
    readme: FrontPageAgent
    local_pages: PageAgent
    """Writes a page without a model, when the model gives none that is true."""
    results: Results
    recipe: str
    local_recipe: str = ""
    """Of what the local writer writes."""
    sections: SectionAgent | None = None
    """Writes sections again; None: what a model wrote stays as it is."""
    foretold: TokenUsage | None = None
    """What the calls of the run were reckoned to take."""
    wishes: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """What people asked of pages in comments, by the id of the page."""


def wishes_in(scope: str, notes: Mapping[str, tuple[str, ...]]) -> dict[str, tuple[str, ...]]:
    """Choose what was asked of the pages of one scope; `notes` are by `page_key`."""
    start = page_key(scope, "")
    return {
        key.removeprefix(start): told
        for key, told in notes.items()
        if key.startswith(start) and ":" not in key.removeprefix(start)
    }


async def process_scope(
    run: Run,
    facts: RepositoryFacts,
    desk: WriterDesk,
    steps: Steps,
    revision: Revision | None = None,
) -> ScopeResult:
    """Plan and write the narrative pages of a scope, as many at a time as the engine allows.

    With a revision these are the pages and sections that it names; else all of them.
    """
    planned = await plan_pages(facts, desk, steps, revision)
    ordered = revision or Revision(everything=True)
    writing = PageWriting(facts, desk, steps, ordered, run.scope)
    written = await writing.write_all(planned.output.pages)
    result = ScopeResult(
        scope=run.scope,
        structure=without(planned.output, writing.lost),
        pages=tuple(each.output for each in written),
        withheld=tuple(writing.lost.values()),
        recipe=desk.recipe,
        usage=sum((each.usage for each in written), start=planned.usage),
        foretold=desk.foretold,
        warnings=(
            *planned.warnings,
            *writing.warnings,
            *(text for each in written for text in each.warnings),
        ),
    )
    await steps.run("store_pages", desk.results.store, run.job, run.key, result, key=run.key)
    return result


async def plan_pages(
    facts: RepositoryFacts, desk: WriterDesk, steps: Steps, revision: Revision | None
) -> AgentResult[WikiStructure]:
    """Say which pages the scope has; only where modules came or went anybody has to think."""
    if revision and not revision.everything and not revision.structure_again:
        return AgentResult[WikiStructure](output=_structure(revision, revision.known), attempts=0)
    await steps.progress(Progress(stage="structure"))
    planned = await steps.run(
        "extract_structure", desk.structure.extract, facts, key=facts.commit, limits=AGENT_LIMITS
    )
    if revision is None or revision.everything:
        return planned
    joined = join(revision.known, planned.output.pages, revision.retired, facts.files)
    structure = _structure(revision, joined, planned.output.title)
    return planned.model_copy(update={"output": structure})


def _structure(revision: Revision, specs: Sequence[PageSpec], title: str = "") -> WikiStructure:
    known = {each.id for each in specs}
    new = (each.spec for each in revision.pages if each.spec.id not in known)
    return WikiStructure(title=revision.title or title, pages=(*specs, *new))


class PageWriting:
    """The pages of one scope, on their way."""

    def __init__(
        self,
        facts: RepositoryFacts,
        desk: WriterDesk,
        steps: Steps,
        revision: Revision,
        scope: str = "",
    ) -> None:
        self._facts = facts
        self._scope = scope
        self._revision = revision
        self._survey = Survey(facts)
        self._desk = desk
        self._steps = steps
        self.lost: dict[str, str] = {}
        """Why a page could not be written at all, in one sentence, by its id."""
        self._over_budget: list[BudgetExceeded] = []
        self._left: dict[str, list[str]] = {}
        """Sections that stay as they are published, by why."""
        self._done = 0
        self._total = 0
        self._usage = TokenUsage()

    async def write_all(self, specs: Sequence[PageSpec]) -> list[AgentResult[Page]]:
        """Write the narrative pages, the front page last; the reference layer needs no writer."""
        wanted = [spec for spec in specs if spec.kind is not PageKind.REFERENCE]
        wanted = [spec for spec in wanted if self._is_ordered(spec)]
        self._total = len(wanted)
        guides = [spec for spec in wanted if spec.kind is not PageKind.HOME]
        written = await asyncio.gather(*(self._write(spec) for spec in guides))
        pages = [each.output for each in written if each is not None]
        homes = [spec for spec in wanted if spec.kind is PageKind.HOME]
        front = [await self._distill(spec, pages) for spec in homes]
        by_path = {each.output.spec.path: each for each in (*front, *written) if each is not None}
        return [self._signed(by_path[spec.path]) for spec in wanted if spec.path in by_path]

    def _signed(self, written: AgentResult[Page]) -> AgentResult[Page]:
        """Say of a page that the local writer wrote what it was made by."""
        if written.output.writer != LOCAL:
            return written
        page = written.output.model_copy(update={"recipe": self._desk.local_recipe})
        return written.model_copy(update={"output": page})

    def _is_ordered(self, spec: PageSpec) -> bool:
        """Say whether a page is to be written: it is named, or nobody knew of it."""
        if self._revision.everything or self._revision.page(spec.id):
            return True
        return spec.id not in {each.id for each in self._revision.known}

    async def _brief(self, spec: PageSpec) -> Briefing:
        briefing = await asyncio.to_thread(brief, spec, self._facts, self._survey)
        wishes = self._desk.wishes.get(spec.id, ())
        briefing = briefing.model_copy(update={"wishes": wishes}) if wishes else briefing
        ordered = self._revision.page(spec.id)
        return briefing.model_copy(update={"notes": ordered.notes}) if ordered else briefing

    async def _write(self, spec: PageSpec) -> AgentResult[Page] | None:
        briefing = await self._brief(spec)
        ordered = self._revision.page(spec.id)
        if ordered and ordered.sections and not ordered.whole:
            return await self._revise(ordered, briefing)

        async def write() -> AgentResult[Page]:
            return await self._desk.pages.write(briefing)

        return await self._step("write_page", briefing, write)

    async def _distill(self, spec: PageSpec, pages: Sequence[Page]) -> AgentResult[Page] | None:
        briefing = await self._brief(spec)
        ordered = self._revision.page(spec.id)
        if ordered and ordered.sections and not ordered.whole:
            return await self._revise(ordered, briefing)

        async def distill() -> AgentResult[Page]:
            return await self._desk.readme.distill(briefing, pages)

        return await self._step("distill_readme", briefing, distill)

    async def _step(
        self, name: str, briefing: Briefing, write: Callable[[], Awaitable[AgentResult[Page]]]
    ) -> AgentResult[Page] | None:
        result: AgentResult[Page] | None
        try:
            result = await self._steps.run(name, write, key=briefing.spec.id, limits=AGENT_LIMITS)
        except (ModelError, TimeoutError) as error:
            result = await self._write_locally(briefing, error)
        await self._count(briefing.spec, result)
        return result

    async def _count(self, spec: PageSpec, result: AgentResult[Page] | None) -> None:
        self._done += 1
        self._usage = self._usage + (result.usage if result else TokenUsage())
        await self._steps.progress(
            Progress(
                stage="pages",
                done=self._done,
                total=self._total,
                detail=spent(self._usage),
                page=written_page(spec, result, self._scope, self.lost.get(spec.id, "")),
            )
        )

    async def _revise(self, ordered: PageRevision, briefing: Briefing) -> AgentResult[Page] | None:
        """Write some sections of a page again; those of the local writer come with all of it."""
        if ordered.writer == LOCAL:

            async def compose() -> AgentResult[Page]:
                return await self._desk.local_pages.write(briefing)

            return await self._step("write_page", briefing, compose)
        asked = await asyncio.to_thread(commission, ordered, briefing, self._facts.files)
        result = await self._mend(asked)
        await self._count(briefing.spec, result)
        return result

    async def _mend(self, asked: Commission) -> AgentResult[Page]:
        why = "the model gave no true ones"
        try:
            result = await self._ask(asked)
        except (ModelError, TimeoutError) as error:
            why = said(error)
            cause = stand_in_of(error)
            result = AgentResult[Page](output=nothing_mended(asked, cause), attempts=0)
        page = await with_stand_ins(result.output, asked, self._desk.local_pages)
        for heading in page.unmended:
            self._left.setdefault(why, []).append(f"{page.spec.path}: “{heading}”")
        return result.model_copy(update={"output": page})

    async def _ask(self, asked: Commission) -> AgentResult[Page]:
        writer = self._desk.sections
        if writer is None:
            raise ModelRefused("no model is set: set AUTODOC_MODEL")

        async def revise() -> AgentResult[Page]:
            return await writer.revise(asked)

        key = asked.briefing.spec.id
        return await self._steps.run("revise_page", revise, key=key, limits=AGENT_LIMITS)

    async def _write_locally(
        self, briefing: Briefing, cause: ModelError | TimeoutError
    ) -> AgentResult[Page] | None:
        """Write a page without the model; one that cannot be written so either is withheld."""
        spec = briefing.spec
        try:
            local = await self._desk.local_pages.write(briefing)
        except (ModelError, TimeoutError) as error:
            self.lost[spec.id] = f"{spec.path} was not written: {said(error)}"
            return None
        page = local.output.model_copy(update={"stand_in": stand_in_of(cause)})
        if isinstance(cause, BudgetExceeded):
            self._over_budget.append(cause)
            return local.model_copy(update={"output": page})
        warning = f"{spec.path} was written without the model: {said(cause)}"
        return local.model_copy(update={"output": page, "warnings": (*local.warnings, warning)})

    @property
    def warnings(self) -> tuple[str, ...]:
        """Say once what is true of many pages."""
        left = tuple(left_as_published(each, why) for why, each in self._left.items())
        if not self._over_budget:
            return left
        number = len(self._over_budget)
        pages = "1 page was" if number == 1 else f"{number} pages were"
        cause = f"since {OVER_BUDGET}: {self._over_budget[0]}"
        return (f"{pages} written without the model, {cause}", *left)


def without(structure: WikiStructure, lost: Collection[str]) -> WikiStructure:
    """Take the pages that could not be written out of a structure."""
    kept = tuple(spec for spec in structure.pages if spec.id not in lost)
    return structure.model_copy(update={"pages": kept})


def stand_in_of(cause: ModelError | TimeoutError) -> str:
    """Say why the local writer takes a model's place until a later run; empty: for good.

    An answer that was not good enough is the same when it is asked for again.
    """
    if isinstance(cause, BudgetExceeded):
        return OVER_BUDGET
    is_passing = isinstance(cause, TimeoutError) or cause.transient
    return "the model could not be reached" if is_passing else ""


def left_as_published(sections: Sequence[str], why: str) -> str:
    """Report sections that could not be put right."""
    if len(sections) == 1:
        return f"{sections[0]} is stale and stays as it is published: {why}"
    more = len(sections) - MOST_NAMED
    named = [*sorted(sections)[:MOST_NAMED], *([f"{more} more"] if more > 0 else [])]
    told = f"{', '.join(named[:-1])} and {named[-1]}"
    return f"{len(sections)} stale sections stay as they are published ({told}): {why}"


def said(error: ModelError | TimeoutError) -> str:
    """Say why there is no answer."""
    return str(error) or "it took too long"


def spent(usage: TokenUsage) -> str:
    """Say what the calls so far took; nothing when there were none."""
    tokens = usage.input_tokens + usage.output_tokens
    return f"{tokens} tokens, ${usage.cost:.2f}" if tokens else ""
