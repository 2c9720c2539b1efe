import asyncio
import json
import os
import signal
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from typing_extensions import override

from app.dispatch.processes import Processes
from app.domain.work.job import FlowName, Job, JobOrder, JobState, Run, RunState
from app.domain.work.patience import Backoff
from app.domain.work.zone import Zone
from app.errors import OutsideError, StoreError
from app.jobs.scheduler import run_of
from app.jobs.supervisor import Service, Supervisor, SupervisorLimits
from tests.fakes.work import MemoryJobs, MemoryRuns
from tests.integration.dispatch.children import IGNORE_SIGTERM, SLEEP, command, is_alive

QUICK = Backoff(first_s=0.01, longest_s=0.02)
LIMITS = SupervisorLimits(
    poll_s=0.02, look_s=0.1, linger_s=1, grace_s=1, deaths=3, restart=QUICK, record=QUICK
)
RUN = """
import json, os, pathlib, sys, time
run = json.loads(sys.argv[1])
with pathlib.Path("started").open("a") as log:
    log.write(f"{run['flow']} {os.getpid()}\\n")
how = pathlib.Path("how").read_text() if pathlib.Path("how").exists() else "sleep"
if how == "sleep":
    time.sleep(60)
sys.exit(int(how))
"""
ME = "supervisor-1"


@dataclass
class World:
    folder: Path
    jobs: MemoryJobs = field(default_factory=MemoryJobs)
    runs: MemoryRuns = field(default_factory=MemoryRuns)
    limits: SupervisorLimits = LIMITS

    async def start_job(self, branch: str = "main") -> Job:
        await self.jobs.order(
            JobOrder(repository_id=1, branch=branch, flow=FlowName.FULL_GENERATION, reason="push")
        )
        job = await self.jobs.promote(60)
        assert job is not None
        await self.runs.start(run_of(job))
        return job

    @asynccontextmanager
    async def supervise(self, *services: Service) -> AsyncIterator["asyncio.Task[None]"]:
        processes = Processes({}, self.folder, command(RUN))
        supervisor = Supervisor(processes, self.runs, self.jobs, ME, self.limits)
        task = asyncio.create_task(supervisor.supervise(services))
        try:
            yield task
        finally:
            task.cancel()
            await asyncio.wait({task})

    def started(self) -> list[tuple[str, int]]:
        """The runs that began, with their processes."""
        path = self.folder / "started"
        lines = path.read_text().splitlines() if path.exists() else []
        return [(line.split()[0], int(line.split()[1])) for line in lines]


@pytest.fixture
def world(tmp_path: Path) -> World:
    return World(tmp_path)


async def until(condition: Callable[[], bool]) -> None:
    async with asyncio.timeout(20):
        while not condition():  # noqa: ASYNC110 - processes tell nobody
            await asyncio.sleep(0.02)


def service(code: str) -> Service:
    return Service(name="server", zone=Zone.SERVER, command=command(code))


async def test_a_run_that_is_asked_for_gets_one_process_and_its_end_is_recorded(
    world: World,
) -> None:
    (world.folder / "how").write_text("0")
    job = await world.start_job()
    async with world.supervise():
        await until(lambda: bool(world.runs.ends))
    assert world.runs.ends == [(run_of(job), 0, "its process ended: exit status 0")]
    assert [flow for flow, _ in world.started()] == ["full_generation"]


async def test_kill_minus_nine_of_a_run_puts_its_job_back_once(world: World) -> None:
    job = await world.start_job()
    async with world.supervise():
        await until(lambda: bool(world.started()))
        os.kill(world.started()[0][1], signal.SIGKILL)
        await until(lambda: world.jobs.rows[job.id].state is JobState.WAITING)
        await asyncio.sleep(0.2)
    assert world.runs.ends == [(run_of(job), -9, "its process ended: killed by SIGKILL")]
    assert world.jobs.delays == [5]
    assert len(world.started()) == 1


async def test_a_run_that_fails_at_its_last_attempt_ends_its_job(world: World) -> None:
    (world.folder / "how").write_text("3")
    job = await world.start_job()
    last = world.limits.jobs.attempts
    world.jobs.rows[job.id] = job.model_copy(update={"attempt": last})
    await world.runs.ended(run_of(job), 0, "of an earlier attempt")
    await world.runs.start(run_of(world.jobs.rows[job.id]))
    async with world.supervise():
        await until(lambda: world.jobs.rows[job.id].state is JobState.FAILED)
    assert world.jobs.delays == [None]
    assert world.jobs.rows[job.id].message == "its process ended: exit status 3"


async def test_a_run_that_ended_its_job_itself_is_only_recorded(world: World) -> None:
    (world.folder / "how").write_text("3")
    job = await world.start_job()
    await world.jobs.fail(job.id, job.fence, "the model is away", 60)
    async with world.supervise():
        await until(lambda: bool(world.runs.ends))
    assert world.jobs.delays == [60]


async def test_a_dead_writer_is_recorded_for_its_orchestrator_to_decide(world: World) -> None:
    job = await world.start_job()
    run = Run(flow=FlowName.PROCESS_SCOPE, job=job.id, attempt=1)
    await world.runs.start(run)
    async with world.supervise():
        await until(lambda: len(world.started()) == 2)
        os.kill(dict(world.started())["process_scope"], signal.SIGKILL)
        await until(lambda: bool(world.runs.ends))
        assert await world.runs.state(run) is RunState.FAILED
        assert world.jobs.rows[job.id].state is JobState.RUNNING


async def test_a_run_that_was_overtaken_is_ended_though_it_hangs(world: World) -> None:
    job = await world.start_job()
    async with world.supervise():
        await until(lambda: bool(world.started()))
        pid = world.started()[0][1]
        os.kill(pid, signal.SIGSTOP)
        world.jobs.silent.add(job.id)
        await world.jobs.expire(5)
        await until(lambda: not is_alive(pid))
    assert world.jobs.delays == []


async def test_a_run_that_ended_its_job_has_time_to_end_itself(world: World) -> None:
    job = await world.start_job()
    async with world.supervise():
        await until(lambda: bool(world.started()))
        pid = world.started()[0][1]
        await world.jobs.finish(job.id, job.fence, "done")
        await asyncio.sleep(5 * LIMITS.look_s)
        assert is_alive(pid)
        await until(lambda: not is_alive(pid))


async def test_f36_a_run_whose_job_was_removed_is_ended_and_nobody_waits_for_it(
    world: World,
) -> None:
    job = await world.start_job()
    async with world.supervise():
        await until(lambda: bool(world.started()))
        pid = world.started()[0][1]
        del world.jobs.rows[job.id]
        await until(lambda: not is_alive(pid))
        await until(lambda: bool(world.runs.ends))
    assert world.jobs.delays == []


async def test_a_program_that_cannot_be_started_is_a_run_that_failed(world: World) -> None:
    job = await world.start_job()
    processes = Processes({}, world.folder, (str(world.folder / "missing"),))
    supervisor = Supervisor(processes, world.runs, world.jobs, ME, world.limits)
    task = asyncio.create_task(supervisor.supervise([]))
    await until(lambda: world.jobs.rows[job.id].state is JobState.WAITING)
    task.cancel()
    await asyncio.wait({task})
    assert world.runs.ends == [(run_of(job), 126, "its process ended: exit status 126")]


async def test_a_job_whose_supervisor_died_gets_another_attempt(world: World) -> None:
    job = await world.start_job()
    writer = Run(flow=FlowName.PROCESS_SCOPE, job=job.id, attempt=1)
    await world.runs.start(writer)
    for run in (run_of(job), writer):
        assert await world.runs.claim("supervisor-0") == run
    async with world.supervise():
        await until(lambda: len(world.runs.ends) == 2)
    assert world.jobs.rows[job.id].message == "its supervisor ended"
    assert world.jobs.delays == [5]
    assert world.started() == []


async def test_a_service_that_cannot_be_started_is_named(world: World) -> None:
    missing = World(world.folder / "missing")
    async with missing.supervise(service(SLEEP)) as supervising:
        with pytest.raises(OutsideError, match="server cannot be started"):
            await asyncio.wait_for(supervising, 20)


async def test_a_database_that_is_away_for_a_while_loses_no_end(world: World) -> None:
    class Away(MemoryRuns):
        failures = 3

        @override
        async def ended(self, run: Run, exit_status: int, message: str) -> None:
            if self.failures:
                self.failures -= 1
                raise StoreError("the database is away")
            await super().ended(run, exit_status, message)

    (world.folder / "how").write_text("3")
    world.runs = Away(error=StoreError("the database is away"))
    async with world.supervise():
        await asyncio.sleep(0.1)
        world.runs.error = None
        job = await world.start_job()
        await until(lambda: world.jobs.rows[job.id].state is JobState.WAITING)
    assert len(world.runs.ends) == 1


async def test_a_dead_service_is_started_again_and_given_up_when_it_never_lives(
    world: World,
) -> None:
    code = "import pathlib; pathlib.Path('starts').open('a').write('x')"
    async with world.supervise(service(code)) as supervising:
        with pytest.raises(OutsideError, match="server died 3 times in a row"):
            await asyncio.wait_for(supervising, 20)
    assert (world.folder / "starts").read_text() == "xxx"


async def test_a_service_that_refuses_its_settings_is_not_started_again(world: World) -> None:
    code = "import pathlib, sys; pathlib.Path('starts').open('a').write('x'); sys.exit(2)"
    async with world.supervise(service(code)) as supervising:
        with pytest.raises(OutsideError, match="server refuses to start"):
            await asyncio.wait_for(supervising, 20)
    assert (world.folder / "starts").read_text() == "x"


async def test_a_service_that_is_killed_runs_again(world: World) -> None:
    code = (
        "import os, pathlib, time\n"
        "pathlib.Path('pids').open('a').write(f'{os.getpid()}\\n')\n"
        "time.sleep(60)"
    )
    pids = world.folder / "pids"
    async with world.supervise(service(code)):
        await until(lambda: pids.exists() and pids.read_text().endswith("\n"))
        os.kill(int(pids.read_text()), signal.SIGKILL)
        await until(lambda: len(pids.read_text().splitlines()) == 2)


async def test_a_supervisor_that_is_stopped_leaves_no_child_and_no_verdict_behind(
    world: World,
) -> None:
    job = await world.start_job()
    stubborn = world.folder / "stubborn"
    async with world.supervise(service(IGNORE_SIGTERM), service(SLEEP)):
        await until(lambda: bool(world.started()) and stubborn.exists())
    assert not is_alive(world.started()[0][1])
    assert not is_alive(int(stubborn.read_text()))
    assert await world.runs.state(run_of(job)) is RunState.RUNNING
    assert world.jobs.delays == []


async def test_the_request_of_a_run_holds_ids_only(world: World) -> None:
    job = await world.start_job()
    request = json.loads(run_of(job).model_dump_json())
    assert request.keys() == {"flow", "job", "attempt", "scope"}
