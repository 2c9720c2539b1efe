from dataclasses import dataclass, field
from datetime import UTC, datetime
from uuid import UUID

import pytest

from app.domain.work.ended import HELD, EndedJob
from app.domain.work.grammar import read_orders
from app.domain.work.job import FlowName, Job, JobState, WrittenPage
from app.domain.work.report import PageLine
from app.domain.work.repository import Repository
from app.errors import GitHubError, NotFound, RateLimited
from app.jobs.commands.answers import FOOTER, begun, marker_of
from app.jobs.commands.following import Follower
from tests.fakes.conversation import HEAD, FakeConversation
from tests.fakes.work import SHOP

REPOSITORY = Repository(**SHOP.model_dump(), id=1)
CAUSE = "comment:7:9:regenerate:home"


def ended(state: JobState, message: str, cause: str = CAUSE) -> EndedJob:
    job = Job(
        id=UUID(int=1),
        repository=REPOSITORY,
        branch="main",
        flow=FlowName.FULL_GENERATION,
        state=state,
        reason="mona asked for it",
        message=message,
        asked_by="mona",
    )
    return EndedJob(job=job, causes=(cause,))


def line(path: str, note: str = "") -> PageLine:
    page = WrittenPage(path=path, title="A page", note=note)
    return PageLine(id=1, at=datetime(2026, 11, 21, tzinfo=UTC), attempt=1, page=page)


@dataclass
class World:
    waiting: list[EndedJob]
    conversation: FakeConversation = field(
        default_factory=lambda: FakeConversation(comments=[f"AutoDoc goes on.\n\n{marker_of(9)}"])
    )
    done: list[UUID] = field(default_factory=list)

    async def untold(self) -> list[EndedJob]:
        return [each for each in self.waiting if each.job.id not in self.done]

    async def pages(self, job_id: UUID) -> list[PageLine]:
        assert job_id == UUID(int=1)
        return [line("home.md", "by the local writer, since the budget was reached"), line("a.md")]

    async def told(self, job_id: UUID) -> None:
        self.done.append(job_id)

    async def tell(self) -> str:
        await Follower(self, self, self.conversation).tell_all()
        (answer,) = self.conversation.comments
        return answer


@pytest.mark.parametrize(
    ("state", "message", "said"),
    [
        (
            JobState.DONE,
            f"{SHOP.url}/pull/4",
            f"Done: see `{HEAD[:12]}` in [#4]({SHOP.url}/pull/4).",
        ),
        (JobState.DONE, "nothing to propose", "Done: nothing to propose."),
        (
            JobState.DONE,
            f"{HELD}.autodoc.yaml:2: no such key",
            "Not done: AutoDoc holds still, as its configuration is broken: ",
        ),
        (JobState.FAILED, "the model is away", "Not done: the model is away. Once that is mended"),
        (JobState.CANCELLED, "mona cancelled it", "Not done: `mona` cancelled it."),
        (JobState.FAILED, "@octo/all broke #3", "Not done: `@octo/all` broke `#3`."),
    ],
)
async def test_end_of_a_job_is_added_to_the_answer_of_whoever_ordered_it(
    state: JobState, message: str, said: str
) -> None:
    world = World([ended(state, message)])
    answer = await world.tell()
    assert answer.startswith("AutoDoc goes on.")
    assert said in answer
    assert answer.endswith(marker_of(9))
    assert read_orders(answer) == []


async def test_end_waits_a_while_for_the_answer_that_it_is_added_to() -> None:
    some = ended(JobState.DONE, "nothing to propose").model_copy(update={"is_young": True})
    world = World([some])
    answers, world.conversation.comments = world.conversation.comments, ["Another one."]
    await world.tell()
    assert world.done == []
    world.conversation.comments = answers
    assert "nothing to propose" in await world.tell()
    assert world.done == [UUID(int=1)]

    gone = World([some.model_copy(update={"is_young": False})])
    gone.conversation.comments = ["Another one."]
    await gone.tell()
    assert gone.done == [UUID(int=1)]


async def test_the_end_stands_where_the_beginning_stood_and_keeps_the_way_to_the_job() -> None:
    world = World([ended(JobState.FAILED, "mona may not: somebody has to order it again")])
    line = begun("AutoDoc writes it", UUID(int=1), "https://docs.test")
    world.conversation.comments = [f"**one**\n\n{line}\n\nNo.\n\n{FOOTER}\n\n{marker_of(9)}"]
    once = f"<!-- autodoc:end:{UUID(int=1)} -->"
    said = "Not done: `mona` may not: somebody has to order it again."
    link = f"([job](https://docs.test/jobs/{UUID(int=1)}))"
    expected = f"**one**\n\n{said} {link} {once}\n\nNo.\n\n{FOOTER}\n\n{marker_of(9)}"
    assert await world.tell() == expected


async def test_whoever_may_no_longer_write_is_not_told_that_it_is_done() -> None:
    some = ended(JobState.DONE, f"{SHOP.url}/pull/4")
    without = some.job.model_copy(update={"asked_by": ""})
    answer = await World([some.model_copy(update={"job": without})]).tell()
    assert "Not done: whoever ordered it may no longer write" in answer


async def test_page_that_was_asked_for_and_no_model_wrote_is_told_of() -> None:
    some = ended(JobState.DONE, "nothing to propose")
    asked = some.job.model_copy(update={"pages": ("home",), "attempt": 1})
    answer = await World([some.model_copy(update={"job": asked})]).tell()
    assert "propose. `home.md`: by the local writer, since the budget was reached. <!--" in answer


async def test_end_that_was_told_before_a_crash_is_not_told_twice() -> None:
    world = World([ended(JobState.DONE, "nothing to propose")])
    first = await world.tell()
    world.done.clear()
    assert await world.tell() == first


@pytest.mark.parametrize("cause", ["consent:1", "comment:9:regenerate", "comment:x:y:z:"])
async def test_job_that_nobody_ordered_in_a_comment_is_told_to_nobody(cause: str) -> None:
    world = World([ended(JobState.DONE, "nothing to propose", cause)])
    assert "nothing to propose" not in await world.tell()
    assert world.done == [UUID(int=1)]


async def test_one_whose_end_cannot_be_told_now_holds_up_no_other() -> None:
    first = ended(JobState.DONE, f"{SHOP.url}/pull/4")
    other = first.job.model_copy(update={"id": UUID(int=2), "message": "nothing to propose"})
    world = World([first, first.model_copy(update={"job": other})])
    world.conversation.errors["pull"] = RateLimited(3600)
    with pytest.raises(RateLimited):
        await world.tell()
    assert world.done == [UUID(int=2)]


async def test_what_cannot_be_told_now_is_told_later_and_what_never_can_is_given_up() -> None:
    world = World([ended(JobState.DONE, "nothing to propose")])
    world.conversation.errors["change"] = GitHubError("later", 502)
    with pytest.raises(GitHubError):
        await world.tell()
    assert world.done == []
    world.conversation.errors["change"] = NotFound("the repository is gone")
    await world.tell()
    assert world.done == [UUID(int=1)]
