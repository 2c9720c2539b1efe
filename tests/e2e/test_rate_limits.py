"""GitHub asks to slow down: the work waits, is put back if need be, and is done once."""

from pathlib import Path

from tests.e2e.served import eventually
from tests.e2e.shop import FILES, SHOP
from tests.e2e.town import open_town


async def test_f28_a_secondary_limit_is_waited_for_within_the_run(
    folder: Path, database_url: str
) -> None:
    async with open_town(folder, database_url) as town:
        await town.github.add_repository(SHOP, FILES)
        town.github.throttle(2, retry_after=2)
        await town.github.install("octo", [SHOP])
        await town.quiet()

        assert len(town.github.pulls(SHOP)) == 1
        assert town.engine.begun("full_generation") + town.engine.begun("onboarding") == 1
        refused = [each for each in town.github.requests if each.status == 403]
        assert refused
        assert all(each.method != "GET" for each in refused)


async def test_f30_an_exhausted_hour_puts_the_job_back_and_costs_no_attempt(
    folder: Path, database_url: str
) -> None:
    async with open_town(folder, database_url) as town:
        await town.github.add_repository(SHOP, FILES)
        town.github.fail_next(
            "POST", "/git/trees", status=429, headers={"Retry-After": "3600"}, times=9
        )
        await town.github.install("octo", [SHOP])

        async def is_put_back() -> bool:
            return any(job.spared == 1 for job in await town.jobs())

        await eventually(is_put_back, "the job waits for the limit to end", 60)
        [job] = await town.jobs()
        assert job.tries == 0
        assert "GitHub asks to wait" in job.message
        assert town.github.pulls(SHOP) == []
