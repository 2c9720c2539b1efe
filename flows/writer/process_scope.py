"""Writing the pages of one scope."""

import asyncio
from collections.abc import Awaitable, Callable, Collection, Sequence
from dataclasses import dataclass
from typing import Protocol
from uuid import UUID

from app.domain.code.facts import RepositoryFacts
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
from app.domain.work.job import Progress, Run
from app.errors import BudgetExceeded, ModelError
from flows.steps import Limits, Steps

AGENT_LIMITS = Limits(retries=1, timeout=1800)
"""The agents have tighter limits of their own; these end what hangs all the same."""
OVER_BUDGET = "the budget was reached"


class StructureAgent(Protocol):
    """Whatever can plan the narrative pages."""

    async def extract(self, facts: RepositoryFacts) -> AgentResult[WikiStructure]:
        """Plan the pages of a repository, or raise ModelError."""


class PageAgent(Protocol):
    """Whatever can write a page."""

    async def write(self, briefing: Briefing) -> AgentResult[Page]:
        """Write one page from its briefing, or raise ModelError."""


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


async def process_scope(
    run: Run, facts: RepositoryFacts, desk: WriterDesk, steps: Steps
) -> ScopeResult:
    """Plan and write every narrative page of a scope, as many at a time as the engine allows."""
    await steps.progress(Progress(stage="structure"))
    planned = await steps.run(
        "extract_structure", desk.structure.extract, facts, key=facts.commit, limits=AGENT_LIMITS
    )
    writing = PageWriting(facts, desk, steps)
    written = await writing.write_all(planned.output.pages)
    result = ScopeResult(
        scope=run.scope,
        structure=without(planned.output, writing.lost),
        pages=tuple(each.output for each in written),
        withheld=tuple(writing.lost.values()),
        recipe=desk.recipe,
        usage=sum((each.usage for each in written), start=planned.usage),
        warnings=(
            *planned.warnings,
            *writing.warnings,
            *(text for each in written for text in each.warnings),
        ),
    )
    await steps.run("store_pages", desk.results.store, run.job, run.key, result, key=run.key)
    return result


class PageWriting:
    """The pages of one scope, on their way."""

    def __init__(self, facts: RepositoryFacts, desk: WriterDesk, steps: Steps) -> None:
        self._facts = facts
        self._survey = Survey(facts)
        self._desk = desk
        self._steps = steps
        self.lost: dict[str, str] = {}
        """Why a page could not be written at all, in one sentence, by its id."""
        self._over_budget: list[BudgetExceeded] = []
        self._done = 0
        self._total = 0
        self._usage = TokenUsage()

    async def write_all(self, specs: Sequence[PageSpec]) -> list[AgentResult[Page]]:
        """Write the narrative pages, the front page last; the reference layer needs no writer."""
        wanted = [spec for spec in specs if spec.kind is not PageKind.REFERENCE]
        self._total = len(wanted)
        guides = [spec for spec in wanted if spec.kind is not PageKind.HOME]
        written = await asyncio.gather(*(self._write(spec) for spec in guides))
        pages = [each.output for each in written if each is not None]
        homes = [spec for spec in wanted if spec.kind is PageKind.HOME]
        front = [await self._distill(spec, pages) for spec in homes]
        by_path = {each.output.spec.path: each for each in (*front, *written) if each is not None}
        return [by_path[spec.path] for spec in wanted if spec.path in by_path]

    async def _write(self, spec: PageSpec) -> AgentResult[Page] | None:
        briefing = await asyncio.to_thread(brief, spec, self._facts, self._survey)

        async def write() -> AgentResult[Page]:
            return await self._desk.pages.write(briefing)

        return await self._step("write_page", briefing, write)

    async def _distill(self, spec: PageSpec, pages: Sequence[Page]) -> AgentResult[Page] | None:
        briefing = await asyncio.to_thread(brief, spec, self._facts, self._survey)

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
        self._done += 1
        self._usage = self._usage + (result.usage if result else TokenUsage())
        await self._steps.progress(
            Progress(stage="pages", done=self._done, total=self._total, detail=spent(self._usage))
        )
        return result

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
        if isinstance(cause, BudgetExceeded):
            self._over_budget.append(cause)
            page = local.output.model_copy(update={"stand_in": OVER_BUDGET})
            return local.model_copy(update={"output": page})
        warning = f"{spec.path} was written without the model: {said(cause)}"
        return local.model_copy(update={"warnings": (*local.warnings, warning)})

    @property
    def warnings(self) -> tuple[str, ...]:
        """Say once what is true of many pages."""
        if not self._over_budget:
            return ()
        number = len(self._over_budget)
        pages = "1 page was" if number == 1 else f"{number} pages were"
        return (f"{pages} written without the model, since {OVER_BUDGET}: {self._over_budget[0]}",)


def without(structure: WikiStructure, lost: Collection[str]) -> WikiStructure:
    """Take the pages that could not be written out of a structure."""
    kept = tuple(spec for spec in structure.pages if spec.id not in lost)
    return structure.model_copy(update={"pages": kept})


def said(error: ModelError | TimeoutError) -> str:
    """Say why there is no answer."""
    return str(error) or "it took too long"


def spent(usage: TokenUsage) -> str:
    """Say what the calls so far took; nothing when there were none."""
    tokens = usage.input_tokens + usage.output_tokens
    return f"{tokens} tokens, ${usage.cost:.2f}" if tokens else ""
