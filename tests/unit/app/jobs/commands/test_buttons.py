from dataclasses import dataclass, field
from uuid import UUID

import pytest

from app.domain.work.command import Command
from app.domain.work.job import FlowName, Job, JobState
from app.domain.work.repository import Repository, RepositoryRef
from app.domain.work.trigger import Commanded, Pressed
from app.errors import InputError
from app.jobs.commands.buttons import Buttons, Steering
from tests.fakes.conversation import FakeConversation
from tests.fakes.work import SHOP

REPOSITORY = Repository(**SHOP.model_dump(), id=1)
JOB = Job(
    id=UUID(int=1),
    repository=REPOSITORY,
    branch="main",
    flow=FlowName.FULL_GENERATION,
    state=JobState.WAITING,
    reason="mona asked for it",
    fresh=True,
)


@dataclass
class World(FakeConversation):
    failed_job: UUID | None = None
    working: list[Job] = field(default_factory=list)
    ordered: list[Commanded] = field(default_factory=list)
    retried: list[UUID] = field(default_factory=list)
    judged: list[str] = field(default_factory=list)
    objection: str = ""
    refused: list[str] = field(default_factory=list)

    async def put_comment(
        self, repository: RepositoryRef, number: int, marker: str, body: str
    ) -> int | None:
        known = await self.find_comment(repository, number, marker)
        if known is None:
            return await self.comment(repository, number, body)
        self.comments[known - 1] = body
        return known

    async def active(self, repository_id: int) -> list[Job]:
        assert repository_id == 1
        return self.working

    async def failed(self, repository_id: int, branch: str) -> UUID | None:
        assert (repository_id, branch) == (1, "main")
        return self.failed_job

    async def retry(self, job_id: UUID, login: str) -> Job:
        assert login == "mona"
        self.retried.append(job_id)
        return JOB

    async def carry_out(self, repository: Repository, said: Commanded) -> Job | None:
        assert repository == REPOSITORY
        if self.objection:
            raise InputError(self.objection)
        self.ordered.append(said)
        self.working.append(JOB)
        return JOB

    async def again(self, repository: Repository, pressed: Pressed) -> None:
        assert repository == REPOSITORY
        self.judged.append(pressed.action)

    async def refuse(self, repository: Repository, pressed: Pressed, told: str) -> None:
        assert (repository, pressed.sender) == (REPOSITORY, "mona")
        self.refused.append(told)

    async def press(
        self, action: str, external_id: str = "impact:7", press: str = "first"
    ) -> list[str]:
        pressed = Pressed(
            repository=SHOP,
            check_run_id=5,
            name="AutoDoc impact",
            external_id=external_id,
            head_commit="b" * 40,
            action=action,
            sender="mona",
            press=press,
        )
        steering = Steering(self, self, self, self.carry_out, lambda _: None)
        buttons = Buttons(
            self, self.again, lambda text: 7 if text == "impact:7" else 0, steering, self.refuse
        )
        await buttons(REPOSITORY, pressed)
        return self.comments


@pytest.mark.parametrize("action", ["", "check-again"])
async def test_what_asks_for_another_look_is_judged_anew(action: str) -> None:
    world = World()
    assert await world.press(action) == []
    assert world.judged == [action]


async def test_button_begins_one_job_however_often_its_press_comes_in() -> None:
    world = World()
    await world.press("regenerate")
    (told,) = await world.press("regenerate")
    (said,) = world.ordered
    assert isinstance(said.order, Command)
    assert (said.number, said.sender, said.order.pages) == (7, "mona", ())
    assert "being done already" in told

    world.working.clear()
    # When that job has ended, the same press still asks for nothing new.
    await world.press("regenerate")
    world.working.clear()
    await world.press("regenerate", press="second")
    first, repeated, second = world.ordered
    assert first.cause == repeated.cause != second.cause


async def test_job_that_failed_is_retried_and_none_that_ended_well() -> None:
    world = World(failed_job=UUID(int=9))
    (told,) = await world.press("retry")
    assert world.retried == [UUID(int=9)]
    assert "The job that failed is done again." in told

    well = World()
    assert await well.press("retry") == []
    assert "nothing to retry" in well.refused[0]


@pytest.mark.parametrize("action", ["regenerate", "retry"])
async def test_press_of_somebody_who_may_not_write_is_refused_with_the_reason(action: str) -> None:
    world = World(permission="read", failed_job=UUID(int=9))
    assert await world.press(action) == []
    assert "people with write access to octo/shop" in world.refused[0]
    assert (world.ordered, world.retried) == ([], [])


async def test_what_cannot_be_done_is_told() -> None:
    world = World(objection="The repository is archived.")
    assert await world.press("regenerate") == []
    assert world.refused == ["`mona` pressed “Regenerate”. The repository is archived."]


async def test_button_of_a_check_that_is_about_no_pull_request_does_nothing() -> None:
    world = World()
    assert await world.press("regenerate", "impact:queue:main") == []
    assert world.ordered == []
