"""The composition root: the only place that chooses concrete classes, importing them when asked."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from app.errors import ConfigurationError, InputError
from app.reader import DatabaseReader, Reader
from app.settings import Settings

if TYPE_CHECKING:
    from app.analysis.facts import FactCache
    from app.db.deliveries import DeliveryRepo
    from app.db.facts import BlobFactRepo
    from app.db.generations import GenerationRepo
    from app.db.jobs import JobRepo
    from app.db.pull_requests import PullRequestRepo
    from app.db.repositories import RepositoryRepo
    from app.db.runs import RunRepo
    from app.db.scopes import ScopeRepo
    from app.db.search import SearchRepo
    from app.db.wiki import WikiRepo
    from app.domain.knowledge.chunking import ChunkOptions
    from app.embedding.embedder import Embedder
    from app.git.mirror import Mirrors
    from app.github.client import GitHubClient
    from app.github.credentials import GitCredentials
    from app.github.pulls import GitHubPublisher


@dataclass(frozen=True)
class Stores:
    """The database, opened and closed as one."""

    repositories: "RepositoryRepo"
    deliveries: "DeliveryRepo"
    jobs: "JobRepo"
    runs: "RunRepo"
    facts: "BlobFactRepo"
    generations: "GenerationRepo"
    scopes: "ScopeRepo"
    wiki: "WikiRepo"
    search: "SearchRepo"
    pull_requests: "PullRequestRepo"


@asynccontextmanager
async def open_database(settings: Settings) -> AsyncIterator[str]:
    """Give the address of a migrated database: the operator's, or the embedded one.

    The embedded server runs as long as anybody on this machine uses it.
    """
    from app.db.migrate import upgrade

    if settings.database_url is not None:
        url = settings.database_url.get_secret_value()
        await upgrade(url)
        yield url
        return
    from app.db.embedded import share

    try:
        await asyncio.to_thread(settings.data_dir.mkdir, parents=True, exist_ok=True)
    except OSError as error:
        raise ConfigurationError(
            f"cannot create {settings.data_dir} ({error.strerror}): set AUTODOC_DATA_DIR to a"
            " folder that can be written"
        ) from None
    async with share(settings.data_dir / "postgres") as url:
        await upgrade(url)
        yield url


@asynccontextmanager
async def open_stores(settings: Settings) -> AsyncIterator[Stores]:
    """Connect to the database for the duration of the block."""
    async with open_database(settings) as url, connect_stores(settings, url) as stores:
        yield stores


@asynccontextmanager
async def connect_stores(settings: Settings, url: str) -> AsyncIterator[Stores]:
    """Connect to a database that is there and migrated."""
    from app.db.deliveries import DeliveryRepo
    from app.db.engine import PoolOptions, open_sessions
    from app.db.facts import BlobFactRepo
    from app.db.generations import GenerationRepo
    from app.db.jobs import JobRepo
    from app.db.pull_requests import PullRequestRepo
    from app.db.repositories import RepositoryRepo
    from app.db.runs import RunRepo
    from app.db.scopes import ScopeRepo
    from app.db.search import Ranking, SearchRepo
    from app.db.wiki import WikiRepo

    options = PoolOptions.model_validate(settings.database.model_dump())
    async with open_sessions(url, options) as sessions:
        yield Stores(
            repositories=RepositoryRepo(sessions),
            deliveries=DeliveryRepo(sessions),
            jobs=JobRepo(sessions),
            runs=RunRepo(sessions),
            facts=BlobFactRepo(sessions),
            generations=GenerationRepo(sessions),
            scopes=ScopeRepo(sessions),
            wiki=WikiRepo(sessions),
            search=SearchRepo(sessions, Ranking.model_validate(settings.ranking.model_dump())),
            pull_requests=PullRequestRepo(sessions),
        )
