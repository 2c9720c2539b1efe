"""What writer runs hand to the orchestrator run of their job."""

from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import insert

from app.db.engine import Sessions, transaction
from app.db.models import ScopeRow
from app.domain.wiki.page import ScopeResult


class ScopeRepo:
    """Results by job and attempt."""

    def __init__(self, sessions: Sessions) -> None:
        self._sessions = sessions

    async def store(self, job_id: UUID, attempt_key: str, result: ScopeResult) -> None:
        """Keep what one attempt of a writer run made."""
        made = {"scope": result.scope, "result": result.model_dump(mode="json")}
        statement = insert(ScopeRow).values(job_id=job_id, attempt_key=attempt_key, **made)
        replaced = statement.on_conflict_do_update(
            index_elements=["job_id", "attempt_key"], set_={**made, "stored_at": func.now()}
        )
        async with transaction(self._sessions) as session:
            await session.execute(replaced)

    async def find(self, job_id: UUID, attempt_key: str) -> ScopeResult | None:
        """Return what this attempt made, or None as long as it writes.

        What an earlier attempt made may be about another commit, or by another model.
        """
        query = select(ScopeRow.result).where(
            ScopeRow.job_id == job_id, ScopeRow.attempt_key == attempt_key
        )
        async with transaction(self._sessions) as session:
            stored = await session.scalar(query)
        return None if stored is None else ScopeResult.model_validate(stored)
