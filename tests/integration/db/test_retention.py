from uuid import UUID

import pytest
from sqlalchemy import text

from app.db.checks import SiteCheckRepo
from app.db.engine import Sessions, transaction
from app.db.jobs import JobRepo
from app.db.retention import Retention
from app.db.runs import RunRepo
from app.db.scopes import ScopeRepo
from app.db.upkeep import RevisionRepo
from app.domain.wiki.page import ScopeResult, WikiStructure
from app.domain.wiki.revision import Revision
from app.domain.work.job import FlowName, JobOrder, Run
from app.domain.work.repository import Repository

DELIVERY = """
INSERT INTO deliveries (guid, event, action, body, body_digest, once_per_body, state, received_at)
VALUES (:guid, 'push', '', '', '', false, :state, now() - make_interval(days => :age))
"""
EVENT = "INSERT INTO job_events (job_id, stage, done, total, detail) VALUES (:id, 'read', 1, 2, '')"
END = """
UPDATE jobs SET state = :state, ended_at = now() - make_interval(days => :age) WHERE id = :id
"""


async def send(sessions: Sessions, statement: str, **values: object) -> None:
    async with transaction(sessions) as session:
        await session.execute(text(statement), values)


async def count(sessions: Sessions, table: str) -> int:
    async with transaction(sessions) as session:
        return await session.scalar(text(f"SELECT count(*) FROM {table}")) or 0  # noqa: S608 - a name of ours


@pytest.fixture
async def job(sessions: Sessions, repository: Repository) -> UUID:
    """A job with a run, a line of progress, an order to a writer and a result."""
    order = JobOrder(
        repository_id=repository.id, branch="main", flow=FlowName.FULL_GENERATION, reason="push"
    )
    job = await JobRepo(sessions).order(order)
    await RunRepo(sessions).start(Run(flow=FlowName.FULL_GENERATION, job=job.id))
    await send(sessions, EVENT, id=job.id)
    structure = WikiStructure(title="Shop", pages=())
    await ScopeRepo(sessions).store(
        job.id, "1", ScopeResult(scope="", structure=structure, pages=())
    )
    await RevisionRepo(sessions).store(job.id, "", Revision())
    return job.id


async def test_processed_deliveries_go_when_they_are_old_a_bounded_number_at_a_time(
    sessions: Sessions,
) -> None:
    for number, (state, age) in enumerate(
        [("done", 31), ("failed", 40), ("done", 99), ("done", 29), ("waiting", 99)]
    ):
        await send(sessions, DELIVERY, guid=str(number), state=state, age=age)
    retention = Retention(sessions)

    removed = [await retention.prune(30, rows=2) for _ in range(3)]

    assert removed == [2, 1, 0]
    assert await count(sessions, "deliveries WHERE guid IN ('3', '4')") == 2
    assert await count(sessions, "deliveries") == 2


@pytest.mark.parametrize("state", ["done", "failed"])
async def test_what_an_old_job_left_behind_goes_and_the_job_stays(
    sessions: Sessions, job: UUID, state: str
) -> None:
    await send(sessions, END, id=job, state=state, age=31)

    left = ("job_events", "revisions", "runs", "scopes")
    assert await Retention(sessions).prune(30) == len(left)
    assert [await count(sessions, each) for each in left] == [0, 0, 0, 0]
    assert await count(sessions, "jobs") == 1


@pytest.mark.parametrize(("state", "age"), [("done", 29), ("waiting", 99), ("running", 99)])
async def test_what_is_young_or_not_over_stays(
    sessions: Sessions, job: UUID, state: str, age: int
) -> None:
    await send(sessions, END, id=job, state=state, age=age)

    assert await Retention(sessions).prune(30) == 0


async def test_checks_of_sites_go_when_they_are_old(sessions: Sessions) -> None:
    insert = (
        "INSERT INTO site_checks (key, findings, checked_at)"
        " VALUES (:key, '[]', now() - make_interval(days => :age))"
    )
    for key, age in (("old", 31), ("young", 29), ("old and asked for", 31)):
        await send(sessions, insert, key=key, age=age)
    await SiteCheckRepo(sessions).find("old and asked for")

    assert await Retention(sessions).prune(30) == 1

    assert await count(sessions, "site_checks") == 2
