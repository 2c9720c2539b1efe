"""Whether a job may still be done, asked again when its run starts: who ordered it, and where."""

from typing import Protocol
from uuid import UUID

from app.domain.work.consent import NOT_ALLOWED, is_allowed
from app.domain.work.job import FlowName, Job
from app.domain.work.repository import Repository
from app.errors import InputError

MAY_WRITE = frozenset({"write", "admin"})
"""GitHub tells a maintainer as `write`."""


class People(Protocol):
    """Whatever knows what people may do."""

    async def permission_of(self, repository: Repository, login: str) -> str:
        """Tell what a person may do: admin, write, read or none."""


class Jobs(Protocol):
    """Whatever keeps jobs."""

    async def go_on_without(self, job_id: UUID, fence: int, flow: FlowName) -> None:
        """Take a person's wishes out of a job that runs; may raise LeaseLost."""

    async def get(self, job_id: UUID) -> Job:
        """Read a job."""


async def still_allowed(job: Job, people: People, jobs: Jobs) -> Job:
    """Give the job as it may be done now.

    What a push wanted as well is done without the person's wishes. Raises InputError when nothing
    else wanted it.
    """
    if not job.asked_by:
        return job
    if await people.permission_of(job.repository, job.asked_by) in MAY_WRITE:
        return job
    if job.unasked is None:
        raise InputError(
            f"{job.asked_by} ordered it and may no longer write to {job.repository.full_name}:"
            " somebody who may has to order it again"
        )
    await jobs.go_on_without(job.id, job.fence, job.unasked)
    return await jobs.get(job.id)


def what_holds(job: Job, allow: str) -> str:
    """Say what holds a job still; empty where nothing does.

    A person's order goes through a pause alone, and then InputError says what it does not go
    through. `allow` are the operator's globs of repositories that may begin: they may be others
    than when the job was ordered.
    """
    repository = job.repository
    if not is_allowed(repository.full_name, allow):
        reason = NOT_ALLOWED
    elif repository.suspended or repository.archived or not job.asked_by:
        reason = repository.is_still
    else:
        reason = ""
    if reason and job.asked_by:
        raise InputError(reason)
    return reason
