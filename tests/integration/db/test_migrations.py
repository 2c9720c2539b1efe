import asyncio
import subprocess
import sys
from pathlib import Path

from alembic import command
from sqlalchemy import Connection, make_url, pool
from sqlalchemy.ext.asyncio import create_async_engine

from app.db.migrate import alembic_config, upgrade
from app.db.models import Base
from app.db.server_files import _find_package

PG_DUMP = _find_package() / "pginstall" / "bin" / "pg_dump"


def dump(url: str) -> str:
    address = make_url(url)
    program = [str(PG_DUMP), "--schema-only", "--restrict-key=tests", "-U", "postgres"]
    where = ["-h", str(address.query["host"]), str(address.database)]
    return subprocess.run([*program, *where], check=True, capture_output=True, text=True).stdout


async def run_alembic(url: str, action: str, *arguments: str) -> None:
    config = alembic_config()

    def run(connection: Connection) -> None:
        config.attributes["connection"] = connection
        getattr(command, action)(config, *arguments)

    engine = create_async_engine(url, poolclass=pool.NullPool)
    async with engine.begin() as connection:
        await connection.run_sync(run)
    await engine.dispose()


async def test_going_down_and_up_again_makes_the_same_schema(empty_database_url: str) -> None:
    await upgrade(empty_database_url)
    first = dump(empty_database_url)
    assert "CREATE TABLE public.chunk_embeddings" in first

    await run_alembic(empty_database_url, "downgrade", "base")
    assert dump(empty_database_url).count("CREATE TABLE") == 1  # alembic's own

    await upgrade(empty_database_url)
    assert dump(empty_database_url) == first


async def test_migrations_make_exactly_what_the_models_say(database_url: str) -> None:
    await run_alembic(database_url, "check")
    migrated = dump(database_url)

    engine = create_async_engine(database_url, poolclass=pool.NullPool)
    async with engine.begin() as connection:
        await connection.run_sync(Base.metadata.drop_all)
        await connection.run_sync(Base.metadata.create_all)
    await engine.dispose()

    assert dump(database_url) == migrated


async def test_two_processes_that_start_together_migrate_once(empty_database_url: str) -> None:
    program = (
        "import asyncio, sys; from app.db.migrate import upgrade; asyncio.run(upgrade(sys.argv[1]))"
    )
    processes = [
        await asyncio.create_subprocess_exec(sys.executable, "-c", program, empty_database_url)
        for _ in range(2)
    ]

    assert [await process.wait() for process in processes] == [0, 0]


def test_migrations_are_found_beside_the_package() -> None:
    folder = Path(alembic_config().get_main_option("script_location") or "")

    assert (folder / "env.py").is_file()
