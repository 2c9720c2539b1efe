import asyncio

import pytest

from app.errors import OutsideError
from flows.runs.performing import within


async def test_a_run_that_takes_too_long_ends_and_names_the_setting() -> None:
    with pytest.raises(OutsideError, match="AUTODOC_CAPS__RUN_TIMEOUT"):
        await within(0.01, asyncio.sleep(60))


async def test_a_step_that_took_too_long_is_not_the_runs_limit() -> None:
    async def step() -> None:
        raise TimeoutError("publish took longer than 900 s")

    with pytest.raises(TimeoutError, match="publish"):
        await within(60, step())
