"""The pages of jobs: the list, one job, its events, and what people do with it."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from http import HTTPStatus
from typing import Protocol
from uuid import UUID

from aiohttp import web

from app.domain.work.job import Job
from app.domain.work.report import JobLine, PageLine
from app.errors import AutoDocError, InputError
from app.server.pages.guard import HIDDEN, Guard, Lines, Visit
from app.server.pages.rendering import NOT_ENDED, Renderer
from app.server.pages.sessions import Session
from app.server.pages.signing_in import found
from app.server.pages.stream import Follower, Following, Slots, Watched
from app.server.refusal import Refused

LOOKED_THROUGH = 200
"""So many of the newest jobs are looked through for those that a person may see."""
ASKED_FOR = 30
"""For so many repositories at most GitHub is asked for one list."""

logger = logging.getLogger(__name__)


class Reports(Lines, Watched, Protocol):
    """Whatever keeps jobs."""

    async def newest(self, limit: int = 20) -> list[JobLine]:
        """List jobs, the newest first."""


class Control(Protocol):
    """Whatever lets people steer jobs; all raise InputError for a job of the wrong state."""

    async def cancel(self, job_id: UUID, login: str = "") -> Job:
        """End a job that waits or runs."""

    async def force(self, job_id: UUID) -> Job:
        """Let a job that waits begin as soon as its branch is free."""

    async def retry(self, job_id: UUID, login: str = "") -> Job:
        """Order a job that failed or was cancelled again."""


class Engine(Protocol):
    """Whatever runs jobs."""

    async def abandon(self, job: UUID) -> None:
        """End what still runs for a job."""


@dataclass(frozen=True)
class Desk:
    """What the pages work with."""

    reports: Reports
    control: Control
    engine: Engine
    wake: Callable[[], None]
    """Has whoever begins jobs look for them."""


class JobPages:
    """Shows jobs to those who may see them."""

    def __init__(
        self, desk: Desk, guard: Guard, renderer: Renderer, follower: Follower, slots: Slots
    ) -> None:
        self._desk = desk
        self._guard = guard
        self._renderer = renderer
        self._follower = follower
        self._slots = slots

    async def show_all(self, request: web.Request) -> web.Response:
        """List the newest jobs of repositories that the person may see."""
        session = self._guard.session(request)
        lines = await self._visible(session, await self._desk.reports.newest(LOOKED_THROUGH))
        return html(self._renderer.page("jobs.html", session=session, lines=lines))

    async def _visible(self, session: Session, lines: list[JobLine]) -> list[JobLine]:
        newest = {each.job.repository.id: each for each in reversed(lines)}
        asked = list(dict.fromkeys(each.job.repository.id for each in lines))[:ASKED_FOR]
        rights = await asyncio.gather(
            *(self._guard.rights(session, newest[each]) for each in asked)
        )
        seen = {each for each, found in zip(asked, rights, strict=True) if found.read}
        return [line for line in lines if line.job.repository.id in seen]

    async def show(self, request: web.Request) -> web.Response:
        """Show a job."""
        visit = await self._guard.visit(request)
        job_id = visit.line.job.id
        pages: list[PageLine] = []
        while more := await self._desk.reports.pages(job_id, pages[-1].id if pages else 0):
            pages += more
        report = await self._desk.reports.report(job_id)
        if report is None:
            raise Refused(HTTPStatus.NOT_FOUND, HIDDEN)
        return html(self._renderer.job(visit, report, pages))

    async def stream(self, request: web.Request) -> web.StreamResponse:
        """Tell what is new about a job until it has ended."""
        visit = await self._guard.visit(request)
        with self._slots.take(visit.session.id):
            response = web.StreamResponse(
                headers={
                    "Content-Type": "text/event-stream; charset=utf-8",
                    "Cache-Control": "no-store",
                    "X-Accel-Buffering": "no",
                }
            )
            await response.prepare(request)
            following = Following(visit, after_of(request))
            try:
                async for event in self._follower.follow(following):
                    await response.write(event)
            except ConnectionError:
                logger.debug("somebody stopped following job %s", visit.line.job.id)
            except AutoDocError as error:
                # The browser asks again, with what it has seen.
                logger.warning("job %s cannot be followed: %s", visit.line.job.id, error)
        return response

    async def cancel(self, request: web.Request) -> web.Response:
        """End a job; its processes are ended, too."""
        visit = await self._guard.act(request)

        async def cancel(job_id: UUID, login: str) -> Job:
            job = await self._desk.control.cancel(job_id, login)
            try:
                await self._desk.engine.abandon(job_id)
            except AutoDocError as error:
                # The fence refuses whatever that run still does.
                logger.warning("the cancelled run of job %s was not ended: %s", job_id, error)
            return job

        return await self._done(visit, cancel)

    async def retry(self, request: web.Request) -> web.Response:
        """Order a job again; it may be a new one, or part of one that waits."""
        return await self._done(await self._guard.act(request), self._desk.control.retry)

    async def force(self, request: web.Request) -> web.Response:
        """Begin a job that waits as soon as its branch is free."""
        visit = await self._guard.act(request)

        async def force(job_id: UUID, _login: str) -> Job:
            return await self._desk.control.force(job_id)

        return await self._done(visit, force)

    async def _done(
        self, visit: Visit, change: Callable[[UUID, str], Awaitable[Job]]
    ) -> web.Response:
        try:
            job = await change(visit.line.job.id, visit.session.person.login)
        except InputError as error:
            raise Refused(HTTPStatus.CONFLICT, str(error)) from None
        if job.state in NOT_ENDED:
            self._desk.wake()
        return found(f"/jobs/{job.id}")


def after_of(request: web.Request) -> int:
    """Read which line the page shows already; the browser's own word goes first."""
    told = request.headers.get("Last-Event-ID") or request.query.get("after", "")
    return int(told) if told.isascii() and told.isdigit() and len(told) < 19 else 0


def html(text: str, status: HTTPStatus = HTTPStatus.OK) -> web.Response:
    """Answer with a page that nobody keeps."""
    return web.Response(
        text=text, status=status, content_type="text/html", headers={"Cache-Control": "no-store"}
    )
