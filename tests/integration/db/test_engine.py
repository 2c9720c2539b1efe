import pytest
from sqlalchemy import make_url, text
from sqlalchemy.exc import DBAPIError

from app.db.engine import PoolOptions, Sessions, open_sessions, transaction
from app.errors import ConfigurationError, StoreError, is_transient
from app.settings import DatabaseSettings
from tests.conftest import send


async def run(sessions: Sessions, statement: str) -> object:
    async with transaction(sessions) as session:
        return await session.scalar(text(statement))


def test_an_operators_settings_are_the_pools_defaults() -> None:
    assert PoolOptions.model_validate(DatabaseSettings().model_dump()) == PoolOptions()


async def test_statement_that_takes_too_long_is_a_store_error(database_url: str) -> None:
    options = PoolOptions(statement_timeout=0.2)
    async with open_sessions(database_url, options) as sessions:
        with pytest.raises(StoreError, match="STATEMENT_TIMEOUT") as caught:
            await run(sessions, "SELECT pg_sleep(30)")
    assert is_transient(caught.value)


async def test_pool_without_a_free_connection_is_a_store_error(database_url: str) -> None:
    options = PoolOptions(pool_size=1, max_overflow=0, pool_timeout=0.2)
    async with open_sessions(database_url, options) as sessions, transaction(sessions) as session:
        await session.execute(text("SELECT 1"))
        with pytest.raises(StoreError, match="POOL_SIZE"):
            await run(sessions, "SELECT 1")


async def test_connection_that_was_cut_is_a_store_error_and_the_next_one_works(
    database_url: str, sessions: Sessions
) -> None:
    pid = await run(sessions, "SELECT pg_backend_pid()")
    async with transaction(sessions) as session:
        cut = await session.scalar(text("SELECT pg_backend_pid()"))
        assert cut == pid
        await send(database_url, f"SELECT pg_terminate_backend({cut})")
        with pytest.raises(DBAPIError):
            await session.execute(text("SELECT 1"))
        await session.rollback()

    assert await run(sessions, "SELECT 1") == 1


async def test_connection_that_was_cut_within_a_unit_of_work_is_a_store_error(
    database_url: str, sessions: Sessions
) -> None:
    async def work() -> None:
        async with transaction(sessions) as session:
            cut = await session.scalar(text("SELECT pg_backend_pid()"))
            await send(database_url, f"SELECT pg_terminate_backend({cut})")
            await session.execute(text("SELECT 1"))

    with pytest.raises(StoreError):
        await work()


async def test_database_without_tables_says_how_to_make_them(empty_database_url: str) -> None:
    async with open_sessions(empty_database_url) as sessions:
        with pytest.raises(StoreError, match="autodoc migrate"):
            await run(sessions, "SELECT * FROM jobs")


async def test_missing_database_is_a_store_error(database_url: str) -> None:
    url = make_url(database_url).set(database="missing").render_as_string(hide_password=False)
    async with open_sessions(url) as sessions:
        with pytest.raises(StoreError, match="does not exist"):
            await run(sessions, "SELECT 1")


async def test_wrong_statement_stays_a_defect(sessions: Sessions) -> None:
    with pytest.raises(DBAPIError):
        await run(sessions, "SELEKT 1")


@pytest.mark.parametrize("url", ["postgresql://host/db", "not an address"])
async def test_other_address_is_refused(url: str) -> None:
    with pytest.raises(ConfigurationError, match="AUTODOC_DATABASE_URL"):
        async with open_sessions(url):
            pytest.fail("it is refused")
