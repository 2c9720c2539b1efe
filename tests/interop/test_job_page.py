"""A job's page in a real browser: live, by keyboard, on wide and narrow screens, light and dark."""

import asyncio
import json
import os
import shutil
import tempfile
from asyncio.subprocess import PIPE, Process
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from app.domain.work.job import JobState, Progress, WrittenPage
from tests.e2e.visitor import stuck_job

HERE = Path(__file__).parent
PATIENCE_S = 120


@pytest.fixture
def folder() -> Iterator[Path]:
    made = Path(tempfile.mkdtemp(prefix="autodoc-browser-"))
    made.chmod(0o755)
    yield made
    shutil.rmtree(made, ignore_errors=True)


async def step(node: Process, name: str) -> Any:
    """Wait for what the browser says next."""
    assert node.stdout is not None
    line = await node.stdout.readline()
    if not line:
        assert node.stderr is not None
        pytest.fail((await node.stderr.read()).decode())
    told = json.loads(line)
    if told["step"] == "no browser":
        pytest.skip("this needs Chromium, or Node 20.11 and x64 for the one that npm brings")
    assert told["step"] == name
    return told


@pytest.mark.interop
async def test_a_person_watches_a_job_in_a_browser_and_ends_it_by_keyboard(
    folder: Path, database_url: str
) -> None:
    program = shutil.which("node")
    if program is None or not (HERE / "node_modules").is_dir():
        pytest.fail("this needs Node 20 or newer and its packages: run `make interop`")
    async with stuck_job(folder, database_url) as (town, job), asyncio.timeout(PATIENCE_S):
        town.github.sign_in_as("mona")
        address = f"{town.settings.public_url}/jobs/{job}"
        node = await asyncio.create_subprocess_exec(
            program, str(HERE / "watch_job.mjs"), address, stdin=PIPE, stdout=PIPE, stderr=PIPE,
            env={**os.environ, "TMPDIR": str(folder)},
        )  # fmt: skip
        try:
            assert (await step(node, "open"))["title"] == "Running: octo/shop, main"
            before = len(await town.stores.reports.pages(job))
            page = WrittenPage(path="live.md", title="Live page", writer="local", attempts=1)
            await town.stores.jobs.add_progress(job, Progress(stage="pages", page=page))
            assert node.stdin is not None
            node.stdin.write(b"go on\n")
            live = await step(node, "live")
            assert live["shown"] == before + 1
            assert live["spoken"]
            told = await step(node, "cancelled")
            assert told["errors"] == []
            assert (await town.stores.jobs.get(job)).state is JobState.CANCELLED
            assert (await step(node, "judged"))["faults"] == []
        finally:
            if node.returncode is None:
                node.kill()
            await node.wait()
