"""Instructions for pages, which their writers are told."""

from collections.abc import Mapping

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert

from app.db.engine import Sessions, transaction
from app.db.models import PageNoteRow
from app.domain.work.note import MOST_NOTES, PageNote


class NoteRepo:
    """What people asked of pages in comments."""

    def __init__(self, sessions: Sessions) -> None:
        self._sessions = sessions

    async def add(self, repository_id: int, branch: str, note: PageNote, cause: str) -> None:
        """Keep an instruction; one of the same cause is kept already."""
        row = {
            "repository_id": repository_id,
            "branch": branch,
            "page_id": note.page,
            "instruction": note.instruction,
            "said_by": note.said_by,
            "cause": cause,
        }
        once = insert(PageNoteRow).values(row).on_conflict_do_nothing()
        async with transaction(self._sessions) as session:
            await session.execute(once)

    async def find(self, repository_id: int, branch: str) -> Mapping[str, tuple[str, ...]]:
        """Return the newest instructions for each page of a branch, the oldest first."""
        found = await self.read(repository_id, branch)
        return {page: tuple(each.instruction for each in notes) for page, notes in found.items()}

    async def read(self, repository_id: int, branch: str) -> Mapping[str, tuple[PageNote, ...]]:
        """Return them with who gave them."""
        query = (
            select(PageNoteRow.page_id, PageNoteRow.instruction, PageNoteRow.said_by)
            .where(PageNoteRow.repository_id == repository_id, PageNoteRow.branch == branch)
            .order_by(PageNoteRow.id)
        )
        found: dict[str, tuple[PageNote, ...]] = {}
        async with transaction(self._sessions) as session:
            for page, instruction, said_by in (await session.execute(query)).all():
                note = PageNote(page=page, instruction=instruction, said_by=said_by)
                found[page] = (*found.get(page, ()), note)[-MOST_NOTES:]
        return found
