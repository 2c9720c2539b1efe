"""What an operator sees and does with `autodoc jobs`."""

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from functools import partial
from pathlib import Path

import pytest
from pydantic import SecretStr

from app.domain.work.job import FlowName, JobOrder, JobState, Progress, WrittenPage
from app.settings import DatabaseSettings, Settings
from app.wiring import Stores, connect_stores
from tests.e2e.laptop import Laptop, Ran
from tests.fakes.work import SHOP

PAGE = WrittenPage(path="index.md", title="Shop", writer="gpt", score=8.25, findings=3, attempts=2)

Autodoc = Callable[..., Awaitable[Ran]]


@pytest.fixture
async def stores(database_url: str) -> AsyncIterator[Stores]:
    settings = Settings(
        database_url=SecretStr(database_url), database=DatabaseSettings(pool_size=2)
    )
    async with connect_stores(settings, database_url) as opened:
        yield opened


@pytest.fixture
def autodoc(tmp_path: Path, database_url: str) -> Autodoc:
    laptop = Laptop(tmp_path)
    laptop.data.mkdir()
    called = partial(laptop.run, settings={"AUTODOC_DATABASE_URL": database_url})
    return lambda *arguments: asyncio.to_thread(called, "jobs", *arguments)


@pytest.mark.slow
async def test_an_operator_sees_a_job_ends_it_and_orders_it_again(
    stores: Stores, autodoc: Autodoc
) -> None:
    assert (await autodoc()).output == (await autodoc("list")).output == "There are no jobs.\n"
    shop = await stores.repositories.upsert(SHOP)
    flow = FlowName.FULL_GENERATION
    await stores.jobs.order(
        JobOrder(repository_id=shop.id, branch="main", flow=flow, reason="push of \x1b[31mabc1234")
    )
    job = await stores.jobs.promote(60)
    assert job is not None
    pages = Progress(stage="pages", done=1, total=4, page=PAGE)
    await stores.jobs.add_progress(job.id, pages)

    heads, row = (await autodoc("list")).output.splitlines()
    assert heads.split() == ["ID", "STATE", "AGE", "REPOSITORY", "BRANCH", "FLOW", "REASON"]
    assert row.split()[:2] == [str(job.id)[:8], "running"]
    assert "octo/shop" in row
    assert "\x1b" not in row

    shown = (await autodoc("show", str(job.id)[:8])).output
    assert "Writing pages  1 of 4" in shown
    assert "index.md: gpt, score 8.2, findings 3, attempts 2" in shown
    told = json.loads((await autodoc("show", "--json", job.id)).output)
    assert (told["state"], told["repository"], told["stages"][0]["done"]) == (
        "running",
        "octo/shop",
        1,
    )
    assert told["pages"][0]["page"]["findings"] == 3

    assert (await autodoc("cancel", job.id)).status == 0
    assert (await stores.jobs.get(job.id)).state is JobState.CANCELLED
    again = await autodoc("cancel", job.id)
    assert (again.status, "already" in again.sentence) == (2, True)
    assert (await autodoc("retry", job.id)).status == 0
    [listed, _] = json.loads((await autodoc("list", "--json")).output)
    assert (listed["state"], "on the command line" in listed["reason"]) == ("waiting", True)


@pytest.mark.parametrize("named", ["0000", "%", "zzzz"])
async def test_a_job_that_is_not_there_is_a_mistake_of_input(autodoc: Autodoc, named: str) -> None:
    ran = await autodoc("show", named)
    assert ran.status == 2
    assert "autodoc jobs list" in ran.sentence
