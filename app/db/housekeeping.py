"""What becomes of the rows of repositories that go, are held, or are not found any more."""

from collections.abc import Collection
from datetime import timedelta
from uuid import UUID

from sqlalchemy import Select, delete, func, or_, select, update

from app.db.engine import Sessions, transaction
from app.db.models import BlobFactRow, DeliveryRow, JobRow, RepositoryRow
from app.db.repositories import to_repository
from app.domain.work.job import JobState
from app.domain.work.repository import Provider, Repository, Standing

_UNENDED = (JobState.WAITING, JobState.RUNNING)
_BLOBS = 10_000
_RECEIPTS = ("installation", "installation_repositories")
"""Events that themselves say what goes: theirs are not taken away while they wait."""


class HousekeepingRepo:
    """Repositories by installation, and their end."""

    def __init__(self, sessions: Sessions) -> None:
        self._sessions = sessions

    async def covered(
        self, installation_id: int, external_ids: Collection[str] | None = None
    ) -> list[Repository]:
        """List the repositories of an installation: all, or those of these ids."""
        rows = _served().where(RepositoryRow.installation_id == installation_id)
        if external_ids is not None:
            rows = rows.where(RepositoryRow.external_id.in_(external_ids))
        async with transaction(self._sessions) as session:
            return [to_repository(row) for row in await session.scalars(rows)]

    async def known(self, external_id: str) -> Repository | None:
        """Find a repository by its provider's id."""
        async with transaction(self._sessions) as session:
            row = await session.scalar(_served().where(RepositoryRow.external_id == external_id))
        return None if row is None else to_repository(row)

    async def after(self, repository_id: int, limit: int) -> list[Repository]:
        """List the repositories with a greater id, in their order."""
        rows = _served().where(RepositoryRow.id > repository_id).limit(limit)
        async with transaction(self._sessions) as session:
            return [to_repository(row) for row in await session.scalars(rows)]

    async def ids(self) -> set[int]:
        """List the ids of all repositories."""
        async with transaction(self._sessions) as session:
            return set(await session.scalars(select(RepositoryRow.id)))

    async def stand(self, repository_id: int, standing: Standing) -> None:
        """Keep what a provider says of a repository beside its name."""
        found = {
            "private": standing.private,
            "archived": standing.archived,
            "suspended": standing.suspended,
            "missing_since": None,
        }
        await self._set(repository_id, **found)

    async def suspend(self, repository_id: int, *, suspended: bool) -> None:
        """Keep that nothing of a repository can be reached, or again can be."""
        await self._set(repository_id, suspended=suspended)

    async def miss(self, repository_id: int, grace_s: float = 0) -> bool:
        """Keep that a repository was not found; say whether that is so for longer than a grace."""
        since = func.coalesce(RepositoryRow.missing_since, func.now())
        missed = (
            update(RepositoryRow)
            .where(RepositoryRow.id == repository_id)
            .values(missing_since=since)
            .returning(RepositoryRow.missing_since <= func.now() - timedelta(seconds=grace_s))
        )
        async with transaction(self._sessions) as session:
            return bool(await session.scalar(missed))

    async def _set(self, repository_id: int, **values: object) -> None:
        changing = update(RepositoryRow).where(RepositoryRow.id == repository_id)
        async with transaction(self._sessions) as session:
            await session.execute(changing.values(**values))

    async def cancel_jobs(
        self, repository_id: int, reason: str, branch: str | None = None
    ) -> list[UUID]:
        """End the jobs of a repository, or of a branch of it; what runs learns it by the fence."""
        ending = (
            update(JobRow)
            .where(JobRow.repository_id == repository_id, JobRow.state.in_(_UNENDED))
            .values(
                state=JobState.CANCELLED,
                fence=JobRow.fence + 1,
                lease_until=None,
                ended_at=func.now(),
                message=reason,
            )
            .returning(JobRow.id)
        )
        if branch is not None:
            ending = ending.where(JobRow.branch == branch)
        async with transaction(self._sessions) as session:
            return list(await session.scalars(ending))

    async def remove(self, repository: Repository) -> None:
        """Delete a repository with all that belongs to it; also what was delivered about it.

        What its model calls took of the budgets stays counted, without a name.
        """
        async with transaction(self._sessions) as session:
            await session.execute(delete(RepositoryRow).where(RepositoryRow.id == repository.id))
            await session.execute(
                delete(DeliveryRow).where(
                    DeliveryRow.repository == repository.external_id,
                    DeliveryRow.installation_id == repository.installation_id,
                )
            )

    async def forget_installation(self, installation_id: int) -> None:
        """Delete what was delivered about an installation, but for what still waits to be read."""
        ended = or_(DeliveryRow.state != "waiting", DeliveryRow.event.not_in(_RECEIPTS))
        gone = delete(DeliveryRow).where(DeliveryRow.installation_id == installation_id, ended)
        async with transaction(self._sessions) as session:
            await session.execute(gone)

    async def forget_blobs(self, blob_ids: Collection[str]) -> None:
        """Delete what was found in blobs; whoever else has one of them finds it again."""
        listed = sorted(blob_ids)
        for start in range(0, len(listed), _BLOBS):
            batch = listed[start : start + _BLOBS]
            async with transaction(self._sessions) as session:
                await session.execute(delete(BlobFactRow).where(BlobFactRow.blob_id.in_(batch)))


def _served() -> Select[RepositoryRow]:
    return (
        select(RepositoryRow)
        .where(RepositoryRow.provider == Provider.GITHUB)
        .order_by(RepositoryRow.id)
    )
