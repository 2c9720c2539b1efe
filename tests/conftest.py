"""A PostgreSQL of our own for the session, and a migrated database of its own for each test."""

import asyncio
import shutil
import tempfile
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from uuid import uuid4

import pytest
from sqlalchemy import make_url, pool, text
from sqlalchemy.ext.asyncio import create_async_engine

from app.db.embedded import EmbeddedPostgres
from app.db.engine import PoolOptions, Sessions, open_sessions
from app.db.migrate import upgrade

TEMPLATE = "migrated"


async def send(url: str, *statements: str) -> None:
    """Send statements outside any transaction, as CREATE DATABASE wants it."""
    engine = create_async_engine(url, poolclass=pool.NullPool, isolation_level="AUTOCOMMIT")
    try:
        async with engine.connect() as connection:
            for statement in statements:
                await connection.execute(text(statement))
    finally:
        await engine.dispose()


def of_database(url: str, name: str) -> str:
    """Name another database of the same server."""
    return make_url(url).set(database=name).render_as_string(hide_password=False)


async def make_template(url: str) -> None:
    await send(url, f"CREATE DATABASE {TEMPLATE}")
    await upgrade(of_database(url, TEMPLATE))


@pytest.fixture
def open_folder() -> Iterator[Path]:
    """A folder that any user can reach, unlike `tmp_path`: PostgreSQL does not run as root."""
    folder = Path(tempfile.mkdtemp(prefix="autodoc-"))
    folder.chmod(0o711)
    yield folder
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def server_url() -> Iterator[str]:
    """The session's server, with a template of a migrated database."""
    home = Path(tempfile.mkdtemp(prefix="autodoc-"))
    home.chmod(0o711)
    server = EmbeddedPostgres(home, {"fsync": "off", "max_connections": "200"})
    server.join()
    try:
        asyncio.run(make_template(server.url))
        yield server.url
    finally:
        server.leave()
        shutil.rmtree(home, ignore_errors=True)


@pytest.fixture
async def empty_database_url(server_url: str) -> AsyncIterator[str]:
    """A database without any table."""
    name = f"test_{uuid4().hex}"
    await send(server_url, f"CREATE DATABASE {name} STRATEGY wal_log")
    yield of_database(server_url, name)
    await send(server_url, f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture
async def database_url(server_url: str) -> AsyncIterator[str]:
    """A migrated database that no other test sees."""
    name = f"test_{uuid4().hex}"
    await send(server_url, f"CREATE DATABASE {name} TEMPLATE {TEMPLATE} STRATEGY wal_log")
    yield of_database(server_url, name)
    await send(server_url, f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture
async def sessions(database_url: str) -> AsyncIterator[Sessions]:
    """Sessions on the test's own database."""
    async with open_sessions(database_url, PoolOptions(pool_size=5)) as opened:
        yield opened
