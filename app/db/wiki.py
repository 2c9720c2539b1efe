"""Versions of a branch's documentation, one of which is published.

A version belongs to a set: repository, branch and scope. It is saved as a candidate; publishing it
retires the one before. Only the published version has passages, and all of that changes in one
transaction: whoever reads sees the old version or the new one.
"""

import hashlib
import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from posixpath import join
from typing import Any

from sqlalchemy import (
    Boolean,
    ScalarSelect,
    Select,
    and_,
    case,
    delete,
    func,
    literal_column,
    select,
    true,
    update,
)
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from app.db import embeddings as vectors
from app.db import passages
from app.db.engine import Sessions, transaction
from app.db.models import PageChunkRow, RepositoryRow, WikiPageRow, WikiStructureRow
from app.db.types import clean_tree
from app.domain.knowledge.chunk import Cut, PageChunk
from app.domain.knowledge.embedding import EmbeddingModel
from app.domain.knowledge.search import PublishedPage
from app.domain.wiki.page import PageSpec
from app.domain.wiki.version import WikiPage, WikiVersion
from app.errors import StoreError

KEPT_VERSIONS = 3

_ROWS_AT_ONCE = 500


class WikiRepo:
    """Versions, their pages and their passages."""

    def __init__(self, sessions: Sessions) -> None:
        self._sessions = sessions

    async def save_candidate(self, version: WikiVersion) -> int:
        """Keep a version and return its id; the same pages of the same commit have the same id."""
        head = version.model_dump(exclude={"pages"})
        row = {**head, "digest": _digest(version), "state": "candidate"}
        statement = insert(WikiStructureRow).values(row)
        state = WikiStructureRow.state
        again = statement.on_conflict_do_update(
            constraint="uq_wiki_structures_version",
            set_={
                "state": case((state == "retired", "candidate"), else_=state),
                "saved_at": func.now(),
                "location": statement.excluded.location,
            },
        )
        # Only a row that was updated has an xmax.
        returning = again.returning(WikiStructureRow.id, literal_column("xmax = 0", Boolean))
        async with transaction(self._sessions) as session:
            version_id, is_new = (await session.execute(returning)).one()
            if is_new:
                await _add_pages(session, version_id, version.pages)
                await _forget_old(session, version.repository_id, version.branch, version.scope)
        return int(version_id)

    async def candidate(
        self, repository_id: int, branch: str, scope: str | None = None
    ) -> WikiVersion | None:
        """Return the newest version that is not published, of one scope or of any."""
        return await self._newest(repository_id, branch, scope, "candidate")

    async def published(
        self, repository_id: int, branch: str, scope: str | None = None
    ) -> WikiVersion | None:
        """Return the published version of one scope, or the newest of any."""
        return await self._newest(repository_id, branch, scope, "published")

    async def _newest(
        self, repository_id: int, branch: str, scope: str | None, state: str
    ) -> WikiVersion | None:
        in_scope = true() if scope is None else WikiStructureRow.scope == scope
        query = (
            _versions(repository_id, branch)
            .where(in_scope, WikiStructureRow.state == state)
            .order_by(WikiStructureRow.saved_at.desc(), WikiStructureRow.id.desc())
            .limit(1)
        )
        newest = query.with_only_columns(WikiStructureRow.id).scalar_subquery()
        # One statement, so that no publishing in between is seen by half.
        joined = (
            select(WikiStructureRow, WikiPageRow)
            .outerjoin(WikiPageRow, WikiPageRow.version_id == WikiStructureRow.id)
            .where(WikiStructureRow.id == newest)
            .order_by(WikiPageRow.position)
        )
        async with transaction(self._sessions) as session:
            rows = (await session.execute(joined)).all()
        return _to_version(rows[0][0], [page for _, page in rows if page]) if rows else None

    async def newest(self, repository_id: int, branch: str) -> list[WikiVersion]:
        """Return the newest version of each scope, published or not."""
        scopes = (
            _versions(repository_id, branch)
            .where(WikiStructureRow.state.in_(("candidate", "published")))
            .with_only_columns(WikiStructureRow.scope)
            .distinct()
            .order_by(WikiStructureRow.scope)
        )
        async with transaction(self._sessions) as session:
            folders = (await session.scalars(scopes)).all()
        found = []
        for folder in folders:
            version = await self.candidate(repository_id, branch, folder)
            version = version or await self.published(repository_id, branch, folder)
            found += [version] if version else []
        return found

    async def publish(
        self,
        version_id: int,
        chunks: Mapping[str, Sequence[PageChunk]],
        embeddings: Mapping[str, Sequence[float]],
        model: EmbeddingModel,
        cut: Cut | None = None,
    ) -> None:
        """Make a version the published one, with its passages by page path.

        The pages that `cut` keeps have theirs already: see `cut_pages`. `embeddings` may leave out
        what `known_embeddings` knows. Raises StoreError when the version is gone, a passage has no
        vector, or a page that is kept no longer has its passages; then nothing has changed.
        """
        if any(len(vector) != model.dimensions for vector in embeddings.values()):
            raise StoreError(f"a vector has another dimension than {model.name}: embed it anew")
        cut = cut or Cut()
        model_id = await vectors.register(self._sessions, model)
        async with transaction(self._sessions) as session:
            version = await _lock(session, version_id)
            await passages.take_over(session, version, cut.kept, cut.recipe)
            await _retire_others(session, version, cut.recipe)
            await passages.add(session, version_id, chunks)
            digests = {chunk.content_digest for page in chunks.values() for chunk in page}
            new = {digest: vector for digest, vector in embeddings.items() if digest in digests}
            await vectors.copy_known(session, model_id, version.repository_id, digests - set(new))
            await vectors.add(session, model_id, version.repository_id, new)
            stored = await vectors.digests_of(session, model_id, version.repository_id)
            if missing := digests.difference(stored):
                raise StoreError(
                    f"{len(missing)} passages have no vector of {model.name}: embed them first"
                )
            await vectors.forget_unused(session, version.repository_id)
            await _forget_old(session, version.repository_id, version.branch, version.scope)

    async def cut_pages(self, version: WikiVersion, recipe: str) -> frozenset[str]:
        """Name the pages of a version whose passages are there, cut by the same recipe."""
        async with transaction(self._sessions) as session:
            return await passages.cut_pages(session, version, recipe)

    async def keep_scopes(self, repository_id: int, branch: str, scopes: Collection[str]) -> None:
        """Let readers no longer find the pages of scopes that a branch has no more."""
        gone = and_(
            WikiStructureRow.repository_id == repository_id,
            WikiStructureRow.branch == branch,
            WikiStructureRow.scope.not_in(scopes),
        )
        ids = select(WikiStructureRow.id).where(gone)
        async with transaction(self._sessions) as session:
            await session.execute(update(WikiStructureRow).where(gone).values(state="retired"))
            await session.execute(delete(PageChunkRow).where(PageChunkRow.version_id.in_(ids)))
            await vectors.forget_unused(session, repository_id)

    async def known_embeddings(
        self, model: EmbeddingModel, digests: Iterable[str]
    ) -> Mapping[str, Sequence[float]]:
        """Return the vectors that need not be made again."""
        return await vectors.known(self._sessions, model, digests)

    async def read_page(self, repository_id: int, branch: str, path: str) -> PublishedPage | None:
        """Return a page of the published documentation; an empty `branch` is the searched one.

        The pages of a scope are found below the scope's folder.
        """
        read_path = case(
            (WikiStructureRow.scope == "", WikiPageRow.path),
            else_=WikiStructureRow.scope + "/" + WikiPageRow.path,
        )
        found = await self._published_pages(repository_id, branch, read_path == path)
        return found[0] if found else None

    async def pages(self, repository_id: int, branch: str) -> list[PublishedPage]:
        """List the published pages in reading order; `branch` empty means the documented one."""
        return await self._published_pages(repository_id, branch)

    async def _published_pages(
        self, repository_id: int, branch: str, *conditions: Any
    ) -> list[PublishedPage]:
        query = (
            select(WikiPageRow, WikiStructureRow)
            .join(WikiStructureRow, WikiStructureRow.id == WikiPageRow.version_id)
            .join(RepositoryRow, RepositoryRow.id == WikiStructureRow.repository_id)
            .where(
                RepositoryRow.id == repository_id,
                WikiStructureRow.branch == (branch or documented_branch(repository_id)),
                WikiStructureRow.state == "published",
                *conditions,
            )
            .order_by(WikiStructureRow.scope, WikiPageRow.position)
        )
        async with transaction(self._sessions) as session:
            found = (await session.execute(query)).all()
        return [_to_published(page, version) for page, version in found]


def documented_branch(repository_id: int) -> ScalarSelect[str]:
    """Choose the default branch if it is documented, else the newest: as a search does."""
    return (
        select(WikiStructureRow.branch)
        .join(RepositoryRow, RepositoryRow.id == WikiStructureRow.repository_id)
        .where(WikiStructureRow.repository_id == repository_id)
        .where(WikiStructureRow.state == "published")
        .order_by(
            (WikiStructureRow.branch == RepositoryRow.default_branch).desc(),
            WikiStructureRow.published_at.desc(),
            WikiStructureRow.id.desc(),
        )
        .limit(1)
        .correlate(None)
        .scalar_subquery()
    )


def _to_published(page: WikiPageRow, version: WikiStructureRow) -> PublishedPage:
    path = join(version.scope, page.path)
    return PublishedPage(
        path=path,
        title=page.title,
        text=page.markdown,
        commit=version.commit,
        source=f"{version.location}{page.path}" if page.committed else path,
    )


def _digest(version: WikiVersion) -> str:
    pages = clean_tree(version.model_dump(mode="json", include={"pages", "title"}))
    return hashlib.sha256(json.dumps(pages, sort_keys=True).encode()).hexdigest()


def _versions(repository_id: int, branch: str) -> Select[WikiStructureRow]:
    return select(WikiStructureRow).where(
        WikiStructureRow.repository_id == repository_id,
        WikiStructureRow.branch == branch,
    )


def _to_version(row: WikiStructureRow, pages: Sequence[WikiPageRow]) -> WikiVersion:
    return WikiVersion(
        repository_id=row.repository_id,
        branch=row.branch,
        scope=row.scope,
        commit=row.commit,
        recipe=row.recipe,
        title=row.title,
        location=row.location,
        pages=tuple(
            WikiPage(
                spec=PageSpec.model_validate(page.spec),
                markdown=page.markdown,
                committed=page.committed,
            )
            for page in pages
        ),
    )


async def _add_pages(session: AsyncSession, version_id: int, pages: Sequence[WikiPage]) -> None:
    rows = [
        {
            "version_id": version_id,
            "position": position,
            "path": page.spec.path,
            "title": page.spec.title,
            "spec": page.spec.model_dump(mode="json"),
            "markdown": page.markdown,
            "committed": page.committed,
        }
        for position, page in enumerate(pages)
    ]
    for start in range(0, len(rows), _ROWS_AT_ONCE):
        await session.execute(insert(WikiPageRow), rows[start : start + _ROWS_AT_ONCE])


async def _lock(session: AsyncSession, version_id: int) -> WikiStructureRow:
    """Return a version, and keep others from publishing in its set until we are done."""
    version = await session.get(WikiStructureRow, version_id)
    if version is not None:
        key = f"{version.branch}\n{version.scope}"
        lock = func.pg_advisory_xact_lock(version.repository_id, func.hashtext(key))
        await session.execute(select(lock))
        version = await session.get(
            WikiStructureRow, version_id, with_for_update=True, populate_existing=True
        )
    if version is None:
        raise StoreError(
            f"version {version_id} of the documentation is no longer kept: make it anew"
        )
    return version


async def _retire_others(session: AsyncSession, version: WikiStructureRow, recipe: str) -> None:
    in_set = and_(
        WikiStructureRow.repository_id == version.repository_id,
        WikiStructureRow.branch == version.branch,
        WikiStructureRow.scope == version.scope,
    )
    older = update(WikiStructureRow).where(
        in_set,
        WikiStructureRow.id != version.id,
        # What was saved before this one will never be published any more.
        (WikiStructureRow.state == "published") | (WikiStructureRow.saved_at <= version.saved_at),
    )
    await session.execute(older.values(state="retired"))
    now = {"state": "published", "published_at": func.now(), "chunk_recipe": recipe}
    await session.execute(
        update(WikiStructureRow).where(WikiStructureRow.id == version.id).values(now)
    )


async def _forget_old(session: AsyncSession, repository_id: int, branch: str, scope: str) -> None:
    """Keep the newest versions of a set, and the published one."""
    versions = _versions(repository_id, branch).where(WikiStructureRow.scope == scope)
    newest = (
        versions.with_only_columns(WikiStructureRow.id)
        .order_by(WikiStructureRow.saved_at.desc(), WikiStructureRow.id.desc())
        .limit(KEPT_VERSIONS)
    )
    old = versions.with_only_columns(WikiStructureRow.id).where(
        WikiStructureRow.state != "published", WikiStructureRow.id.not_in(newest)
    )
    await session.execute(delete(WikiStructureRow).where(WikiStructureRow.id.in_(old)))
