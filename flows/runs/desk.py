"""What every run is given, and what it reads first."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace

from app.domain.wiki.render import Origin
from app.domain.work.job import Job, Progress
from app.domain.work.repository import Consent
from app.git.snapshot import Snapshot
from app.github.connection import GitHub
from app.settings import Settings
from app.wiring import (
    Stores,
    analysis_limits,
    chunk_options,
    open_embedder,
    open_mirrors,
)
from flows.orchestrator.full_generation import Engine
from flows.orchestrator.index_pages import (
    Indexer,
)
from flows.orchestrator.onboarding import Declined
from flows.sources import Commit, Sources, permalink_base
from flows.steps import Limits, Steps
from flows.writer.forecast import Foreteller

READ_LIMITS = Limits(retries=2, timeout=3600)


Report = Callable[[Progress], Awaitable[None]]


MakeSteps = Callable[[Report, int], Steps]
"""Makes steps that report so, and of which so many run at a time."""


@dataclass(frozen=True)
class Desk:
    """What every run is given: settings, rows, and the engine that starts further runs."""

    settings: Settings
    stores: Stores
    engine: Engine

    def sources(self, github: GitHub | None = None) -> Sources:
        """Open the mirrors; only with GitHub's credentials can they be brought up to date."""
        return Sources(
            mirrors=open_mirrors(self.settings),
            cache=self.stores.facts,
            limits=analysis_limits(self.settings),
            credential=github.credentials.git_token if github else None,
        )


@dataclass(frozen=True)
class JobProgress:
    """What a run tells its job's row, under its fence."""

    job: Job
    desk: Desk

    async def confirm(self) -> None:
        """Raise LeaseLost when another run took the job over."""
        await self.desk.stores.jobs.confirm(self.job.id, self.job.fence)

    async def confirm_open(self) -> None:
        """Raise Declined, too, when people said no meanwhile."""
        await self.confirm()
        job = await self.desk.stores.jobs.get(self.job.id)
        if job.repository.consent is Consent.DECLINED:
            raise Declined("the first pull request was closed: nothing more is proposed")

    async def keep_commit(self, commit: str) -> None:
        """Record which commit the job works on, so that its writer runs read the same."""
        await self.desk.stores.jobs.set_commit(self.job.id, self.job.fence, commit)


async def read_job(sources: Sources, job: Job, revision: str) -> Commit:
    """Read the commit of a job from the mirror, with permalinks to its provider."""
    snapshot = await Snapshot.open(sources.place(job.repository), revision)
    base = permalink_base(job.repository, snapshot.commit)
    name = job.repository.full_name.rpartition("/")[2]
    reader = replace(sources, defaults=job.repository.defaults)
    return await reader.read(snapshot, name, Origin(commit=snapshot.commit, base=base))


async def read_head(job: Job, sources: Sources, steps: Steps) -> Commit:
    """Fetch the branch and read its head: a delivery is a hint, the repository is the truth."""
    await steps.progress(Progress(stage="facts"))
    await steps.run("fetch", sources.fetch, job.repository, key=job.branch, limits=READ_LIMITS)
    return await steps.run(
        "read_facts", read_job, sources, job, job.branch, key=job.branch, limits=READ_LIMITS
    )


def foreteller(desk: Desk, job: Job, report: Report) -> Foreteller:
    """Lay out what says before and after a run what its models take."""
    return Foreteller(desk.settings, desk.stores.usage, job, report)


def make_indexer(desk: Desk) -> Indexer:
    """Lay out what makes pages searchable."""
    options = chunk_options(desk.settings)
    return Indexer(desk.stores.wiki, open_embedder(desk.settings), options)
