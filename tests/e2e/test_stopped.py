"""A server that is stopped for a new version in the middle of a job, and started again."""

import time
from pathlib import Path

import pytest

from tests.e2e import thread
from tests.e2e.served import eventually, serve
from tests.e2e.shop import SHOP
from tests.e2e.test_interrupted import BEFORE, Slow
from tests.fake_github.fake import FakeGitHub
from tests.fakes import model_server

pytestmark = pytest.mark.slow
STEP_S = 120.0
STOPPED_S = 30.0


async def test_f27_a_stopped_server_goes_on_where_it_was_and_pays_for_no_answer_twice(
    folder: Path,
) -> None:
    author = Slow()
    async with (
        model_server.serve(author) as model,
        FakeGitHub.start(folder / "github") as github,
    ):
        given = {
            "AUTODOC_MODEL": "openai/gpt-4o-mini",
            "OPENAI_API_BASE": model.url,
            "OPENAI_API_KEY": "x",
        }
        async with serve(github, folder, given) as served:
            await thread.install(github, STEP_S)
            await github.set_permission(SHOP, "octocat", "admin")
            before = github.head(SHOP, thread.BRANCH)
            await github.comment(SHOP, 1, "octocat", "/autodoc regenerate")
            await eventually(lambda: len(model.requests) > BEFORE, "the model is asked", STEP_S)
            begun = time.monotonic()
            await served.stop()
            assert time.monotonic() - begun < STOPPED_S
            assert served.children() == []

        answered = model.prompts[:BEFORE]
        model.requests.clear()
        author.stuck = False
        async with serve(github, folder, given):
            await eventually(
                lambda: github.head(SHOP, thread.BRANCH) != before, "pages are proposed", STEP_S
            )

        assert len(model.requests) > 0
        assert not set(answered) & set(model.prompts)
        thread.assert_one_pull_request(github)
