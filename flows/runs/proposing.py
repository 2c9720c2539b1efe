"""The desks of what proposes pages in a pull request."""

from collections.abc import Sequence
from dataclasses import replace
from functools import partial

from app.domain.work.budget import Estimate
from app.domain.work.job import Job
from app.domain.work.job_page import job_url
from app.git.snapshot import Snapshot
from app.github.connection import GitHub
from flows.keeping import (
    Branches,
    Folders,
    RepositoryBases,
    caps_of,
    configured_models,
    upkeep_desk,
)
from flows.orchestrator.branches import branch_of
from flows.orchestrator.full_generation import OrchestratorDesk
from flows.orchestrator.index_pages import (
    generated_version,
)
from flows.orchestrator.onboarding import Host
from flows.orchestrator.pull_request import Invitation, PullRequestPublisher, Target
from flows.orchestrator.site import Site
from flows.orchestrator.telling import Teller
from flows.orchestrator.upkeep import UpkeepDesk
from flows.runs.desk import Desk, JobProgress, foreteller
from flows.sources import Commit, Source
from flows.steps import Steps


def make_host(
    job: Job, desk: Desk, github: GitHub, commit: Commit, ours: Snapshot | None, steps: Steps
) -> Host:
    """Lay out what a first pull request tells beside its pages."""

    def publisher(invitation: Invitation) -> PullRequestPublisher:
        target = Target(repository=job.repository, base=job.branch, invitation=invitation)
        return make_publisher(job, desk, github, commit, ours, target)

    async def estimate(sources: Sequence[Source]) -> Estimate | None:
        return await foreteller(desk, job, steps.progress).estimate(*sources)

    return Host(
        estimate=estimate,
        models=configured_models(desk.settings),
        caps=caps_of(desk.settings, [each.config.budget for each in commit.sources]),
        proposed=branch_of(ours).files,
        publisher=publisher,
    )


def make_upkeep_desk(job: Job, desk: Desk, branches: Branches) -> UpkeepDesk:
    """Lay out what keeps the pages of a branch true."""
    folders = Folders(branches.committed, branches.proposed)
    place = desk.sources().place(job.repository)
    return upkeep_desk(desk.settings, desk.stores, job.repository, place, folders)


def make_orchestrator_desk(
    job: Job, desk: Desk, github: GitHub, commit: Commit, ours: Snapshot | None
) -> OrchestratorDesk:
    """Lay out what proposes pages in a pull request; they wait for its merge."""

    async def keep(kept: Source, site: Site) -> None:
        await desk.stores.wiki.save_candidate(generated_version(job, site, kept))

    state = JobProgress(job, desk)
    is_asked = bool(job.asked_by)
    target = Target(repository=job.repository, base=job.branch, is_asked=is_asked)
    return OrchestratorDesk(
        engine=desk.engine,
        results=desk.stores.scopes,
        publisher=make_publisher(job, desk, github, commit, ours, target),
        confirm=state.confirm,
        keep_commit=state.keep_commit,
        keep=keep,
        checked=desk.stores.checks.of(job.repository.id),
        run_timeout=desk.settings.caps.run_timeout,
    )


def make_publisher(
    job: Job, desk: Desk, github: GitHub, commit: Commit, ours: Snapshot | None, target: Target
) -> PullRequestPublisher:
    """Lay out what keeps the one pull request of a branch."""
    return PullRequestPublisher(
        github.publisher,
        target,
        replace(
            branch_of(commit.sources[0].snapshot),
            said=partial(desk.stores.acks.find, job.repository.id),
            asked=partial(desk.stores.notes.read, job.repository.id, job.branch),
        ),
        branch_of(ours),
        RepositoryBases(desk.stores, job.repository.id),
        make_teller(job, commit, desk),
    )


def make_teller(job: Job, commit: Commit, desk: Desk) -> Teller:
    """Lay out what says in the pull request why pages are proposed, and what it took."""
    upkeep = make_upkeep_desk(job, desk, Branches(commit.sources[0].snapshot, None))
    page = job_url(desk.settings.public_url, job.id)
    return Teller(job, commit, upkeep, desk.stores.usage, desk.stores.scopes, page)
