"""A real Prefect server, and the runners of AutoDoc's two pools."""

import asyncio
import os
import sys
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

import aiohttp

from app.domain.work.zone import Zone, scrub
from tests.e2e.served import eventually, free_port, operator_environment
from tests.fake_github.fake import FakeGitHub

START_S = 120.0
STOP_S = 30.0


def quiet_prefect(folder: Path) -> dict[str, str]:
    """Keep Prefect to this folder and this machine."""
    kept = {name: os.environ[name] for name in ("HOME", "PATH") if name in os.environ}
    return {
        **kept,
        "PREFECT_HOME": str(folder / "prefect"),
        "PREFECT_SERVER_ALLOW_EPHEMERAL_MODE": "false",
        "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
        "PREFECT_RUNNER_POLL_FREQUENCY": "1",
        "DO_NOT_TRACK": "1",
    }


@asynccontextmanager
async def started(
    command: Sequence[str], environment: Mapping[str, str], log: Path
) -> AsyncIterator[asyncio.subprocess.Process]:
    """Run a process for the block, its output in a file."""
    with log.open("ab") as output:
        process = await asyncio.create_subprocess_exec(
            *command, env=environment, cwd=log.parent, stdin=asyncio.subprocess.DEVNULL,
            stdout=output, stderr=output, start_new_session=True,
        )  # fmt: skip
    try:
        yield process
    finally:
        if process.returncode is None:
            process.terminate()
            try:
                await asyncio.wait_for(process.wait(), STOP_S)
            except TimeoutError:
                process.kill()
                await process.wait()


@asynccontextmanager
async def prefect_server(folder: Path) -> AsyncIterator[str]:
    """Start a server with a database of its own; gives the address of its API."""
    port = free_port()
    url = f"http://127.0.0.1:{port}/api"
    command = (sys.executable, "-m", "prefect", "server", "start", "--port", str(port))
    async with started(command, quiet_prefect(folder), folder / "prefect.log"):

        async def healthy() -> bool:
            try:
                async with aiohttp.ClientSession() as session, session.get(f"{url}/health") as said:
                    return said.status == 200
            except aiohttp.ClientError:
                return False

        await eventually(healthy, f"Prefect's server is up; see {folder}/prefect.log", START_S)
        yield url


@asynccontextmanager
async def runner(zone: str, github: FakeGitHub, folder: Path, url: str) -> AsyncIterator[None]:
    """Serve the deployments of a zone with the environment that this zone may see."""
    everything = {**operator_environment(github, folder), "PREFECT_API_URL": url}
    seen = {**scrub(Zone(zone), everything), **quiet_prefect(folder)}
    log = folder / f"runner-{zone}.log"
    command = (sys.executable, "-P", "-m", "flows.deployments", zone)
    async with started(command, seen, log) as process:

        def is_serving() -> bool:
            if process.returncode is not None:
                raise AssertionError(f"the runner ended:\n{log.read_text()[-4000:]}")
            return "being served" in log.read_text() or "polling" in log.read_text()

        await eventually(is_serving, f"the runner of {zone} serves; see {log}", START_S)
        yield
