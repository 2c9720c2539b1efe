"""What people do with jobs: cancel, order again, hurry."""

from typing import Any
from uuid import UUID

from sqlalchemy import func, update

from app.db.engine import Sessions, transaction
from app.db.jobs import JobRepo
from app.db.models import JobRow
from app.domain.work.job import Job, JobOrder, JobState
from app.domain.work.repository import Provider
from app.errors import InputError

_TEXT_CHARACTERS = 1000
_ENDED_BADLY = (JobState.FAILED, JobState.CANCELLED)


class JobControl:
    """Lets people steer jobs."""

    def __init__(self, sessions: Sessions, jobs: JobRepo) -> None:
        self._sessions = sessions
        self._jobs = jobs

    async def cancel(self, job_id: UUID, login: str = "") -> Job:
        """End a job that waits or runs; raises InputError when it has ended.

        `login` is who wants it; empty: the operator on the command line.
        A run of it learns by the fence, at its next confirmation, that the job is not its own any
        more; whoever started its processes should abandon them.
        """
        ending = {
            "state": JobState.CANCELLED,
            "fence": JobRow.fence + 1,
            "lease_until": None,
            "ended_at": func.now(),
            "message": f"cancelled {_by(login)}"[:_TEXT_CHARACTERS],
        }
        if not await self._change(job_id, (JobState.WAITING, JobState.RUNNING), ending):
            job = await self._jobs.get(job_id)
            raise InputError(f"The job is {job.state} already: there is nothing to cancel.")
        return await self._jobs.get(job_id)

    async def force(self, job_id: UUID) -> Job:
        """Let a job that waits begin as soon as its branch is free; raises InputError otherwise."""
        if not await self._change(job_id, (JobState.WAITING,), {"due_at": func.now()}):
            job = await self._jobs.get(job_id)
            raise InputError(f"The job is {job.state}: only one that waits can be begun at once.")
        return await self._jobs.get(job_id)

    async def retry(self, job_id: UUID, login: str = "") -> Job:
        """Order a job that failed or was cancelled again, with all that it was to do.

        However often that is asked for, it is done once. Raises InputError for any other, for one
        that was ordered again and has ended since, and for one of the command line.
        """
        job = await self._jobs.get(job_id)
        if job.state not in _ENDED_BADLY:
            raise InputError(
                f"The job is {job.state}: only one that failed or was cancelled is ordered again."
            )
        if job.repository.provider is Provider.LOCAL:
            raise InputError("It is a job of the command line: run `autodoc generate` again.")
        again = await self._jobs.order(_again(job, login))
        if again.state not in (JobState.WAITING, JobState.RUNNING):
            raise InputError(f"It was ordered again as job {again.id}, which is {again.state}.")
        return again

    async def _change(
        self, job_id: UUID, states: tuple[JobState, ...], values: dict[str, Any]
    ) -> bool:
        changing = (
            update(JobRow)
            .where(JobRow.id == job_id, JobRow.state.in_(states))
            .values(**values)
            .returning(JobRow.id)
        )
        async with transaction(self._sessions) as session:
            return await session.scalar(changing) is not None


def _again(job: Job, login: str) -> JobOrder:
    added = f"ordered again {_by(login)}"
    reasons = [each for each in job.reason.split("; ") if each != added]
    return JobOrder(
        repository_id=job.repository.id,
        branch=job.branch,
        flow=job.flow,
        reason="; ".join([*reasons, added])[-_TEXT_CHARACTERS:],
        fresh=job.fresh,
        pages=job.pages,
        replan=job.replan,
        local_writer_only=job.local_writer_only,
        asked_by=login,
        cause=f"retry:{job.id}",
    )


def _by(login: str) -> str:
    return f"by {login}" if login else "on the command line"
