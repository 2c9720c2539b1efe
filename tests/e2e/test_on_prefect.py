"""The thread on a real Prefect server, with one runner for each pool."""

from pathlib import Path

import pytest

from app.domain.work.zone import Zone
from tests.e2e import thread
from tests.e2e.prefect_server import on_prefect
from tests.e2e.zones import holders, watched
from tests.fake_github.fake import FakeGitHub

pytestmark = pytest.mark.slow
STEP_S = 120.0
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
