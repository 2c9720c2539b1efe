"""Stored model answers: a call that was paid for is never paid for again."""

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert

from app.db.engine import Sessions, transaction
from app.db.models import GenerationRow
from app.domain.wiki.page import TokenUsage


class GenerationRepo:
    """Model answers by the hash of what was asked."""

    def __init__(self, sessions: Sessions) -> None:
        self._sessions = sessions

    async def find(self, key: str) -> str | None:
        """Return the answer to a question that was asked before."""
        query = select(GenerationRow.answer).where(GenerationRow.key == key)
        async with transaction(self._sessions) as session:
            return await session.scalar(query)

    async def store(self, key: str, model: str, answer: str, usage: TokenUsage) -> None:
        """Remember an answer and its cost; the first one to a question stays."""
        await self._insert(key, model, answer, usage, replace=False)

    async def replace(self, key: str, model: str, answer: str, usage: TokenUsage) -> None:
        """Remember an answer in the place of an earlier one to the same question."""
        await self._insert(key, model, answer, usage, replace=True)

    async def _insert(
        self, key: str, model: str, answer: str, usage: TokenUsage, *, replace: bool
    ) -> None:
        row = {"key": key, "model": model, "answer": answer, **usage.model_dump()}
        statement = insert(GenerationRow).values(row)
        if replace:
            statement = statement.on_conflict_do_update(index_elements=["key"], set_=row)
        else:
            statement = statement.on_conflict_do_nothing()
        async with transaction(self._sessions) as session:
            await session.execute(statement)
