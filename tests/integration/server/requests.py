"""Requests as GitHub sends them."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from io import BytesIO
from typing import Any
from uuid import uuid4

from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer
from pydantic import SecretStr

from app.server.application import LINGER_S, create_app, ignore
from app.server.signature import sign
from app.server.webhook import Inbox, Limits
from tests.fakes.work import MemoryDeliveries

SECRET, OTHER = "s" * 32, "t" * 32
PUSH = json.dumps({"ref": "refs/heads/main"}).encode()


def signed(body: bytes = PUSH, secret: str = SECRET, **changes: str) -> dict[str, str]:
    """The headers of a delivery."""
    return {
        "Content-Type": "application/json",
        "X-GitHub-Event": "push",
        "X-GitHub-Delivery": str(uuid4()),
        "X-Hub-Signature-256": sign(body, secret.encode()).decode(),
    } | {name.replace("_", "-"): value for name, value in changes.items()}


async def fine() -> None:
    """The database answers."""


@dataclass
class World:
    """A server and what it works with."""

    inbox: Inbox = field(default_factory=MemoryDeliveries)
    secrets: Sequence[str] = (SECRET,)
    limits: Limits = field(default_factory=Limits)
    check: Callable[[], Any] = fine
    stored: Callable[[], None] = ignore

    def app(self) -> web.Application:
        @asynccontextmanager
        async def open_inbox() -> AsyncIterator[Inbox]:
            yield self.inbox

        secrets = [SecretStr(secret) for secret in self.secrets]
        return create_app(open_inbox, secrets, self.check, stored=self.stored, limits=self.limits)

    @asynccontextmanager
    async def serve(self) -> AsyncIterator[TestClient[Any, Any]]:
        server = TestServer(self.app())
        await server.start_server(lingering_time=LINGER_S)
        async with TestClient(server) as client:
            yield client

    async def post(self, body: bytes, headers: dict[str, str]) -> tuple[int, dict[str, str]]:
        async with self.serve() as client:
            answer = await client.post("/webhook", data=BytesIO(body), headers=headers)
            return answer.status, await answer.json()


async def talk(client: TestClient[Any, Any], request: bytes) -> bytes:
    """Send bytes over a socket and read what comes back until the server closes."""
    host, port = client.server.host, client.server.port
    reader, writer = await asyncio.open_connection(host, port)
    try:
        writer.write(request)
        await writer.drain()
        async with asyncio.timeout(5):
            return await reader.read()
    finally:
        writer.close()
        await writer.wait_closed()
