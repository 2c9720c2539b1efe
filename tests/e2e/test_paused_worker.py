"""F23: a worker that sleeps longer than its lease finds that another one did its work."""

import asyncio
import signal
from contextlib import suppress
from pathlib import Path

import psutil
import pytest

from app.domain.work.zone import Zone
from tests.e2e import thread
from tests.e2e.served import Served, eventually, serve
from tests.e2e.shop import DISCOUNTS, SHOP
from tests.e2e.zones import children_of
from tests.fake_github.fake import FakeGitHub

pytestmark = pytest.mark.soak
TAKEN_OVER_S = 300.0


def orchestrators(served: Served) -> list[psutil.Process]:
    return children_of(served.process.pid)[Zone.ORCHESTRATOR]


async def test_f23_a_worker_that_was_paused_past_its_lease_has_no_further_effect(
    folder: Path,
) -> None:
    async with FakeGitHub.start(folder / "github") as github, serve(github, folder) as served:
        await thread.install(github, TAKEN_OVER_S)
        await eventually(lambda: orchestrators(served) == [], "the first run ended")
        first = [each["sha"] for each in github.commits(SHOP, thread.BRANCH)]

        await github.push(SHOP, "main", {"shop/discounts.py": DISCOUNTS})
        await eventually(lambda: len(orchestrators(served)) == 1, "a run began")
        [paused] = orchestrators(served)
        paused.send_signal(signal.SIGSTOP)
        await eventually(
            lambda: github.head(SHOP, thread.BRANCH) != first[0], "another took over", TAKEN_OVER_S
        )
        with suppress(psutil.Error):
            paused.send_signal(signal.SIGCONT)
        await eventually(lambda: orchestrators(served) == [], "all runs ended", TAKEN_OVER_S)
        await asyncio.sleep(1)

        ours = {each["sha"] for each in github.commits(SHOP, thread.BRANCH)} - set(first)
        assert len(ours - {github.head(SHOP)}) == 1
        thread.assert_one_pull_request(github)
