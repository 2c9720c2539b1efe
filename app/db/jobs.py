"""Jobs: their order, their lease, their end and their progress.

At most one job runs and one waits for each branch. Whoever works on a job holds a fence: a number
that rises each time somebody takes the job over, so that a process which was given up learns it.
"""

from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import ColumnElement, Select, func, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased, joinedload

from app.db.engine import Sessions, transaction
from app.db.job_rows import (
    TEXT_CHARACTERS,
    columns_of,
    give_up,
    put_back,
    to_job,
    waiting_row,
    widen,
)
from app.db.models import JobEventRow, JobRow, RepositoryRow
from app.domain.work.job import (
    FAILED_ATTEMPT,
    FlowName,
    Job,
    JobOrder,
    JobState,
    Progress,
)
from app.domain.work.repository import Provider
from app.errors import Gone, LeaseLost, QueueFull

_LOST = "the run gave no sign of life"
_EFFECT_SECONDS = 60
"""What is left of a lease, at least, after a confirmation."""
_EXPIRED_AT_ONCE = 100
_SPARED_ATTEMPTS = 100
"""A rate limit lasts an hour at most: a job that meets so many will not get through."""
_SHOWN_EVENTS = 1000


class JobRepo:
    """The truth about jobs."""

    def __init__(self, sessions: Sessions, most_waiting: int | None = None) -> None:
        """Take how many jobs may be due and wait; None: any number."""
        self._sessions = sessions
        self._most_waiting = most_waiting

    async def order(self, order: JobOrder) -> Job:
        """Make a job, or widen the one of the same branch that still waits.

        An order whose cause made or widened a job before changes nothing: it gets that job,
        whatever became of it. Raises QueueFull when too many jobs wait; a person's order is never
        refused.
        """
        async with transaction(self._sessions) as session:
            row = await waiting_row(session, order.repository_id, order.branch)
            known = await _caused(session, order)
            if known is not None:
                return await _load(session, known)
            if row is None:
                await self._find_place(session, order)
                row = JobRow(id=uuid4(), state=JobState.WAITING, **columns_of(order))
                row.due_at = func.now() + timedelta(seconds=order.settle)
                session.add(row)
            else:
                widen(row, order)
            await session.flush()
            return await _load(session, row.id)

    async def _find_place(self, session: AsyncSession, order: JobOrder) -> None:
        if self._most_waiting is None or order.asked_by:
            return
        # Those that wait for their wave take nobody's place.
        due = func.now() + timedelta(seconds=order.settle)
        waiting = select(func.count()).where(
            JobRow.state == JobState.WAITING, JobRow.due_at <= due, _is_served()
        )
        if (await session.scalar(waiting) or 0) >= self._most_waiting:
            raise QueueFull(
                f"{self._most_waiting} jobs wait already (AUTODOC_CAPS__WAITING_JOBS): this one is"
                " ordered when there is room"
            )

    async def begin(self, order: JobOrder, lease_s: float) -> Job:
        """Let a job run at once, or take over the one of its branch that runs.

        For a caller who knows that nobody else works on the branch: the command line holds a lock
        for that. A job that a dead process left is continued, under a higher fence.
        """
        running = select(JobRow).where(
            JobRow.repository_id == order.repository_id,
            JobRow.branch == order.branch,
            JobRow.state == JobState.RUNNING,
        )
        async with transaction(self._sessions) as session:
            row = await session.scalar(running.with_for_update())
            if row is None:
                row = JobRow(id=uuid4(), state=JobState.RUNNING, **columns_of(order))
                row.attempt = row.fence = 0
                session.add(row)
            row.fresh, row.pages, row.replan = order.fresh, list(order.pages), order.replan
            row.local_writer_only = order.local_writer_only
            row.attempt += 1
            row.fence += 1
            await session.flush()
            lease = func.now() + timedelta(seconds=lease_s)
            await session.execute(_only(row.id).values(lease_until=lease))
            return await _load(session, row.id)

    async def promote(self, lease_s: float) -> Job | None:
        """Let the oldest job run that is due and whose branch has none running.

        Those of the command line are never taken: only their own command may work on them.
        """
        rival = aliased(JobRow)
        busy = select(rival.id).where(
            rival.repository_id == JobRow.repository_id,
            rival.branch == JobRow.branch,
            rival.state == JobState.RUNNING,
        )
        ready = (
            select(JobRow)
            .where(JobRow.state == JobState.WAITING, JobRow.due_at <= func.now(), ~busy.exists())
            .where(_is_served())
            .order_by(JobRow.created_at, JobRow.id)
            .limit(1)
            .with_for_update(skip_locked=True)
        )
        try:
            async with transaction(self._sessions) as session:
                row = await session.scalar(ready)
                if row is None:
                    return None
                row.state = JobState.RUNNING
                row.attempt += 1
                row.fence += 1
                await session.flush()
                lease = func.now() + timedelta(seconds=lease_s)
                await session.execute(_only(row.id).values(lease_until=lease))
                return await _load(session, row.id)
        except IntegrityError:
            # Another process let a job of the branch run in this very moment.
            return None

    async def get(self, job_id: UUID) -> Job:
        """Return a job, or raise Gone when there is none."""
        async with transaction(self._sessions) as session:
            return await _load(session, job_id)

    async def renew(self, job_id: UUID, fence: int, lease_s: float) -> None:
        """Say that the run lives; raise LeaseLost when the job was taken from it."""
        await self._change(job_id, fence, lease_until=func.now() + timedelta(seconds=lease_s))

    async def set_commit(self, job_id: UUID, fence: int, commit: str) -> None:
        """Note which commit the run documents; raise LeaseLost when the job was taken from it."""
        await self._change(job_id, fence, commit=commit)

    async def confirm(self, job_id: UUID, fence: int) -> None:
        """Make sure right before an effect that the job is still ours, and for a minute more.

        Raises LeaseLost.
        """
        enough = func.now() + timedelta(seconds=_EFFECT_SECONDS)
        await self._change(job_id, fence, lease_until=func.greatest(JobRow.lease_until, enough))

    async def go_on_without(self, job_id: UUID, fence: int, flow: FlowName) -> None:
        """Take a person's wishes out of a job that runs; raise LeaseLost when it was lost."""
        less = {"flow": flow, "fresh": False, "pages": [], "replan": False, "asked_by": ""}
        await self._change(job_id, fence, **less, local_writer_only=JobRow.unasked_local)

    async def finish(self, job_id: UUID, fence: int, message: str) -> None:
        """End a job well; raise LeaseLost when it was taken from us."""
        ending = {"state": JobState.DONE, "message": message[:TEXT_CHARACTERS]}
        await self._change(job_id, fence, **ending, ended_at=func.now(), lease_until=None)

    async def _change(self, job_id: UUID, fence: int, **values: Any) -> None:
        ours = _only(job_id).where(JobRow.fence == fence, JobRow.state == JobState.RUNNING)
        async with transaction(self._sessions) as session:
            changed = await session.scalar(ours.values(**values).returning(JobRow.id))
        if changed is None:
            raise _lease_lost(job_id)

    async def fail(
        self,
        job_id: UUID,
        fence: int,
        message: str,
        retry_in_s: float | None,
        *,
        costs_attempt: bool = True,
    ) -> None:
        """End a job badly, or put it back for later; raise LeaseLost when it was taken from us.

        An attempt that costs nothing keeps its number, by which its runs are named, but does not
        count as one of the tries; this helps a job often, not for ever.
        """
        running = select(JobRow).where(
            JobRow.id == job_id, JobRow.fence == fence, JobRow.state == JobState.RUNNING
        )
        async with transaction(self._sessions) as session:
            row = await session.scalar(running.with_for_update())
            if row is None:
                raise _lease_lost(job_id)
            row.message = message[:TEXT_CHARACTERS]
            session.add(_end_of_attempt(row))
            if not costs_attempt and row.spared < _SPARED_ATTEMPTS:
                row.spared += 1
            if retry_in_s is None:
                give_up(row)
            else:
                await put_back(session, row, retry_in_s)

    async def expire(self, max_attempts: int = 5) -> list[Job]:
        """Put back jobs whose run gave no sign of life, or end them after enough attempts.

        Those of the command line stay: the same command continues them, and nobody else may.
        """
        silent = (
            select(JobRow)
            .where(
                JobRow.state == JobState.RUNNING,
                JobRow.lease_until < func.now(),
                _is_served(),
            )
            .order_by(JobRow.lease_until)
            .limit(_EXPIRED_AT_ONCE)
            .with_for_update(skip_locked=True)
        )
        async with transaction(self._sessions) as session:
            rows = (await session.scalars(silent)).all()
            for row in rows:
                row.message = _LOST
                session.add(_end_of_attempt(row))
                if row.attempt - row.spared >= max_attempts:
                    give_up(row)
                else:
                    await put_back(session, row, 0)
            await session.flush()
            return [await _load(session, row.id) for row in rows]

    async def active(self, repository_id: int) -> list[Job]:
        """List the jobs of a repository that wait or run."""
        return await self._list(_unfinished().where(JobRow.repository_id == repository_id))

    async def unfinished(self) -> list[Job]:
        """List all jobs that wait or run, but for those of the command line."""
        return await self._list(_unfinished().where(_is_served()))

    async def _list(self, query: Select[JobRow]) -> list[Job]:
        async with transaction(self._sessions) as session:
            return [to_job(row) for row in await session.scalars(query)]

    async def add_progress(self, job_id: UUID, progress: Progress) -> None:
        """Add a line to a job's progress."""
        async with transaction(self._sessions) as session:
            attempt = await session.scalar(select(JobRow.attempt).where(JobRow.id == job_id))
            session.add(_line(job_id, attempt or 0, progress))

    async def progress(self, job_id: UUID) -> list[Progress]:
        """Return the newest lines of a job's progress, oldest first."""
        query = (
            select(JobEventRow)
            .where(JobEventRow.job_id == job_id)
            .order_by(JobEventRow.id.desc())
            .limit(_SHOWN_EVENTS)
        )
        async with transaction(self._sessions) as session:
            rows = (await session.scalars(query)).all()
        return [
            Progress(stage=row.stage, done=row.done, total=row.total, detail=row.detail)
            for row in reversed(rows)
        ]


def _line(job_id: UUID, attempt: int, progress: Progress) -> JobEventRow:
    line = progress.model_copy(update={"detail": progress.detail[:TEXT_CHARACTERS]})
    return JobEventRow(job_id=job_id, attempt=attempt, **line.model_dump(mode="json"))


def _end_of_attempt(row: JobRow) -> JobEventRow:
    """Keep why an attempt failed: the next one's end takes the place of the job's message."""
    ended = Progress(stage=FAILED_ATTEMPT, done=row.attempt, detail=row.message)
    return _line(row.id, row.attempt, ended)


def _lease_lost(job_id: UUID) -> LeaseLost:
    return LeaseLost(f"job {job_id} was taken over by another process or has ended")


def _only(job_id: UUID) -> Any:
    return update(JobRow).where(JobRow.id == job_id)


def _is_served() -> ColumnElement[bool]:
    """Tell the jobs that a server looks after from those of the command line."""
    local = select(RepositoryRow.id).where(RepositoryRow.provider == Provider.LOCAL)
    return JobRow.repository_id.not_in(local)


def _unfinished() -> Select[JobRow]:
    states = (JobState.WAITING, JobState.RUNNING)
    query = select(JobRow).where(JobRow.state.in_(states))
    return query.options(joinedload(JobRow.repository)).order_by(JobRow.created_at, JobRow.id)


async def _load(session: AsyncSession, job_id: UUID) -> Job:
    row = await session.get(
        JobRow, job_id, options=[joinedload(JobRow.repository)], populate_existing=True
    )
    if row is None:
        raise Gone(f"job {job_id} is not in the database")
    return to_job(row)


async def _caused(session: AsyncSession, order: JobOrder) -> UUID | None:
    """Find the newest job of a cause; the branch must be locked, so that two orders make one."""
    if not order.cause:
        return None
    newest = (
        select(JobRow.id)
        .where(JobRow.repository_id == order.repository_id, JobRow.causes.contains([order.cause]))
        .order_by(JobRow.created_at.desc(), JobRow.id)
        .limit(1)
    )
    return await session.scalar(newest)
