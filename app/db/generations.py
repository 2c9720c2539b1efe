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
        row = {"key": key, "model": model, "answer": answer, **usage.model_dump()}
        statement = insert(GenerationRow).values(row).on_conflict_do_nothing()
        async with transaction(self._sessions) as session:
            await session.execute(statement)

    async def store_anew(
        self, keys: tuple[str, str], model: str, answer: str, usage: TokenUsage
    ) -> None:
        """Remember an answer under its own key, and in the place of the one under the second.

        Both at once, so that no crash leaves the old answer to later runs. It is paid for once.
        """
        own, plain = keys
        rows = [
            {"key": own, "model": model, "answer": answer, **usage.model_dump()},
            {"key": plain, "model": model, "answer": answer, **TokenUsage().model_dump()},
        ]
        statement = insert(GenerationRow).values(rows)
        fresh = {"model": statement.excluded.model, "answer": statement.excluded.answer}
        async with transaction(self._sessions) as session:
            await session.execute(
                statement.on_conflict_do_update(index_elements=["key"], set_=fresh)
            )
