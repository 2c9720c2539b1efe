import asyncio
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

import pytest

from app.domain.work.patience import Backoff
from app.domain.work.trigger import Installed, Pressed, Trigger
from app.errors import (
    GitError,
    InputError,
    NotFound,
    OutOfReach,
    QueueFull,
    RateLimited,
    StoreError,
)
from app.jobs.inbox import InboxLimits, InboxWorker
from tests.fakes.work import SHOP, MemoryDeliveries, make_delivery

LIMITS = InboxLimits(
    workers=2, poll_s=60, timeout_s=0.3, attempts=3, backoff=Backoff(first_s=1, longest_s=4)
)


def read(event: str, payload: Mapping[str, Any]) -> Sequence[Trigger]:
    if "name" not in payload:
        raise InputError(f"The {event} payload has no usable field 'name'.")
    return [Installed(repository=SHOP.model_copy(update={"full_name": payload["name"]}))]


@dataclass
class Recorder:
    """Acts on triggers by remembering them, or fails as told."""

    names: list[str] = field(default_factory=list)
    errors: dict[str, Exception] = field(default_factory=dict)
    hanging: set[str] = field(default_factory=set)

    async def take_in(self, triggers: Sequence[Trigger]) -> None:
        for trigger in triggers:
            assert isinstance(trigger, Installed)
            name = trigger.repository.full_name
            self.names.append(name)
            if name in self.hanging:
                await asyncio.Event().wait()
            if name in self.errors:
                raise self.errors[name]


async def fill(deliveries: MemoryDeliveries, *names: str | None) -> list[str]:
    guids = []
    for name in names:
        body = json.dumps({} if name is None else {"name": name}).encode()
        guids.append(str(uuid4()))
        await deliveries.store(make_delivery(guids[-1], body=body))
    return guids


async def work(deliveries: MemoryDeliveries, recorder: Recorder) -> None:
    worker = InboxWorker(deliveries, read, recorder, LIMITS)
    while await worker.work_once():
        pass


async def test_deliveries_are_processed_in_their_order() -> None:
    deliveries, recorder = MemoryDeliveries(), Recorder()
    guids = await fill(deliveries, "a", "b")
    await work(deliveries, recorder)
    assert recorder.names == ["a", "b"]
    assert deliveries.ended == dict.fromkeys(guids, "done")


async def test_an_unreadable_delivery_fails_with_its_reason_and_the_rest_goes_on() -> None:
    deliveries, recorder = MemoryDeliveries(), Recorder()
    (bad, good) = await fill(deliveries, None, "a")
    await deliveries.store(make_delivery("x", body=b"\xff"))
    await work(deliveries, recorder)
    reason = "failed: The push payload has no usable field 'name'."
    ends = {bad: reason, good: "done", "x": "failed: the delivery is not JSON"}
    assert deliveries.ended == ends


async def test_a_defect_fails_a_delivery_for_good_and_the_rest_goes_on() -> None:
    deliveries, recorder = MemoryDeliveries(), Recorder(errors={"a": KeyError("defect")})
    (bad, good) = await fill(deliveries, "a", "b")
    await work(deliveries, recorder)
    assert deliveries.ended == {bad: "failed: 'defect'", good: "done"}


async def test_what_time_can_heal_is_tried_again_with_longer_pauses_and_not_for_ever() -> None:
    deliveries, recorder = MemoryDeliveries(), Recorder(errors={"a": GitError("git is slow")})
    (guid,) = await fill(deliveries, "a")
    await work(deliveries, recorder)
    assert deliveries.retries == [1, 2]
    assert deliveries.ended == {guid: "failed: git is slow"}


@pytest.mark.parametrize("unseen", [NotFound("gone"), OutOfReach("gone")], ids=["it", "all"])
async def test_f32_what_github_does_not_find_is_looked_for_again_a_few_times(
    unseen: Exception,
) -> None:
    deliveries, recorder = MemoryDeliveries(), Recorder(errors={"a": unseen})
    (guid,) = await fill(deliveries, "a")
    limits = LIMITS.model_copy(update={"attempts": 10, "unseen_attempts": 2})
    worker = InboxWorker(deliveries, read, recorder, limits)
    while await worker.work_once():
        pass
    assert deliveries.retries == [1]
    assert deliveries.ended == {guid: "failed: gone"}


async def test_f29_a_rate_limit_is_waited_for_as_long_as_github_asks() -> None:
    deliveries, recorder = MemoryDeliveries(), Recorder(errors={"a": RateLimited(77)})
    await fill(deliveries, "a")
    await InboxWorker(deliveries, read, recorder, LIMITS).work_once()
    assert deliveries.retries == [77]


async def test_a_delivery_that_hangs_is_given_up_and_tried_again() -> None:
    deliveries, recorder = MemoryDeliveries(), Recorder(hanging={"a"})
    await fill(deliveries, "a")
    await InboxWorker(deliveries, read, recorder, LIMITS).work_once()
    assert deliveries.retries == [1]


async def test_a_delivery_is_held_for_as_long_as_it_is_worked_on_and_no_longer() -> None:
    deliveries, recorder = MemoryDeliveries(), Recorder(hanging={"a"})
    (guid,) = await fill(deliveries, "a")
    limits = LIMITS.model_copy(update={"lease_s": 0.15})
    await InboxWorker(deliveries, read, recorder, limits).work_once()
    held = list(deliveries.held)
    assert set(held) == {guid}
    assert len(held) > 1
    await asyncio.sleep(0.1)
    assert deliveries.held == held


async def test_a_delivery_whose_process_died_each_time_is_not_tried_again() -> None:
    deliveries, recorder = MemoryDeliveries(), Recorder()
    (guid,) = await fill(deliveries, "a")
    deliveries.rows[0] = deliveries.rows[0].model_copy(update={"attempts": LIMITS.attempts})
    await work(deliveries, recorder)
    assert recorder.names == []
    assert deliveries.ended == {guid: "failed: it was tried 3 times without an end"}


async def test_a_stored_delivery_is_processed_at_once_though_another_one_hangs() -> None:
    deliveries, recorder = MemoryDeliveries(), Recorder(hanging={"slow"})
    worker = InboxWorker(deliveries, read, recorder, LIMITS.model_copy(update={"timeout_s": 60.0}))
    running = asyncio.create_task(worker.run())
    try:
        for name in ("slow", "quick"):
            await asyncio.sleep(0.05)
            await fill(deliveries, name)
            worker.wake()
        async with asyncio.timeout(5):
            while "quick" not in recorder.names:  # noqa: ASYNC110 - the worker tells nobody
                await asyncio.sleep(0.01)
    finally:
        running.cancel()
        await asyncio.wait({running})


async def test_a_comment_is_heard_at_once_though_every_other_worker_is_busy() -> None:
    deliveries, recorder = MemoryDeliveries(), Recorder(hanging={"a", "b"})
    limits = LIMITS.model_copy(update={"timeout_s": 5})
    worker = InboxWorker(deliveries, read, recorder, limits)
    await fill(deliveries, "a", "b", "c")
    working = asyncio.create_task(worker.run())
    body = json.dumps({"name": "comment"}).encode()
    await deliveries.store(make_delivery(str(uuid4()), "issue_comment", body))
    worker.wake()
    try:
        async with asyncio.timeout(2):
            while "comment" not in recorder.names:  # noqa: ASYNC110 - a row
                await asyncio.sleep(0.01)
    finally:
        working.cancel()
        await asyncio.wait({working})
    assert "c" not in recorder.names


async def test_a_database_that_is_away_is_looked_for_again() -> None:
    deliveries, recorder = MemoryDeliveries(error=StoreError("away")), Recorder()
    quick = LIMITS.model_copy(update={"backoff": Backoff(first_s=0.01, longest_s=0.01)})
    worker = InboxWorker(deliveries, read, recorder, quick)
    running = asyncio.create_task(worker.run())
    try:
        await asyncio.sleep(0.05)
        deliveries.error = None
        await fill(deliveries, "a")
        async with asyncio.timeout(5):
            while recorder.names != ["a"]:  # noqa: ASYNC110 - the worker tells nobody
                await asyncio.sleep(0.01)
    finally:
        running.cancel()
        await asyncio.wait({running})


@pytest.mark.parametrize(
    ("failures", "pause"), [(0, 1), (1, 1), (2, 2), (3, 4), (4, 4), (10_000, 4)]
)
def test_a_pause_doubles_up_to_its_bound(failures: int, pause: float) -> None:
    assert LIMITS.backoff.after(failures) == pause


async def test_what_finds_too_many_jobs_waiting_is_tried_again_however_often_that_takes() -> None:
    deliveries, recorder = MemoryDeliveries(), Recorder(errors={"a": QueueFull("50 jobs wait")})
    (guid,) = await fill(deliveries, "a")
    worker = InboxWorker(deliveries, read, recorder, LIMITS)
    for _ in range(LIMITS.attempts + 5):
        await worker.work_once()
    assert set(deliveries.retries) == {LIMITS.full_s}
    recorder.errors.clear()
    await worker.work_once()
    assert deliveries.ended == {guid: "done"}


async def test_a_press_is_named_by_its_delivery_so_that_it_counts_once() -> None:
    pressed = Pressed(
        repository=SHOP,
        check_run_id=5,
        name="AutoDoc impact",
        external_id="impact:7",
        head_commit="b" * 40,
        action="regenerate",
        sender="mona",
    )
    seen: list[str] = []

    class Presses:
        async def take_in(self, triggers: Sequence[Trigger]) -> None:
            seen.extend(each.press for each in triggers if isinstance(each, Pressed))

    deliveries = MemoryDeliveries()
    guids = await fill(deliveries, "one", "two")
    worker = InboxWorker(deliveries, lambda *_: [pressed], Presses(), LIMITS)
    assert await worker.work_once()
    assert await worker.work_once()
    assert seen == guids
