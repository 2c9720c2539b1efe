"""Run migrations with the application's own settings and tables."""

import asyncio
import re

import pgvector.sqlalchemy  # noqa: F401 - teaches SQLAlchemy to read the type of a vector column
from alembic import context
from sqlalchemy import Connection, pool, text
from sqlalchemy.ext.asyncio import create_async_engine

from app.db.models import Base
from app.errors import ConfigurationError
from app.settings import load_settings

LOCK = 0x6175746F646F63
"""The key of the advisory lock: "autodoc" in ASCII."""

PARTITION = re.compile(r"chunk_embeddings_m\d+")
"""Partitions are made when an embedding model is first used, not by a migration."""


def is_ours(name: str | None, kind: str, _parents: object) -> bool:
    return not (kind == "table" and PARTITION.fullmatch(name or ""))


def run(connection: Connection) -> None:
    context.configure(
        connection=connection,
        target_metadata=Base.metadata,
        include_name=is_ours,
        compare_server_default=True,
    )
    with context.begin_transaction():
        # Two processes that start together migrate one after the other, the second finds it done.
        connection.execute(text("SET LOCAL lock_timeout = '120s'"))
        connection.execute(text("SET LOCAL statement_timeout = 0"))
        connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": LOCK})
        context.run_migrations()


async def connect_and_run() -> None:
    url = load_settings().database_url
    if url is None:
        raise ConfigurationError("set AUTODOC_DATABASE_URL: there is nothing to migrate")
    engine = create_async_engine(url.get_secret_value(), poolclass=pool.NullPool)
    async with engine.connect() as connection:
        await connection.run_sync(run)
    await engine.dispose()


# A caller inside an event loop hands its own connection over.
if (given := context.config.attributes.get("connection")) is not None:
    run(given)
else:
    asyncio.run(connect_and_run())
