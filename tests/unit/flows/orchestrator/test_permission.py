from dataclasses import dataclass
from uuid import UUID

import pytest

from app.domain.work.job import FlowName, Job, JobState
from app.domain.work.repository import Repository
from app.errors import InputError
from flows.orchestrator.permission import still_allowed, what_holds
from tests.fakes.work import SHOP

JOB = Job(
    id=UUID(int=1),
    repository=Repository(**SHOP.model_dump(), id=1),
    branch="main",
    flow=FlowName.FULL_GENERATION,
    state=JobState.RUNNING,
    reason="mona asked for it",
    fresh=True,
    fence=3,
    asked_by="mona",
)
LESS = {"flow": FlowName.INDEX_PAGES, "fresh": False, "asked_by": ""}


@dataclass
class World:
    permission: str
    row: Job = JOB
    asked: int = 0

    async def permission_of(self, repository: Repository, login: str) -> str:
        assert (repository, login) == (JOB.repository, "mona")
        self.asked += 1
        return self.permission

    async def go_on_without(self, job_id: UUID, fence: int, flow: FlowName) -> None:
        assert (job_id, fence) == (JOB.id, JOB.fence)
        self.row = self.row.model_copy(update={**LESS, "flow": flow})

    async def get(self, job_id: UUID) -> Job:
        assert job_id == JOB.id
        return self.row


@pytest.mark.parametrize("permission", ["write", "admin"])
async def test_job_of_somebody_who_still_may_is_done(permission: str) -> None:
    world = World(permission)
    assert await still_allowed(JOB, world, world) == JOB


async def test_job_that_nobody_asked_for_asks_nobody() -> None:
    world = World("none")
    push = JOB.model_copy(update={"asked_by": ""})
    assert await still_allowed(push, world, world) == push
    assert world.asked == 0


async def test_job_of_somebody_who_may_no_longer_ends_with_that_reason() -> None:
    world = World("read")
    with pytest.raises(InputError, match="mona ordered it and may no longer write to octo/shop"):
        await still_allowed(JOB, world, world)


async def test_what_a_push_wanted_as_well_is_done_without_the_wishes_of_that_person() -> None:
    world = World("none")
    both = JOB.model_copy(update={"unasked": FlowName.INDEX_PAGES})
    less = await still_allowed(both, world, world)
    assert (less.flow, less.fresh, less.asked_by) == (FlowName.INDEX_PAGES, False, "")


PAUSED = JOB.repository.model_copy(update={"paused_by": "anna"})
ARCHIVED = JOB.repository.model_copy(update={"archived": True})


def by_itself(repository: Repository) -> Job:
    return JOB.model_copy(update={"asked_by": "", "repository": repository})


def test_nothing_goes_on_by_itself_in_a_repository_that_is_still() -> None:
    assert what_holds(by_itself(JOB.repository), "") == ""
    assert "anna paused AutoDoc" in what_holds(by_itself(PAUSED), "")
    assert "archived" in what_holds(by_itself(ARCHIVED), "")
    assert "has not let" in what_holds(by_itself(JOB.repository), "octo/other")


def test_an_order_goes_through_a_pause_alone() -> None:
    assert what_holds(JOB.model_copy(update={"repository": PAUSED}), "octo/*") == ""
    with pytest.raises(InputError, match="archived"):
        what_holds(JOB.model_copy(update={"repository": ARCHIVED}), "")
    with pytest.raises(InputError, match="has not let"):
        what_holds(JOB, "octo/other")
