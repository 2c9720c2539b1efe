import asyncio
from uuid import uuid4

import pytest

from app.db.engine import Sessions
from app.db.jobs import JobRepo
from app.db.repositories import RepositoryRepo
from app.db.runs import RunRepo
from app.dispatch.rows import RowEngine
from app.domain.work.job import FlowName, Job, JobOrder, JobState, Progress
from app.domain.work.repository import Provider, Repository
from app.errors import LeaseLost, QueueFull, StoreError
from app.jobs.scheduler import JobLimits, Scheduler, run_of
from tests.integration.db.conftest import SHOP


@pytest.fixture
def jobs(sessions: Sessions) -> JobRepo:
    return JobRepo(sessions)


def order(
    repository: Repository,
    flow: FlowName = FlowName.FULL_GENERATION,
    *,
    branch: str = "main",
    reason: str = "push",
    pages: tuple[str, ...] = (),
    fresh: bool = False,
) -> JobOrder:
    return JobOrder(
        repository_id=repository.id,
        branch=branch,
        flow=flow,
        reason=reason,
        pages=pages,
        fresh=fresh,
    )


async def promoted(jobs: JobRepo, lease_s: float = 60) -> Job:
    job = await jobs.promote(lease_s)
    assert job is not None
    return job


async def test_orders_for_a_branch_become_one_job_that_does_the_larger_work(
    jobs: JobRepo, repository: Repository
) -> None:
    first = order(repository, FlowName.INDEX_PAGES)
    small = await jobs.order(first.model_copy(update={"local_writer_only": True}))
    large = await jobs.order(order(repository, FlowName.FULL_GENERATION, reason="regenerate"))
    again = await jobs.order(order(repository, FlowName.INCREMENTAL_UPDATE))
    elsewhere = await jobs.order(order(repository, branch="next"))

    assert small.id == large.id == again.id != elsewhere.id
    assert again.flow is FlowName.FULL_GENERATION
    assert again.reason == "push; regenerate"
    assert not again.local_writer_only
    assert again.repository == repository


async def test_job_that_nobody_agreed_to_a_model_for_gets_one_only_with_a_consent(
    jobs: JobRepo, repository: Repository
) -> None:
    push = order(repository).model_copy(update={"local_writer_only": True})
    await jobs.order(push)
    assert (await jobs.order(push)).local_writer_only
    assert not (await jobs.order(order(repository, reason="mona asked for it"))).local_writer_only
    assert not (await jobs.order(push)).local_writer_only


async def test_pages_that_are_asked_for_one_after_the_other_are_written_by_one_job(
    jobs: JobRepo, repository: Repository
) -> None:
    await jobs.order(order(repository, pages=("home",), fresh=True))
    pushed = await jobs.order(order(repository))
    assert (pushed.fresh, pushed.pages) == (True, ("home",))
    both = await jobs.order(order(repository, pages=("other", "home"), fresh=True))
    assert (both.fresh, both.pages) == (True, ("home", "other"))
    everything = await jobs.order(order(repository, fresh=True))
    assert (everything.fresh, everything.pages) == (True, ())


async def test_job_knows_what_a_push_wanted_beside_the_person_who_asked(
    jobs: JobRepo, repository: Repository
) -> None:
    asked = order(repository, pages=("home",), fresh=True).model_copy(update={"asked_by": "mona"})
    alone = await jobs.order(asked)
    assert (alone.asked_by, alone.unasked) == ("mona", None)
    pushed = await jobs.order(order(repository, FlowName.INCREMENTAL_UPDATE))
    assert (pushed.asked_by, pushed.unasked) == ("mona", FlowName.INCREMENTAL_UPDATE)

    running = await promoted(jobs)
    await jobs.go_on_without(running.id, running.fence, FlowName.INCREMENTAL_UPDATE)
    less = await jobs.get(running.id)
    assert (less.flow, less.fresh, less.pages) == (FlowName.INCREMENTAL_UPDATE, False, ())


async def test_what_goes_on_without_a_person_asks_no_model_that_only_they_agreed_to(
    jobs: JobRepo, repository: Repository
) -> None:
    installed = order(repository, FlowName.FULL_GENERATION).model_copy(
        update={"local_writer_only": True}
    )
    asked = order(repository, fresh=True).model_copy(update={"asked_by": "mona"})
    await jobs.order(installed)
    assert not (await jobs.order(asked)).local_writer_only

    running = await promoted(jobs)
    await jobs.go_on_without(running.id, running.fence, FlowName.FULL_GENERATION)
    assert (await jobs.get(running.id)).local_writer_only

    await jobs.fail(running.id, running.fence, "later", 0)
    assert not (await jobs.order(order(repository))).local_writer_only


async def test_heir_of_a_job_knows_what_a_push_wanted_of_it(
    jobs: JobRepo, repository: Repository
) -> None:
    asked = order(repository, fresh=True).model_copy(update={"asked_by": "mona"})
    await jobs.order(order(repository, FlowName.INCREMENTAL_UPDATE))
    await jobs.order(asked)
    lost = await promoted(jobs)
    await jobs.order(asked)
    await jobs.fail(lost.id, lost.fence, "GitHub is down", 0)
    assert (await promoted(jobs)).unasked is FlowName.INCREMENTAL_UPDATE


async def test_heir_of_a_job_pays_for_no_answer_twice_and_is_of_who_asked_last(
    jobs: JobRepo, repository: Repository
) -> None:
    asked = order(repository, fresh=True).model_copy(
        update={"asked_by": "mona", "cause": "comment:7:9:regenerate:"}
    )
    await jobs.order(asked)
    running = await promoted(jobs)
    later = asked.model_copy(update={"asked_by": "anna", "cause": "comment:7:10:regenerate:"})
    await jobs.order(later)
    await jobs.fail(running.id, running.fence, "GitHub answered 502", 0)
    heir = await promoted(jobs)
    assert heir.id != running.id
    assert heir.wish == running.wish == "comment:7:9:regenerate:"
    assert heir.asked_by == "anna"


async def test_orders_at_the_same_moment_make_one_job(
    jobs: JobRepo, repository: Repository
) -> None:
    made = await asyncio.gather(
        *(jobs.order(order(repository, reason=f"push {number}")) for number in range(8))
    )

    assert len({job.id for job in made}) == 1
    assert (await jobs.get(made[0].id)).reason.count("push") == 8


async def test_only_one_job_of_a_branch_runs(jobs: JobRepo, repository: Repository) -> None:
    first = await jobs.order(order(repository))
    running = await promoted(jobs)
    second = await jobs.order(order(repository))

    assert running.id == first.id != second.id
    assert (running.state, running.attempt, running.fence) == (JobState.RUNNING, 1, 1)
    assert await jobs.promote(60) is None
    assert [job.id for job in await jobs.active(repository.id)] == [first.id, second.id]

    await jobs.finish(first.id, running.fence, "done")
    assert (await promoted(jobs)).id == second.id
    assert [job.id for job in await jobs.unfinished()] == [second.id]


async def test_two_schedulers_never_let_the_same_job_run(
    jobs: JobRepo, repository: Repository
) -> None:
    for number in range(6):
        await jobs.order(order(repository, branch=f"b{number}"))

    made = await asyncio.gather(*(jobs.promote(60) for _ in range(4)))

    ids = [job.id for job in made if job is not None]
    assert len(ids) == len(set(ids))


async def test_f23_run_that_was_given_up_can_have_no_further_effect(
    jobs: JobRepo, repository: Repository
) -> None:
    await jobs.order(order(repository))
    old = await promoted(jobs, lease_s=0)
    [expired] = await jobs.expire(5)
    assert (expired.id, expired.state) == (old.id, JobState.WAITING)

    new = await promoted(jobs)

    assert (new.id, new.attempt, new.fence) == (old.id, 2, 2)
    for effect in (
        jobs.confirm(old.id, old.fence),
        jobs.renew(old.id, old.fence, 60),
        jobs.set_commit(old.id, old.fence, "c0ffee"),
        jobs.finish(old.id, old.fence, "done"),
        jobs.fail(old.id, old.fence, "broken", 0),
    ):
        with pytest.raises(LeaseLost, match="taken over"):
            await effect
    await jobs.set_commit(new.id, new.fence, "c0ffee")
    await jobs.finish(new.id, new.fence, "documented")
    done = await jobs.get(new.id)
    assert (done.state, done.commit, done.message) == (JobState.DONE, "c0ffee", "documented")


async def test_lease_that_is_renewed_or_confirmed_does_not_expire(
    jobs: JobRepo, repository: Repository
) -> None:
    await jobs.order(order(repository))
    job = await promoted(jobs, lease_s=0)

    await jobs.confirm(job.id, job.fence)
    assert await jobs.expire() == []
    await jobs.renew(job.id, job.fence, 0)
    assert len(await jobs.expire()) == 1


async def test_job_that_never_gets_anywhere_ends(jobs: JobRepo, repository: Repository) -> None:
    await jobs.order(order(repository))
    await promoted(jobs, lease_s=0)

    [ended] = await jobs.expire(max_attempts=1)

    assert (ended.state, ended.message) == (JobState.FAILED, "the run gave no sign of life")
    assert await jobs.unfinished() == []


async def test_failed_job_waits_for_its_time_or_ends(jobs: JobRepo, repository: Repository) -> None:
    await jobs.order(order(repository))
    job = await promoted(jobs)
    await jobs.fail(job.id, job.fence, "GitHub is down", 0)
    job = await promoted(jobs)
    await jobs.fail(job.id, job.fence, "GitHub is down", 60)
    assert await jobs.promote(60) is None
    assert (await jobs.get(job.id)).state is JobState.WAITING

    other = await jobs.order(order(repository, branch="next"))
    job = await promoted(jobs)
    await jobs.fail(job.id, job.fence, "no such branch", None)
    assert (await jobs.get(other.id)).state is JobState.FAILED


async def test_rate_limit_costs_no_try_and_its_next_attempt_has_a_name_of_its_own(
    jobs: JobRepo, repository: Repository
) -> None:
    await jobs.order(order(repository))
    names = set()
    for _ in range(7):
        job = await promoted(jobs, lease_s=0)
        names.add(run_of(job).name)
        await jobs.fail(job.id, job.fence, "GitHub asks to wait", 0, costs_attempt=False)
    job = await promoted(jobs, lease_s=0)
    assert (job.attempt, job.tries, len(names)) == (8, 1, 7)

    [waiting] = await jobs.expire(max_attempts=2)
    assert waiting.state is JobState.WAITING
    await promoted(jobs, lease_s=0)
    [ended] = await jobs.expire(max_attempts=2)
    assert ended.state is JobState.FAILED


async def test_rate_limits_without_an_end_cost_tries_in_the_end(
    jobs: JobRepo, repository: Repository
) -> None:
    job = await jobs.order(order(repository))
    for _ in range(102):
        job = await promoted(jobs)
        await jobs.fail(job.id, job.fence, "GitHub asks to wait", 0, costs_attempt=False)
    assert (await jobs.get(job.id)).tries == 2


@pytest.mark.parametrize("end", ["waiting", "running", "done", "failed"])
async def test_order_that_is_repeated_finds_its_job_whatever_became_of_it(
    jobs: JobRepo, repository: Repository, end: str
) -> None:
    wish = order(repository, fresh=True).model_copy(update={"cause": "comment:9"})
    first = await jobs.order(wish)
    if end != "waiting":
        running = await promoted(jobs)
        if end == "done":
            await jobs.finish(first.id, running.fence, "documented")
        if end == "failed":
            await jobs.fail(first.id, running.fence, "no such branch", None)

    again = await jobs.order(wish)

    assert (again.id, again.state) == (first.id, end)
    assert await jobs.promote(60) is None or end == "waiting"


async def test_order_that_was_added_to_a_waiting_job_or_inherited_is_known_too(
    jobs: JobRepo, repository: Repository
) -> None:
    wishes = [
        order(repository, pages=(page,), fresh=True).model_copy(
            update={"cause": f"comment:9:{page}"}
        )
        for page in ("home", "api", "guide")
    ]
    first = await jobs.order(wishes[0])
    await jobs.order(wishes[1])
    lost = await promoted(jobs)
    heir = await jobs.order(wishes[2])
    await jobs.fail(lost.id, lost.fence, "GitHub is down", 0)
    running = await promoted(jobs)
    await jobs.finish(running.id, running.fence, "documented")

    assert lost.id == first.id != heir.id == running.id
    assert [(await jobs.order(wish)).id for wish in wishes] == [heir.id] * 3
    assert await jobs.promote(60) is None


async def test_repeated_orders_at_the_same_moment_make_one_job(
    jobs: JobRepo, repository: Repository
) -> None:
    wish = order(repository).model_copy(update={"cause": "comment:9"})
    made = await asyncio.gather(*(jobs.order(wish) for _ in range(6)))
    assert len({job.id for job in made}) == 1
    assert made[0].reason == made[-1].reason == "push"


async def test_job_that_is_put_back_leaves_its_work_to_the_one_that_waits(
    jobs: JobRepo, repository: Repository
) -> None:
    await jobs.order(order(repository, FlowName.FULL_GENERATION))
    lost = await promoted(jobs, lease_s=0)
    newer = await jobs.order(order(repository, FlowName.INDEX_PAGES, reason="merge"))

    [ended] = await jobs.expire()

    assert (ended.id, ended.state) == (lost.id, JobState.FAILED)
    assert str(newer.id) in ended.message
    heir = await promoted(jobs)
    assert (heir.id, heir.flow) == (newer.id, FlowName.FULL_GENERATION)


async def test_job_of_a_laptop_is_left_alone_by_a_server_that_ticks_beside_it(
    jobs: JobRepo, sessions: Sessions, repository: Repository
) -> None:
    local = SHOP.model_copy(update={"provider": Provider.LOCAL})
    laptop = await RepositoryRepo(sessions).upsert(local)
    runs = RunRepo(sessions)
    mine = await jobs.begin(order(laptop), lease_s=0)
    waiting = await jobs.order(order(laptop, branch="next"))
    pushed = await jobs.order(order(repository))
    scheduler = Scheduler(jobs, RowEngine(runs), JobLimits(parallel=2))

    for _ in range(3):
        await scheduler.tick()

    assert await jobs.get(mine.id) == mine
    assert (await jobs.get(waiting.id)).state is JobState.WAITING
    started = await runs.claim("me")
    assert started is not None
    assert started.job == pushed.id
    assert await runs.claim("me") is None
    assert [job.id for job in await jobs.unfinished()] == [pushed.id]
    await jobs.confirm(mine.id, mine.fence)


async def test_progress_is_told_in_order(jobs: JobRepo, repository: Repository) -> None:
    job = await jobs.order(order(repository))
    lines = [Progress(stage="pages", done=number, total=3) for number in range(4)]

    for line in lines:
        await jobs.add_progress(job.id, line)

    assert await jobs.progress(job.id) == lines


async def test_unknown_job_or_repository_is_a_store_error(
    jobs: JobRepo, repository: Repository
) -> None:
    with pytest.raises(StoreError, match="is not in the database"):
        await jobs.get(uuid4())
    with pytest.raises(StoreError, match="no longer has the row"):
        await jobs.order(order(repository.model_copy(update={"id": 99})))


async def test_a_job_too_many_is_refused_but_nobody_who_asks_and_none_that_waits_for_its_wave(
    sessions: Sessions, repository: Repository
) -> None:
    jobs = JobRepo(sessions, most_waiting=2)
    later = order(repository, branch="later").model_copy(update={"settle": 3600})
    for each in (later, order(repository), order(repository, branch="next")):
        await jobs.order(each)
    with pytest.raises(QueueFull, match="AUTODOC_CAPS__WAITING_JOBS"):
        await jobs.order(order(repository, branch="third"))
    assert (await jobs.order(order(repository))).branch == "main"
    asked = order(repository, branch="third").model_copy(update={"asked_by": "mona"})
    assert (await jobs.order(asked)).branch == "third"
    await promoted(jobs)
    await promoted(jobs)
    assert (await jobs.order(order(repository, branch="fourth"))).branch == "fourth"


async def test_who_asks_does_not_wait_for_the_wave(jobs: JobRepo, repository: Repository) -> None:
    await jobs.order(order(repository).model_copy(update={"settle": 3600}))
    assert await jobs.promote(60) is None
    await jobs.order(order(repository).model_copy(update={"asked_by": "mona"}))
    assert (await promoted(jobs)).asked_by == "mona"
