"""Ctrl-C, SIGTERM and kill -9: nothing is half-done, and the same command continues."""

import asyncio
import os
import signal
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
import pytest_asyncio

from tests.e2e.laptop import AUTODOC, Laptop, contents, git
from tests.e2e.served import eventually
from tests.fakes.model_author import answer_well
from tests.fakes.model_server import ModelServer, Reply, Request, serve

pytestmark = pytest.mark.slow
INTERRUPTED = 130
PATIENCE_S = 60
BEFORE = 4
"""So many answers come at once; the next ones only when nobody waits any more."""


class Slow:
    """Answers as a good author does, at once or hardly ever."""

    def __init__(self) -> None:
        self.answered = 0
        self.stuck = True

    def __call__(self, request: Request) -> Reply:
        reply = answer_well(request)
        if self.stuck and self.answered >= BEFORE:
            return replace(reply, delay=PATIENCE_S)
        self.answered += 1
        return reply


@dataclass(frozen=True)
class Started:
    """A running `autodoc generate`."""

    process: asyncio.subprocess.Process

    async def begin(self) -> None:
        """Wait until it says what it does."""
        assert self.process.stderr is not None
        async with asyncio.timeout(PATIENCE_S):
            await self.process.stderr.readline()

    async def end(self) -> tuple[int, str]:
        """Wait for it; returns its status and what it said."""
        async with asyncio.timeout(PATIENCE_S):
            output, errors = await self.process.communicate()
        return self.process.returncode or 0, output.decode() + errors.decode()

    def send(self, kind: signal.Signals) -> None:
        """Signal the whole process group, as a terminal does."""
        os.killpg(self.process.pid, kind)


@contextmanager
def handling(handler: signal.Handlers) -> Iterator[None]:
    """Treat ctrl-c so; what is started meanwhile ignores it only if we do."""
    before = signal.signal(signal.SIGINT, handler)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


@asynccontextmanager
async def generating(laptop: Laptop, checkout: Path, model: ModelServer) -> AsyncIterator[Started]:
    settings = {
        "AUTODOC_MODEL": "openai/gpt-4o-mini",
        "OPENAI_API_BASE": model.url,
        "OPENAI_API_KEY": "x",
    }
    # A shell that starts tests with `&` has them ignore ctrl-c; a terminal's command does not.
    with handling(signal.SIG_DFL):
        process = await asyncio.create_subprocess_exec(
            *AUTODOC, "generate", str(checkout),
            cwd=laptop.folder, env=laptop.environment(settings), start_new_session=True,
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
        )  # fmt: skip
    try:
        yield Started(process)
    finally:
        if process.returncode is None:
            os.killpg(process.pid, signal.SIGKILL)
            await process.wait()


async def finish(laptop: Laptop, checkout: Path, model: ModelServer) -> str:
    async with generating(laptop, checkout, model) as running:
        status, said = await running.end()
    assert status == 0, said
    return said


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def uninterrupted(laptop: Laptop) -> dict[str, bytes]:
    """What a run makes that nobody disturbs; the same command again asks for nothing."""
    checkout = laptop.make_repository("calm/shop")
    async with serve(answer_well) as model:
        assert "model calls" in await finish(laptop, checkout, model)
        made = contents(checkout / "docs")
        model.requests.clear()
        assert "0 files changed" in await finish(laptop, checkout, model)
        assert model.requests == []
    return made


@pytest.mark.parametrize("kind", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
async def test_an_interrupted_run_is_continued_by_the_same_command(
    laptop: Laptop, folder: Path, uninterrupted: dict[str, bytes], kind: signal.Signals
) -> None:
    own = replace(laptop, folder=folder)
    checkout = own.make_repository("shop")
    author = Slow()
    async with serve(author) as model:
        async with generating(own, checkout, model) as running:
            await eventually(lambda: len(model.requests) > BEFORE, "the model is asked")
            running.send(kind)
            status, said = await running.end()

        assert "Traceback" not in said
        if kind is signal.SIGKILL:
            assert status == -signal.SIGKILL
        else:
            assert status == INTERRUPTED
            assert "interrupted; the same command continues" in said
        assert git(checkout, "status", "--porcelain") == ""

        answered = model.prompts[:BEFORE]
        model.requests.clear()
        author.stuck = False
        said = await finish(own, checkout, model)

    assert "model calls" in said
    assert not set(answered) & set(model.prompts)
    assert contents(checkout / "docs") == uninterrupted


async def test_ctrl_c_counts_also_where_the_tests_run_in_the_background(laptop: Laptop) -> None:
    checkout = laptop.make_repository("background/shop")
    async with serve(Slow()) as model:
        with handling(signal.SIG_IGN):
            async with generating(laptop, checkout, model) as running:
                await running.begin()
                running.send(signal.SIGINT)
                status, said = await running.end()

    assert status == INTERRUPTED, said
