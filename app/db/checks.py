"""What was found in sites that were checked, so that the same site is not checked again."""

from collections.abc import Sequence

from sqlalchemy import func, update
from sqlalchemy.dialects.postgresql import insert

from app.db.engine import Sessions, transaction
from app.db.models import SiteCheckRow
from app.domain.checks.finding import Finding


class SiteCheckRepo:
    """Findings by the hash of all that a check looks at."""

    def __init__(self, sessions: Sessions, repository_id: int | None = None) -> None:
        self._sessions = sessions
        self._repository_id = repository_id

    def of(self, repository_id: int) -> "SiteCheckRepo":
        """Give the same, where new findings go with a repository when it is removed."""
        return SiteCheckRepo(self._sessions, repository_id)

    async def find(self, key: str) -> tuple[Finding, ...] | None:
        """Return what a check of the very same site found; None when there was none.

        What is asked for is in use: it counts as checked now, and stays.
        """
        statement = (
            update(SiteCheckRow)
            .where(SiteCheckRow.key == key)
            .values(checked_at=func.now())
            .returning(SiteCheckRow.findings)
        )
        async with transaction(self._sessions) as session:
            found = await session.scalar(statement)
        return None if found is None else tuple(map(Finding.model_validate, found))

    async def store(self, key: str, findings: Sequence[Finding]) -> None:
        """Remember what a check found; remembering it twice is harmless."""
        row = {
            "key": key,
            "findings": [each.model_dump(mode="json") for each in findings],
            "repository_id": self._repository_id,
        }
        statement = insert(SiteCheckRow).values(row).on_conflict_do_nothing()
        async with transaction(self._sessions) as session:
            await session.execute(statement)
