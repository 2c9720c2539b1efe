"""What becomes of a job's row: one that waits takes over the orders of others."""

from collections.abc import Iterable, Sequence
from datetime import timedelta
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.db.models import JobRow
from app.db.repositories import to_repository
from app.domain.work.job import (
    FlowName,
    Job,
    JobOrder,
    JobState,
    larger,
)

TEXT_CHARACTERS = 1000


async def waiting_row(session: AsyncSession, repository_id: int, branch: str) -> JobRow | None:
    """Return the branch's waiting job, and keep others from making one until we are done."""
    await session.execute(select(func.pg_advisory_xact_lock(repository_id, func.hashtext(branch))))
    waiting = select(JobRow).where(
        JobRow.repository_id == repository_id,
        JobRow.branch == branch,
        JobRow.state == JobState.WAITING,
    )
    return await session.scalar(waiting.with_for_update())


def columns_of(order: JobOrder) -> dict[str, Any]:
    """Say what a new row holds of an order."""
    columns = order.model_dump(mode="json", exclude={"settle", "cause"})
    wanted = {"unasked": order.flow, "unasked_local": order.local_writer_only}
    causes = [order.cause] if order.cause else []
    return {**columns, "causes": causes, **({} if order.asked_by else wanted)}


def _want(row: JobRow, flow: FlowName, *, is_local: bool) -> None:
    """Add to what is to be done even where a person's order is void."""
    if row.unasked:
        flow, is_local = larger(FlowName(row.unasked), flow), row.unasked_local and is_local
    row.unasked, row.unasked_local = flow, is_local


def widen(row: JobRow, order: JobOrder) -> None:
    """Let one waiting job do what two orders ask for."""
    row.flow = larger(FlowName(row.flow), order.flow)
    if order.fresh:
        row.pages = _both(row.pages, order.pages) if row.fresh else list(order.pages)
        row.replan = row.replan or order.replan
    row.fresh = row.fresh or order.fresh
    if not order.asked_by:
        _want(row, order.flow, is_local=order.local_writer_only)
    # Only a consent comes without this flag: a merge of our pages, or somebody who asks for them.
    row.local_writer_only = row.local_writer_only and order.local_writer_only
    row.reason = _join((row.reason, order.reason))
    if order.asked_by:
        # Nobody who asks waits for a wave.
        row.due_at = func.least(JobRow.due_at, func.now() + timedelta(seconds=order.settle))
    row.asked_by = order.asked_by or row.asked_by
    if order.cause:
        row.causes = [*row.causes, order.cause]


def _both(pages: Sequence[str], others: Sequence[str]) -> list[str]:
    """Join two wishes for pages; none means all."""
    return list(dict.fromkeys((*pages, *others))) if pages and others else []


def _join(reasons: Iterable[str]) -> str:
    distinct = dict.fromkeys(part for reason in reasons for part in reason.split("; ") if part)
    return "; ".join(distinct)[-TEXT_CHARACTERS:]


def give_up(row: JobRow) -> None:
    """End a job badly."""
    row.state = JobState.FAILED
    row.lease_until = None
    row.ended_at = func.now()


async def put_back(session: AsyncSession, row: JobRow, delay_s: float) -> None:
    """Let a job wait again, or hand what it was to do to the one that waits already."""
    due = func.now() + timedelta(seconds=delay_s)
    heir = await waiting_row(session, row.repository_id, row.branch)
    if heir is None:
        row.state = JobState.WAITING
        row.lease_until = None
        row.due_at = due
        return
    # Only one may wait: the newer job inherits what this one was to do.
    newest = heir.asked_by or row.asked_by
    widen(heir, _to_order(row))
    heir.asked_by = newest
    if row.unasked:
        _want(heir, FlowName(row.unasked), is_local=row.unasked_local)
    heir.causes = list(dict.fromkeys((*row.causes, *heir.causes)))
    heir.due_at = func.greatest(JobRow.due_at, due)
    row.message = f"{row.message}; job {heir.id} does its work"[:TEXT_CHARACTERS]
    give_up(row)


def _to_order(row: JobRow) -> JobOrder:
    return JobOrder(
        repository_id=row.repository_id,
        branch=row.branch,
        flow=FlowName(row.flow),
        reason=row.reason,
        fresh=row.fresh,
        pages=tuple(row.pages),
        replan=row.replan,
        local_writer_only=row.local_writer_only,
        asked_by=row.asked_by,
    )


def to_job(row: JobRow) -> Job:
    """Make the value of a row whose repository is loaded."""
    return Job(
        id=row.id,
        repository=to_repository(row.repository),
        branch=row.branch,
        flow=FlowName(row.flow),
        state=JobState(row.state),
        reason=row.reason,
        fresh=row.fresh,
        pages=tuple(row.pages),
        replan=row.replan,
        local_writer_only=row.local_writer_only,
        attempt=row.attempt,
        spared=row.spared,
        fence=row.fence,
        commit=row.commit,
        message=row.message,
        asked_by=row.asked_by,
        wish=row.causes[0] if row.causes else str(row.id),
        unasked=FlowName(row.unasked) if row.unasked else None,
    )
