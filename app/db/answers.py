"""Which jobs ended without anybody having told those who ordered them in a comment."""

from datetime import timedelta
from uuid import UUID

from sqlalchemy import Text, cast, func, select, update
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import joinedload

from app.db.engine import Sessions, transaction
from app.db.job_rows import to_job
from app.db.models import JobRow
from app.domain.work.ended import EndedJob
from app.domain.work.job import JobState

_ENDED = (JobState.DONE, JobState.FAILED, JobState.CANCELLED)
_AT_ONCE = 20
_YOUNG = timedelta(minutes=3)


class AnswerRepo:
    """Jobs whose end is still to be told."""

    def __init__(self, sessions: Sessions) -> None:
        self._sessions = sessions

    async def untold(self) -> list[EndedJob]:
        """List the oldest jobs that ended and were ordered in comments.

        What another job inherited is told when that ends.
        """
        query = (
            select(JobRow, JobRow.ended_at > func.now() - _YOUNG)
            .where(JobRow.state.in_(_ENDED), ~JobRow.told, JobRow.causes != cast([], ARRAY(Text)))
            .options(joinedload(JobRow.repository))
            .order_by(JobRow.ended_at, JobRow.id)
            .limit(_AT_ONCE)
        )
        found = []
        async with transaction(self._sessions) as session:
            for row, is_young in (await session.execute(query)).all():
                newer = select(func.unnest(JobRow.causes)).where(
                    JobRow.repository_id == row.repository_id,
                    JobRow.created_at > row.created_at,
                    JobRow.causes.overlap(row.causes),
                )
                inherited = set(await session.scalars(newer))
                causes = tuple(each for each in row.causes if each not in inherited)
                found.append(EndedJob(job=to_job(row), causes=causes, is_young=is_young))
        return found

    async def failed(self, repository_id: int, branch: str) -> UUID | None:
        """Name the newest job of a branch if it failed or was cancelled."""
        newest = (
            select(JobRow.id, JobRow.state)
            .where(JobRow.repository_id == repository_id, JobRow.branch == branch)
            .order_by(JobRow.created_at.desc(), JobRow.id)
            .limit(1)
        )
        async with transaction(self._sessions) as session:
            row = (await session.execute(newest)).one_or_none()
        ended_badly = row is not None and row.state in (JobState.FAILED, JobState.CANCELLED)
        return row.id if row is not None and ended_badly else None

    async def told(self, job_id: UUID) -> None:
        """Remember that the end of a job was told."""
        async with transaction(self._sessions) as session:
            await session.execute(update(JobRow).where(JobRow.id == job_id).values(told=True))
