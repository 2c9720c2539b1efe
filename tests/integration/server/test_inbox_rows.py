"""The webhook over the real inbox."""

import asyncio
import json
import time
from contextlib import AsyncExitStack
from uuid import uuid4

from sqlalchemy import func, select

from app.db.deliveries import DeliveryRepo
from app.db.engine import PoolOptions, Sessions, open_sessions
from app.db.models import DeliveryRow
from tests.integration.server.requests import PUSH, World, signed

BURST = 200


async def count(sessions: Sessions) -> int:
    async with sessions() as session:
        return await session.scalar(select(func.count()).select_from(DeliveryRow)) or 0


def push(number: int) -> bytes:
    return json.dumps({"ref": "refs/heads/main", "after": f"{number:040}"}).encode()


async def test_two_replicas_that_get_the_same_delivery_at_once_keep_one_row(
    database_url: str, sessions: Sessions
) -> None:
    async with AsyncExitStack() as stack:
        clients = []
        for _ in range(2):
            opened = await stack.enter_async_context(open_sessions(database_url, PoolOptions()))
            clients.append(await stack.enter_async_context(World(DeliveryRepo(opened)).serve()))
        headers = signed()
        answers = await asyncio.gather(
            *(client.post("/webhook", data=PUSH, headers=headers) for client in clients * 10)
        )
        told = sorted([(await answer.json())["status"] for answer in answers])
    assert {answer.status for answer in answers} == {202}
    assert told == ["accepted", *["duplicate"] * 19]
    assert await count(sessions) == 1


async def test_a_replay_under_new_guids_makes_no_row_however_many_come_at_once(
    sessions: Sessions,
) -> None:
    async with World(DeliveryRepo(sessions)).serve() as client:
        await asyncio.gather(
            *(client.post("/webhook", data=PUSH, headers=signed()) for _ in range(20))
        )
    assert await count(sessions) == 1


async def test_an_installation_may_come_again_with_the_same_body(sessions: Sessions) -> None:
    body = json.dumps({"action": "created"}).encode()
    async with World(DeliveryRepo(sessions)).serve() as client:
        for _ in range(2):
            headers = signed(body, X_GitHub_Event="installation")
            answer = await client.post("/webhook", data=body, headers=headers)
            assert (await answer.json())["status"] == "accepted"
    assert await count(sessions) == 2


async def test_a_burst_is_kept_and_acknowledged_quickly(sessions: Sessions) -> None:
    seconds: list[float] = []

    async with World(DeliveryRepo(sessions)).serve() as client:

        async def deliver(number: int) -> int:
            body = push(number)
            headers = signed(body, X_GitHub_Delivery=str(uuid4()))
            began = time.monotonic()
            answer = await client.post("/webhook", data=body, headers=headers)
            seconds.append(time.monotonic() - began)
            return answer.status

        statuses = await asyncio.gather(*(deliver(number) for number in range(BURST)))
    assert statuses == [202] * BURST
    assert await count(sessions) == BURST
    assert max(seconds) < 10, "GitHub waits no longer"


async def test_a_database_that_cannot_be_reached_is_a_503_within_two_seconds() -> None:
    nowhere = "postgresql+asyncpg://nobody@127.0.0.1:1/nothing"
    async with open_sessions(nowhere, PoolOptions()) as closed:
        world = World(DeliveryRepo(closed), check=DeliveryRepo(closed).waiting)
        async with world.serve() as client:
            began = time.monotonic()
            answer = await client.post("/webhook", data=PUSH, headers=signed())
            assert (answer.status, answer.headers["Retry-After"]) == (503, "30")
            assert time.monotonic() - began < 2
            assert "nobody" not in await answer.text()
            assert (await client.get("/ready")).status == 503
