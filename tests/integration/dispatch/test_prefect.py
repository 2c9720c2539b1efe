"""The dispatcher against a Prefect server of its own."""

import asyncio
import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from uuid import UUID

import pytest

from app.dispatch.prefect import DEPLOYMENT, PrefectDispatcher
from app.domain.work.job import FlowName, Run, RunState
from app.errors import OutsideError

JOB = UUID(int=7)
FIRST = Run(flow=FlowName.FULL_GENERATION, job=JOB)

REGISTER = f"""
import asyncio
from prefect.client.orchestration import get_client

async def main():
    async with get_client() as client:
        for name in ("full_generation", "process_scope"):
            flow = await client.create_flow_from_name(name)
            await client.create_deployment(flow_id=flow, name={DEPLOYMENT!r})

asyncio.run(main())
"""


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_for(url: str, server: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + 120
    while time.monotonic() < deadline:
        assert server.poll() is None, "the Prefect server ended"
        try:
            with urllib.request.urlopen(url, timeout=2):  # noqa: S310 - our own server
                return
        except OSError:
            time.sleep(0.3)
    pytest.fail("the Prefect server did not start")


@pytest.fixture(scope="module")
def api_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A Prefect server that knows two of our deployments and has no worker."""
    home, port = tmp_path_factory.mktemp("prefect"), free_port()
    url = f"http://127.0.0.1:{port}/api"
    environment = {
        **{name: value for name, value in os.environ.items() if not name.startswith("PREFECT_")},
        "PREFECT_HOME": str(home),
        "PREFECT_API_URL": url,
        "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
        "DO_NOT_TRACK": "1",
    }
    prefect = Path(sys.executable).with_name("prefect")
    with (home / "log").open("wb") as log:
        server = subprocess.Popen(
            [prefect, "server", "start", "--host", "127.0.0.1", "--port", str(port)],
            env=environment,
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
        try:
            wait_for(f"{url}/health", server)
            register = [sys.executable, "-c", REGISTER]
            subprocess.run(register, env=environment, check=True, timeout=120)
            yield url
        finally:
            server.terminate()
            try:
                server.wait(20)
            except subprocess.TimeoutExpired:
                server.kill()
                server.wait(10)


@pytest.mark.slow
async def test_a_run_is_created_once_per_key_and_found_by_its_name(api_url: str) -> None:
    dispatcher = PrefectDispatcher(api_url)
    again = FIRST.model_copy(update={"attempt": 2})
    scope = Run(flow=FlowName.PROCESS_SCOPE, job=JOB, scope="packages/api")
    never = FIRST.model_copy(update={"attempt": 3})
    for run in (FIRST, FIRST, again, scope):
        await dispatcher.start(run)

    states = await dispatcher.states([FIRST, again, scope, never])

    assert states == dict.fromkeys((FIRST.name, again.name, scope.name), RunState.WAITING)
    assert await dispatcher.state(FIRST) is RunState.WAITING
    assert await dispatcher.state(never) is None


@pytest.mark.slow
async def test_the_runs_of_a_job_that_is_abandoned_end_and_those_of_others_do_not(
    api_url: str,
) -> None:
    dispatcher = PrefectDispatcher(api_url)
    ours, theirs = (Run(flow=FlowName.FULL_GENERATION, job=UUID(int=n)) for n in (8, 9))
    for run in (ours, theirs):
        await dispatcher.start(run)

    await dispatcher.abandon(ours.job)

    async with asyncio.timeout(20):
        while await dispatcher.state(ours) is not RunState.FAILED:  # noqa: ASYNC110 - of another process
            await asyncio.sleep(0.2)
    assert await dispatcher.state(theirs) is RunState.WAITING


@pytest.mark.slow
async def test_a_deployment_that_is_not_registered_is_named_with_what_to_do(api_url: str) -> None:
    run = Run(flow=FlowName.INDEX_PAGES, job=JOB)
    with pytest.raises(OutsideError, match=r"index_pages/autodoc.*prefect deploy --all"):
        await PrefectDispatcher(api_url).start(run)


async def test_a_server_that_is_away_is_an_outside_failure_and_none_is_started_instead() -> None:
    dispatcher = PrefectDispatcher(f"http://127.0.0.1:{free_port()}/api")
    began = time.monotonic()
    with pytest.raises(OutsideError, match="PREFECT_API_URL") as failure:
        await dispatcher.start(FIRST)
    assert failure.value.transient
    assert time.monotonic() - began < 10
