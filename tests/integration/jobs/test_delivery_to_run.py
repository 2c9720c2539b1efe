"""From a stored delivery to a run that is asked for, over the real rows."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from typing import Any
from uuid import uuid4

from app.db.deliveries import DeliveryRepo
from app.db.engine import Sessions
from app.db.jobs import JobRepo
from app.db.repositories import RepositoryRepo
from app.db.runs import RunRepo
from app.db.wiki import WikiRepo
from app.dispatch.rows import RowEngine
from app.domain.work.command import Command, Verb
from app.domain.work.job import FlowName, Run
from app.domain.work.patience import Backoff
from app.domain.work.trigger import Commanded, Push, Trigger
from app.errors import InputError
from app.jobs.inbox import InboxLimits, InboxWorker
from app.jobs.intake import Intake
from app.jobs.planner import Planner, Terms
from app.jobs.scheduler import JobLimits, Scheduler
from tests.fakes.conversation import FakeConversation, commander
from tests.fakes.work import SHOP, FakeCommits, make_delivery, use_cases

LIMITS = InboxLimits(poll_s=0.1, backoff=Backoff(first_s=0.05, longest_s=0.1))
ORDER = Command(verb=Verb.REGENERATE)


def read(event: str, payload: Mapping[str, Any]) -> Sequence[Trigger]:
    if event == "issue_comment":
        return [Commanded(repository=SHOP, number=7, comment_id=9, sender="mona", order=ORDER)]
    if "branch" not in payload:
        raise InputError("The push payload has no usable field 'ref'.")
    return [Push(repository=SHOP, branch=payload["branch"], before="0" * 40, after="c" * 40)]


@asynccontextmanager
async def working(
    sessions: Sessions, conversation: FakeConversation
) -> AsyncIterator[Callable[[], None]]:
    """Run the inbox worker and the scheduler; gives what wakes the worker."""
    jobs = JobRepo(sessions)
    scheduler = Scheduler(jobs, RowEngine(RunRepo(sessions)), JobLimits(tick_s=0.1))
    planner = Planner(
        WikiRepo(sessions),
        FakeCommits(),
        jobs,
        RepositoryRepo(sessions),
        scheduler.wake,
        Terms(samples=False),
    )
    uses = use_cases(planner.carry_out, commander(conversation, planner.carry_out))
    intake = Intake(RepositoryRepo(sessions), FakeCommits(), uses)
    worker = InboxWorker(DeliveryRepo(sessions), read, intake, LIMITS)
    tasks = {asyncio.create_task(worker.run()), asyncio.create_task(scheduler.run())}
    try:
        yield worker.wake
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.wait(tasks)


async def deliver(sessions: Sessions, event: str, **payload: str) -> None:
    body = json.dumps(payload).encode()
    assert await DeliveryRepo(sessions).store(make_delivery(str(uuid4()), event, body))


async def first_run(sessions: Sessions) -> Run:
    async with asyncio.timeout(10):
        while (run := await RunRepo(sessions).claim("me")) is None:  # noqa: ASYNC110 - a row
            await asyncio.sleep(0.02)
    return run


async def empty(sessions: Sessions) -> None:
    async with asyncio.timeout(10):
        while await DeliveryRepo(sessions).waiting():  # noqa: ASYNC110 - a row
            await asyncio.sleep(0.02)


async def test_a_push_becomes_one_run(sessions: Sessions) -> None:
    async with working(sessions, FakeConversation()) as wake:
        for number in range(5):
            await deliver(sessions, "push", branch="main", number=str(number))
        wake()
        run = await first_run(sessions)
        await empty(sessions)
    assert (run.flow, run.attempt) == (FlowName.FULL_GENERATION, 1)
    assert await RunRepo(sessions).claim("me") is None


async def test_deliveries_that_waited_for_a_server_are_found_when_it_is_back(
    sessions: Sessions,
) -> None:
    await deliver(sessions, "push", branch="main")
    async with working(sessions, FakeConversation()):
        assert (await first_run(sessions)).flow is FlowName.FULL_GENERATION


async def test_a_poisonous_delivery_does_not_hold_up_the_next(sessions: Sessions) -> None:
    await deliver(sessions, "push", other="field")
    await deliver(sessions, "push", branch="main")
    async with working(sessions, FakeConversation()):
        await first_run(sessions)
        await empty(sessions)


async def test_an_order_in_a_comment_is_answered_and_becomes_a_run(sessions: Sessions) -> None:
    conversation = FakeConversation()
    await deliver(sessions, "issue_comment")
    async with working(sessions, conversation):
        run = await first_run(sessions)
        await empty(sessions)
    assert len(conversation.comments) == 1
    assert str(run.job) in conversation.comments[0]
    assert conversation.reactions == [(9, "eyes"), (9, "rocket")]


async def test_an_answer_that_got_lost_is_not_given_twice(sessions: Sessions) -> None:
    conversation = FakeConversation(lost_answers=1)
    await deliver(sessions, "issue_comment")
    async with working(sessions, conversation):
        await first_run(sessions)
        await empty(sessions)
    assert len(conversation.comments) == 1


async def test_two_replicas_share_the_work_and_start_one_run(sessions: Sessions) -> None:
    conversation = FakeConversation()
    async with working(sessions, conversation), working(sessions, conversation):
        for _ in range(5):
            await deliver(sessions, "push", branch="main", salt=str(uuid4()))
        await first_run(sessions)
        await empty(sessions)
        await asyncio.sleep(0.3)
        assert await RunRepo(sessions).claim("me") is None
