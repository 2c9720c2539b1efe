"""AutoDoc on a real Prefect server, with one runner for each of its pools."""

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import aiohttp
import psutil

from app.domain.work.zone import Zone, scrub
from tests.e2e.served import Served, eventually, free_port, operator_environment, serve
from tests.e2e.zones import children_of
from tests.fake_github.fake import FakeGitHub

START_S = 120.0
STOP_S = 30.0
POOLS = (Zone.ORCHESTRATOR, Zone.WRITER)


@dataclass
class OnPrefect:
    """`autodoc serve`, a Prefect server and the two runners."""

    served: Served
    runners: Mapping[Zone, psutil.Process]

    def processes(self) -> dict[Zone, list[psutil.Process]]:
        """Sort what runs by zones; Prefect's own server is none of ours."""
        children = children_of(self.served.process.pid)
        return {**children, **{zone: [runner] for zone, runner in self.runners.items()}}

    def flow_processes(self, zone: Zone) -> list[psutil.Process]:
        """List the processes in which the flows of a zone run now."""
        return self.runners[zone].children()


def quiet_prefect(folder: Path) -> dict[str, str]:
    """Keep Prefect to this folder and this machine, and let it look for work often."""
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
    command: Sequence[str], environment: Mapping[str, str], log: Path, place: Path | None = None
) -> AsyncIterator[asyncio.subprocess.Process]:
    """Run a process for the block, its output in a file; it works beside that or in a place."""
    with log.open("ab") as output:
        process = await asyncio.create_subprocess_exec(
            *command, env=environment, cwd=place or log.parent, stdin=asyncio.subprocess.DEVNULL,
            stdout=output, stderr=output, start_new_session=True,
        )  # fmt: skip
    try:
        yield process
    finally:
        if process.returncode is None:
            process.terminate()
        try:
            await asyncio.wait_for(process.wait(), STOP_S)
        finally:
            end_session(process.pid)


def end_session(leader: int) -> None:
    """End what a process left behind: a flow goes on when its runner ends."""
    try:
        os.killpg(leader, signal.SIGKILL)
    except ProcessLookupError:
        return


@asynccontextmanager
async def on_prefect(
    github: FakeGitHub, folder: Path, extra: Mapping[str, str]
) -> AsyncIterator[OnPrefect]:
    """Start everything as an operator does who gives each pool a runner of its zone."""
    url = f"http://127.0.0.1:{free_port()}/api"
    given = {**extra, "PREFECT_API_URL": url, "AUTODOC_CAPS__SETTLE": "0"}
    async with AsyncExitStack() as stack:
        server = prefect_server(url, folder)
        await stack.enter_async_context(server)
        served = await stack.enter_async_context(serve(github, folder, given))
        await eventually(lambda: answers(f"{url}/health"), f"{folder}/prefect.log", START_S)
        runners = {
            zone: await stack.enter_async_context(runner(zone, github, folder, given))
            for zone in POOLS
        }
        for zone, each in runners.items():
            await serving(each, log_of(folder, zone))
        yield OnPrefect(served, {zone: psutil.Process(each.pid) for zone, each in runners.items()})


@asynccontextmanager
async def prefect_server(url: str, folder: Path) -> AsyncIterator[None]:
    """Start a server with a database of its own."""
    port = url.removesuffix("/api").rpartition(":")[2]
    command = (sys.executable, "-m", "prefect", "server", "start", "--port", port)
    async with started(command, quiet_prefect(folder), folder / "prefect.log"):
        yield


async def answers(url: str) -> bool:
    """Say whether something is well and says so at an address."""
    try:
        async with aiohttp.ClientSession() as session, session.get(url) as said:
            return said.status == 200
    except aiohttp.ClientError:
        return False


def log_of(folder: Path, zone: Zone) -> Path:
    """Name the file of what a zone's runner says."""
    return folder / f"runner-{zone}.log"


@asynccontextmanager
async def runner(
    zone: Zone, github: FakeGitHub, folder: Path, given: Mapping[str, str]
) -> AsyncIterator[asyncio.subprocess.Process]:
    """Serve the deployments of a zone with the environment that this zone may see."""
    seen = scrub(zone, {**operator_environment(github, folder), **given})
    command = (sys.executable, "-P", "-m", "flows.deployments", zone)
    environment = {**seen, **quiet_prefect(folder)}
    async with started(command, environment, log_of(folder, zone)) as process:
        yield process


async def serving(process: asyncio.subprocess.Process, log: Path) -> None:
    """Wait until a runner looks for work."""

    def is_serving() -> bool:
        if process.returncode is not None:
            raise AssertionError(f"the runner ended:\n{log.read_text()[-4000:]}")
        return "polling for scheduled runs" in log.read_text()

    await eventually(is_serving, f"the runner serves; see {log}", START_S)
