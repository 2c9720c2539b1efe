"""The supervisor: parent of the server, the reader and every run. It handles no outside bytes."""

import asyncio
import logging
import signal
import time
from collections.abc import Sequence
from enum import Enum, auto
from typing import Protocol
from uuid import UUID

from app.dispatch.processes import Child, Processes
from app.domain.value import Value
from app.domain.work.job import Job, JobState, Run
from app.domain.work.patience import Backoff
from app.domain.work.zone import Zone
from app.errors import Gone, OutsideError
from app.jobs.scheduler import JobLimits, put_back

logger = logging.getLogger(__name__)

EXIT_USAGE = 2
"""A service that ends so cannot be helped by another start: a setting is wrong."""
EXIT_NOT_STARTED = 126
"""What a shell says of a program that cannot be executed."""
ORPHANED = "its supervisor ended"


class RunQueue(Protocol):
    """Whatever holds the runs that are asked for."""

    async def claim(self, owner: str) -> Run | None:
        """Take a run that nobody took, if there is one."""

    async def ended(self, run: Run, exit_status: int, message: str) -> None:
        """Record how a run's process ended."""

    async def adopt_orphans(self, owner: str, message: str) -> list[Run]:
        """End the runs that another supervisor had taken and did not end, and list them."""


class SupervisedJobs(Protocol):
    """Whatever keeps jobs."""

    async def get(self, job_id: UUID) -> Job:
        """Read a job."""

    async def fail(self, job_id: UUID, fence: int, message: str, retry_in_s: float | None) -> None:
        """End an attempt, and the job too when `retry_in_s` is None; may raise LeaseLost."""


class _Claim(Enum):
    """What a run has to do with its job."""

    HELD = auto()
    ENDED = auto()
    """The job came to its end, most likely by this run."""
    LOST = auto()
    """Another attempt has the job, or a person cancelled it."""


class Service(Value):
    """A process that should always run."""

    name: str
    zone: Zone
    command: tuple[str, ...]


class SupervisorLimits(Value):
    """How patient the supervisor is."""

    poll_s: float = 0.5
    look_s: float = 5
    """How often a live run is checked for having been overtaken, or cancelled."""
    linger_s: float = 60
    """How long a run that ended its job itself may take to end, such as to hand back its token."""
    grace_s: float = 20
    """How long children may take to end when the supervisor ends."""
    healthy_s: float = 60
    """A service that lived so long was healthy: its next end is the first again."""
    deaths: int = 10
    """How often in a row a service may die young before the supervisor gives up."""
    restart: Backoff = Backoff(first_s=0.5, longest_s=30)
    record: Backoff = Backoff(first_s=0.5, longest_s=10)
    record_attempts: int = 20
    jobs: JobLimits = JobLimits()


class Supervisor:
    """Keeps services running, starts the runs that are asked for, and stops all at the end."""

    def __init__(
        self,
        processes: Processes,
        runs: RunQueue,
        jobs: SupervisedJobs,
        owner: str,
        limits: SupervisorLimits | None = None,
    ) -> None:
        self._processes = processes
        self._runs = runs
        self._jobs = jobs
        self._owner = owner
        self._limits = limits or SupervisorLimits()

    async def supervise(self, services: Sequence[Service]) -> None:
        """Work until cancelled; raises OutsideError when a service cannot be kept running.

        Runs that are ended with the supervisor stay taken in the rows: the next supervisor finds
        them there, and their jobs continue from what they stored.
        """
        try:
            async with asyncio.TaskGroup() as group:
                for service in services:
                    group.create_task(self._keep(service))
                group.create_task(self._take_runs(group))
        except* OutsideError as errors:
            raise first_of(errors) from errors
        finally:
            await self._processes.stop(self._limits.grace_s)

    async def _keep(self, service: Service) -> None:
        deaths = 0
        while deaths < self._limits.deaths:
            began = time.monotonic()
            child = await self._spawn(service)
            logger.info("%s runs as process %d", service.name, child.pid)
            status = await self._processes.wait(child)
            lived = time.monotonic() - began
            logger.error("%s ended after %.1f s: %s", service.name, lived, describe(status))
            if status == EXIT_USAGE:
                raise OutsideError(f"{service.name} refuses to start: see its message above")
            deaths = 1 if lived >= self._limits.healthy_s else deaths + 1
            await asyncio.sleep(self._limits.restart.after(deaths))
        raise OutsideError(f"{service.name} died {deaths} times in a row: see its messages above")

    async def _spawn(self, service: Service) -> Child:
        try:
            return await self._processes.spawn(service.zone, service.command)
        except OSError as error:
            raise OutsideError(
                f"{service.name} cannot be started ({error}): does the data directory exist?"
            ) from error

    async def _take_runs(self, group: asyncio.TaskGroup) -> None:
        adopted = False
        while True:
            try:
                adopted = adopted or await self._adopt()
                run = await self._runs.claim(self._owner)
            except Exception as error:  # noqa: BLE001 - the database may be away for a while
                logger.warning("no runs can be taken: %s: %s", type(error).__name__, error)
                run = None
            if run is None:
                await asyncio.sleep(self._limits.poll_s)
            else:
                group.create_task(self._perform(run))

    async def _adopt(self) -> bool:
        """End the runs of a supervisor that is gone, in the rows: their processes ended with it.

        Their jobs get another attempt, not another process: should that supervisor be alive after
        all, the fence refuses what its runs still do. A job that cannot be put back now is found by
        the scheduler, because its run has ended.
        """
        for run in await self._runs.adopt_orphans(self._owner, ORPHANED):
            logger.warning("%s: %s", run.name, ORPHANED)
            if run.zone is Zone.ORCHESTRATOR:
                await self._put_back(run, ORPHANED)
        return True

    async def _perform(self, run: Run) -> None:
        try:
            child = await self._processes.start(run)
        except OSError as error:
            logger.error("%s cannot be started: %s", run.name, error)  # noqa: TRY400 - it says why
            status = EXIT_NOT_STARTED
        else:
            logger.info("%s runs as process %d", run.name, child.pid)
            status = await self._watch(run, child)
        await self._record(run, status, f"its process ended: {describe(status)}")

    async def _watch(self, run: Run, child: Child) -> int:
        ending = asyncio.create_task(self._processes.wait(child))
        lingered = 0.0
        try:
            while not (await asyncio.wait({ending}, timeout=self._limits.look_s))[0]:
                claim = await self._claim_of(run)
                lingered += self._limits.look_s if claim is _Claim.ENDED else 0
                if claim is _Claim.LOST or lingered > self._limits.linger_s:
                    logger.warning("%s is not to go on and is ended", run.name)
                    child.kill()
            return await ending
        finally:
            ending.cancel()

    async def _claim_of(self, run: Run) -> "_Claim":
        try:
            job = await self._jobs.get(run.job)
        except Gone:
            return _Claim.LOST
        except Exception as error:  # noqa: BLE001 - the database may be away for a while
            logger.warning("%s cannot be looked after: %s", run.name, type(error).__name__)
            return _Claim.HELD
        if _is_current(job, run):
            return _Claim.HELD
        is_over = job.state in (JobState.DONE, JobState.FAILED) and job.attempt == run.attempt
        return _Claim.ENDED if is_over else _Claim.LOST

    async def _record(self, run: Run, status: int, message: str) -> None:
        """Say how a run ended, and put its job back; leases heal what cannot be said."""
        for failures in range(1, self._limits.record_attempts + 1):
            try:
                await self._runs.ended(run, status, message)
                if status != 0 and run.zone is Zone.ORCHESTRATOR:
                    await self._put_back(run, message)
            except Exception as error:  # noqa: BLE001 - the database may be away for a while
                logger.warning("the end of %s is not recorded: %s", run.name, error)
                await asyncio.sleep(self._limits.record.after(failures))
            else:
                logger.info("%s: %s", run.name, message)
                return

    async def _put_back(self, run: Run, message: str) -> None:
        try:
            job = await self._jobs.get(run.job)
        except Gone:
            return  # its repository was removed
        if _is_current(job, run):
            await put_back(self._jobs, job, message, self._limits.jobs)


def _is_current(job: Job, run: Run) -> bool:
    return job.state is JobState.RUNNING and job.attempt == run.attempt


def describe(status: int) -> str:
    """Say in words how a process ended."""
    if status >= 0:
        return f"exit status {status}"
    try:
        return f"killed by {signal.Signals(-status).name}"
    except ValueError:
        return f"killed by signal {-status}"


def first_of(errors: BaseExceptionGroup[OutsideError]) -> OutsideError:
    """Choose the error that speaks for a group."""
    first = errors.exceptions[0]
    return first_of(first) if isinstance(first, BaseExceptionGroup) else first
