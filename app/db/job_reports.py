"""Reading jobs for people."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, Select, Text, cast, func, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import joinedload

from app.db.engine import Sessions, transaction
from app.db.job_rows import to_job
from app.db.models import JobEventRow, JobRow, UsageRow
from app.db.usage import UsageRepo
from app.domain.work.job import FAILED_ATTEMPT, JobState, WrittenPage
from app.domain.work.report import FailedAttempt, JobLine, JobReport, PageLine, Pulse, Stage

_FAILURES = 100
_STAGES = 50
_PAGES_AT_ONCE = 500
_FOUND_AT_ONCE = 10


class JobReportRepo:
    """What is known of jobs, for those who look at them."""

    def __init__(self, sessions: Sessions) -> None:
        self._sessions = sessions
        self._usage = UsageRepo(sessions)

    async def newest(self, limit: int = 20) -> list[JobLine]:
        """List jobs, the newest first."""
        order = (JobRow.created_at.desc(), JobRow.id)
        return await self._lines(_lines().order_by(*order).limit(limit))

    async def beginning(self, prefix: str) -> list[JobLine]:
        """List a few jobs whose id begins so."""
        begins = cast(JobRow.id, Text).startswith(prefix.lower(), autoescape=True)
        return await self._lines(_lines().where(begins).limit(_FOUND_AT_ONCE))

    async def _lines(self, query: Select[JobRow, datetime]) -> list[JobLine]:
        async with transaction(self._sessions) as session:
            return [_to_line(*row) for row in await session.execute(query)]

    async def find(self, job_id: UUID) -> JobLine | None:
        """Read a job; None when there is none."""
        found = await self._lines(_lines().where(JobRow.id == job_id))
        return found[0] if found else None

    async def last_message(self, repository_id: int, branch: str) -> str:
        """Say how the newest job of a branch that is done ended; empty where there is none."""
        query = (
            select(JobRow.message)
            .where(
                JobRow.repository_id == repository_id,
                JobRow.branch == branch,
                JobRow.state == JobState.DONE,
            )
            .order_by(JobRow.ended_at.desc(), JobRow.id)
            .limit(1)
        )
        async with transaction(self._sessions) as session:
            return await session.scalar(query) or ""

    async def report(self, job_id: UUID) -> JobReport | None:
        """Read all about a job but its pages; None when there is none."""
        line = await self.find(job_id)
        if line is None:
            return None
        async with transaction(self._sessions) as session:
            stages = await _stages(session, line)
            failures = await _failures(session, job_id)
        usage = await self._usage.used(job_id)
        return JobReport(**dict(line), stages=tuple(stages), failures=tuple(failures), usage=usage)

    async def pulse(self, job_id: UUID) -> Pulse | None:
        """Look whether a job went on; None when there is none any more."""
        newest = select(func.coalesce(func.max(JobEventRow.id), 0)).where(
            JobEventRow.job_id == job_id
        )
        spent = select(func.coalesce(func.sum(UsageRow.amount), 0)).where(UsageRow.job_id == job_id)
        query = select(
            JobRow.state, JobRow.fence, newest.scalar_subquery(), spent.scalar_subquery()
        ).where(JobRow.id == job_id)
        async with transaction(self._sessions) as session:
            row = (await session.execute(query)).one_or_none()
        if row is None:
            return None
        return Pulse(state=row[0], fence=row[1], newest=row[2], spent=row[3])

    async def pages(self, job_id: UUID, after: int = 0) -> list[PageLine]:
        """List the pages that ended after a line, oldest first, a bounded number at once."""
        query = (
            select(JobEventRow)
            .where(JobEventRow.job_id == job_id, JobEventRow.id > after)
            .where(JobEventRow.page.is_not(None))
            .order_by(JobEventRow.id)
            .limit(_PAGES_AT_ONCE)
        )
        async with transaction(self._sessions) as session:
            rows: Sequence[JobEventRow] = (await session.scalars(query)).all()
        return [
            PageLine(
                id=row.id,
                at=row.at,
                attempt=row.attempt,
                page=WrittenPage.model_validate(row.page),
            )
            for row in rows
        ]


def _lines() -> Select[JobRow, datetime]:
    began = (
        select(func.min(JobEventRow.at)).where(JobEventRow.job_id == JobRow.id).scalar_subquery()
    )
    return select(JobRow, began).options(joinedload(JobRow.repository))


def _to_line(row: JobRow, began: datetime | None) -> JobLine:
    return JobLine(
        job=to_job(row),
        ordered_at=row.created_at,
        due_at=row.due_at,
        began_at=began,
        ended_at=row.ended_at,
    )


async def _stages(session: AsyncSession, line: JobLine) -> list[Stage]:
    """Sum up the lines of the newest attempt; one that waits again shows the last one's."""
    told = _told(line.job.id)
    spans = (
        select(func.max(JobEventRow.id), func.min(JobEventRow.at), func.max(JobEventRow.at))
        .where(told, JobEventRow.attempt == line.job.attempt)
        .group_by(JobEventRow.stage)
        .order_by(func.min(JobEventRow.id))
        .limit(_STAGES)
    )
    found = {last: (began, seen) for last, began, seen in await session.execute(spans)}
    newest = select(JobEventRow).where(JobEventRow.id.in_(found))
    rows = {row.id: row for row in await session.scalars(newest)}
    return [
        Stage(
            name=rows[last].stage,
            attempt=rows[last].attempt,
            began_at=began,
            seen_at=seen,
            done=rows[last].done,
            total=rows[last].total,
            detail=rows[last].detail,
        )
        for last, (began, seen) in found.items()
    ]


def _told(job_id: UUID) -> ColumnElement[bool]:
    return (JobEventRow.job_id == job_id) & (JobEventRow.stage != FAILED_ATTEMPT)


async def _failures(session: AsyncSession, job_id: UUID) -> list[FailedAttempt]:
    query = (
        select(JobEventRow)
        .where(JobEventRow.job_id == job_id, JobEventRow.stage == FAILED_ATTEMPT)
        .order_by(JobEventRow.id.desc())
        .limit(_FAILURES)
    )
    rows = (await session.scalars(query)).all()
    return [
        FailedAttempt(attempt=row.done, at=row.at, message=row.detail) for row in reversed(rows)
    ]
