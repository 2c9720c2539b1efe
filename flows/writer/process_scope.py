"""Writing the pages of one scope."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Protocol
from uuid import UUID

from app.domain.code.facts import RepositoryFacts
from app.domain.wiki.brief import brief
from app.domain.wiki.briefing import Briefing
from app.domain.wiki.local import compose
from app.domain.wiki.page import (
    AgentResult,
    Page,
    PageKind,
    PageSpec,
    ScopeResult,
    TokenUsage,
    WikiStructure,
)
from app.domain.work.job import Progress
from app.errors import ModelError
from flows.steps import Limits, Steps

STRUCTURE_LIMITS = Limits(retries=1, timeout=1800)
PAGE_LIMITS = Limits(retries=1, timeout=1800)


class StructureAgent(Protocol):
    """Whatever can plan the narrative pages."""

    async def extract(self, facts: RepositoryFacts) -> AgentResult[WikiStructure]:
        """Plan the pages of a repository, or raise ModelError."""


class PageAgent(Protocol):
    """Whatever can write a page."""

    async def write(self, briefing: Briefing) -> AgentResult[Page]:
        """Write one page from its briefing, or raise ModelError."""


class Results(Protocol):
    """Whatever keeps what a writer run made."""

    async def store(self, job_id: UUID, attempt_key: str, result: ScopeResult) -> None:
        """Keep it; keeping it twice is harmless."""


@dataclass(frozen=True)
class WriterDesk:
    """What a writer run works with: nothing that can reach GitHub."""

    read_facts: Callable[[], Awaitable[RepositoryFacts]]
    structures: StructureAgent
    pages: PageAgent
    results: Results
    recipe: str


async def process_scope(job_id: UUID, scope: str, desk: WriterDesk, steps: Steps) -> ScopeResult:
    """Plan and write every narrative page of a scope, as many at a time as the engine allows."""
    await steps.progress(Progress(stage="structure"))
    facts = await desk.read_facts()
    planned = await steps.run(
        "extract_structure",
        desk.structures.extract,
        facts,
        key=facts.commit,
        limits=STRUCTURE_LIMITS,
    )
    written = await write_pages(planned.output.pages, facts, desk.pages, steps)
    usage = sum((each.usage for each in written), start=planned.usage)
    result = ScopeResult(
        scope=scope,
        structure=planned.output,
        pages=tuple(each.output for each in written),
        recipe=desk.recipe,
        usage=usage,
        warnings=(*planned.warnings, *(text for each in written for text in each.warnings)),
    )
    await steps.run("store_pages", desk.results.store, job_id, scope, result, key=scope or ".")
    return result


async def write_pages(
    specs: Sequence[PageSpec], facts: RepositoryFacts, author: PageAgent, steps: Steps
) -> list[AgentResult[Page]]:
    """Write the narrative pages; the reference layer is rendered from facts by the orchestrator."""
    wanted = [spec for spec in specs if spec.kind is not PageKind.REFERENCE]
    done = 0

    async def write(spec: PageSpec) -> AgentResult[Page]:
        nonlocal done
        briefing = await asyncio.to_thread(brief, spec, facts)
        result = await write_or_compose(briefing, author, steps)
        done += 1
        cost = f"{result.usage.input_tokens + result.usage.output_tokens} tokens"
        await steps.progress(
            Progress(stage="pages", done=done, total=len(wanted), detail=f"{spec.path} {cost}")
        )
        return result

    return list(await asyncio.gather(*(write(spec) for spec in wanted)))


async def write_or_compose(
    briefing: Briefing, author: PageAgent, steps: Steps
) -> AgentResult[Page]:
    """Write a page; when the model gives none that is true, the local writer's page stands in."""
    spec = briefing.spec
    try:
        return await steps.run(
            "write_page", author.write, briefing, key=spec.id, limits=PAGE_LIMITS
        )
    except (ModelError, TimeoutError) as error:
        page = Page(spec=spec, draft=compose(briefing), evidence=briefing.evidence, writer="local")
        warning = f"{spec.path} was written without the model: {error or 'it took too long'}"
        return AgentResult[Page](output=page, attempts=0, usage=TokenUsage(), warnings=(warning,))
