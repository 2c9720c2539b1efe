"""Bringing a database to the tables of this version."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, pool
from sqlalchemy.ext.asyncio import create_async_engine

import app
from app.db.engine import translated_errors


def alembic_config() -> Config:
    """Find the migrations: within the package when installed, beside it in a checkout."""
    package = Path(next(iter(app.__path__)))
    folders = (package / "migrations", package.parent / "migrations")
    folder = next(each for each in folders if (each / "env.py").is_file())
    config = Config()
    config.set_main_option("script_location", str(folder).replace("%", "%%"))
    return config


async def upgrade(url: str) -> None:
    """Bring the database to the newest tables; processes that start together take turns."""
    config = alembic_config()

    def run(connection: Connection) -> None:
        # Alembic keeps what it works on in globals, so two runs in one process would mix them up.
        there = MigrationContext.configure(connection).get_current_heads()
        if set(there) == set(ScriptDirectory.from_config(config).get_heads()):
            return
        config.attributes["connection"] = connection
        command.upgrade(config, "head")

    engine = create_async_engine(url, poolclass=pool.NullPool, connect_args={"timeout": 10})
    try:
        async with translated_errors(), engine.connect() as connection:
            await connection.run_sync(run)
            await connection.commit()
    finally:
        await engine.dispose()
