"""Processes that were asked for: a queue for the supervisor."""

from sqlalchemy import func, select, update
from sqlalchemy.dialects.postgresql import insert

from app.db.engine import Sessions, transaction
from app.db.models import RunRow
from app.domain.work.job import FlowName, Run, RunState

_MESSAGE_CHARACTERS = 1000


class RunRepo:
    """A dispatcher for those who ask for a run, a queue for the one who starts it."""

    def __init__(self, sessions: Sessions) -> None:
        self._sessions = sessions

    async def start(self, run: Run) -> None:
        """Ask for a run; asking twice starts it once."""
        values = {
            "name": run.name,
            "job_id": run.job,
            "flow": run.flow.value,
            "attempt": run.attempt,
            "scope": run.scope,
        }
        async with transaction(self._sessions) as session:
            await session.execute(insert(RunRow).values(values).on_conflict_do_nothing())

    async def claim(self, owner: str) -> Run | None:
        """Take the oldest run that waits, if there is one."""
        waiting = (
            select(RunRow.id)
            .where(RunRow.state == RunState.WAITING)
            .order_by(RunRow.id)
            .limit(1)
            .with_for_update(skip_locked=True)
            .scalar_subquery()
        )
        statement = (
            update(RunRow)
            .where(RunRow.id == waiting)
            .values(state=RunState.RUNNING, owner=owner, claimed_at=func.now())
            .returning(RunRow)
        )
        async with transaction(self._sessions) as session:
            row = await session.scalar(statement)
        return None if row is None else _to_run(row)

    async def ended(self, run: Run, exit_status: int, message: str) -> None:
        """Note how a run ended; only the first end counts."""
        state = RunState.DONE if exit_status == 0 else RunState.FAILED
        unended = RunRow.state.in_((RunState.WAITING, RunState.RUNNING))
        statement = (
            update(RunRow)
            .where(RunRow.name == run.name, unended)
            .values(
                state=state,
                exit_status=exit_status,
                message=message[:_MESSAGE_CHARACTERS],
                ended_at=func.now(),
            )
        )
        async with transaction(self._sessions) as session:
            await session.execute(statement)

    async def state(self, run: Run) -> RunState | None:
        """Say where a run stands; None when nobody asked for it."""
        query = select(RunRow.state).where(RunRow.name == run.name)
        async with transaction(self._sessions) as session:
            state = await session.scalar(query)
        return None if state is None else RunState(state)

    async def adopt_orphans(self, owner: str, message: str) -> list[Run]:
        """End runs whose supervisor was another one: it died, and they with it.

        They never wait again in between: nobody may start a process of an attempt that is over.
        """
        statement = (
            update(RunRow)
            .where(RunRow.state == RunState.RUNNING, RunRow.owner != owner)
            .values(
                state=RunState.FAILED, message=message[:_MESSAGE_CHARACTERS], ended_at=func.now()
            )
            .returning(RunRow)
        )
        async with transaction(self._sessions) as session:
            rows = (await session.scalars(statement)).all()
        return [_to_run(row) for row in sorted(rows, key=lambda row: row.id)]

    async def running(self) -> list[Run]:
        """List the runs that somebody took and did not end."""
        query = select(RunRow).where(RunRow.state == RunState.RUNNING).order_by(RunRow.id)
        async with transaction(self._sessions) as session:
            return [_to_run(row) for row in await session.scalars(query)]


def _to_run(row: RunRow) -> Run:
    return Run(flow=FlowName(row.flow), job=row.job_id, attempt=row.attempt, scope=row.scope)
