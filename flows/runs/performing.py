"""A run of the engines with a database: its desk is laid, its function called."""

import asyncio
import gc
import logging
from collections.abc import Awaitable, Iterator
from contextlib import contextmanager
from typing import TypeVar

from app.analysis.scopes import read_scopes
from app.domain.work.job import Job, JobState, Progress, Run
from app.domain.work.job_page import job_url
from app.domain.work.patience import retry_delay
from app.domain.work.repository import MIRRORS_OF_GITHUB
from app.domain.work.zone import Zone
from app.errors import (
    AutoDocError,
    ConfigurationError,
    Gone,
    LeaseLost,
    OutOfReach,
    OutsideError,
    Protected,
    RateLimited,
    is_transient,
)
from app.git.snapshot import Snapshot
from app.github.connection import GitHub
from app.settings import Settings
from app.wiring import (
    choose_engine,
    open_github,
    open_mirrors,
    open_stores,
)
from flows.leases import hold_lease
from flows.orchestrator.configured import Teller as ConfigurationTeller
from flows.orchestrator.configured import with_defaults
from flows.orchestrator.full_generation import Engine
from flows.orchestrator.onboarding import Declined
from flows.orchestrator.permission import still_allowed, what_holds
from flows.orchestrator.refused import tell_refused
from flows.runs.desk import Desk, MakeSteps, Report
from flows.runs.documenting import FLOWS
from flows.runs.writing import write
from flows.steps import LocalSteps, Steps

COLLECTIONS = (50_000, 20, 100)
"""New objects before a collection, and collections of each age before one of the next."""


T = TypeVar("T")


logger = logging.getLogger(__name__)


@contextmanager
def rare_collections() -> Iterator[None]:
    """Let the garbage collector look for cycles less often: what a run builds, it keeps.

    Measured on 651 Python files and 508 pages: 57 to 59 s instead of 87 to 91 s, the longest pause
    0.7 s instead of 3 to 4 s, for 1150 MB of memory instead of 800 MB.
    """
    before = gc.get_threshold()
    gc.freeze()
    gc.set_threshold(*COLLECTIONS)
    try:
        yield
    finally:
        gc.set_threshold(*before)
        gc.unfreeze()


def row_steps(report: Report, concurrency: int) -> Steps:
    """Do steps in this process; their progress goes to the job's rows."""
    return LocalSteps(report, concurrency)


def pages_at_once(settings: Settings) -> int:
    """Say how many pages are on their way: so many that no place at the provider is left empty.

    A page between two of its calls needs none; many more would only grow old waiting for one.
    """
    return 2 * settings.refine.parallel_calls


async def perform(
    run: Run, settings: Settings, make_steps: MakeSteps, engine: Engine | None = None
) -> None:
    """Perform a run whose job is in the database, its writer runs on the engine of the settings.

    A run that was overtaken by a newer attempt, or whose job ended, does nothing.
    """
    async with open_stores(settings) as stores:
        try:
            job = await stores.jobs.get(run.job)
        except Gone:
            logger.info("%s: its job was removed", run.name)
            return
        if job.state is not JobState.RUNNING or job.attempt != run.attempt:
            logger.info("%s: its job is %s in attempt %d", run.name, job.state, job.attempt)
            return

        async def report(progress: Progress) -> None:
            await stores.jobs.add_progress(job.id, progress)

        steps = make_steps(report, pages_at_once(settings))
        desk = Desk(settings, stores, engine or choose_engine(settings, stores))
        if run.zone is Zone.WRITER:
            await write(run, job, desk, steps)
        else:
            await orchestrate(job, desk, steps)


async def orchestrate(job: Job, desk: Desk, steps: Steps) -> None:
    """Do the job and record how it ended; its lease is renewed as long as it takes."""
    jobs = desk.stores.jobs
    try:
        async with hold_lease(job, jobs), open_github(desk.settings, urgent=False) as github:
            await drop_removed(desk)
            work = attend(job, desk, github, steps)
            message = await within(desk.settings.caps.run_timeout, work)
        await jobs.finish(job.id, job.fence, message)
    except (LeaseLost, Gone):
        logger.warning("job %s: it is not this run's any more; it stops", job.id)
    except (AutoDocError, TimeoutError) as error:
        try:
            await record_failure(job, desk, error)
        except LeaseLost:
            logger.warning("job %s: it is not this run's any more; it stops", job.id)
            return
        raise


async def within(seconds: float, work: Awaitable[T]) -> T:
    """Do the work of a run, or raise OutsideError when the whole of it takes too long."""
    bound = asyncio.timeout(seconds)
    try:
        async with bound:
            return await work
    except TimeoutError:
        if not bound.expired():
            raise
        raise OutsideError(
            f"the run took longer than {seconds:.0f} s; AUTODOC_CAPS__RUN_TIMEOUT allows no more"
        ) from None


async def attend(job: Job, desk: Desk, github: GitHub, steps: Steps) -> str:
    """Do the job, unless something holds it still; returns how it ended.

    A broken configuration is told on its commit, and that it is mended on the one that mends it.
    """
    stores = desk.stores
    job = await still_allowed(job, github.client, stores.jobs)
    if held := what_holds(job, desk.settings.onboarding.allow):
        return held
    repository = await with_defaults(job.repository, github.client, stores.repositories)
    job = job.model_copy(update={"repository": repository})
    page = job_url(desk.settings.public_url, job.id)
    teller = ConfigurationTeller(job, github.client, stores.reports, page)
    try:
        message = await FLOWS[job.flow](job, desk, github, steps)
    except Declined as declined:
        return str(declined)
    except ConfigurationError:
        head = await Snapshot.open(desk.sources().place(repository), job.branch)
        errors = (await read_scopes(head, repository.defaults)).errors
        if not errors:
            raise
        return await teller.tell_broken(head.commit, errors)
    except Protected as refusal:
        head = await Snapshot.open(desk.sources().place(repository), job.branch)
        await tell_refused(github.client, repository, head.commit, str(refusal), page)
        raise
    head = await Snapshot.open(desk.sources().place(repository), job.branch)
    await teller.tell_mended(head.commit)
    return message


async def drop_removed(desk: Desk) -> None:
    """Delete the mirrors of repositories that were removed: this machine need not be the server."""
    rows = desk.stores.housekeeping
    mirrors = open_mirrors(desk.settings)
    await mirrors.drop_unknown(MIRRORS_OF_GITHUB, rows.ids, rows.forget_blobs)


async def record_failure(job: Job, desk: Desk, error: AutoDocError | TimeoutError) -> None:
    """Put the job back when time can heal it; waiting for a rate limit costs no attempt."""
    if isinstance(error, OutOfReach):
        # From now on its grace runs; a sweep finds out whether it is gone for good.
        await desk.stores.housekeeping.miss(job.repository.id)
    limited = isinstance(error, RateLimited)
    retry = retry_delay(job.tries, error.retry_after if isinstance(error, RateLimited) else None)
    is_last = job.tries >= desk.settings.caps.attempts and not limited
    message = str(error) or "it took too long"
    await desk.stores.jobs.fail(
        job.id,
        job.fence,
        message,
        retry if is_transient(error) and not is_last else None,
        costs_attempt=not limited,
    )
