"""A server with pages, and a browser in front of it."""

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, urlsplit
from uuid import UUID

from aiohttp import ClientResponse
from aiohttp.test_utils import TestClient, TestServer, unused_port

from app.server.pages.handlers import Desk
from app.server.pages.routes import Pages
from app.server.pages.stream import StreamLimits
from tests.fakes.people import ALL, FakeIdentity, MemoryControl, MemoryEngine, MemoryReports
from tests.integration.server.requests import World

QUICK = StreamLimits(poll_s=0.01, heartbeat_s=0.05, of_one_session=2)


@dataclass
class Place:
    """Jobs in memory, behind the real pages."""

    reports: MemoryReports = field(default_factory=MemoryReports)
    identity: FakeIdentity = field(default_factory=lambda: FakeIdentity(dict(ALL)))
    engine: MemoryEngine = field(default_factory=MemoryEngine)
    limits: StreamLimits = QUICK
    woken: int = 0

    def __post_init__(self) -> None:
        self.control = MemoryControl(self.reports)

    def wake(self) -> None:
        self.woken += 1

    @asynccontextmanager
    async def open(self) -> AsyncIterator["Browser"]:
        port = unused_port()
        url = f"http://127.0.0.1:{port}"
        app = World().app()
        desk = Desk(self.reports, self.control, self.engine, self.wake)
        Pages(desk, self.identity, url, self.limits).add_to(app)
        async with TestClient(TestServer(app, port=port)) as client:
            yield Browser(client, url)


@dataclass
class Browser:
    """Keeps cookies, and follows no redirect by itself."""

    client: TestClient[Any, Any]
    url: str

    async def get(self, path: str, **headers: str) -> ClientResponse:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return await self.client.get(path, allow_redirects=False, headers=named)

    async def read(self, path: str, status: int = 200) -> str:
        answer = await self.get(path)
        assert answer.status == status
        return await answer.text()

    async def begin(self, job: UUID | str = "") -> str:
        """Go to sign in, and give the path with which GitHub sends the browser back."""
        answer = await self.get(f"/sign-in?job={job}" if job else "/sign-in")
        assert answer.status == 303
        query = parse_qs(urlsplit(answer.headers["Location"]).query)
        return f"/sign-in/callback?code={query['code'][0]}&state={query['state'][0]}"

    async def sign_in(self, job: UUID | str = "") -> str:
        """Sign in, and give the path where that leads."""
        answer = await self.get(await self.begin(job))
        assert answer.status == 303
        return answer.headers["Location"]

    async def csrf(self, path: str) -> str:
        """Read the token of the forms of a page."""
        found = re.search(r'name="csrf" value="([^"]+)"', await self.read(path))
        assert found is not None
        return found[1]

    async def post(
        self, path: str, csrf: str = "", origin: str | None = None, **headers: str
    ) -> ClientResponse:
        """Send a form, of our own pages unless told otherwise."""
        sent = {"Origin": self.url if origin is None else origin, **headers}
        return await self.client.post(
            path, data={"csrf": csrf}, headers=sent, allow_redirects=False
        )
