import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import pytest
from typing_extensions import override

from app.domain.work.job import FlowName, Job, JobOrder, JobState, Run, RunState
from app.domain.work.patience import Backoff
from app.errors import OutsideError
from app.jobs.scheduler import JobLimits, Scheduler, run_of
from tests.fakes.work import MemoryJobs, MemoryRuns

LIMITS = JobLimits(parallel=2, tick_s=60, attempts=3, backoff=Backoff(first_s=5, longest_s=600))


@dataclass
class World:
    jobs: MemoryJobs = field(default_factory=MemoryJobs)
    engine: MemoryRuns = field(default_factory=MemoryRuns)

    async def order(self, branch: str = "main") -> Job:
        order = JobOrder(
            repository_id=1, branch=branch, flow=FlowName.FULL_GENERATION, reason="push"
        )
        return await self.jobs.order(order)

    def scheduler(self) -> Scheduler:
        return Scheduler(self.jobs, self.engine, LIMITS)

    async def tick(self) -> None:
        await self.scheduler().tick()

    def end_run(self, job: Job, state: RunState) -> None:
        run = run_of(self.jobs.rows[job.id])
        self.engine.rows[run.name] = (run, state)


async def test_a_waiting_job_gets_a_run_of_its_attempt() -> None:
    world = World()
    job = await world.order()
    await world.tick()
    ((run, _),) = world.engine.rows.values()
    assert (run.job, run.attempt, run.flow) == (job.id, 1, FlowName.FULL_GENERATION)
    assert world.jobs.rows[job.id].state is JobState.RUNNING


async def test_one_branch_has_one_run_at_a_time() -> None:
    world = World()
    await world.order()
    await world.tick()
    await world.order()
    await world.tick()
    assert len(world.engine.rows) == 1


async def test_no_more_jobs_run_at_once_than_the_bound() -> None:
    world = World()
    jobs = [await world.order(branch) for branch in ("a", "b", "c")]
    await world.tick()
    await world.tick()
    assert len(world.engine.rows) == 2
    await world.jobs.finish(jobs[0].id, 1, "done")
    await world.tick()
    assert len(world.engine.rows) == 3


async def test_a_job_whose_run_was_never_asked_for_gets_it_in_the_same_attempt() -> None:
    world = World()
    job = await world.order()
    await world.jobs.promote(60)
    await world.tick()
    assert world.engine.rows.keys() == {run_of(world.jobs.rows[job.id]).name}
    assert world.jobs.rows[job.id].attempt == 1


async def test_an_engine_that_is_down_costs_no_attempt_and_the_job_starts_when_it_is_back() -> None:
    world = World(engine=MemoryRuns(error=OutsideError("Prefect could not start")))
    job = await world.order()
    for _ in range(10):
        await world.tick()
    assert world.engine.rows == {}
    assert len(world.jobs.renewed) == 10
    world.engine.error = None
    await world.tick()
    assert len(world.engine.rows) == 1
    assert world.jobs.rows[job.id].attempt == 1


async def test_a_run_that_waits_for_a_worker_keeps_its_job() -> None:
    world = World()
    job = await world.order()
    await world.tick()
    await world.tick()
    assert world.jobs.renewed == [job.id]


async def test_a_run_that_works_keeps_its_job_itself() -> None:
    world = World()
    job = await world.order()
    await world.tick()
    world.end_run(job, RunState.RUNNING)
    await world.tick()
    assert world.jobs.renewed == []


@pytest.mark.parametrize("state", [RunState.FAILED, RunState.DONE])
async def test_a_run_that_left_its_job_open_is_tried_again_later_and_not_for_ever(
    state: RunState,
) -> None:
    world = World()
    job = await world.order()
    for _ in range(LIMITS.attempts + 2):
        await world.tick()
        if world.jobs.rows[job.id].state is JobState.RUNNING:
            world.end_run(job, state)
    assert world.jobs.rows[job.id].state is JobState.FAILED
    assert world.jobs.delays == [5, 10, None]
    assert len(world.engine.rows) == LIMITS.attempts


async def test_attempts_that_only_met_a_rate_limit_are_not_held_against_a_job() -> None:
    world = World()
    job = await world.order()
    await world.tick()
    world.jobs.rows[job.id] = world.jobs.rows[job.id].model_copy(
        update={"attempt": LIMITS.attempts + 4, "spared": LIMITS.attempts + 3}
    )
    world.end_run(job, RunState.FAILED)
    await world.tick()
    assert world.jobs.delays == [5]


async def test_a_run_that_ends_its_job_during_the_tick_is_left_alone() -> None:
    class Ending(MemoryRuns):
        @override
        async def states(self, runs: Sequence[Run]) -> Mapping[str, RunState]:
            for run in runs:
                await world.jobs.finish(run.job, world.jobs.rows[run.job].fence, "done")
            return {run.name: RunState.DONE for run in runs}

    world = World(engine=Ending())
    job = await world.order()
    await world.tick()
    await world.tick()
    assert world.jobs.rows[job.id].state is JobState.DONE
    assert world.jobs.delays == []


async def test_a_job_without_a_sign_of_life_is_put_back_and_its_run_abandoned() -> None:
    world = World()
    job = await world.order()
    await world.tick()
    world.jobs.silent.add(job.id)
    await world.tick()
    assert world.engine.abandoned == [job.id]
    assert world.jobs.rows[job.id].attempt == 2
    assert len(world.engine.rows) == 2


async def test_a_tick_that_fails_stops_no_other_and_an_order_is_not_left_until_the_next() -> None:
    class Away(MemoryJobs):
        away = True

        @override
        async def expire(self, max_attempts: int) -> list[Job]:
            if self.away:
                raise OutsideError("the database is away")
            return await super().expire(max_attempts)

    jobs = Away()
    world = World(jobs)
    scheduler = world.scheduler()
    running = asyncio.create_task(scheduler.run())
    try:
        await asyncio.sleep(0.05)
        jobs.away = False
        await world.order()
        scheduler.wake()
        async with asyncio.timeout(5):
            while not world.engine.rows:  # noqa: ASYNC110 - the scheduler tells nobody
                await asyncio.sleep(0.01)
    finally:
        running.cancel()
        await asyncio.wait({running})
