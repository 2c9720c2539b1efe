"""Every live child of `autodoc serve` sees the secrets of its zone, and no others."""

from functools import partial
from pathlib import Path

import pytest

from app.domain.work.zone import Zone
from tests.e2e import thread
from tests.e2e.served import serve
from tests.e2e.zones import children_of, holders, watched
from tests.fake_github.fake import FakeGitHub
from tests.fakes import model_server
from tests.fakes.model_author import answer_well
from tests.fakes.model_server import Reply, Request

pytestmark = pytest.mark.slow
MODEL_KEY = "sk-generative-0123456789"
EMBEDDING_KEY = "sk-embedding-0123456789"
STRAY = "ghp_0123456789"
KEY_FILE = "app.pem"
STEP_S = 90.0


def answer_slowly(request: Request) -> Reply:
    """Write well, but keep the writer waiting, so that nobody can overlook it."""
    reply = answer_well(request)
    return Reply(reply.content, delay=0.2)


async def test_each_child_sees_the_secrets_of_its_zone_and_no_others(folder: Path) -> None:
    async with (
        model_server.serve(answer_slowly) as model,
        FakeGitHub.start(folder / "github") as github,
    ):
        given = {
            "AUTODOC_MODEL": "openai/gpt-4o-mini",
            "OPENAI_API_BASE": model.url,
            "OPENAI_API_KEY": MODEL_KEY,
            "AUTODOC_EMBEDDING__API_KEY": EMBEDDING_KEY,
            "GITHUB_TOKEN": STRAY,
            "AUTODOC_CAPS__SETTLE": "0",
        }
        async with (
            serve(github, folder, given) as served,
            watched(partial(children_of, served.process.pid)) as seen,
        ):
            await thread.install(github, STEP_S)
            assert model.requests == []  # nobody agreed to it yet
            question = "How do I put an item into a cart?"
            await thread.merge_and_ask(github, served, question, "item", STEP_S)
            await thread.push(github, STEP_S)
            github.assert_clean()

        assert seen.keys() == set(Zone)
        assert len(model.requests) > 0
        assert holders(seen, MODEL_KEY) == {Zone.WRITER}
        assert holders(seen, github.app.webhook_secret) == {Zone.SERVER}
        assert holders(seen, KEY_FILE) == {Zone.SERVER, Zone.ORCHESTRATOR}
        assert holders(seen, EMBEDDING_KEY) == {Zone.SERVER, Zone.ORCHESTRATOR, Zone.READER}
        assert holders(seen, STRAY) == set()
