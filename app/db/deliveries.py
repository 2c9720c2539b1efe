"""The inbox of webhook deliveries."""

from collections.abc import Collection
from datetime import timedelta

from sqlalchemy import and_, func, literal, or_, select, true, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.sql.dml import ReturningUpdate

from app.db.engine import Sessions, transaction
from app.db.models import DeliveryRow
from app.domain.work.delivery import Delivery, StoredDelivery

_REASON_CHARACTERS = 1000


class DeliveryRepo:
    """The inbox: what is stored is processed at least once, whoever dies meanwhile."""

    def __init__(self, sessions: Sessions) -> None:
        self._sessions = sessions

    async def store(self, delivery: Delivery) -> bool:
        """Keep a delivery; False when it, or for some events its body, is there already.

        One that failed for good waits again: somebody asked for it once more.
        """
        statement = insert(DeliveryRow).values(delivery.model_dump()).on_conflict_do_nothing()
        async with transaction(self._sessions) as session:
            stored = await session.scalar(statement.returning(DeliveryRow.id))
            if stored is None:
                stored = await session.scalar(_revive(delivery))
        return stored is not None

    async def claim(
        self, limit: int, lease_s: float, events: Collection[str] = ()
    ) -> list[StoredDelivery]:
        """Take the oldest waiting deliveries; one that is not ended within the lease comes back.

        `events` are those that count; none means all.
        """
        counts = DeliveryRow.event.in_(events) if events else true()
        waiting = (
            select(DeliveryRow.id)
            .where(DeliveryRow.state == "waiting", DeliveryRow.due_at <= func.now(), counts)
            .order_by(DeliveryRow.id)
            .limit(limit)
            .with_for_update(skip_locked=True)
        )
        statement = (
            update(DeliveryRow)
            .where(DeliveryRow.id.in_(waiting))
            .values(
                attempts=DeliveryRow.attempts + 1, due_at=func.now() + timedelta(seconds=lease_s)
            )
            .returning(DeliveryRow)
        )
        async with transaction(self._sessions) as session:
            rows = (await session.scalars(statement)).all()
        return [_to_delivery(row) for row in sorted(rows, key=lambda row: row.id)]

    async def hold(self, delivery_id: int, lease_s: float) -> None:
        """Let nobody take a delivery that was claimed for so much longer."""
        await self._change(delivery_id, due_at=func.now() + timedelta(seconds=lease_s))

    async def done(self, delivery_id: int) -> None:
        """End a delivery that was processed."""
        await self._change(delivery_id, state="done", reason="")

    async def failed(self, delivery_id: int, reason: str, retry_after_s: float | None) -> None:
        """Put a delivery back for later, or end it when there is no later."""
        reason = reason[:_REASON_CHARACTERS]
        if retry_after_s is None:
            await self._change(delivery_id, state="failed", reason=reason)
        else:
            due = func.now() + timedelta(seconds=retry_after_s)
            await self._change(delivery_id, due_at=due, reason=reason)

    async def postponed(self, delivery_id: int, reason: str, retry_after_s: float) -> None:
        """Put a delivery back for later as if it had not been tried."""
        due = func.now() + timedelta(seconds=retry_after_s)
        attempts = func.greatest(DeliveryRow.attempts - 1, 0)
        reason = reason[:_REASON_CHARACTERS]
        await self._change(delivery_id, due_at=due, reason=reason, attempts=attempts)

    async def _change(self, delivery_id: int, **values: object) -> None:
        waiting = update(DeliveryRow).where(
            DeliveryRow.id == delivery_id, DeliveryRow.state == "waiting"
        )
        async with transaction(self._sessions) as session:
            await session.execute(waiting.values(**values))

    async def waiting(self) -> int:
        """Count the deliveries that are not ended."""
        query = select(func.count()).where(DeliveryRow.state == "waiting")
        async with transaction(self._sessions) as session:
            return await session.scalar(query) or 0


def _revive(delivery: Delivery) -> ReturningUpdate[tuple[int]]:
    """Let what failed wait again, whether it comes back by its GUID or by its body."""
    same_body = and_(
        DeliveryRow.once_per_body,
        literal(delivery.once_per_body),
        DeliveryRow.event == delivery.event,
        DeliveryRow.body_digest == delivery.body_digest,
    )
    return (
        update(DeliveryRow)
        .where(DeliveryRow.state == "failed", or_(DeliveryRow.guid == delivery.guid, same_body))
        .values(state="waiting", attempts=0, due_at=func.now(), reason="")
        .returning(DeliveryRow.id)
    )


def _to_delivery(row: DeliveryRow) -> StoredDelivery:
    return StoredDelivery(
        id=row.id,
        guid=row.guid,
        event=row.event,
        action=row.action,
        body=row.body,
        body_digest=row.body_digest,
        once_per_body=row.once_per_body,
        installation_id=row.installation_id,
        repository=row.repository,
        attempts=row.attempts,
    )
