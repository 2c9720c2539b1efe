"""Whoever takes AutoDoc away takes all that it keeps along."""

from pathlib import Path
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import create_async_engine

from app.domain.work.job import FlowName, JobOrder, JobState
from tests.e2e.served import eventually
from tests.e2e.shop import FILES, SHOP
from tests.e2e.town import Town, open_town

NEIGHBOUR = "octo/books"
STAYS = {"alembic_version", "embedding_models"}
"""Tables that hold nothing of a repository."""


async def rows(database_url: str) -> dict[str, int]:
    """Count the rows of every table that has any."""
    engine = create_async_engine(database_url)
    async with engine.connect() as connection:
        tables = await connection.scalars(
            text(
                "SELECT table_name FROM information_schema.tables"
                " WHERE table_schema = 'public' AND table_type = 'BASE TABLE'"
            )
        )
        counts = {
            table: await connection.scalar(text(f'SELECT count(*) FROM "{table}"'))  # noqa: S608 - names of the catalogue
            for table in set(tables) - STAYS
        }
    await engine.dispose()
    return {table: count for table, count in counts.items() if count}


def mirrors(town: Town) -> list[str]:
    """List the copies on this machine."""
    return sorted(each.name for each in (town.settings.data_dir / "mirrors").glob("*.git"))


async def install_and_merge(town: Town) -> int:
    """Let the shop be documented and read; give the installation."""
    await town.github.add_repository(SHOP, FILES)
    installation = await town.github.install("octo", [SHOP])
    await town.quiet()
    [pull] = town.github.pulls(SHOP)
    await town.github.merge(SHOP, pull["number"])
    await town.quiet()
    assert await town.ask(SHOP, "Add up the prices of a cart")
    return installation.id


async def test_f36_an_installation_that_is_deleted_leaves_no_row_and_no_copy(
    folder: Path, database_url: str
) -> None:
    async with open_town(folder, database_url) as town:
        installation = await install_and_merge(town)
        before = await rows(database_url)
        assert {"jobs", "wiki_pages", "page_chunks", "blob_facts", "site_checks"} <= before.keys()
        assert len(mirrors(town)) == 1

        await town.github.uninstall(installation)
        await town.quiet()
        # The one delivery is the receipt, which goes after a month.
        assert await rows(database_url) == {"deliveries": 1}
        assert mirrors(town) == []


async def test_f36_a_repository_that_is_removed_goes_and_its_neighbour_stays(
    folder: Path, database_url: str
) -> None:
    async with open_town(folder, database_url) as town:
        installation = await install_and_merge(town)
        await town.github.add_repository(NEIGHBOUR, {"README.md": "# Books\n\nIt sells books.\n"})
        await town.github.add_to_installation(installation, [NEIGHBOUR])
        await town.quiet()

        await town.github.remove_from_installation(installation, [SHOP])
        await town.quiet()
        assert [each.full_name for each in await town.stores.housekeeping.after(0, 9)] == [
            NEIGHBOUR
        ]
        assert len(mirrors(town)) == 1
        assert len(town.github.pulls(NEIGHBOUR, "open")) == 1


async def test_f36_a_run_whose_installation_goes_meanwhile_writes_no_more(
    folder: Path, database_url: str
) -> None:
    async with open_town(folder, database_url) as town:
        await town.github.add_repository(SHOP, FILES)
        installation = await town.github.install("octo", [SHOP])
        job = await running(town)
        await town.github.uninstall(installation.id)
        await town.quiet()
        await eventually(lambda: town.engine.ended(job), "the run has stopped", 30)

        assert town.github.pulls(SHOP) == []
        assert list(town.github.branches(SHOP)) == ["main"]
        left = await rows(database_url)
        # What a run finds in its last moment is swept with its copy.
        assert left.keys() <= {"deliveries", "blob_facts"}
        assert left["deliveries"] == 1


async def test_f35_a_run_that_finds_its_repository_deleted_starts_the_grace(
    folder: Path, database_url: str
) -> None:
    async with open_town(folder, database_url) as town:
        await install_and_merge(town)
        # GitHub tells no App of this.
        await town.github.delete_repository(SHOP)
        [known] = await town.stores.housekeeping.after(0, 9)
        order = JobOrder(
            repository_id=known.id, branch="main", flow=FlowName.INDEX_PAGES, reason="a test"
        )
        job = await town.stores.jobs.order(order)
        await town.quiet()
        ended = await town.stores.jobs.get(job.id)

        assert ended.state is JobState.FAILED
        assert "does not exist or is not accessible" in ended.message
        assert await missing_since(database_url) is not None
        assert await town.ask(SHOP, "Add up the prices of a cart"), "readers go on for a day"


async def missing_since(database_url: str) -> object:
    """Tell since when the one repository is out of reach."""
    engine = create_async_engine(database_url)
    async with engine.connect() as connection:
        found = await connection.scalar(text("SELECT missing_since FROM repositories"))
    await engine.dispose()
    return found


async def running(town: Town) -> UUID:
    """Wait until a job runs, and name it."""
    found: list[UUID] = []

    async def is_running() -> bool:
        found[:] = [job.id for job in await town.jobs() if job.state is JobState.RUNNING]
        return bool(found)

    await eventually(is_running, "a job runs", 30)
    return found[0]


async def test_f42_installed_again_a_repository_begins_anew(
    folder: Path, database_url: str
) -> None:
    async with open_town(folder, database_url) as town:
        installation = await install_and_merge(town)
        await town.github.uninstall(installation)
        await town.quiet()
        assert (await town.github.install("octo", [SHOP])).id != installation
        await town.quiet()

        assert await town.jobs() == []
        [known] = await town.stores.housekeeping.after(0, 9)
        assert known.installation_id != installation
