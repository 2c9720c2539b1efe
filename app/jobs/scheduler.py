"""The scheduler: jobs that wait get a run, jobs whose run was lost get another."""

import asyncio
import logging
from collections.abc import Sequence
from typing import Protocol
from uuid import UUID

from app.dispatch.dispatcher import Engine
from app.domain.value import Value
from app.domain.work.job import Job, JobState, Run, RunState
from app.domain.work.patience import Backoff
from app.errors import AutoDocError, Gone, LeaseLost

logger = logging.getLogger(__name__)


class Jobs(Protocol):
    """Whatever keeps jobs."""

    async def promote(self, lease_s: float) -> Job | None:
        """Let one waiting job run, if its branch has no other running; None when none may."""

    async def expire(self, max_attempts: int) -> list[Job]:
        """Put jobs back whose lease passed; after so many attempts they fail."""

    async def unfinished(self) -> list[Job]:
        """List the jobs that wait or run."""

    async def get(self, job_id: UUID) -> Job:
        """Read a job."""

    async def renew(self, job_id: UUID, fence: int, lease_s: float) -> None:
        """Keep a running job; raises LeaseLost when somebody else has it."""

    async def fail(self, job_id: UUID, fence: int, message: str, retry_in_s: float | None) -> None:
        """End an attempt, and the job too when `retry_in_s` is None; may raise LeaseLost."""


class JobLimits(Value):
    """How many jobs run, and how patient the scheduler is with them."""

    parallel: int = 2
    """Jobs that run at once in this installation of AutoDoc; each may start writer runs."""
    tick_s: float = 5
    lease_s: float = 120
    """How long a job may show no life; its run renews it, the scheduler until the run began."""
    attempts: int = 5
    backoff: Backoff = Backoff(first_s=5, longest_s=600)

    def retry_in(self, tries: int) -> float | None:
        """Say when a job that failed is tried again; None when it was tried often enough."""
        return None if tries >= self.attempts else self.backoff.after(tries)


class Scheduler:
    """Ticks until it is cancelled; several replicas may tick, because every step is idempotent."""

    def __init__(self, jobs: Jobs, engine: Engine, limits: JobLimits | None = None) -> None:
        self._jobs = jobs
        self._engine = engine
        self._limits = limits or JobLimits()
        self._woken = asyncio.Event()

    def wake(self, after_s: float = 0) -> None:
        """Tick as soon as a job that was ordered is due."""
        asyncio.get_running_loop().call_later(after_s, self._woken.set)

    async def run(self) -> None:
        """Tick until cancelled."""
        while True:
            self._woken.clear()
            try:
                await self.tick()
            except Exception:
                # The rows are the truth: what this tick left out, the next one finds.
                logger.exception("a tick of the scheduler failed")
            try:
                await asyncio.wait_for(self._woken.wait(), self._limits.tick_s)
            except TimeoutError:
                continue

    async def tick(self) -> None:
        """Put back what is lost, look after what runs, start what may run."""
        for lost in await self._jobs.expire(self._limits.attempts):
            logger.warning("job %s showed no life and is %s", lost.id, lost.state)
            await self._abandon(lost)
        running = [job for job in await self._jobs.unfinished() if job.state is JobState.RUNNING]
        await self._reconcile(running)
        for _ in range(self._limits.parallel - len(running)):
            job = await self._jobs.promote(self._limits.lease_s)
            if job is None:
                break
            await self._start(job)

    async def _reconcile(self, running: Sequence[Job]) -> None:
        if not running:
            return
        states = await self._engine.states([run_of(job) for job in running])
        for job in running:
            await self._compare(job, states.get(run_of(job).name))

    async def _compare(self, job: Job, state: RunState | None) -> None:
        if state is RunState.RUNNING:
            return  # its run renews the lease, and knows best
        if state is None:
            await self._start(job)
        elif state is RunState.WAITING:
            await self._keep(job)
        else:
            await self._put_back(job, f"its run {state} without an end of the job")

    async def _start(self, job: Job) -> None:
        """Start a job's run; a job that cannot be started keeps its attempt until it can."""
        try:
            await self._engine.start(run_of(job))
        except AutoDocError as error:
            logger.warning("job %s cannot be started: %s", job.id, error)
            await self._keep(job)

    async def _keep(self, job: Job) -> None:
        """Hold the lease of a job whose run has not begun: waiting in a queue is no failure."""
        try:
            await self._jobs.renew(job.id, job.fence, self._limits.lease_s)
        except LeaseLost:
            logger.info("job %s went on meanwhile", job.id)

    async def _put_back(self, job: Job, message: str) -> None:
        # The list may be older than the run's end: a run ends its job before it ends itself.
        try:
            if await self._jobs.get(job.id) != job:
                return
        except Gone:
            return  # its repository was removed
        logger.warning("job %s: %s", job.id, message)
        await put_back(self._jobs, job, message, self._limits)

    async def _abandon(self, job: Job) -> None:
        try:
            await self._engine.abandon(job.id)
        except AutoDocError as error:
            # The fence refuses whatever that run still does.
            logger.warning("the lost run of job %s was not ended: %s", job.id, error)


class FailingJobs(Protocol):
    """Whatever ends attempts of jobs."""

    async def fail(self, job_id: UUID, fence: int, message: str, retry_in_s: float | None) -> None:
        """End an attempt, and the job too when `retry_in_s` is None; may raise LeaseLost."""


async def put_back(jobs: FailingJobs, job: Job, message: str, limits: JobLimits) -> None:
    """End the attempt of a job whose run is gone: it is tried again unless that is too often."""
    try:
        await jobs.fail(job.id, job.fence, message, limits.retry_in(job.tries))
    except LeaseLost:
        logger.info("job %s was put back by somebody else", job.id)


def run_of(job: Job) -> Run:
    """Name the run that works on a job in its present attempt."""
    return Run(flow=job.flow, job=job.id, attempt=job.attempt)
