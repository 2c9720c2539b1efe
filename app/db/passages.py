"""The passages of a set's published version; a page that stays as it is keeps its own."""

from collections.abc import Collection, Mapping, Sequence
from hashlib import sha256
from typing import Any

from sqlalchemy import bindparam, select, text
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from app.db.models import PageChunkRow, WikiPageRow, WikiStructureRow
from app.db.types import CleanText, CleanTexts, clean
from app.domain.knowledge.chunk import PageChunk
from app.domain.wiki.version import WikiVersion
from app.errors import StoreError

_ROWS_AT_ONCE = 500
_HEADING_SEPARATOR = " > "
_PUBLISHED = (
    "s.repository_id = :repository_id AND s.branch = :branch AND s.scope = :scope"
    " AND s.state = 'published' AND s.chunk_recipe = :recipe"
)
_TEXTS = (bindparam("branch", type_=CleanText()), bindparam("scope", type_=CleanText()))

_CUT = text(
    "SELECT p.path, p.title, encode(sha256(convert_to(p.markdown, 'UTF8')), 'hex')"  # noqa: S608 - text of ours
    f" FROM wiki_structures s JOIN wiki_pages p ON p.version_id = s.id WHERE {_PUBLISHED}"
).bindparams(*_TEXTS)

_MOVE = text(
    "WITH same AS (SELECT old.id AS old_id, new.id AS new_id, new.path"  # noqa: S608 - text of ours
    " FROM wiki_structures s JOIN wiki_pages old ON old.version_id = s.id"
    " JOIN wiki_pages new ON new.version_id = :version_id AND new.path = old.path"
    " AND new.title = old.title AND new.markdown = old.markdown"
    f" WHERE {_PUBLISHED} AND new.path = ANY (:kept)),"
    " moved AS (UPDATE page_chunks c SET version_id = :version_id, page_id = same.new_id"
    " FROM same WHERE c.page_id = same.old_id AND same.old_id <> same.new_id)"
    " SELECT count(*) FROM same"
).bindparams(*_TEXTS, bindparam("kept", type_=CleanTexts()))

_REMOVE = text(
    "DELETE FROM page_chunks c USING wiki_structures s"
    " WHERE s.id = c.version_id AND s.repository_id = :repository_id AND s.branch = :branch"
    " AND s.scope = :scope AND NOT EXISTS (SELECT FROM wiki_pages p WHERE p.id = c.page_id"
    " AND p.version_id = :version_id AND p.path = ANY (:kept))"
).bindparams(*_TEXTS, bindparam("kept", type_=CleanTexts()))


async def cut_pages(session: AsyncSession, version: WikiVersion, recipe: str) -> frozenset[str]:
    """Name the pages of a version that the published one has word for word, cut by this recipe."""
    known = {(path, title, digest) for path, title, digest in await session.execute(
        _CUT, {**_set_of(version), "recipe": recipe}
    )}  # fmt: skip
    return frozenset(
        page.spec.path
        for page in version.pages
        if (page.spec.path, page.spec.title, sha256(clean(page.markdown).encode()).hexdigest())
        in known
    )


async def take_over(
    session: AsyncSession, version: WikiStructureRow, kept: Collection[str], recipe: str
) -> None:
    """Give a version the passages that pages of the published one have, and remove all others."""
    values = {**_set_of(version), "version_id": version.id, "kept": sorted(kept)}
    moved = await session.scalar(_MOVE, {**values, "recipe": recipe}) if kept else 0
    if moved != len(kept):
        raise StoreError("another version was published meanwhile: cut the pages anew")
    await session.execute(_REMOVE, values)


async def add(
    session: AsyncSession, version_id: int, chunks: Mapping[str, Sequence[PageChunk]]
) -> None:
    """Give pages of a version their passages."""
    query = select(WikiPageRow.path, WikiPageRow.id).where(WikiPageRow.version_id == version_id)
    page_ids = {row.path: row.id for row in await session.execute(query)}
    if unknown := chunks.keys() - page_ids.keys():
        raise StoreError(f"the version has no page {min(unknown)}: its passages belong to another")
    rows = [
        {
            **chunk.model_dump(),
            "heading_path": list(chunk.heading_path),
            "heading": _HEADING_SEPARATOR.join(chunk.heading_path),
            "version_id": version_id,
            "page_id": page_ids[path],
        }
        for path, page in chunks.items()
        for chunk in page
    ]
    for start in range(0, len(rows), _ROWS_AT_ONCE):
        await session.execute(insert(PageChunkRow), rows[start : start + _ROWS_AT_ONCE])


def _set_of(version: WikiVersion | WikiStructureRow) -> dict[str, Any]:
    return {
        "repository_id": version.repository_id,
        "branch": version.branch,
        "scope": version.scope,
    }
