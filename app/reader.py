"""The published documentation, as the MCP server and the search command read it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from app.domain.knowledge.marks import marked_text, marks_of
from app.domain.knowledge.search import PublishedPage, RepositoryHit, SearchHit, SearchType
from app.domain.wiki.impact import PageImpact
from app.domain.work.repository import Repository
from app.errors import InputError
from app.settings import RankingSettings, Settings

MAX_HITS = 50
MAX_QUERY = 2000
"""Characters of a question that take part; more is cut."""
SEARCHED_BRANCH = ""
"""The default branch if it is documented, else the newest that is."""


class Reader(Protocol):
    """Whatever holds published documentation."""

    async def find_repository(self, search: str) -> list[RepositoryHit]:
        """List the documented repositories whose name or address resembles the words."""

    async def query_documents(
        self, repo_url: str, query: str, search_type: SearchType, limit: int
    ) -> list[SearchHit]:
        """Rank the pages that answer; raises InputError for a repository that is not documented."""

    async def read_page(self, repo_url: str, path: str) -> PublishedPage:
        """Return a whole page; raises InputError when it does not exist."""


class Repositories(Protocol):
    """Whatever knows the documented repositories."""

    async def find(self, text: str, limit: int = 20) -> list[RepositoryHit]:
        """List those that resemble the words."""

    async def find_by_url(self, url: str) -> Repository | None:
        """Return the one at an address."""


class Search(Protocol):
    """Whatever ranks passages."""

    async def query(
        self,
        repository_id: int,
        text: str,
        vector: Sequence[float] | None,
        search_type: SearchType,
        limit: int,
        ranking: RankingSettings,
    ) -> list[SearchHit]:
        """Rank the pages of one repository."""


class Pages(Protocol):
    """Whatever keeps published pages."""

    async def read_page(self, repository_id: int, branch: str, path: str) -> PublishedPage | None:
        """Return a page of the published version."""

    async def pages(self, repository_id: int, branch: str) -> list[PublishedPage]:
        """Return every page of the published version."""


class QueryEmbedder(Protocol):
    """Whatever turns a question into a vector."""

    async def embed(self, texts: Sequence[str]) -> list[list[float]]:
        """Give one vector a text."""


class Verdicts(Protocol):
    """Whatever knows which published sections are stale."""

    async def find(self, repository_id: int) -> Mapping[str, PageImpact]:
        """Return pages that are not fresh, by the paths of readers."""


class Checkout(Protocol):
    """Whatever can judge the pages of a checkout as it stands now."""

    async def judge(
        self, repository: Repository, commits: frozenset[str]
    ) -> Mapping[str, PageImpact] | None:
        """Return pages that are not fresh, by the paths of readers.

        None when the repository is no checkout of this machine, or still at one of the commits
        that its pages were published from.
        """


@dataclass(frozen=True)
class Shelves:
    """Where published documentation is kept."""

    repositories: Repositories
    search: Search
    pages: Pages
    verdicts: Verdicts


class DatabaseReader:
    """Reads the published versions in the database."""

    def __init__(
        self,
        shelves: Shelves,
        embedder: QueryEmbedder,
        settings: Settings,
        checkout: Checkout | None = None,
    ) -> None:
        self._shelves = shelves
        self._checkout = checkout
        self._embedder = embedder
        self._settings = settings

    async def find_repository(self, search: str) -> list[RepositoryHit]:
        """List the documented repositories whose name or address resembles the words."""
        return await self._shelves.repositories.find(search[:MAX_QUERY])

    async def query_documents(
        self, repo_url: str, query: str, search_type: SearchType, limit: int
    ) -> list[SearchHit]:
        """Rank the pages that answer, and mark what of them is stale."""
        repository = await self._known(repo_url)
        text = query[:MAX_QUERY]
        vector = None
        if search_type is not SearchType.TEXT and text.strip():
            vector = (await self._embedder.embed([text]))[0]
        bounded = max(1, min(limit, MAX_HITS))
        hits = await self._shelves.search.query(
            repository.id, text, vector, search_type, bounded, self._settings.ranking
        )
        stale = await self._stale(repository, frozenset(hit.commit for hit in hits))
        return [_marked_hit(hit, stale.get(hit.page)) for hit in hits]

    async def read_page(self, repo_url: str, path: str) -> PublishedPage:
        """Return a whole page with what is stale in it, or say which pages there are."""
        repository = await self._known(repo_url)
        page = await self._shelves.pages.read_page(repository.id, SEARCHED_BRANCH, path)
        if page is None:
            known = [
                each.path
                for each in await self._shelves.pages.pages(repository.id, SEARCHED_BRANCH)
            ]
            listed = ", ".join(sorted(known)[:20]) or "none is published yet"
            raise InputError(f"there is no page {path!r}; the pages are: {listed}")
        impact = (await self._stale(repository, frozenset({page.commit}))).get(path)
        if impact is None:
            return page
        marked = marked_text(page.text, impact)
        return page.model_copy(update={"text": marked, "stale": marks_of(impact)})

    async def _stale(
        self, repository: Repository, commits: frozenset[str]
    ) -> Mapping[str, PageImpact]:
        """Judge pages as they are read where the sources are at hand; else, tell what is stored."""
        if self._checkout is not None and commits:
            now = await self._checkout.judge(repository, commits)
            if now is not None:
                return now
        return await self._shelves.verdicts.find(repository.id)

    async def _known(self, repo_url: str) -> Repository:
        repository = await self._shelves.repositories.find_by_url(normal_url(repo_url))
        if repository is None:
            raise InputError(
                f"{repo_url!r} is not documented here: {self._advice()}, or ask find_repository"
                " which repositories are"
            )
        return repository

    def _advice(self) -> str:
        address = self._settings.mcp.app_url
        where = f" at {address}" if address else ""
        return (
            f"install the AutoDoc App on it{where} and merge its first pull request,"
            " or run `autodoc generate` in a checkout of it"
        )


def _marked_hit(hit: SearchHit, impact: PageImpact | None) -> SearchHit:
    """Mark what is stale in the section that answers; of a whole page, anywhere in it."""
    if impact is None:
        return hit
    headings = (hit.title, *hit.heading_path) if hit.heading_path else ()
    return hit.model_copy(update={"stale": marks_of(impact, headings)})


def normal_url(url: str) -> str:
    """Write an address as rows do: no trailing slash, no `.git`."""
    return url.strip().rstrip("/").removesuffix(".git")
