"""What a maintainer is told of a run: what the commit made false, and what writing it anew took."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from functools import reduce
from operator import add
from typing import Protocol
from uuid import UUID

from app.analysis.blame import with_commits
from app.domain.value import Value
from app.domain.wiki.impact import PageImpact
from app.domain.wiki.page import ScopeResult, TokenUsage
from app.domain.wiki.site.figures import Run as RunFigures
from app.domain.wiki.site.grounds import told_reasons
from app.domain.work.job import FlowName, Job, Run
from flows.orchestrator.comparing import Comparison
from flows.orchestrator.standing import judged, read_published
from flows.orchestrator.upkeep import UpkeepDesk
from flows.sources import Commit, Source


class Told(Value):
    """What is known of a run beside its pages."""

    impacts: Mapping[str, tuple[PageImpact, ...]] = {}
    """What the commit makes of the pages of the documented branch, by the folder of the scope."""
    run: RunFigures = RunFigures()


Tell = Callable[[], Awaitable[Told]]


async def tell_nothing() -> Told:
    """Know nothing of the run."""
    return Told()


class Usage(Protocol):
    """Whatever knows what the calls of a job took."""

    async def used(self, job_id: UUID) -> TokenUsage:
        """Add up the calls of a job."""


class Results(Protocol):
    """Whatever holds what writer runs made."""

    async def find(self, job_id: UUID, attempt_key: str) -> ScopeResult | None:
        """Return what an attempt of a writer run made."""


@dataclass(frozen=True)
class Teller:
    """Tells of one run.

    Pages are judged as the documented branch has them, so that each run tells of everything that
    the pull request puts right, whichever run did it.
    """

    job: Job
    commit: Commit
    upkeep: UpkeepDesk
    usage: Usage
    results: Results
    page: str = ""
    """The address of the job's page."""

    async def __call__(self) -> Told:
        """Judge, and add up."""
        impacts = {each.scope.folder: await self._impacts(each) for each in self.commit.sources}
        used = await self.usage.used(self.job.id)
        figures = RunFigures(used=used, foretold=await self._foretold(), page=self.page)
        return Told(impacts=impacts, run=figures)

    async def _impacts(self, source: Source) -> tuple[PageImpact, ...]:
        files = await self.upkeep.committed(source.scope)
        wiki, comparisons = await read_published(source, files, self.upkeep)
        impacts = await asyncio.to_thread(judged, wiki, comparisons)
        named = {
            commit: await self._with_commits(
                each, [page for page in impacts if page.commit == commit]
            )
            for commit, each in comparisons.items()
        }
        if named == comparisons:
            return impacts
        return await asyncio.to_thread(judged, wiki, named)

    async def _with_commits(self, compared: Comparison, pages: list[PageImpact]) -> Comparison:
        """Find out which commits changed what made sentences false."""
        comparer = self.upkeep.comparer
        places = {each.place for page in pages for each in told_reasons(page)}
        changes = await with_commits(
            comparer.history, compared.changes, places, comparer.cache, comparer.limits
        )
        return compared.model_copy(update={"changes": changes})

    async def _foretold(self) -> TokenUsage | None:
        """Add up what the writer runs of this attempt were to take; None where none reckoned."""
        attempt = max(self.job.attempt, 1)
        runs = [
            Run(
                flow=FlowName.PROCESS_SCOPE,
                job=self.job.id,
                attempt=attempt,
                scope=each.scope.folder,
            )
            for each in self.commit.sources
        ]
        found = [await self.results.find(run.job, run.key) for run in runs]
        known = [each.foretold for each in found if each is not None and each.foretold is not None]
        return reduce(add, known) if known else None
