"""The thread on a real Prefect server, with one runner for each pool."""

from pathlib import Path

import pytest

from tests.e2e import thread
from tests.e2e.prefect_server import prefect_server, runner
from tests.e2e.served import serve
from tests.fake_github.fake import FakeGitHub

pytestmark = pytest.mark.slow
STEP_S = 120.0


async def test_push_becomes_a_pull_request_and_its_merge_an_answer(folder: Path) -> None:
    async with FakeGitHub.start(folder / "github") as github, prefect_server(folder) as url:
        async with (
            serve(github, folder, {"PREFECT_API_URL": url}) as served,
            runner("orchestrator", github, folder, url),
            runner("writer", github, folder, url),
        ):
            await thread.install(github, STEP_S)
            await thread.push(github, STEP_S)
            await thread.merge(github, served, STEP_S)
            thread.assert_one_pull_request(github)
