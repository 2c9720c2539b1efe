"""The composition root: the only place that chooses concrete classes, importing them when asked."""

import asyncio
import os
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from app.errors import ConfigurationError
from app.reader import Checkout, DatabaseReader, Reader, Shelves
from app.settings import Settings

if TYPE_CHECKING:
    from app.analysis.facts import FactCache
    from app.analysis.inventory import Limits
    from app.db.acks import AckRepo
    from app.db.answers import AnswerRepo
    from app.db.checks import SiteCheckRepo
    from app.db.deliveries import DeliveryRepo
    from app.db.facts import BlobFactRepo
    from app.db.generations import GenerationRepo
    from app.db.housekeeping import HousekeepingRepo
    from app.db.job_control import JobControl
    from app.db.job_reports import JobReportRepo
    from app.db.jobs import JobRepo
    from app.db.notes import NoteRepo
    from app.db.repositories import RepositoryRepo
    from app.db.retention import Retention
    from app.db.runs import RunRepo
    from app.db.scopes import ScopeRepo
    from app.db.search import SearchRepo
    from app.db.upkeep import BaseRepo, RevisionRepo, VerdictRepo
    from app.db.usage import UsageRepo
    from app.db.wiki import WikiRepo
    from app.dispatch.dispatcher import Engine
    from app.domain.knowledge.chunking import ChunkOptions
    from app.domain.knowledge.embedding import EmbeddingModel
    from app.domain.wiki.page import PageKind
    from app.domain.work.update_cost import Terms
    from app.embedding.embedder import Embedder
    from app.git.mirror import Mirrors
    from app.github.connection import GitHub
    from app.github.sign_in import SignIn


@dataclass(frozen=True)
class Stores:
    """The database, opened and closed as one."""

    repositories: "RepositoryRepo"
    deliveries: "DeliveryRepo"
    jobs: "JobRepo"
    reports: "JobReportRepo"
    control: "JobControl"
    runs: "RunRepo"
    facts: "BlobFactRepo"
    generations: "GenerationRepo"
    housekeeping: "HousekeepingRepo"
    notes: "NoteRepo"
    acks: "AckRepo"
    answers: "AnswerRepo"
    usage: "UsageRepo"
    scopes: "ScopeRepo"
    wiki: "WikiRepo"
    checks: "SiteCheckRepo"
    search: "SearchRepo"
    retention: "Retention"
    bases: "BaseRepo"
    revisions: "RevisionRepo"
    verdicts: "VerdictRepo"


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

    await make_data_dir(settings.data_dir)
    async with share(settings.data_dir / "postgres") as url:
        await upgrade(url)
        yield url


async def make_data_dir(folder: Path) -> None:
    """Create the data directory, unless it is there."""
    try:
        await asyncio.to_thread(_make_folders, folder)
    except OSError as error:
        raise ConfigurationError(
            f"cannot create {folder} ({error.strerror}): set AUTODOC_DATA_DIR to a folder that can"
            " be written"
        ) from None


def _make_folders(folder: Path) -> None:
    missing = [each for each in (folder, *folder.parents) if not each.exists()]
    folder.mkdir(parents=True, exist_ok=True)
    # PostgreSQL never runs as root, and must pass whatever root's umask is.
    for each in missing if os.geteuid() == 0 else ():
        each.chmod(0o711)


@asynccontextmanager
async def open_stores(settings: Settings) -> AsyncIterator[Stores]:
    """Connect to the database for the duration of the block."""
    async with open_database(settings) as url, connect_stores(settings, url) as stores:
        yield stores


@asynccontextmanager
async def connect_stores(settings: Settings, url: str) -> AsyncIterator[Stores]:
    """Connect to a database that is there and migrated."""
    from app.db.acks import AckRepo
    from app.db.answers import AnswerRepo
    from app.db.checks import SiteCheckRepo
    from app.db.deliveries import DeliveryRepo
    from app.db.engine import PoolOptions, open_sessions
    from app.db.facts import BlobFactRepo
    from app.db.generations import GenerationRepo
    from app.db.housekeeping import HousekeepingRepo
    from app.db.job_control import JobControl
    from app.db.job_reports import JobReportRepo
    from app.db.jobs import JobRepo
    from app.db.notes import NoteRepo
    from app.db.repositories import RepositoryRepo
    from app.db.retention import Retention
    from app.db.runs import RunRepo
    from app.db.scopes import ScopeRepo
    from app.db.search import SearchRepo
    from app.db.upkeep import BaseRepo, RevisionRepo, VerdictRepo
    from app.db.usage import UsageRepo
    from app.db.wiki import WikiRepo

    options = PoolOptions.model_validate(settings.database.model_dump())
    model = embedding_model(settings)
    async with open_sessions(url, options) as sessions:
        jobs = JobRepo(sessions, settings.caps.waiting_jobs)
        yield Stores(
            repositories=RepositoryRepo(sessions),
            deliveries=DeliveryRepo(sessions),
            jobs=jobs,
            reports=JobReportRepo(sessions),
            control=JobControl(sessions, jobs),
            runs=RunRepo(sessions),
            facts=BlobFactRepo(sessions),
            generations=GenerationRepo(sessions),
            housekeeping=HousekeepingRepo(sessions),
            notes=NoteRepo(sessions),
            acks=AckRepo(sessions),
            answers=AnswerRepo(sessions),
            usage=UsageRepo(sessions),
            scopes=ScopeRepo(sessions),
            wiki=WikiRepo(sessions),
            checks=SiteCheckRepo(sessions),
            search=SearchRepo(sessions, model),
            retention=Retention(sessions),
            bases=BaseRepo(sessions),
            revisions=RevisionRepo(sessions),
            verdicts=VerdictRepo(sessions),
        )


def choose_engine(settings: Settings, stores: Stores) -> "Engine":
    """Choose the engine: Prefect if its address is set, otherwise rows that the supervisor reads.

    Only the supervisor starts processes: nobody else holds the secrets of every zone.
    """
    if settings.prefect_api_url is None:
        from app.dispatch.rows import RowEngine

        return RowEngine(stores.runs)
    from app.dispatch.prefect import PrefectDispatcher

    return PrefectDispatcher(settings.prefect_api_url)


def open_github(
    settings: Settings, *, urgent: bool = True
) -> "AbstractAsyncContextManager[GitHub]":
    """Speak to GitHub as the App that the settings name; runs are not urgent."""
    from app.github import connection

    return connection.open_github(settings.github, urgent=urgent)


def open_sign_in(settings: Settings) -> "AbstractAsyncContextManager[SignIn]":
    """Let people sign in to the App that the settings name."""
    from app.github import sign_in

    return sign_in.open_sign_in(settings.github)


def open_mirrors(settings: Settings) -> "Mirrors":
    """Find the mirrors of remote repositories."""
    from app.git.mirror import Mirrors

    return Mirrors(settings.data_dir / "mirrors", fetch_timeout=settings.caps.git_timeout)


def update_terms(settings: Settings) -> "Terms":
    """Say who would write an update; the prices are those that the operator sets."""
    from app.domain.work.prices import per_million
    from app.domain.work.update_cost import Terms

    writer = settings.models.page or settings.model
    critic = settings.models.critic or settings.model
    prices = {
        name: per_million(each.input, each.output, each.cached_input)
        for name, each in settings.budget.prices.items()
    }
    return Terms(
        writer=writer is not None,
        critic=critic is not None,
        writer_price=prices.get(writer or ""),
        critic_price=prices.get(critic or ""),
        drafts=settings.budget.drafts,
        tool_rounds=settings.budget.tool_rounds,
    )


@asynccontextmanager
async def connect_facts(url: str) -> "AsyncIterator[FactCache]":
    """Connect to what is remembered of files, for a process that asks one thing at a time."""
    from app.db.engine import PoolOptions, open_sessions
    from app.db.facts import BlobFactRepo

    async with open_sessions(url, PoolOptions(pool_size=1, max_overflow=1)) as sessions:
        yield BlobFactRepo(sessions)


def kinds_by_model(settings: Settings) -> frozenset["PageKind"]:
    """Name the kinds of pages that a model is set for."""
    from app.domain.wiki.page import PageKind

    roles = {PageKind.HOME: settings.models.readme, PageKind.NARRATIVE: settings.models.page}
    return frozenset(kind for kind, name in roles.items() if name or settings.model)


def analysis_limits(settings: Settings) -> "Limits":
    """Say how much of a repository is read."""
    from app.analysis.inventory import Limits

    caps = settings.caps
    return Limits(
        file_bytes=caps.file_bytes,
        files=caps.files,
        repository_bytes=caps.repository_bytes,
        parsers=caps.parsers,
    )


def chunk_options(settings: Settings) -> "ChunkOptions":
    """Say how pages are cut."""
    from app.domain.knowledge.chunking import ChunkOptions

    return ChunkOptions.model_validate(settings.chunks.model_dump())


def open_embedder(settings: Settings) -> "Embedder":
    """Choose the embedding model; it is loaded when it is first needed."""
    from app.embedding import open_embedder as choose

    return choose(settings.embedding)


def embedding_model(settings: Settings) -> "EmbeddingModel":
    """Name the model that questions are embedded with; nothing of it is loaded."""
    from app.domain.knowledge.embedding import EmbeddingModel

    embedder = open_embedder(settings)
    return EmbeddingModel(name=embedder.name, dimensions=embedder.dimensions)


@asynccontextmanager
async def open_reader(
    settings: Settings, checkout: Checkout | None = None
) -> AsyncIterator[Reader]:
    """Open the published documentation; what is stale in a checkout is judged there."""
    async with open_stores(settings) as stores:
        shelves = Shelves(stores.repositories, stores.search, stores.wiki, stores.verdicts)
        yield DatabaseReader(shelves, open_embedder(settings), settings, checkout)
