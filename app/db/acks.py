"""Acknowledgements that people gave in comments; those of the command line are in records."""

from collections.abc import Mapping, Sequence

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert

from app.db.engine import Sessions, transaction
from app.db.models import AckRow
from app.domain.wiki.record import Ack


class AckRepo:
    """That pages are true although code that they cite changed."""

    def __init__(self, sessions: Sessions) -> None:
        self._sessions = sessions

    async def add(self, repository_id: int, page: str, acks: Sequence[Ack]) -> None:
        """Keep what was said of a page, by its path from the root; the newest word counts."""
        rows = [
            {
                "repository_id": repository_id,
                "page": page,
                "key": each.key,
                "digest": each.digest,
                "reason": each.reason,
                "said_by": each.by,
            }
            for each in {(each.key, each.digest): each for each in acks}.values()
        ]
        if not rows:
            return
        statement = insert(AckRow).values(rows)
        said = {name: statement.excluded[name] for name in ("reason", "said_by")}
        again = statement.on_conflict_do_update(
            index_elements=["repository_id", "page", "key", "digest"], set_=said
        )
        async with transaction(self._sessions) as session:
            await session.execute(again)

    async def find(self, repository_id: int) -> Mapping[str, tuple[Ack, ...]]:
        """Return what was said of the pages of a repository, by path from the root."""
        query = (
            select(AckRow)
            .where(AckRow.repository_id == repository_id)
            .order_by(AckRow.page, AckRow.said_at, AckRow.key)
        )
        found: dict[str, tuple[Ack, ...]] = {}
        async with transaction(self._sessions) as session:
            for row in await session.scalars(query):
                ack = Ack(key=row.key, digest=row.digest, reason=row.reason, by=row.said_by)
                found[row.page] = (*found.get(row.page, ()), ack)
        return found
