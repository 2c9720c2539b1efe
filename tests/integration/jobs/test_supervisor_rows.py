"""kill -9 of a whole supervisor, over the real rows."""

import asyncio
import os
import signal
import sys
from pathlib import Path

from app.db.engine import Sessions
from app.db.jobs import JobRepo
from app.db.repositories import RepositoryRepo
from app.db.runs import RunRepo
from app.dispatch.processes import Processes
from app.domain.work.job import FlowName, Job, JobOrder, JobState, RunState
from app.domain.work.patience import Backoff
from app.jobs.scheduler import JobLimits, run_of
from app.jobs.supervisor import Supervisor, SupervisorLimits
from tests.fakes.work import SHOP
from tests.integration.dispatch.children import ROOT, command, is_alive, read_number

LIMITS = SupervisorLimits(
    poll_s=0.05, grace_s=2, jobs=JobLimits(backoff=Backoff(first_s=0.1, longest_s=1))
)

RUN = f"""
import os, pathlib, sys, time
sys.path.insert(0, {str(ROOT)!r})
from app.dispatch.lifeline import watch_parent
watch_parent()
first = not pathlib.Path("first").exists()
pathlib.Path("first" if first else "second").write_text(f"{{os.getpid()}}\\n")
time.sleep(60 if first else 0)
"""

SUPERVISOR = f"""
import asyncio, pathlib, sys
sys.path.insert(0, {str(ROOT)!r})
from app.db.engine import PoolOptions, open_sessions
from app.db.jobs import JobRepo
from app.db.runs import RunRepo
from app.dispatch.processes import Processes
from app.jobs.supervisor import Supervisor

async def main():
    async with open_sessions(sys.argv[1], PoolOptions()) as sessions:
        processes = Processes({{}}, pathlib.Path(sys.argv[2]), {command(RUN)!r})
        await Supervisor(processes, RunRepo(sessions), JobRepo(sessions), "first").supervise([])

asyncio.run(main())
"""


async def start_job(sessions: Sessions) -> Job:
    repository = await RepositoryRepo(sessions).upsert(SHOP)
    order = JobOrder(
        repository_id=repository.id, branch="main", flow=FlowName.FULL_GENERATION, reason="push"
    )
    await JobRepo(sessions).order(order)
    job = await JobRepo(sessions).promote(60)
    assert job is not None
    await RunRepo(sessions).start(run_of(job))
    return job


async def promoted(sessions: Sessions) -> Job:
    async with asyncio.timeout(20):
        while (job := await JobRepo(sessions).promote(60)) is None:  # noqa: ASYNC110 - a row
            await asyncio.sleep(0.05)
    return job


async def until_run_is(state: RunState, sessions: Sessions, job: Job) -> None:
    async with asyncio.timeout(20):
        while await RunRepo(sessions).state(run_of(job)) is not state:  # noqa: ASYNC110 - a row
            await asyncio.sleep(0.05)


async def test_runs_die_with_their_supervisor_and_their_job_gets_another_attempt_from_the_next(
    database_url: str, sessions: Sessions, tmp_path: Path
) -> None:
    job = await start_job(sessions)
    first = await asyncio.create_subprocess_exec(
        sys.executable, "-c", SUPERVISOR, database_url, str(tmp_path)
    )
    pid = await read_number(tmp_path / "first")
    first.kill()
    await first.wait()
    async with asyncio.timeout(5):
        while is_alive(pid):  # noqa: ASYNC110 - it is nobody's child here
            await asyncio.sleep(0.02)
    assert await RunRepo(sessions).state(run_of(job)) is RunState.RUNNING

    processes = Processes({}, tmp_path, command(RUN))
    second = Supervisor(processes, RunRepo(sessions), JobRepo(sessions), "second", LIMITS)
    task = asyncio.create_task(second.supervise([]))
    try:
        await until_run_is(RunState.FAILED, sessions, job)
        again = await promoted(sessions)
        await RunRepo(sessions).start(run_of(again))
        await read_number(tmp_path / "second")
        await until_run_is(RunState.DONE, sessions, again)
    finally:
        task.cancel()
        await asyncio.wait({task})
    assert (again.id, again.attempt) == (job.id, 2)
    assert again.fence > job.fence


async def test_a_run_that_is_killed_puts_its_row_and_its_job_back(
    sessions: Sessions, tmp_path: Path
) -> None:
    job = await start_job(sessions)
    processes = Processes({}, tmp_path, command(RUN))
    supervisor = Supervisor(processes, RunRepo(sessions), JobRepo(sessions), "only", LIMITS)
    task = asyncio.create_task(supervisor.supervise([]))
    try:
        pid = await read_number(tmp_path / "first")
        os.kill(pid, signal.SIGKILL)
        await until_run_is(RunState.FAILED, sessions, job)
        async with asyncio.timeout(5):
            while (await JobRepo(sessions).get(job.id)).state is JobState.RUNNING:  # noqa: ASYNC110 - a row
                await asyncio.sleep(0.02)
    finally:
        task.cancel()
        await asyncio.wait({task})
    after = await JobRepo(sessions).get(job.id)
    assert (after.state, after.message) == (
        JobState.WAITING,
        "its process ended: killed by SIGKILL",
    )
