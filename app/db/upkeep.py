"""What keeping published pages true needs: their bases, orders to writers, verdicts."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import delete, func, select
from sqlalchemy.dialects.postgresql import insert

from app.db.engine import Sessions, transaction
from app.db.models import PageBaseRow, RevisionRow, SectionVerdictRow
from app.db.wiki import documented_branch
from app.domain.code.verdict import Verdict
from app.domain.wiki.impact import PageImpact, SectionImpact
from app.domain.wiki.revision import Revision

KEPT_BASES = 2_000
"""Of each repository: about five versions of each page that a large one commits."""
_ROWS = 500
"""In one statement, whose parameters are at most 32,767."""


class BaseRepo:
    """Pages as generated, by their digest: what a person's edits are told from the machine's by."""

    def __init__(self, sessions: Sessions) -> None:
        self._sessions = sessions

    async def keep(
        self, repository_id: int, texts: Mapping[str, str], most: int = KEPT_BASES
    ) -> None:
        """Remember texts by digest; those that were not kept for the longest time go.

        A repository has at most `most` of them, or as many as were kept at once.
        """
        if not texts:
            return
        # In one order whoever keeps them, so that two runs never wait for each other.
        rows = [
            {"repository_id": repository_id, "digest": digest, "text": texts[digest]}
            for digest in sorted(texts)
        ]
        async with transaction(self._sessions) as session:
            for start in range(0, len(rows), _ROWS):
                statement = insert(PageBaseRow).values(rows[start : start + _ROWS])
                await session.execute(
                    statement.on_conflict_do_update(
                        index_elements=["repository_id", "digest"], set_={"saved_at": func.now()}
                    )
                )
            old = (
                select(PageBaseRow.digest)
                .where(PageBaseRow.repository_id == repository_id)
                .order_by(PageBaseRow.saved_at.desc(), PageBaseRow.digest)
                .offset(max(most, len(rows)))
            )
            await session.execute(
                delete(PageBaseRow).where(
                    PageBaseRow.repository_id == repository_id, PageBaseRow.digest.in_(old)
                )
            )

    async def find(self, repository_id: int, digest: str) -> str | None:
        """Return the text that has this digest, unless it was never kept or is long ago."""
        query = select(PageBaseRow.text).where(
            PageBaseRow.repository_id == repository_id, PageBaseRow.digest == digest
        )
        async with transaction(self._sessions) as session:
            return await session.scalar(query)


class RevisionRepo:
    """Orders to writer runs, whose parameters are ids only."""

    def __init__(self, sessions: Sessions) -> None:
        self._sessions = sessions

    async def store(self, job_id: UUID, scope: str, revision: Revision) -> None:
        """Keep what is to be written; a later attempt of the job orders anew."""
        plan = revision.model_dump(mode="json", exclude_defaults=True)
        statement = insert(RevisionRow).values(job_id=job_id, scope=scope, plan=plan)
        replaced = statement.on_conflict_do_update(
            index_elements=["job_id", "scope"], set_={"plan": plan, "stored_at": func.now()}
        )
        async with transaction(self._sessions) as session:
            await session.execute(replaced)

    async def find(self, job_id: UUID, scope: str) -> Revision | None:
        """Return what is to be written of a scope; None when that is everything."""
        query = select(RevisionRow.plan).where(
            RevisionRow.job_id == job_id, RevisionRow.scope == scope
        )
        async with transaction(self._sessions) as session:
            stored = await session.scalar(query)
        return None if stored is None else Revision.model_validate(stored)

    async def clear(self, job_id: UUID) -> None:
        """Take all orders of a job back: its runs write everything."""
        async with transaction(self._sessions) as session:
            await session.execute(delete(RevisionRow).where(RevisionRow.job_id == job_id))


class VerdictRepo:
    """Sections of the published pages of a branch that are not fresh."""

    def __init__(self, sessions: Sessions) -> None:
        self._sessions = sessions

    async def replace(
        self,
        repository_id: int,
        branch: str,
        scope: str,
        commit: str,
        impacts: Sequence[PageImpact],
    ) -> None:
        """Put what a commit makes of a scope's pages in the place of all that was known before."""
        of = {"repository_id": repository_id, "branch": branch, "scope": scope, "commit": commit}
        rows = [{**of, "position": number, **row} for number, row in enumerate(_rows(impacts))]
        async with transaction(self._sessions) as session:
            await session.execute(_removal(repository_id, branch, scope))
            for start in range(0, len(rows), _ROWS):
                statement = insert(SectionVerdictRow).values(rows[start : start + _ROWS])
                await session.execute(statement.on_conflict_do_nothing())

    async def find(self, repository_id: int, branch: str = "") -> dict[str, PageImpact]:
        """Return the pages that have such sections, with these alone, by the paths of readers.

        An empty `branch` is the one that readers see. The pages of a scope are known below the
        scope's folder.
        """
        row = SectionVerdictRow
        query = (
            select(row.scope, row.page, row.about, row.impact)
            .where(
                row.repository_id == repository_id,
                row.branch == (branch or documented_branch(repository_id)),
            )
            .order_by(row.scope, row.position)
        )
        async with transaction(self._sessions) as session:
            found = (await session.execute(query)).all()
        pages: dict[str, tuple[dict[str, Any], list[SectionImpact]]] = {}
        for scope, page, about, impact in found:
            of_page = pages.setdefault(f"{scope}/{page}" if scope else page, (about, []))
            of_page[1].append(SectionImpact.model_validate(impact))
        return {
            path: PageImpact.model_validate({**about, "sections": tuple(sections)})
            for path, (about, sections) in pages.items()
        }

    async def clear(self, repository_id: int, branch: str, scope: str | None = None) -> None:
        """Forget what was known of a branch, or of one scope of it: its pages are true again."""
        async with transaction(self._sessions) as session:
            await session.execute(_removal(repository_id, branch, scope))


def _removal(repository_id: int, branch: str, scope: str | None) -> Any:
    row = SectionVerdictRow
    statement = delete(row).where(row.repository_id == repository_id, row.branch == branch)
    return statement if scope is None else statement.where(row.scope == scope)


def _rows(impacts: Sequence[PageImpact]) -> list[dict[str, Any]]:
    return [
        {
            "page": page.page,
            "anchor": section.anchor,
            "about": page.model_dump(mode="json", exclude={"sections"}),
            "impact": section.model_dump(mode="json"),
        }
        for page in impacts
        for section in page.sections
        if section.verdict is not Verdict.FRESH
    ]
