from datetime import UTC, datetime
from decimal import Decimal
from uuid import uuid4

import pytest

from app.db.engine import Sessions
from app.db.job_control import JobControl
from app.db.job_reports import JobReportRepo
from app.db.jobs import JobRepo
from app.db.repositories import RepositoryRepo
from app.db.usage import UsageRepo
from app.domain.work.budget import Account, Amounts
from app.domain.work.job import JobState, Progress, WrittenPage
from app.domain.work.repository import Provider, Repository
from app.errors import InputError, LeaseLost
from tests.integration.db.conftest import SHOP
from tests.integration.db.test_jobs import order, promoted

NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)
CAPS = Amounts(
    job=Decimal(1),
    repository_month=Decimal(1),
    installation_month=Decimal(1),
    month=Decimal(1),
)


@pytest.fixture
def jobs(sessions: Sessions) -> JobRepo:
    return JobRepo(sessions)


@pytest.fixture
def control(sessions: Sessions, jobs: JobRepo) -> JobControl:
    return JobControl(sessions, jobs)


@pytest.fixture
def reports(sessions: Sessions) -> JobReportRepo:
    return JobReportRepo(sessions)


async def test_report_tells_stages_pages_and_why_earlier_attempts_failed(
    jobs: JobRepo, reports: JobReportRepo, repository: Repository
) -> None:
    job = await jobs.order(order(repository))
    lost = await promoted(jobs)
    await jobs.add_progress(job.id, Progress(stage="facts"))
    await jobs.fail(job.id, lost.fence, "the network was away", 0)
    again = await promoted(jobs)
    page = WrittenPage(path="a.md", title="A", writer="local", findings=2, attempts=1)
    await jobs.add_progress(job.id, Progress(stage="facts"))
    await jobs.add_progress(job.id, Progress(stage="pages", done=1, total=2, page=page))
    await jobs.add_progress(job.id, Progress(stage="pages", done=2, total=2, detail="9 tokens"))

    report = await reports.report(job.id)
    assert report is not None
    assert [(each.name, each.done, each.total) for each in report.stages] == [
        ("facts", 0, 0),
        ("pages", 2, 2),
    ]
    assert {each.attempt for each in report.stages} == {again.attempt}
    assert [(each.attempt, each.message) for each in report.failures] == [
        (1, "the network was away")
    ]
    assert report.began_at is not None
    [line] = await reports.pages(job.id)
    assert (line.page, line.attempt) == (page, 2)
    assert await reports.pages(job.id, after=line.id) == []
    assert await reports.report(uuid4()) is None


async def test_pulse_beats_with_each_line_each_call_and_each_change_of_hands(
    jobs: JobRepo, reports: JobReportRepo, repository: Repository, sessions: Sessions
) -> None:
    job = await jobs.order(order(repository))
    seen = [await reports.pulse(job.id)]
    await promoted(jobs)
    seen.append(await reports.pulse(job.id))
    await jobs.add_progress(job.id, Progress(stage="facts"))
    seen.append(await reports.pulse(job.id))
    account = Account(job=job.id, repository_id=repository.id, caps=CAPS)
    await UsageRepo(sessions).reserve(account, "gpt", Decimal("0.01"), NOON)
    seen.append(await reports.pulse(job.id))
    assert None not in seen
    assert len(set(seen)) == len(seen)
    assert await reports.pulse(uuid4()) is None


async def test_list_has_the_newest_job_first_and_finds_one_by_the_beginning_of_its_id(
    jobs: JobRepo, reports: JobReportRepo, repository: Repository
) -> None:
    first = await jobs.order(order(repository))
    second = await jobs.order(order(repository, branch="next"))
    assert [each.job.id for each in await reports.newest()] == [second.id, first.id]
    assert [each.job.id for each in await reports.newest(1)] == [second.id]
    assert [each.job.id for each in await reports.beginning(str(first.id)[:13].upper())] == [
        first.id
    ]
    assert await reports.beginning("%") == []


async def test_cancelled_run_loses_its_lease_and_its_branch_is_free(
    jobs: JobRepo, control: JobControl, repository: Repository
) -> None:
    await jobs.order(order(repository))
    running = await promoted(jobs)
    cancelled = await control.cancel(running.id, "mona")
    assert (cancelled.state, cancelled.message) == (JobState.CANCELLED, "cancelled by mona")
    with pytest.raises(LeaseLost):
        await jobs.confirm(running.id, running.fence)
    with pytest.raises(LeaseLost):
        await jobs.finish(running.id, running.fence, "done all the same")
    with pytest.raises(InputError, match="cancelled already"):
        await control.cancel(running.id)
    await jobs.order(order(repository))
    assert (await promoted(jobs)).id != running.id


async def test_job_that_waits_is_cancelled_at_once(
    jobs: JobRepo, control: JobControl, repository: Repository
) -> None:
    job = await jobs.order(order(repository))
    assert (await control.cancel(job.id)).message == "cancelled on the command line"
    assert await jobs.promote(60) is None


async def test_cancelled_job_is_ordered_again_with_all_that_it_was_to_do(
    jobs: JobRepo, control: JobControl, repository: Repository
) -> None:
    wished = order(repository, pages=("home",), fresh=True).model_copy(update={"asked_by": "hubot"})
    job = await jobs.order(wished)
    with pytest.raises(InputError, match="waiting"):
        await control.retry(job.id)
    await control.cancel(job.id)
    again = await control.retry(job.id, "mona")
    assert again.id != job.id
    assert (again.fresh, again.pages, again.state) == (True, ("home",), JobState.WAITING)
    assert (again.reason, again.asked_by) == ("push; ordered again by mona", "mona")
    assert (await control.retry(job.id, "mona")).id == again.id

    # Somebody who clicks twice pays once, even when the first click's job has begun.
    running = await promoted(jobs)
    assert (await control.retry(job.id, "mona")).id == running.id == again.id
    await jobs.finish(running.id, running.fence, "done")
    with pytest.raises(InputError, match="ordered again as job"):
        await control.retry(job.id, "mona")


async def test_job_that_settles_is_due_at_once_when_somebody_forces_it(
    jobs: JobRepo, control: JobControl, repository: Repository
) -> None:
    job = await jobs.order(order(repository).model_copy(update={"settle": 600}))
    assert await jobs.promote(60) is None
    await control.force(job.id)
    assert (await promoted(jobs)).id == job.id
    with pytest.raises(InputError, match="running"):
        await control.force(job.id)


async def test_job_of_the_command_line_is_not_ordered_again_for_the_server(
    jobs: JobRepo, control: JobControl, sessions: Sessions
) -> None:
    ref = SHOP.model_copy(update={"provider": Provider.LOCAL, "external_id": "/shop"})
    local = await RepositoryRepo(sessions).upsert(ref)
    job = await jobs.begin(order(local), 60)
    await control.cancel(job.id)
    with pytest.raises(InputError, match="autodoc generate"):
        await control.retry(job.id)


async def test_how_the_newest_job_of_a_branch_ended_is_known(
    jobs: JobRepo, reports: JobReportRepo, repository: Repository
) -> None:
    assert await reports.last_message(repository.id, "main") == ""
    for message in ("it holds still", "it went on"):
        await jobs.order(order(repository))
        ended = await promoted(jobs)
        await jobs.finish(ended.id, ended.fence, message)
    await jobs.order(order(repository))
    await promoted(jobs)
    assert await reports.last_message(repository.id, "main") == "it went on"
    assert await reports.last_message(repository.id, "next") == ""
