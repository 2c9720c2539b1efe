"""Following a job: what is new about it, as server-sent events.

https://html.spec.whatwg.org/multipage/server-sent-events.html
"""

import asyncio
import json
import time
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any, Protocol
from uuid import UUID

from app.domain.value import Value
from app.domain.work.report import JobReport, PageLine, Pulse
from app.server.pages.guard import Visit
from app.server.pages.rendering import NOT_ENDED, Renderer, announcement, row_id, title_of
from app.server.refusal import Refused

HEARTBEAT = b": still here\n\n"


class Watched(Protocol):
    """Whatever keeps jobs."""

    async def report(self, job_id: UUID) -> JobReport | None:
        """Read all about a job but its pages; None when there is none."""

    async def pulse(self, job_id: UUID) -> Pulse | None:
        """Look whether a job went on; None when there is none any more."""

    async def pages(self, job_id: UUID, after: int = 0) -> list[PageLine]:
        """List the pages that ended after a line, oldest first, a bounded number at once."""


class StreamLimits(Value):
    """How many may follow, how closely and how long."""

    poll_s: float = 1
    heartbeat_s: float = 15
    """Proxies end connections on which nothing is said."""
    longest_s: float = 3600
    """Then the browser asks again."""
    streams: int = 100
    of_one_session: int = 4
    """Browsers open six connections to a host without HTTP/2, and need some for other pages."""


class Slots:
    """Counts those who follow."""

    def __init__(self, limits: StreamLimits) -> None:
        self._limits = limits
        self._taken: Counter[str] = Counter()

    @contextmanager
    def take(self, session_id: str) -> Iterator[None]:
        """Hold a place for the block; raises Refused when there is none."""
        limits = self._limits
        is_full = self._taken.total() >= limits.streams
        if is_full or self._taken[session_id] >= limits.of_one_session:
            reason = "Too many pages are followed at once: reload this one to see what is new."
            raise Refused(HTTPStatus.SERVICE_UNAVAILABLE, reason)
        self._taken[session_id] += 1
        try:
            yield
        finally:
            self._taken[session_id] -= 1
            if not self._taken[session_id]:
                del self._taken[session_id]


@dataclass
class Following:
    """One page that is kept up to date."""

    visit: Visit
    after: int
    """The newest line that the page shows."""
    sent: dict[str, str] = field(default_factory=dict)
    """What the page's regions hold, as far as it was sent."""

    @property
    def job_id(self) -> UUID:
        """Name the job."""
        return self.visit.line.job.id


class Follower:
    """Tells what is new."""

    def __init__(
        self,
        jobs: Watched,
        renderer: Renderer,
        limits: StreamLimits,
        closing: asyncio.Event,
        may_read: Callable[[Visit], Awaitable[bool]],
    ) -> None:
        self._jobs = jobs
        self._renderer = renderer
        self._limits = limits
        self._closing = closing
        self._may_read = may_read

    async def follow(self, following: Following) -> AsyncIterator[bytes]:
        """Give events until the job has ended, or whoever follows may not read it any more."""
        seen: Pulse | None = None
        began = told = time.monotonic()
        while time.monotonic() - began < self._limits.longest_s:
            pulse = await self._jobs.pulse(following.job_id)
            if pulse is None or not await self._may_read(following.visit):
                return
            if pulse != seen:
                seen, told = pulse, time.monotonic()
                async for event in self._news(following):
                    yield event
                if pulse.state not in NOT_ENDED:
                    yield event_of("end", {})
                    return
            elif time.monotonic() - told >= self._limits.heartbeat_s:
                told = time.monotonic()
                yield HEARTBEAT
            if await self._pause():
                return

    async def _pause(self) -> bool:
        """Wait a little; says whether the server is closing."""
        try:
            await asyncio.wait_for(self._closing.wait(), self._limits.poll_s)
        except TimeoutError:
            return False
        return True

    async def _news(self, following: Following) -> AsyncIterator[bytes]:
        while pages := await self._jobs.pages(following.job_id, following.after):
            for line in pages:
                row = {"row": row_id(line.page.path), "html": self._renderer.row(line)}
                following.after = line.id
                yield event_of("page", row, line.id)
        report = await self._jobs.report(following.job_id)
        if report is None:
            return
        regions = self._renderer.regions(following.visit, report)
        changed = {name: html for name, html in regions.items() if following.sent.get(name) != html}
        following.sent |= changed
        told = {"regions": changed, "said": announcement(report), "title": title_of(report)}
        yield event_of("state", told, following.after)


def event_of(name: str, data: Mapping[str, Any], number: int | None = None) -> bytes:
    """Write an event; JSON has no line ends, so it is one line of data."""
    number_line = "" if number is None else f"id: {number}\n"
    return f"{number_line}event: {name}\ndata: {json.dumps(data)}\n\n".encode()
