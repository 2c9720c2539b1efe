"""kill -9 of the server, again and again, under a stream of deliveries."""

import asyncio
import json
import random
import sys
from dataclasses import dataclass, field
from pathlib import Path
from uuid import uuid4

import aiohttp
import pytest
from sqlalchemy import select

from app.db.engine import Sessions
from app.db.models import DeliveryRow
from tests.integration.server.requests import SECRET, signed

ROOT = Path(__file__).parents[3]
KILLS = 4
DELIVERIES = 300

SERVER = f"""
import asyncio, sys
from contextlib import asynccontextmanager
sys.path.insert(0, {str(ROOT)!r})
from pydantic import SecretStr
from app.db.deliveries import DeliveryRepo
from app.db.engine import PoolOptions, open_sessions
from app.server.application import create_app, serve

@asynccontextmanager
async def open_inbox():
    async with open_sessions(sys.argv[1], PoolOptions()) as sessions:
        yield DeliveryRepo(sessions)

async def check():
    pass

app = create_app(open_inbox, [SecretStr({SECRET!r})], check)
asyncio.run(serve(app, "127.0.0.1", 0, lambda port: print(port, flush=True)))
"""


@dataclass
class MortalServer:
    """A server in a process that may be killed at any time."""

    database_url: str
    port: int = 0
    process: asyncio.subprocess.Process | None = None
    up: asyncio.Event = field(default_factory=asyncio.Event)

    async def start(self) -> None:
        command = (sys.executable, "-c", SERVER, self.database_url)
        self.process = await asyncio.create_subprocess_exec(
            *command, stdout=asyncio.subprocess.PIPE
        )
        assert self.process.stdout is not None
        line = await asyncio.wait_for(self.process.stdout.readline(), 30)
        self.port = int(line)
        self.up.set()

    async def kill(self) -> None:
        self.up.clear()
        assert self.process is not None
        self.process.kill()
        await self.process.communicate()


async def insist(server: MortalServer, session: aiohttp.ClientSession, body: bytes) -> str:
    """Deliver until it is acknowledged, under one GUID, as GitHub's redelivery does."""
    headers = signed(body)
    for _ in range(100):
        await asyncio.wait_for(server.up.wait(), 30)
        url = f"http://127.0.0.1:{server.port}/webhook"
        try:
            async with session.post(url, data=body, headers=headers) as answer:
                if answer.status == 202:
                    return headers["X-GitHub-Delivery"]
        except aiohttp.ClientError:
            await asyncio.sleep(0.01)
    raise AssertionError("never acknowledged")


async def haunt(server: MortalServer) -> None:
    for _ in range(KILLS):
        await asyncio.sleep(random.uniform(0.05, 0.3))  # noqa: S311 - any moment will do
        await server.kill()
        await server.start()


@pytest.mark.slow
async def test_no_acknowledged_delivery_is_lost_and_none_is_kept_twice(
    database_url: str, sessions: Sessions
) -> None:
    server = MortalServer(database_url)
    await server.start()
    bodies = iter([json.dumps({"after": str(uuid4())}).encode() for _ in range(DELIVERIES)])
    acknowledged: list[str] = []

    async def send(session: aiohttp.ClientSession) -> None:
        for body in bodies:
            acknowledged.append(await insist(server, session, body))
            await asyncio.sleep(0.01)

    try:
        async with aiohttp.ClientSession() as session, asyncio.timeout(90):
            await asyncio.gather(haunt(server), *(send(session) for _ in range(5)))
    finally:
        await server.kill()
    async with sessions() as reading:
        kept = list(await reading.scalars(select(DeliveryRow.guid)))
    assert sorted(map(str, kept)) == sorted(acknowledged)
    assert len(acknowledged) == DELIVERIES
