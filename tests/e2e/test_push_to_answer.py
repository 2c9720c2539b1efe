"""The thread: a push, the documentation pull request, its merge, an answer over MCP."""

import asyncio
from contextlib import suppress
from pathlib import Path

import psutil
import pytest

from tests.e2e import thread
from tests.e2e.served import Served, serve
from tests.e2e.shop import SHOP
from tests.fake_github.fake import FakeGitHub

pytestmark = pytest.mark.slow
KILLED_S = 120.0
KILL_AFTER_S = 0.7
"""Long enough for a child to be in the middle of its work, short enough that it has not ended."""
CHILDREN = (
    "app server",
    "mcp --http",
    "full_generation",
    "incremental_update",
    "process_scope",
    "index_pages",
)
"""What the command line of each kind of child holds."""


async def test_push_becomes_a_pull_request_and_its_merge_an_answer(folder: Path) -> None:
    async with FakeGitHub.start(folder / "github") as github, serve(github, folder) as served:
        await thread.install(github)
        await thread.push(github)
        await thread.merge(github, served)
        thread.assert_one_pull_request(github)


async def kill_one(served: Served, kind: str) -> str:
    """Wait for a child of a kind and kill it with SIGKILL as soon as it is seen."""
    while True:
        for child in served.children():
            with suppress(psutil.Error):
                if kind in " ".join(child.cmdline()):
                    await asyncio.sleep(KILL_AFTER_S)
                    child.kill()
                    return kind
        await asyncio.sleep(0.05)


@pytest.mark.soak
async def test_killing_every_child_once_leaves_each_change_in_one_pull_request(
    folder: Path,
) -> None:
    async with FakeGitHub.start(folder / "github") as github, serve(github, folder) as served:
        killing = [asyncio.create_task(kill_one(served, kind)) for kind in CHILDREN]
        await thread.install(github, KILLED_S)
        await thread.merge_and_ask(github, served, "How is an item put into the cart?", "item")
        await thread.push(github, KILLED_S)
        await thread.merge_and_ask(github, served, "How is a discount applied?", "discount")
        assert {await asyncio.wait_for(task, 1) for task in killing} == set(CHILDREN)
        assert [pull["merged"] for pull in github.pulls(SHOP)] == [True, True]
        github.assert_clean()
