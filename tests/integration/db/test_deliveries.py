import asyncio
import hashlib

from app.db.deliveries import DeliveryRepo
from app.db.engine import Sessions
from app.domain.work.delivery import Delivery


def delivery(guid: str, body: bytes = b"{}", *, once_per_body: bool = False) -> Delivery:
    digest = hashlib.sha256(body).hexdigest()
    return Delivery(
        guid=guid, event="push", body=body, body_digest=digest, once_per_body=once_per_body
    )


async def test_redelivery_is_kept_once(sessions: Sessions) -> None:
    inbox = DeliveryRepo(sessions)

    assert await inbox.store(delivery("a"))
    assert not await inbox.store(delivery("a", b"other"))
    assert await inbox.store(delivery("b"))
    assert await inbox.waiting() == 2


async def test_replayed_body_under_another_guid_is_kept_once_where_asked(
    sessions: Sessions,
) -> None:
    inbox = DeliveryRepo(sessions)

    stored = await asyncio.gather(
        *(inbox.store(delivery(guid, b"signed", once_per_body=True)) for guid in "abcde")
    )

    assert sorted(stored) == [False, False, False, False, True]


async def test_two_workers_never_take_the_same_delivery(sessions: Sessions) -> None:
    inbox = DeliveryRepo(sessions)
    for number in range(20):
        await inbox.store(delivery(str(number)))

    batches = await asyncio.gather(*(inbox.claim(5, 60) for _ in range(4)))

    guids = [each.guid for batch in batches for each in batch]
    assert len(guids) == len(set(guids))
    rest = await inbox.claim(20, 60)
    assert {*guids, *(each.guid for each in rest)} == {str(number) for number in range(20)}


async def test_delivery_whose_worker_died_comes_back(sessions: Sessions) -> None:
    inbox = DeliveryRepo(sessions)
    await inbox.store(delivery("a"))

    [first] = await inbox.claim(1, 0)
    [second] = await inbox.claim(1, 60)

    assert (first.attempts, second.attempts) == (1, 2)
    assert await inbox.claim(1, 60) == []
    assert await inbox.waiting() == 1


async def test_delivery_that_is_held_comes_to_nobody_else_until_it_is_ended(
    sessions: Sessions,
) -> None:
    inbox = DeliveryRepo(sessions)
    await inbox.store(delivery("a"))
    [taken] = await inbox.claim(1, 0)

    await inbox.hold(taken.id, 60)
    assert await inbox.claim(1, 60) == []

    await inbox.done(taken.id)
    await inbox.hold(taken.id, 0)
    assert await inbox.claim(1, 60) == []


async def test_failed_delivery_waits_for_its_time_or_ends(sessions: Sessions) -> None:
    inbox = DeliveryRepo(sessions)
    await inbox.store(delivery("now"))
    await inbox.store(delivery("later"))
    await inbox.store(delivery("never"))
    now, later, never = await inbox.claim(3, 60)

    await inbox.failed(now.id, "GitHub is down", 0)
    await inbox.failed(later.id, "GitHub is down", 60)
    await inbox.failed(never.id, "no such repository", None)

    assert [each.guid for each in await inbox.claim(3, 60)] == ["now"]
    await inbox.done(now.id)
    assert await inbox.waiting() == 1


async def test_delivery_that_failed_for_good_is_taken_again_when_it_is_sent_again(
    sessions: Sessions,
) -> None:
    inbox = DeliveryRepo(sessions)
    await inbox.store(delivery("a"))
    await inbox.store(delivery("b", b"signed", once_per_body=True))
    for each in await inbox.claim(2, 60):
        await inbox.failed(each.id, "GitHub was down for hours", None)

    assert await inbox.store(delivery("a"))
    assert await inbox.store(delivery("c", b"signed", once_per_body=True))

    again = await inbox.claim(2, 60)
    assert [(each.guid, each.attempts) for each in again] == [("a", 1), ("b", 1)]


async def test_delivery_that_waits_or_was_processed_stays_a_duplicate(sessions: Sessions) -> None:
    inbox = DeliveryRepo(sessions)
    await inbox.store(delivery("processed"))
    [processed] = await inbox.claim(1, 60)
    await inbox.done(processed.id)
    await inbox.store(delivery("waiting"))

    assert not await inbox.store(delivery("processed"))
    assert not await inbox.store(delivery("waiting"))
    assert await inbox.waiting() == 1


async def test_delivery_that_is_sent_again_twice_is_taken_again_once(sessions: Sessions) -> None:
    inbox = DeliveryRepo(sessions)
    await inbox.store(delivery("a"))
    [failed] = await inbox.claim(1, 60)
    await inbox.failed(failed.id, "GitHub is down", None)

    stored = await asyncio.gather(*(inbox.store(delivery("a")) for _ in range(4)))

    assert sorted(stored) == [False, False, False, True]


async def test_a_delivery_that_is_postponed_was_not_tried(sessions: Sessions) -> None:
    inbox = DeliveryRepo(sessions)
    await inbox.store(delivery("a"))
    [claimed] = await inbox.claim(1, 60)
    await inbox.postponed(claimed.id, "50 jobs wait", 0)
    [again] = await inbox.claim(1, 60)
    assert (claimed.attempts, again.attempts) == (1, 1)
