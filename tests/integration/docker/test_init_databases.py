"""The script that fills an empty database volume, against a real server."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from sqlalchemy.exc import DBAPIError, ProgrammingError

from app.db.migrate import upgrade
from tests.conftest import send
from tests.integration.docker.databases import PASSWORDS, as_role, initialised


@pytest.fixture
async def address(open_folder: Path) -> AsyncIterator[str]:
    async with initialised(open_folder, PASSWORDS) as url:
        yield url


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
