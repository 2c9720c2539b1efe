"""Documented repositories."""

import re
from collections.abc import Sequence

from sqlalchemy import ColumnElement, case, func, literal, or_, select, update
from sqlalchemy.dialects.postgresql import insert

from app.db.engine import Sessions, transaction
from app.db.models import RepositoryRow, WikiStructureRow
from app.domain.knowledge.search import RepositoryHit
from app.domain.work.repository import Consent, Provider, Repository, RepositoryRef
from app.errors import StoreError

_WEB_ADDRESS = re.compile(r"(?:[a-z+]+://)?(?:[^@/]*@)?([\w.-]+(?::\d+)?)[:/](.+)", re.IGNORECASE)
_MAX_SEARCH = 200
_ALIKE = 0.4
"""Least word similarity of a name that does not hold the searched text."""


def address_of(url: str) -> str:
    """Reduce a URL to what tells repositories apart; a path of this machine stays as it is."""
    url = url.strip()
    if url.startswith(("/", ".", "~", "file:")):
        return url.removeprefix("file://").rstrip("/") or "/"
    short = url.split("?")[0].split("#")[0].rstrip("/").removesuffix(".git")
    found = _WEB_ADDRESS.fullmatch(short)
    return (f"{found[1]}/{found[2]}" if found else short).lower()


def to_repository(row: RepositoryRow) -> Repository:
    """Make a value of a row."""
    return Repository(
        id=row.id,
        provider=Provider(row.provider),
        external_id=row.external_id,
        full_name=row.full_name,
        url=row.url,
        default_branch=row.default_branch,
        installation_id=row.installation_id,
        consent=Consent(row.consent),
        paused_by=row.paused_by,
        archived=row.archived,
        private=row.private,
        suspended=row.suspended,
        defaults=row.defaults,
    )


class RepositoryRepo:
    """Documented repositories."""

    def __init__(self, sessions: Sessions) -> None:
        self._sessions = sessions

    async def upsert(self, ref: RepositoryRef) -> Repository:
        """Keep a repository as its provider names it now; what the reference leaves out stays."""
        new = {**ref.model_dump(mode="json"), "address": address_of(ref.url)}
        statement = insert(RepositoryRow).values(new)
        given = statement.excluded
        kept_branch = case(
            (given.default_branch == "", RepositoryRow.default_branch), else_=given.default_branch
        )
        statement = statement.on_conflict_do_update(
            index_elements=["provider", "external_id"],
            set_={
                "full_name": given.full_name,
                "url": given.url,
                "address": given.address,
                "default_branch": kept_branch,
                "installation_id": func.coalesce(
                    given.installation_id, RepositoryRow.installation_id
                ),
                "updated_at": func.now(),
            },
        )
        async with transaction(self._sessions) as session:
            row = await session.scalar(statement.returning(RepositoryRow))
            if row is None:
                raise StoreError(f"the repository {ref.full_name} could not be kept: try again")
            return to_repository(row)

    async def set_paused(self, repository_id: int, login: str) -> None:
        """Remember who paused a repository; empty lets it go on."""
        paused = update(RepositoryRow).where(RepositoryRow.id == repository_id)
        async with transaction(self._sessions) as session:
            await session.execute(paused.values(paused_by=login))

    async def set_consent(self, repository_id: int, consent: Consent) -> None:
        """Remember what a repository's people said."""
        chosen = update(RepositoryRow).where(RepositoryRow.id == repository_id)
        async with transaction(self._sessions) as session:
            await session.execute(chosen.values(consent=consent))

    async def ask(self, repository_id: int) -> None:
        """Remember that people are asked, unless they answered meanwhile."""
        unasked = update(RepositoryRow).where(
            RepositoryRow.id == repository_id, RepositoryRow.consent == Consent.UNASKED
        )
        async with transaction(self._sessions) as session:
            await session.execute(unasked.values(consent=Consent.ASKED))

    async def set_defaults(self, installation_id: int, defaults: str) -> None:
        """Remember the organisation's configuration for all repositories of an installation."""
        chosen = update(RepositoryRow).where(
            RepositoryRow.installation_id == installation_id, RepositoryRow.defaults != defaults
        )
        async with transaction(self._sessions) as session:
            await session.execute(chosen.values(defaults=defaults))

    async def find_by_url(self, url: str) -> Repository | None:
        """Find a repository by any way of writing its address; the newest, if it was made anew."""
        query = (
            select(RepositoryRow)
            .where(RepositoryRow.address == address_of(url))
            .order_by(RepositoryRow.updated_at.desc(), RepositoryRow.id.desc())
            .limit(1)
        )
        async with transaction(self._sessions) as session:
            row = await session.scalar(query)
        return None if row is None else to_repository(row)

    async def find(self, text: str, limit: int = 20) -> list[RepositoryHit]:
        """List repositories with published documentation whose name is like the text."""
        text = text.strip()[:_MAX_SEARCH]
        branches = func.array_agg(WikiStructureRow.branch.distinct())
        query = (
            select(RepositoryRow, branches)
            .join(WikiStructureRow, WikiStructureRow.repository_id == RepositoryRow.id)
            .where(WikiStructureRow.state == "published")
            .group_by(RepositoryRow.id)
            .order_by(_similarity(text).desc(), RepositoryRow.full_name, RepositoryRow.id)
            .limit(min(limit, 100))
        )
        if text:
            query = query.where(_matches(text))
        async with transaction(self._sessions) as session:
            found = (await session.execute(query)).all()
        return [_hit(row, names) for row, names in found]


def _similarity(text: str) -> ColumnElement[float]:
    wanted = literal(text, RepositoryRow.full_name.type)
    return func.similarity(wanted, RepositoryRow.full_name)


def _matches(text: str) -> ColumnElement[bool]:
    wanted = literal(text, RepositoryRow.full_name.type)
    return or_(
        func.strpos(func.lower(RepositoryRow.full_name), func.lower(wanted)) > 0,
        RepositoryRow.address == address_of(text),
        func.word_similarity(wanted, RepositoryRow.full_name) >= _ALIKE,
    )


def _hit(row: RepositoryRow, branches: Sequence[str]) -> RepositoryHit:
    return RepositoryHit(
        id=row.id,
        name=row.full_name,
        url=row.url,
        provider=row.provider,
        # The default branch first: it is what a question without a branch is about.
        branches=tuple(sorted(branches, key=lambda name: (name != row.default_branch, name))),
    )
