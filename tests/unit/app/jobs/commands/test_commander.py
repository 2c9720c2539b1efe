from collections.abc import Sequence
from dataclasses import dataclass, field
from uuid import UUID

import pytest

from app.domain.work.command import Command, Misunderstood, Verb
from app.domain.work.grammar import read_orders
from app.domain.work.job import FlowName, Job, JobState
from app.domain.work.repository import Repository
from app.domain.work.trigger import Commanded, CommentPlace
from app.domain.work.usages import help_text
from app.errors import GitHubError, InputError, RateLimited
from app.jobs.commands.answers import Asked, Outcome
from app.jobs.commands.commander import Commander
from app.jobs.commands.rate import Rate
from tests.fakes.conversation import FakeConversation, FakeShelf, commander
from tests.fakes.work import SHOP, make_version

REPOSITORY = Repository(**SHOP.model_dump(), id=1)
HELP = Command(verb=Verb.HELP)
REGENERATE = Command(verb=Verb.REGENERATE, argument="home")
UNKNOWN = Misunderstood(line="/autodoc deploy", answer="There is no such command.")
JOB = Job(
    id=UUID(int=1),
    repository=REPOSITORY,
    branch="main",
    flow=FlowName.FULL_GENERATION,
    state=JobState.WAITING,
    reason="mona asked for it",
)


@dataclass
class World:
    conversation: FakeConversation = field(default_factory=FakeConversation)
    carried_out: list[Commanded] = field(default_factory=list)
    objection: str = ""
    most: int = 20

    async def say(self, *orders: Command | Misunderstood) -> None:
        async def carry_out(repository: Repository, command: Commanded) -> Job | None:
            assert repository == REPOSITORY
            if self.objection:
                raise InputError(self.objection)
            self.carried_out.append(command)
            return JOB

        shelf = FakeShelf([make_version(pages=("home",))])
        await commander(self.conversation, carry_out, shelf, self.most)(
            REPOSITORY, commands(orders)
        )


def commands(orders: Sequence[Command | Misunderstood]) -> list[Commanded]:
    return [
        Commanded(repository=SHOP, number=7, comment_id=9, sender="mona", order=order)
        for order in orders
    ]


async def test_an_order_is_seen_obeyed_and_answered() -> None:
    world = World()
    await world.say(REGENERATE)
    assert [each.order for each in world.carried_out] == [
        REGENERATE.model_copy(update={"pages": ("home",)})
    ]
    assert world.conversation.reactions == [(9, "eyes"), (9, "rocket")]
    (answer,) = world.conversation.comments
    assert "`home`" in answer
    assert str(JOB.id) in answer
    assert "<!-- autodoc:answer:9 -->" in answer


@pytest.mark.parametrize("permission", ["write", "admin"])
async def test_whoever_may_write_may_order(permission: str) -> None:
    world = World(FakeConversation(permission=permission))
    await world.say(REGENERATE)
    assert len(world.carried_out) == 1


@pytest.mark.parametrize("permission", ["read", "none", "", "maintain-ish"])
async def test_whoever_may_only_read_gets_an_answer_and_no_job(permission: str) -> None:
    world = World(FakeConversation(permission=permission))
    await world.say(REGENERATE)
    assert world.carried_out == []
    assert "people with write access" in world.conversation.comments[0]
    assert world.conversation.reactions[-1] == (9, "confused")


async def test_who_orders_more_than_there_may_be_is_told_so_once() -> None:
    world = World(most=1)
    others = [Command(verb=Verb.HELP, argument=verb) for verb in ("ask", "ack", "pause")]
    await world.say(*others)
    (answer,) = world.conversation.comments
    assert answer.count("more commands than one person may give") == 1
    assert "say it again in 60 minutes" in answer
    assert "AUTODOC_" not in answer
    assert world.conversation.reactions[-1] == (9, "confused")


@pytest.mark.parametrize(("permission", "count"), [("write", 4), ("read", 1)])
async def test_whoever_may_write_pauses_and_resumes_after_however_many_commands(
    permission: str, count: int
) -> None:
    conversation, obeyed = FakeConversation(permission=permission), list[Verb]()

    async def obey(asked: Asked) -> Outcome:
        obeyed.append(asked.order.verb)
        return Outcome("Done.", obeyed=True)

    handlers = dict.fromkeys((Verb.STATUS, Verb.PAUSE, Verb.RESUME), obey)
    orders = [Command(verb=verb) for verb in (Verb.STATUS, Verb.PAUSE, Verb.RESUME, Verb.PAUSE)]
    rated = Commander(conversation, handlers, Rate(1, lambda: 0.0))
    await rated(REPOSITORY, commands(orders))
    assert len(obeyed) == count


async def test_a_command_at_a_line_is_seen_there_and_answered_in_the_conversation() -> None:
    conversation = FakeConversation()
    said = commands([HELP])[0].model_copy(update={"place": CommentPlace.REVIEW})

    async def carry_out(_repository: Repository, _command: Commanded) -> Job | None:
        return None

    await commander(conversation, carry_out)(REPOSITORY, [said])
    assert conversation.places == [CommentPlace.REVIEW] * 2
    assert len(conversation.comments) == 1


async def test_a_reader_gets_help_and_is_not_even_looked_up() -> None:
    world = World(FakeConversation(permission="read"))
    await world.say(HELP)
    assert help_text() in world.conversation.comments[0]
    assert world.conversation.reactions[-1] == (9, "rocket")
    assert world.conversation.asked == []


async def test_what_is_misunderstood_is_answered_with_confusion() -> None:
    world = World()
    await world.say(UNKNOWN)
    assert UNKNOWN.answer in world.conversation.comments[0]
    assert world.conversation.reactions[-1] == (9, "confused")


async def test_all_orders_of_a_comment_share_one_answer_and_one_look_at_the_rights() -> None:
    world = World()
    await world.say(HELP, REGENERATE, REGENERATE, UNKNOWN, HELP)
    assert len(world.conversation.comments) == 1
    assert world.conversation.comments[0].count("who may") == 1
    assert world.conversation.asked == ["mona"]


async def test_a_repeated_comment_is_answered_once() -> None:
    world = World(FakeConversation(lost_answers=1))
    with pytest.raises(TimeoutError):
        await world.say(REGENERATE)
    await world.say(REGENERATE)
    assert len(world.conversation.comments) == 1
    assert len(world.carried_out) == 1


async def test_an_answer_is_no_order() -> None:
    world = World()
    await world.say(HELP, REGENERATE, UNKNOWN)
    assert read_orders(world.conversation.comments[0]) == []


async def test_a_refused_reaction_does_not_cost_the_answer() -> None:
    forbidden = GitHubError("Resource not accessible by integration", 403, transient=False)
    world = World(FakeConversation(errors={"react": forbidden}))
    await world.say(HELP)
    assert len(world.conversation.comments) == 1


async def test_a_rate_limit_puts_the_comment_back() -> None:
    world = World(FakeConversation(errors={"react": RateLimited(60)}))
    with pytest.raises(RateLimited):
        await world.say(HELP)
    assert world.conversation.comments == []


async def test_an_order_that_makes_no_sense_is_answered_with_the_reason() -> None:
    world = World(objection="There is no page with this id.")
    await world.say(REGENERATE)
    assert "There is no page with this id." in world.conversation.comments[0]
    assert world.conversation.reactions[-1] == (9, "confused")


@pytest.mark.parametrize("order", [UNKNOWN, REGENERATE], ids=["misunderstood", "refused"])
async def test_a_flood_of_what_is_not_obeyed_gets_no_flood_of_answers(
    order: Command | Misunderstood,
) -> None:
    conversation = FakeConversation(permission="read")

    async def carry_out(_repository: Repository, _command: Commanded) -> Job | None:
        return None

    obey = commander(conversation, carry_out, most=2)
    for number in range(9):
        said = Commanded(repository=SHOP, number=7, comment_id=number, sender="mona", order=order)
        await obey(REPOSITORY, [said])
    assert len(conversation.comments) == 3
    assert "more commands than one person may give" in conversation.comments[-1]
