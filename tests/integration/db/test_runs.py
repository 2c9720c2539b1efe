import asyncio

import pytest

from app.db.engine import Sessions
from app.db.jobs import JobRepo
from app.db.runs import RunRepo
from app.domain.work.job import FlowName, JobOrder, Run, RunState
from app.domain.work.repository import Repository


@pytest.fixture
async def run(sessions: Sessions, repository: Repository) -> Run:
    order = JobOrder(
        repository_id=repository.id, branch="main", flow=FlowName.FULL_GENERATION, reason="push"
    )
    job = await JobRepo(sessions).order(order)
    return Run(flow=FlowName.FULL_GENERATION, job=job.id)


async def test_run_that_is_asked_for_twice_is_started_once(sessions: Sessions, run: Run) -> None:
    runs = RunRepo(sessions)
    assert await runs.state(run) is None

    await runs.start(run)
    await runs.start(run)

    assert await runs.state(run) is RunState.WAITING
    assert await runs.claim("me") == run
    assert await runs.claim("me") is None
    assert await runs.running() == [run]


async def test_two_supervisors_never_take_the_same_run(sessions: Sessions, run: Run) -> None:
    runs = RunRepo(sessions)
    scopes = [
        run.model_copy(update={"flow": FlowName.PROCESS_SCOPE, "scope": f"part{number}"})
        for number in range(8)
    ]
    for each in scopes:
        await runs.start(each)

    taken = await asyncio.gather(*(runs.claim(f"owner {number}") for number in range(4)))

    names = [each.name for each in taken if each is not None]
    assert len(names) == len(set(names))


async def test_only_the_first_end_of_a_run_counts(sessions: Sessions, run: Run) -> None:
    runs = RunRepo(sessions)
    await runs.start(run)
    await runs.claim("me")

    await runs.ended(run, 1, "out of memory")
    await runs.ended(run, 0, "")

    assert await runs.state(run) is RunState.FAILED
    assert await runs.running() == []
    await runs.start(run)
    assert await runs.claim("me") is None


async def test_runs_of_a_dead_supervisor_end_once_and_never_wait_again(
    sessions: Sessions, run: Run
) -> None:
    runs = RunRepo(sessions)
    await runs.start(run)
    await runs.claim("dead")

    assert await runs.adopt_orphans("dead", "its supervisor ended") == []
    adopted = await asyncio.gather(
        *(runs.adopt_orphans(owner, "its supervisor ended") for owner in ("alive", "too"))
    )

    assert sorted(adopted, key=len) == [[], [run]]
    assert await runs.state(run) is RunState.FAILED
    assert await runs.claim("alive") is None
