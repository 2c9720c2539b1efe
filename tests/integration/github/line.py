"""A transport to a server that answers as it is told."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

import aiohttp
from aiohttp import web

from app.github.transport import Authorization, Request, Transport, TransportOptions
from tests.fakes.clock import StoppedClock

TOKEN = "ghs_" + "a1B2" * 9
LIMIT = {"message": "You have exceeded a secondary rate limit."}
Reply = Callable[[web.Request], Awaitable[web.StreamResponse]]
OPTIONS = TransportOptions(request_timeout=5, write_spacing=0, attempts=3)


@dataclass
class Server:
    """Gives its replies one after the other, then `{"fine": true}`; remembers what it was sent."""

    url: str = ""
    replies: list[Reply] = field(default_factory=list)
    seen: list[tuple[str, str, bytes, dict[str, str]]] = field(default_factory=list)
    busy: int = 0
    busiest: int = 0

    async def answer(self, request: web.Request) -> web.StreamResponse:
        body = await request.read()
        names = {name.lower(): value for name, value in request.headers.items()}
        self.busy += 1
        self.busiest = max(self.busiest, self.busy)
        self.seen.append((request.method, request.path_qs, body, names))
        try:
            if self.replies:
                return await self.replies.pop(0)(request)
            return web.json_response({"fine": True})
        finally:
            self.busy -= 1

    @property
    def asked(self) -> list[tuple[str, str]]:
        return [(method, path) for method, path, _, _ in self.seen]


def reply(status: int, document: object = None, text: str = "", **headers: str) -> Reply:
    names = {name.replace("_", "-"): value for name, value in headers.items()}

    async def answer(_: web.Request) -> web.StreamResponse:
        if text:
            return web.Response(status=status, text=text, headers=names)
        return web.json_response(document or {"message": "Bad"}, status=status, headers=names)

    return answer


async def reset(request: web.Request) -> web.StreamResponse:
    assert request.transport is not None
    request.transport.abort()
    return web.Response()


async def silent(_: web.Request) -> web.StreamResponse:
    await asyncio.sleep(30)
    return web.Response()


@dataclass
class Secrets:
    """A credential whose secrets were made some seconds ago."""

    clock: StoppedClock
    age: float = 3600
    account: str = "installation 1"
    refused: list[str] = field(default_factory=list)

    async def authorize(self) -> Authorization:
        header = f"token {TOKEN}{len(self.refused)}"
        return Authorization(header, self.made_at)

    @property
    def made_at(self) -> float:
        return self.start - self.age

    def __post_init__(self) -> None:
        self.start = self.clock.now()

    def refuse(self, authorization: Authorization) -> None:
        self.refused.append(authorization.header)
        self.age = 3600


@dataclass
class Line:
    """A transport to the server, with its clock and credential."""

    server: Server
    clock: StoppedClock
    secrets: Secrets
    transport: Transport

    async def ask(
        self, method: str = "GET", path: str = "/x", body: bytes = b"", *, repeatable: bool = True
    ) -> bytes:
        request = Request(method, self.server.url + path, {}, body, repeatable)
        return (await self.transport.send(request, self.secrets)).body


def connect(
    server: Server, session: aiohttp.ClientSession, options: TransportOptions = OPTIONS
) -> Line:
    clock = StoppedClock(time.time())
    transport = Transport(session, server.url, options, clock, lambda: 1.0)
    return Line(server, clock, Secrets(clock), transport)
