import asyncio
import os
import signal
import sys
import time
from collections.abc import AsyncIterator
from pathlib import Path
from uuid import UUID

import psutil
import pytest

from app.dispatch.processes import Child, Processes
from app.domain.work.job import FlowName, Run
from app.domain.work.zone import Zone
from tests.integration.dispatch.children import (
    IGNORE_SIGTERM,
    PARENT,
    SLEEP,
    START_GRANDCHILD,
    command,
    is_alive,
    read_number,
)

EVERYTHING = {
    "PATH": "/usr/bin",
    "HOME": "/root",
    "AUTODOC_DATA_DIR": "data",
    "AUTODOC_GITHUB__APP_ID": "1",
    "AUTODOC_GITHUB__PRIVATE_KEY": "pem",
    "AUTODOC_GITHUB__PRIVATE_KEY_PATH": "/key.pem",
    "AUTODOC_GITHUB__WEBHOOK_SECRET": "hook",
    "AUTODOC_MODEL": "openai/x",
    "OPENAI_API_KEY": "sk",
    "ANTHROPIC_API_KEY": "sk",
    "GITHUB_TOKEN": "ghs",
    "PYTHONPATH": "evil",
    "LD_PRELOAD": "",
}
APP_KEY = {
    "AUTODOC_GITHUB__APP_ID",
    "AUTODOC_GITHUB__PRIVATE_KEY",
    "AUTODOC_GITHUB__PRIVATE_KEY_PATH",
}
MODEL_KEYS = {"AUTODOC_MODEL", "OPENAI_API_KEY", "ANTHROPIC_API_KEY"}
SEEN_BY_ALL = {"PATH", "HOME", "AUTODOC_DATA_DIR"}


@pytest.fixture
async def processes(tmp_path: Path) -> AsyncIterator[Processes]:
    started = Processes(EVERYTHING, tmp_path, command(SLEEP))
    yield started
    await started.stop(grace_s=5)


def environment_of(child: Child) -> set[str]:
    """Read the environment as the kernel has it: what the process was really given."""
    names = psutil.Process(child.pid).environ()
    return {name for name in names if name != "LC_CTYPE"}


async def see_environment(child: Child) -> set[str]:
    """Wait until the child has become its program."""
    async with asyncio.timeout(10):
        while psutil.Process(child.pid).cmdline()[2:3] != ["-c"]:  # noqa: ASYNC110 - it execs
            await asyncio.sleep(0.01)
    return environment_of(child)


@pytest.mark.parametrize(
    ("zone", "secrets"),
    [
        (Zone.SERVER, APP_KEY | {"AUTODOC_GITHUB__WEBHOOK_SECRET", "AUTODOC_MODEL"}),
        (Zone.ORCHESTRATOR, APP_KEY | {"AUTODOC_MODEL"}),
        (Zone.WRITER, MODEL_KEYS),
        (Zone.READER, set()),
    ],
)
async def test_a_live_child_was_given_the_secrets_of_its_zone_and_no_others(
    processes: Processes, zone: Zone, secrets: set[str]
) -> None:
    child = await processes.spawn(zone, command(SLEEP))
    assert await see_environment(child) == SEEN_BY_ALL | secrets


@pytest.mark.parametrize("flow", list(FlowName))
async def test_a_live_run_has_no_secret_in_its_arguments_and_those_of_its_zone_around_it(
    processes: Processes, flow: FlowName
) -> None:
    run = Run(flow=flow, job=UUID(int=7))
    child = await processes.start(run)
    seen = await see_environment(child)
    writer = flow is FlowName.PROCESS_SCOPE
    assert seen == SEEN_BY_ALL | (MODEL_KEYS if writer else APP_KEY | {"AUTODOC_MODEL"})
    assert Run.model_validate_json(psutil.Process(child.pid).cmdline()[-1]) == run


async def test_a_child_works_in_the_data_directory_and_imports_nothing_from_it(
    processes: Processes, tmp_path: Path
) -> None:
    (tmp_path / "evil.py").write_text("raise SystemExit(9)")
    code = "import pathlib\ntry:\n import evil\nexcept ImportError: pathlib.Path('ok').touch()"
    child = await processes.spawn(Zone.WRITER, command(code))
    assert await processes.wait(child) == 0
    assert (tmp_path / "ok").exists()


async def test_the_end_of_a_child_is_seen_at_once_with_its_signal(processes: Processes) -> None:
    child = await processes.spawn(Zone.WRITER, command(SLEEP))
    waiting = asyncio.create_task(processes.wait(child))
    os.kill(child.pid, signal.SIGKILL)
    began = time.monotonic()
    assert await asyncio.wait_for(waiting, 5) == -signal.SIGKILL
    assert time.monotonic() - began < 1


async def test_what_a_killed_child_had_started_ends_with_it(
    processes: Processes, tmp_path: Path
) -> None:
    child = await processes.spawn(Zone.WRITER, command(START_GRANDCHILD))
    grandchild = await read_number(tmp_path / "grandchild")
    os.kill(child.pid, signal.SIGKILL)
    await processes.wait(child)
    await gone(grandchild)


async def test_children_that_do_not_end_within_the_grace_period_are_killed(
    processes: Processes, tmp_path: Path
) -> None:
    stubborn = await processes.spawn(Zone.WRITER, command(IGNORE_SIGTERM))
    polite = await processes.spawn(Zone.WRITER, command(SLEEP))
    await read_number(tmp_path / "stubborn")
    await processes.stop(grace_s=0.5)
    assert not is_alive(stubborn.pid)
    assert not is_alive(polite.pid)


async def test_kill_minus_nine_of_the_parent_leaves_nobody_behind(tmp_path: Path) -> None:
    parent = await asyncio.create_subprocess_exec(
        sys.executable, "-c", PARENT, str(tmp_path), stdin=asyncio.subprocess.DEVNULL
    )
    child = await read_number(tmp_path / "child")
    grandchild = await read_number(tmp_path / "grandchild")
    assert is_alive(child)
    assert is_alive(grandchild)
    parent.kill()
    await parent.wait()
    await gone(child)
    await gone(grandchild)


async def gone(pid: int) -> None:
    async with asyncio.timeout(5):
        while is_alive(pid):  # noqa: ASYNC110 - it is nobody's child here
            await asyncio.sleep(0.02)


async def test_a_run_yields_the_processor_to_the_server(tmp_path: Path) -> None:
    here = os.getpriority(os.PRIO_PROCESS, 0)
    yielding = Processes({}, tmp_path, command(SLEEP), nice=5)
    child = await yielding.start(Run(flow=FlowName.INDEX_PAGES, job=UUID(int=7)))
    service = await yielding.spawn(Zone.SERVER, command(SLEEP))
    assert os.getpriority(os.PRIO_PROCESS, child.pid) == min(here + 5, 19)
    assert os.getpriority(os.PRIO_PROCESS, service.pid) == here
    await yielding.stop(1)
