"""Holding a job while its run works: whoever loses the lease stops."""

import asyncio
import fcntl
import logging
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from typing import Protocol
from uuid import UUID

from app.domain.work.job import Job
from app.errors import AutoDocError, InputError, LeaseLost, is_transient

LEASE_S = 60.0
RENEW_S = 15.0

logger = logging.getLogger(__name__)


class Leases(Protocol):
    """Whatever keeps jobs."""

    async def renew(self, job_id: UUID, fence: int, lease_s: float) -> None:
        """Hold a job for so many seconds more; raises LeaseLost when another run has it."""


@asynccontextmanager
async def hold_lease(job: Job, jobs: Leases) -> AsyncIterator[None]:
    """Renew the job's lease in the background; losing it ends the block with LeaseLost."""
    owner, lost = asyncio.current_task(), list[AutoDocError]()

    async def renew() -> None:
        try:
            await keep_renewing(lambda: jobs.renew(job.id, job.fence, LEASE_S))
        except AutoDocError as error:
            lost.append(error)
            if owner is not None:
                owner.cancel()

    await jobs.renew(job.id, job.fence, LEASE_S)
    renewing = asyncio.create_task(renew())
    try:
        yield
    except asyncio.CancelledError:
        if not lost or owner is None:
            raise
        owner.uncancel()
        raise lost[0] from None
    finally:
        renewing.cancel()


async def keep_renewing(renew: Callable[[], Awaitable[None]]) -> None:
    """Renew a lease for ever; a hiccup is borne as long as the last renewal holds."""
    renewed = time.monotonic()
    while True:
        await asyncio.sleep(RENEW_S)
        try:
            await renew()
        except LeaseLost:
            raise
        except AutoDocError as error:
            if not is_transient(error) or time.monotonic() - renewed > LEASE_S - RENEW_S:
                raise
            logger.warning("a lease was not renewed, and will be tried again: %s", error)
        else:
            renewed = time.monotonic()


@contextmanager
def only_one(folder: Path, repository_id: int) -> Iterator[None]:
    """Let one command at a time document a repository; the lock goes with its process."""
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / f"{repository_id}.lock").open("a") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise InputError(
                "another `autodoc` command documents this repository: wait until it is done"
            ) from None
        yield
