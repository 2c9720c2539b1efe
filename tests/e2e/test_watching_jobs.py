"""People who watch a job: they sign in, see it live, end it and have it run again."""

from pathlib import Path
from uuid import UUID

from app.domain.work.job import JobState
from tests.e2e.shop import SHOP
from tests.e2e.visitor import stuck_job, visit


async def test_a_job_is_watched_live_cancelled_and_run_again(
    folder: Path, database_url: str
) -> None:
    async with stuck_job(folder, database_url) as (town, job), visit(town, "mona") as mona:
        asked = await mona.see(f"/jobs/{job}", status=401)
        page = await mona.sign_in(asked)
        assert SHOP in page
        assert "Putting the pages in place" in page
        assert "index.md" in page
        assert "without a model" in page

        address, page = await mona.press(page, "cancel")
        assert address == f"/jobs/{job}"
        assert "by mona" in page
        assert (await town.stores.jobs.get(job)).state is JobState.CANCELLED
        await town.quiet()
        assert town.github.pulls(SHOP) == []

        address, _ = await mona.press(page, "retry")
        again = UUID(address.removeprefix("/jobs/"))
        assert again != job
        events = [each async for each in mona.watch(again)]
        assert events[-1][0] == "end"
        assert [name for name, _ in events].count("page") >= 3
        assert events[-2][1]["said"] == "The job is done."
        [pull] = town.github.pulls(SHOP)
        assert pull["html_url"] in await mona.see(f"/jobs/{again}")


async def test_s18_a_reader_acts_on_nothing_and_a_stranger_does_not_learn_that_there_is_a_job(
    folder: Path, database_url: str
) -> None:
    async with stuck_job(folder, database_url) as (town, job):
        async with visit(town, "hubot") as hubot:
            page = await hubot.sign_in(await hubot.see(f"/jobs/{job}", status=401))
            assert SHOP in page
            assert "/cancel" not in page
        async with visit(town, "stranger") as stranger:
            assert SHOP not in await stranger.sign_in(await stranger.see("/jobs", status=401))
            missing = "00000000-0000-4000-8000-000000000000"
            hidden = await stranger.see(f"/jobs/{job}", status=404)
            assert hidden == await stranger.see(f"/jobs/{missing}", status=404)
        await town.stores.control.cancel(job)
        await town.engine.abandon(job)
