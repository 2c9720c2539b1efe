import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from aiohttp import web

from tests.fake_github.fake import FakeGitHub
from tests.integration.fake_github.client import Client


@pytest.fixture
async def github(tmp_path: Path) -> AsyncIterator[FakeGitHub]:
    """A fake about which the oracle finds nothing to say, unless the test plants it."""
    async with FakeGitHub.start(tmp_path) as fake:
        yield fake
        await fake.settled()
        fake.assert_clean()


@pytest.fixture
async def client(github: FakeGitHub) -> AsyncIterator[Client]:
    async with aiohttp.ClientSession() as session:
        yield Client(github, session)


@pytest.fixture
async def shop(github: FakeGitHub, client: Client) -> Client:
    """A client whose token is for acme/shop, which has one file."""
    await github.add_repository("acme/shop", {"README.md": "# Shop\n", "src/shop.py": "x = 1\n"})
    installed = await github.install("acme")
    return await client.as_installation(installed.id)


@dataclass
class Receiver:
    url: str = ""
    status: int = 202
    received: list[tuple[dict[str, str], bytes]] = field(default_factory=list)
    gate: asyncio.Event = field(default_factory=asyncio.Event)
    """Set: it answers. A test that clears it lets deliveries gather."""

    async def answer(self, request: web.Request) -> web.Response:
        headers = {name.lower(): value for name, value in request.headers.items()}
        self.received.append((headers, await request.read()))
        await self.gate.wait()
        return web.Response(status=self.status)

    def events(self) -> list[str]:
        return [headers["x-github-event"] for headers, _ in self.received]


@pytest.fixture
async def receiver() -> AsyncIterator[Receiver]:
    receiver = Receiver()
    receiver.gate.set()
    application = web.Application()
    application.router.add_post("/webhook", receiver.answer)
    runner: Any = web.AppRunner(application, access_log=None)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    receiver.url = f"http://127.0.0.1:{runner.addresses[0][1]}/webhook"
    yield receiver
    await runner.cleanup()
