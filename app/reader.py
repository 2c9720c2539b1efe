"""The published documentation, as the MCP server and the search command read it."""

from collections.abc import Sequence
from typing import Protocol

from app.domain.knowledge.search import PublishedPage, RepositoryHit, SearchHit, SearchType
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


class DatabaseReader:
    """Reads the published versions in the database."""

    def __init__(
        self,
        repositories: Repositories,
        search: Search,
        pages: Pages,
        embedder: QueryEmbedder,
        settings: Settings,
    ) -> None:
        self._repositories = repositories
        self._search = search
        self._pages = pages
        self._embedder = embedder
        self._settings = settings

    async def find_repository(self, search: str) -> list[RepositoryHit]:
        """List the documented repositories whose name or address resembles the words."""
        return await self._repositories.find(search[:MAX_QUERY])

    async def query_documents(
        self, repo_url: str, query: str, search_type: SearchType, limit: int
    ) -> list[SearchHit]:
        """Rank the pages that answer."""
        repository = await self._known(repo_url)
        text = query[:MAX_QUERY]
        vector = None
        if search_type is not SearchType.TEXT and text.strip():
            vector = (await self._embedder.embed([text]))[0]
        bounded = max(1, min(limit, MAX_HITS))
        return await self._search.query(
            repository.id, text, vector, search_type, bounded, self._settings.ranking
        )

    async def read_page(self, repo_url: str, path: str) -> PublishedPage:
        """Return a whole page, or say which pages there are."""
        repository = await self._known(repo_url)
        page = await self._pages.read_page(repository.id, SEARCHED_BRANCH, path)
        if page is None:
            known = [each.path for each in await self._pages.pages(repository.id, SEARCHED_BRANCH)]
            listed = ", ".join(sorted(known)[:20]) or "none is published yet"
            raise InputError(f"there is no page {path!r}; the pages are: {listed}")
        return page

    async def _known(self, repo_url: str) -> Repository:
        repository = await self._repositories.find_by_url(normal_url(repo_url))
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


def normal_url(url: str) -> str:
    """Write an address as rows do: no trailing slash, no `.git`."""
    return url.strip().rstrip("/").removesuffix(".git")
