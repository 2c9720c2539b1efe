"""The thread on a real Prefect server, with one runner for each pool."""

import asyncio
from pathlib import Path

import psutil
import pytest

from app.domain.work.zone import Zone
from tests.e2e import thread
from tests.e2e.prefect_server import OnPrefect, on_prefect
from tests.e2e.served import eventually
from tests.e2e.shop import SHOP
from tests.e2e.thread import BRANCH
from tests.e2e.zones import holders, watched
from tests.fake_github.fake import FakeGitHub

pytestmark = pytest.mark.slow
STEP_S = 120.0
KILLED_S = 180.0
MODEL_KEY = "sk-generative-0123456789"


async def test_push_becomes_a_pull_request_and_its_merge_an_answer(folder: Path) -> None:
    # No model is named, so that the key is only there to be seen.
    given = {"OPENAI_API_KEY": MODEL_KEY}
    async with FakeGitHub.start(folder / "github") as github:
        async with (
            on_prefect(github, folder, given) as running,
            watched(running.processes) as seen,
        ):
            await thread.install(github, STEP_S)
            await thread.push(github, STEP_S)
            await thread.merge(github, running.served, STEP_S)
            thread.assert_one_pull_request(github)

        assert seen.keys() == set(Zone)
        assert holders(seen, MODEL_KEY) == {Zone.WRITER}
        assert holders(seen, github.app.webhook_secret) == {Zone.SERVER}
        assert holders(seen, "app.pem") == {Zone.SERVER, Zone.ORCHESTRATOR}


@pytest.mark.soak
async def test_killed_flows_are_tried_again_and_end_in_the_same_pull_request_once(
    folder: Path,
) -> None:
    async with (
        FakeGitHub.start(folder / "github") as github,
        on_prefect(github, folder, {}) as running,
    ):
        installing = asyncio.create_task(thread.install(github, KILLED_S))
        [writer] = await flows_of(running, Zone.WRITER)
        writer.kill()
        await eventually(lambda: BRANCH in github.branches(SHOP), "a commit", KILLED_S)
        # Between its commit and its pull request, or just after both where the machine is slow.
        [orchestrator] = await flows_of(running, Zone.ORCHESTRATOR)
        orchestrator.kill()
        await installing
        assert len(github.commits(SHOP, BRANCH)) == len(github.commits(SHOP, "main")) + 1
        thread.assert_one_pull_request(github)


async def flows_of(running: OnPrefect, zone: Zone) -> list[psutil.Process]:
    """Wait until flows of a zone run, and list their processes."""
    await eventually(lambda: bool(running.flow_processes(zone)), f"a flow of {zone}", KILLED_S)
    return running.flow_processes(zone)
