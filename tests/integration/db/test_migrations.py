import asyncio
import subprocess
import sys
from pathlib import Path

from alembic import command
from sqlalchemy import Connection, make_url, pool, select, text
from sqlalchemy.ext.asyncio import create_async_engine

from app.db.engine import open_sessions, transaction
from app.db.migrate import alembic_config, upgrade
from app.db.models import Base, JobRow, WikiStructureRow
from app.db.server_files import _find_package
from app.db.upkeep import BaseRepo, RevisionRepo
from app.domain.wiki.revision import Revision

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


ROWS_OF_0003 = (
    "INSERT INTO repositories (provider, external_id, full_name, url, address, default_branch)"
    " VALUES ('github', '42', 'octo/shop', 'https://x.test/octo/shop', 'x.test/octo/shop', 'main')",
    "INSERT INTO jobs (id, repository_id, branch, flow, state, reason, fresh, local_writer_only,"
    " causes) SELECT gen_random_uuid(), id, 'main', 'full_generation', 'done', 'push', false, true,"
    " '{push}' FROM repositories",
    "INSERT INTO runs (name, job_id, flow, attempt, scope, state)"
    " SELECT 'r', id, 'full_generation', 1, '', 'done' FROM jobs",
    "INSERT INTO scopes (job_id, attempt_key, scope, result) SELECT id, '1', '', '{}' FROM jobs",
    "INSERT INTO wiki_structures (repository_id, branch, scope, commit, recipe, title, digest,"
    " state) SELECT id, 'main', '', 'c', 'r', 'Shop', 'd', 'published' FROM repositories",
    "INSERT INTO wiki_pages (version_id, position, path, title, spec, markdown, committed)"
    " SELECT id, 0, 'README.md', 'Shop', '{}', '# Shop', true FROM wiki_structures",
    "INSERT INTO generations (key, model, answer, calls, input_tokens, output_tokens, cost)"
    " VALUES ('k', 'm', 'a', 1, 2, 3, 0.1)",
)
TABLES_OF_0003 = (
    "repositories", "jobs", "runs", "scopes", "wiki_structures", "wiki_pages", "generations"
)  # fmt: skip


async def count_rows(url: str) -> list[int]:
    engine = create_async_engine(url, poolclass=pool.NullPool)
    async with engine.connect() as connection:
        counts = [
            (await connection.execute(text(f"SELECT count(*) FROM {table}"))).scalar_one()  # noqa: S608 - tables of ours
            for table in TABLES_OF_0003
        ]
    await engine.dispose()
    return counts


async def test_a_database_with_documentation_is_brought_up_to_date(empty_database_url: str) -> None:
    await run_alembic(empty_database_url, "upgrade", "0003")
    engine = create_async_engine(empty_database_url, poolclass=pool.NullPool)
    async with engine.begin() as connection:
        for statement in ROWS_OF_0003:
            await connection.execute(text(statement))
    await engine.dispose()

    await upgrade(empty_database_url)

    assert await count_rows(empty_database_url) == [1] * len(TABLES_OF_0003)
    async with open_sessions(empty_database_url) as sessions, transaction(sessions) as session:
        version = (await session.scalars(select(WikiStructureRow))).one()
        job = (await session.scalars(select(JobRow))).one()
    assert (version.chunk_recipe, version.state) == ("", "published")
    await BaseRepo(sessions).keep(job.repository_id, {"d": "# Shop"})
    await RevisionRepo(sessions).store(job.id, "", Revision())

    await run_alembic(empty_database_url, "downgrade", "0003")
    assert await count_rows(empty_database_url) == [1] * len(TABLES_OF_0003)


async def test_what_was_spent_before_is_known_by_numbers_that_outlast_the_row(
    empty_database_url: str,
) -> None:
    await run_alembic(empty_database_url, "upgrade", "0006")
    engine = create_async_engine(empty_database_url, poolclass=pool.NullPool)
    async with engine.begin() as connection:
        await connection.execute(text(ROWS_OF_0003[0]))
        await connection.execute(text("UPDATE repositories SET installation_id = 7"))
        await connection.execute(
            text(
                "INSERT INTO usage (job_id, repository_id, month, model, amount, reserved_at)"
                " SELECT gen_random_uuid(), id, date '2026-11-01', 'm', 1, now() FROM repositories"
                " UNION ALL SELECT gen_random_uuid(), 0, date '2026-11-01', 'm', 1, now()"
            )
        )
    await upgrade(empty_database_url)
    async with engine.connect() as connection:
        found = await connection.execute(
            text("SELECT external_id, installation_id FROM usage ORDER BY repository_id")
        )
        assert [tuple(each) for each in found] == [(None, None), ("42", 7)]
    await engine.dispose()


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
