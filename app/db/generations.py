"""Stored model answers: a call that was paid for is never paid for again."""

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert

from app.db.engine import Sessions, transaction
from app.db.models import GenerationRow
from app.domain.wiki.page import TokenUsage


class GenerationRepo:
    """Model answers by the hash of what was asked."""

    def __init__(self, sessions: Sessions, repository_id: int | None = None) -> None:
        self._sessions = sessions
        self._repository_id = repository_id

    def of(self, repository_id: int) -> "GenerationRepo":
        """Give the same, where new answers go with a repository when it is removed."""
        return GenerationRepo(self._sessions, repository_id)

    async def find(self, key: str) -> str | None:
        """Return the answer to a question that was asked before."""
        query = select(GenerationRow.answer).where(GenerationRow.key == key)
        async with transaction(self._sessions) as session:
            return await session.scalar(query)

    async def store(self, key: str, model: str, answer: str, usage: TokenUsage) -> None:
        """Remember an answer and its cost; the first one to a question stays."""
        row = self._row(key, model, answer, usage)
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
            self._row(own, model, answer, usage),
            self._row(plain, model, answer, TokenUsage()),
        ]
        statement = insert(GenerationRow).values(rows)
        fresh = {"model": statement.excluded.model, "answer": statement.excluded.answer}
        async with transaction(self._sessions) as session:
            await session.execute(
                statement.on_conflict_do_update(index_elements=["key"], set_=fresh)
            )

    def _row(self, key: str, model: str, answer: str, usage: TokenUsage) -> dict[str, object]:
        asked = {"key": key, "model": model, "repository_id": self._repository_id}
        return {**asked, "answer": answer, **usage.model_dump()}
