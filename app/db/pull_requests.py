"""Documentation pull requests, one for each base branch."""

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import insert

from app.db.engine import Sessions, transaction
from app.db.models import PullRequestRow
from app.domain.work.pull_request import DocumentationPullRequest


class PullRequestRepo:
    """What is remembered of them between runs; GitHub is the truth."""

    def __init__(self, sessions: Sessions) -> None:
        self._sessions = sessions

    async def find(self, repository_id: int, base: str) -> DocumentationPullRequest | None:
        """Return the newest one of a base branch."""
        query = select(PullRequestRow).where(
            PullRequestRow.repository_id == repository_id, PullRequestRow.base == base
        )
        async with transaction(self._sessions) as session:
            row = await session.scalar(query)
        if row is None:
            return None
        return DocumentationPullRequest(
            repository_id=row.repository_id,
            base=row.base,
            number=row.number,
            head_sha=row.head_sha,
            state=row.state,
        )

    async def record(
        self, repository_id: int, base: str, number: int, head_sha: str, state: str
    ) -> None:
        """Remember how a pull request stands now."""
        now = {"number": number, "head_sha": head_sha, "state": state}
        statement = insert(PullRequestRow).values(repository_id=repository_id, base=base, **now)
        replaced = statement.on_conflict_do_update(
            index_elements=["repository_id", "base"], set_={**now, "updated_at": func.now()}
        )
        async with transaction(self._sessions) as session:
            await session.execute(replaced)
