"""What each flow of an orchestrator run does."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace

from app.domain.work.job import FlowName, Job, JobOrder
from app.domain.work.repository import Consent
from app.git.snapshot import Snapshot
from app.github.connection import GitHub
from flows.keeping import (
    Branches,
    nothing_to_do,
)
from flows.orchestrator.branches import open_proposed, read_folder
from flows.orchestrator.demands import order_everything
from flows.orchestrator.full_generation import full_generation
from flows.orchestrator.incremental_update import incremental_update
from flows.orchestrator.index_pages import (
    index_pages,
)
from flows.orchestrator.onboarding import has_pages, onboarding
from flows.orchestrator.standing import renew_verdicts
from flows.runs.desk import Desk, JobProgress, make_indexer, read_head
from flows.runs.proposing import make_host, make_orchestrator_desk, make_upkeep_desk
from flows.sources import Commit
from flows.steps import Steps


async def generate(job: Job, desk: Desk, github: GitHub, steps: Steps) -> str:
    """Document the branch, propose the pages, and bring what is merged to the readers.

    The last matters where a merge and a push became one job.
    """
    sources = desk.sources(github)
    commit = await read_head(job, sources, steps)
    base = commit.sources[0].snapshot
    ours = await open_proposed(sources.place(job.repository), job)
    branches = Branches(base, ours)
    readings = [branches.committed, branches.proposed]
    scopes = [each.scope for each in commit.sources]
    await order_everything(job.id, scopes, readings, desk.stores.revisions)
    orchestrator = make_orchestrator_desk(job, desk, github, commit, ours)
    made = await full_generation(job, commit, orchestrator, steps)
    await orchestrator.confirm()
    await index_commit(job, commit, desk, steps)
    return made.published.where


async def onboard(job: Job, desk: Desk, github: GitHub, steps: Steps) -> str:
    """Ask for consent, unless people answered already or merged pages before."""
    if job.repository.consent in (Consent.GIVEN, Consent.DECLINED):
        return f"people answered already: consent is {job.repository.consent}"
    sources = desk.sources(github)
    commit = await read_head(job, sources, steps)
    if await has_pages(commit):
        return await take_over(job, commit, desk, steps)
    ours = await open_proposed(sources.place(job.repository), job)
    orchestrator = make_orchestrator_desk(job, desk, github, commit, ours)
    orchestrator = replace(orchestrator, confirm=JobProgress(job, desk).confirm_open)
    host = make_host(job, desk, github, commit, ours, steps)
    published = await onboarding(job, commit, orchestrator, host, steps)
    if published.number is not None:
        await desk.stores.repositories.ask(job.repository.id)
    return published.where


async def take_over(job: Job, commit: Commit, desk: Desk, steps: Steps) -> str:
    """Go on with the rest where the first pages were merged; where they always were, spend nothing.

    Pages of a laptop are no consent to models: the local writer keeps them true until somebody with
    write access asks for pages, or merges a pull request of ours.
    """
    place = (job.repository.id, job.branch)
    if job.repository.consent is Consent.ASKED:
        reason = "the first pull request was merged"
        await desk.stores.jobs.order(
            JobOrder(
                repository_id=place[0],
                branch=place[1],
                flow=FlowName.FULL_GENERATION,
                reason=reason,
                cause=f"consent:{place[0]}",
            )
        )
        # Kept last: a run that ends before it finds the question open, and orders the rest.
        await desk.stores.repositories.set_consent(job.repository.id, Consent.GIVEN)
        return reason
    state = JobProgress(job, desk)
    await state.keep_commit(commit.name)
    await state.confirm()
    pages = await index_commit(job, commit, desk, steps)
    return f"{pages} pages were there before and are published; no model is asked for them yet"


async def update(job: Job, desk: Desk, github: GitHub, steps: Steps) -> str:
    """Propose what a change made false, and bring what is merged to the readers.

    Where nothing is false the repository is not even read.
    """
    sources = desk.sources(github)
    place = await sources.fetch(job.repository)
    ours = await open_proposed(place, job)
    base = await Snapshot.open(place, job.branch)
    upkeep = make_upkeep_desk(job, desk, Branches(base, ours))
    if not job.fresh and await nothing_to_do(job, base, upkeep, desk.stores):
        return "every page is true of the head"
    commit = await read_head(job, sources, steps)
    # The branch may have moved on while that was found out.
    base = commit.sources[0].snapshot
    upkeep = make_upkeep_desk(job, desk, Branches(base, ours))
    orchestrator = make_orchestrator_desk(job, desk, github, commit, ours)
    made = await incremental_update(job, commit, orchestrator, upkeep, steps)
    await orchestrator.confirm()
    await index_commit(job, commit, desk, steps)
    return made.generation.published.where


async def index(job: Job, desk: Desk, github: GitHub, steps: Steps) -> str:
    """Show the merged pages to the readers."""
    commit = await read_head(job, desk.sources(github), steps)
    state = JobProgress(job, desk)
    await state.keep_commit(commit.name)
    await state.confirm()
    pages = await index_commit(job, commit, desk, steps)
    return f"{pages} pages are published"


async def index_commit(job: Job, commit: Commit, desk: Desk, steps: Steps) -> int:
    """Show the merged pages of every scope to the readers, with marks; returns how many."""
    indexer = make_indexer(desk)
    pages = 0
    for source in commit.sources:
        committed = await read_folder(source.snapshot, source.scope.output)
        pages += await index_pages(job, source, committed, indexer, steps)
    kept = [each.scope.folder for each in commit.sources]
    await desk.stores.wiki.keep_scopes(job.repository.id, job.branch, kept)
    branches = Branches(commit.sources[0].snapshot, None)
    await renew_verdicts(job, commit, make_upkeep_desk(job, desk, branches))
    return pages


FLOWS: Mapping[FlowName, Callable[[Job, Desk, GitHub, Steps], Awaitable[str]]] = {
    FlowName.FULL_GENERATION: generate,
    FlowName.INCREMENTAL_UPDATE: update,
    FlowName.INDEX_PAGES: index,
    FlowName.ONBOARDING: onboard,
}
"""What each flow does."""
