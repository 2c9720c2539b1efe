"""Failures that a test orders: the next matching requests get them."""

import asyncio
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from aiohttp import web

LONGEST_SILENCE_SECONDS = 600


FaultKind = Literal["answer", "reset", "timeout", "truncated"]


@dataclass
class Fault:
    """What goes wrong, for which requests, how often; `applied`: only the answer is lost."""

    method: str
    path_pattern: str
    status: int = 500
    headers: Mapping[str, str] = field(default_factory=dict)
    body: str = ""
    kind: FaultKind = "answer"
    times: int = 1
    applied: bool = False

    def matches(self, method: str, path: str) -> bool:
        """Whether the request is one of those that fail."""
        return self.method in ("*", method) and re.search(self.path_pattern, path) is not None


class Faults:
    """The failures still to come."""

    def __init__(self) -> None:
        self.waiting: list[Fault] = []

    def take(self, method: str, path: str) -> Fault | None:
        """The failure for this request, counted."""
        for fault in self.waiting:
            if fault.matches(method, path):
                fault.times -= 1
                if fault.times <= 0:
                    self.waiting.remove(fault)
                return fault
        return None


async def suffer(request: web.Request, fault: Fault) -> web.StreamResponse:
    """Lets a request fail in the ordered way."""
    if fault.kind == "timeout":
        await asyncio.sleep(LONGEST_SILENCE_SECONDS)
    if fault.kind == "reset" and request.transport is not None:
        request.transport.abort()
    if fault.kind == "truncated":
        return await _break_off(request)
    return web.Response(status=fault.status, headers=dict(fault.headers), body=fault.body.encode())


async def _break_off(request: web.Request) -> web.StreamResponse:
    """Begins a good answer and closes the connection in the middle of it."""
    response = web.StreamResponse(headers={"Content-Type": "application/json"})
    response.content_length = 1000
    await response.prepare(request)
    await response.write(b'{"id": 1, "name": "')
    if request.transport is not None:
        request.transport.abort()
    return response
