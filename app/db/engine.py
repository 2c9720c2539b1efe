"""Connecting to the database, and what its failures mean for a caller."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import asyncpg  # type: ignore[import-untyped]  # it ships no types
from sqlalchemy import make_url
from sqlalchemy.exc import ArgumentError, DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from sqlalchemy.ext.asyncio import (
    AsyncEngine,
    AsyncSession,
    async_sessionmaker,
    create_async_engine,
)

from app.domain.value import Value
from app.errors import ConfigurationError, Gone, StoreError

Sessions = async_sessionmaker[AsyncSession]

_UNREACHABLE = "the database cannot be reached: check AUTODOC_DATABASE_URL and that it runs"
_TRANSIENT_STATES = ("08", "40", "53", "55", "57", "58")
"""Classes of SQLSTATE that time can heal: connection, rollback, resources, locks, system."""
_NO_PARENT = "23503"
_REFUSALS = {
    "28": "the database refuses this user: check AUTODOC_DATABASE_URL",
    "3D": "the database does not exist: create it or check AUTODOC_DATABASE_URL",
    "42P01": "the database lacks AutoDoc's tables: run `autodoc migrate`",
    "42703": "the database has the tables of another AutoDoc version: run `autodoc migrate`",
    _NO_PARENT: "the database no longer has the row that this one belongs to",
}


class PoolOptions(Value):
    """How many connections one process keeps, and how long it waits; times in seconds."""

    pool_size: int = 10
    max_overflow: int = 5
    pool_timeout: float = 30
    pool_recycle: int = 1800
    pool_pre_ping: bool = True
    connect_timeout: float = 10
    statement_timeout: float = 60


def create_engine(url: str, options: PoolOptions) -> AsyncEngine:
    """Make a pool of connections, for one event loop."""
    try:
        address = make_url(url)
    except ArgumentError:
        raise ConfigurationError("AUTODOC_DATABASE_URL is not an address") from None
    if address.drivername != "postgresql+asyncpg":
        raise ConfigurationError("AUTODOC_DATABASE_URL has to begin with postgresql+asyncpg://")
    return create_async_engine(
        address,
        pool_size=options.pool_size,
        max_overflow=options.max_overflow,
        pool_timeout=options.pool_timeout,
        pool_recycle=options.pool_recycle,
        pool_pre_ping=options.pool_pre_ping,
        connect_args=_connect_arguments(options),
        # What a statement carries is somebody's text and belongs in no log.
        hide_parameters=True,
    )


def _connect_arguments(options: PoolOptions) -> dict[str, object]:
    return {
        "timeout": options.connect_timeout,
        # Longer than the server's own limit, whose error says more.
        "command_timeout": options.statement_timeout + 5,
        "server_settings": {
            "application_name": "autodoc",
            "statement_timeout": f"{options.statement_timeout * 1000:.0f}",
            "idle_in_transaction_session_timeout": "60000",
            "jit": "off",
            # Without it a filter over an HNSW index silently loses rows.
            "hnsw.iterative_scan": "relaxed_order",
            "hnsw.ef_search": "100",
        },
    }


@asynccontextmanager
async def open_sessions(url: str, pool: PoolOptions | None = None) -> AsyncIterator[Sessions]:
    """Keep a pool of connections open, for the event loop that opened it and no other."""
    engine = create_engine(url, pool or PoolOptions())
    try:
        yield async_sessionmaker(engine, expire_on_commit=False)
    finally:
        await engine.dispose()


@asynccontextmanager
async def transaction(sessions: Sessions) -> AsyncIterator[AsyncSession]:
    """Do one unit of work; raise StoreError for what the database or the way to it did."""
    async with translated_errors(), sessions.begin() as session:
        yield session


@asynccontextmanager
async def translated_errors() -> AsyncIterator[None]:
    """Turn a failure of the database into a StoreError; a wrong statement stays a defect."""
    try:
        yield
    except PoolTimeoutError as error:
        raise StoreError(
            "no connection to the database became free in time: raise AUTODOC_DATABASE__POOL_SIZE"
        ) from error
    except (OSError, asyncpg.InterfaceError, asyncpg.InternalClientError) as error:
        raise StoreError(_UNREACHABLE) from error
    except DBAPIError as error:
        if (message := _explain(error.orig, lost=error.connection_invalidated)) is None:
            raise
        kind = Gone if _state_of(error.orig) == _NO_PARENT else StoreError
        raise kind(message) from error
    except asyncpg.PostgresError as error:
        # Refusals while connecting do not pass through SQLAlchemy.
        raise StoreError(_explain(error, lost=False) or _UNREACHABLE) from error


def _state_of(error: object) -> str:
    return str(getattr(error, "sqlstate", None) or "")


def _explain(error: object, *, lost: bool) -> str | None:
    state = _state_of(error)
    if state == "57014":
        return "a statement took longer than AUTODOC_DATABASE__STATEMENT_TIMEOUT allows"
    for beginning, message in _REFUSALS.items():
        if state.startswith(beginning):
            return message
    if lost or not state or state.startswith("08"):
        return _UNREACHABLE
    if state.startswith(_TRANSIENT_STATES):
        return f"the database could not do its work now (SQLSTATE {state}): try again later"
    return None
