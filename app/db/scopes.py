"""What writer runs hand to the orchestrator run of their job."""

from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import insert

from app.db.engine import Sessions, transaction
from app.db.models import ScopeRow
from app.domain.wiki.page import ScopeResult


class ScopeRepo:
    """Results by job and scope."""

    def __init__(self, sessions: Sessions) -> None:
        self._sessions = sessions

    async def store(self, job_id: UUID, attempt_key: str, result: ScopeResult) -> None:
        """Keep what a writer run made; a later attempt replaces an earlier one."""
        made = {"attempt_key": attempt_key, "result": result.model_dump(mode="json")}
        statement = insert(ScopeRow).values(job_id=job_id, scope=result.scope, **made)
        replaced = statement.on_conflict_do_update(
            index_elements=["job_id", "scope"], set_={**made, "stored_at": func.now()}
        )
        async with transaction(self._sessions) as session:
            await session.execute(replaced)

    async def find(self, job_id: UUID, scope: str) -> ScopeResult | None:
        """Return what a writer run made, or None as long as it writes."""
        query = select(ScopeRow.result).where(ScopeRow.job_id == job_id, ScopeRow.scope == scope)
        async with transaction(self._sessions) as session:
            stored = await session.scalar(query)
        return None if stored is None else ScopeResult.model_validate(stored)
