"""The documentation pull request when the process that publishes dies."""

from collections.abc import Awaitable, Callable

import aiohttp
import pytest
from typing_extensions import override

from app.domain.work.proposal import Outcome
from app.github.answers import Answer
from app.github.pulls import GitHubPublisher
from app.github.transport import Credential, Request, SystemClock, Transport
from tests.integration.github.conftest import (
    BRANCH,
    NAME,
    PAGES,
    QUICK,
    Scene,
    access_on,
    always,
)

NEWER: dict[str, bytes | None] = {**PAGES, "docs/autodoc/index.md": b"# Shop\n\nIt sells more.\n"}


Prepare = Callable[[Scene], Awaitable[None]]


async def _nothing(scene: Scene) -> None:
    """Leave the repository as it is."""


async def _published(scene: Scene) -> None:
    await scene.publish()


async def _moved(scene: Scene) -> None:
    await scene.publish()
    await scene.fake.push(NAME, BRANCH, {"NOTES.md": "mine\n"})
    await scene.fake.push(NAME, "main", {"src/other.py": "pass\n"})


async def _merged(scene: Scene) -> None:
    await scene.publish()
    await scene.fake.merge(NAME, 1, "squash")
    await scene.fake.push(NAME, "main", {"src/other.py": "pass\n"})


SITUATIONS: dict[str, Prepare] = {
    "new": _nothing,
    "open": _published,
    "base moved": _moved,
    "merged": _merged,
}


@pytest.mark.parametrize("applied", [False, True], ids=["before", "after"])
@pytest.mark.parametrize("situation", SITUATIONS)
async def test_f25_a_crash_at_any_request_leaves_nothing_to_do_twice(
    scene: Scene, situation: str, *, applied: bool
) -> None:
    """Die at the first request, in the next run at the second, … until a run gets through."""
    await SITUATIONS[situation](scene)
    begins_anew = situation in {"new", "merged"}
    before = len(scene.messages("main" if begins_anew else BRANCH))
    survived = 0
    while not await _ends_at(scene, survived, applied=applied):
        survived += 1

    assert survived > 5
    assert [pull["state"] for pull in scene.fake.pulls(NAME)][-1:] == ["open"]
    assert len(scene.fake.pulls(NAME)) == (2 if situation == "merged" else 1)
    # The merge brings the base's new commit along.
    assert len(scene.messages()) == before + (2 if situation == "base moved" else 1)
    assert scene.files().items() >= NEWER.items()
    assert (await scene.publish(NEWER)).outcome is Outcome.UNCHANGED


async def _ends_at(scene: Scene, survived: int, *, applied: bool) -> bool:
    """Run a new process that dies after some requests; say whether it came to its end instead."""
    async with aiohttp.ClientSession() as session:
        transport = MortalTransport(session, scene.fake.api_url, survived, applied=applied)
        publisher = GitHubPublisher(access_on(transport, scene.fake), scene.clock)
        try:
            await publisher.publish(scene.repository, scene.proposal(NEWER), always)
        except Killed:
            return False
        return True


class Killed(Exception):  # noqa: N818 - what happened, no fault
    """The process is gone."""


class MortalTransport(Transport):
    """Dies at one of its requests: before GitHub gets it, or before its answer is read."""

    def __init__(
        self, session: aiohttp.ClientSession, api_url: str, survived: int, *, applied: bool
    ) -> None:
        super().__init__(session, api_url, QUICK, SystemClock())
        self._survived = survived
        self._applied = applied

    @override
    async def send(self, request: Request, credential: Credential) -> Answer:
        self._survived -= 1
        if self._survived >= 0:
            return await super().send(request, credential)
        if self._applied:
            await super().send(request, credential)
        raise Killed
