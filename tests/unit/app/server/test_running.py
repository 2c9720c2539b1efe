import asyncio

import pytest

from app.errors import StoreError
from app.server.running import FORGET_ROUNDS, forget, job_limits
from app.settings import CapSettings, Settings

PREFECT = "http://127.0.0.1:4200/api"


@pytest.mark.parametrize(
    ("told", "prefect", "parallel"), [(0, None, 2), (0, PREFECT, 8), (3, None, 3), (3, PREFECT, 3)]
)
def test_more_jobs_run_at_once_on_prefect_unless_the_operator_says(
    told: int, prefect: str | None, parallel: int
) -> None:
    caps = CapSettings(parallel_jobs=told, attempts=4)
    # By its alias: that is the name under which pydantic takes it.
    settings = Settings.model_validate({"caps": caps, "PREFECT_API_URL": prefect})
    limits = job_limits(settings)
    assert (limits.parallel, limits.attempts) == (parallel, 4)


class Archive:
    """Has so many parts to remove; once, its database cannot be reached."""

    def __init__(self, parts: int, *, broken: bool = False) -> None:
        self.parts = parts
        self.asked: list[int] = []
        self._broken = broken

    async def prune(self, days: int) -> int:
        self.asked.append(days)
        if self._broken:
            self._broken = False
            raise StoreError("the database cannot be reached")
        removed = min(self.parts, 1)
        self.parts -= removed
        return removed


async def forgetting(archive: Archive, every_s: float, calls: int) -> None:
    """Forget until the archive was asked so often."""
    task = asyncio.create_task(forget(archive, 30, every_s))
    async with asyncio.timeout(5):
        while len(archive.asked) < calls:  # noqa: ASYNC110 - the loop under test tells nobody
            await asyncio.sleep(0)
    await asyncio.sleep(0.01)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task


async def test_old_rows_are_removed_until_none_is_left() -> None:
    archive = Archive(3)
    await forgetting(archive, 3600, 4)
    assert archive.asked == [30] * 4


async def test_one_tick_removes_no_more_than_its_bound() -> None:
    archive = Archive(FORGET_ROUNDS + 5)
    await forgetting(archive, 3600, FORGET_ROUNDS)
    assert (len(archive.asked), archive.parts) == (FORGET_ROUNDS, 5)


async def test_a_database_that_is_away_delays_the_removal() -> None:
    archive = Archive(1, broken=True)
    await forgetting(archive, 0, 2)
    assert archive.parts == 0
