"""The addresses of the pages, and what is true of all of them."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping
from http import HTTPStatus
from pathlib import Path
from typing import Protocol, TypeAlias

from aiohttp import web

from app.errors import AutoDocError
from app.server.pages.cookies import Cookies
from app.server.pages.guard import Guard, NotSignedIn, Visit
from app.server.pages.handlers import Desk, JobPages, html
from app.server.pages.rendering import Renderer
from app.server.pages.sessions import Asks, Doors, Sessions
from app.server.pages.signing_in import CALLBACK, Identity, SigningIn
from app.server.pages.stream import Follower, Slots, StreamLimits
from app.server.refusal import Refused

STATIC = Path(__file__).parent / "static"
JOB = "/jobs/{job:[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}}"
HEADERS: Mapping[str, str] = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src"
        " 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    ),
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    # Not `no-referrer`: browsers would then hide the origin of our own forms.
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
}

Handler: TypeAlias = Callable[[web.Request], Awaitable[web.StreamResponse]]

logger = logging.getLogger(__name__)


class Signer(Identity, Asks, Protocol):
    """Whoever knows people and what they may do."""


class Pages:
    """All pages for people."""

    def __init__(
        self, desk: Desk, signer: Signer, public_url: str, limits: StreamLimits | None = None
    ) -> None:
        limits = limits or StreamLimits()
        self.closing = asyncio.Event()
        self._renderer = Renderer()
        self._sessions = Sessions()
        cookies = Cookies(is_secure=public_url.startswith("https:"))
        doors = Doors(signer, self._sessions)
        self._guard = Guard(self._sessions, doors, desk.reports, cookies, public_url)
        self._signing_in = SigningIn(signer, self._sessions, cookies, public_url)
        follower = Follower(desk.reports, self._renderer, limits, self.closing, self._may_read)
        self._jobs = JobPages(desk, self._guard, self._renderer, follower, Slots(limits))

    def add_to(self, app: web.Application) -> None:
        """Serve the pages beside what the application serves."""
        jobs = self._jobs
        gets: Mapping[str, Handler] = {
            "/jobs": jobs.show_all,
            JOB: jobs.show,
            f"{JOB}/events": jobs.stream,
            "/sign-in": self._signing_in.begin,
            CALLBACK: self._signing_in.finish,
        }
        posts: Mapping[str, Handler] = {
            f"{JOB}/cancel": jobs.cancel,
            f"{JOB}/retry": jobs.retry,
            f"{JOB}/force": jobs.force,
            "/sign-out": self._sign_out,
        }
        # HEAD would use up the state of a sign-in, and follow a job for nothing.
        app.add_routes(
            [web.get(path, self._answer(each), allow_head=False) for path, each in gets.items()]
        )
        app.add_routes([web.post(path, self._answer(each)) for path, each in posts.items()])
        app.router.add_static("/static", STATIC)
        app.on_response_prepare.append(protect)
        app.on_shutdown.append(self._close)

    async def _sign_out(self, request: web.Request) -> web.StreamResponse:
        await self._guard.check_form(request)
        return await self._signing_in.end(request)

    async def _may_read(self, visit: Visit) -> bool:
        return (await self._guard.rights(visit.session, visit.line)).read

    async def _close(self, _: web.Application) -> None:
        # Whoever follows a job would hold up the end of the server.
        self.closing.set()

    def _answer(self, handler: Handler) -> Handler:
        """Let a refusal become a page."""

        async def answer(request: web.Request) -> web.StreamResponse:
            try:
                return await handler(request)
            except NotSignedIn as nobody:
                text = self._renderer.page("sign_in.html", session=None, job=nobody.job)
                response = html(text, HTTPStatus.UNAUTHORIZED)
                response.headers["WWW-Authenticate"] = 'Session realm="AutoDoc"'
                return response
            except Refused as refused:
                return self._message(request, refused.status, str(refused))
            except AutoDocError as error:
                logger.warning("%s cannot be answered: %s", request.path, error)
                text = "Something that AutoDoc needs does not answer: try again in a minute."
                return self._message(request, HTTPStatus.SERVICE_UNAVAILABLE, text)

        return answer

    def _message(self, request: web.Request, status: HTTPStatus, text: str) -> web.Response:
        try:
            session = self._guard.session(request)
        except NotSignedIn:
            session = None
        page = self._renderer.page("message.html", session=session, status=status.phrase, text=text)
        return html(page, status)


async def protect(_: web.Request, response: web.StreamResponse) -> None:
    """Tell browsers to be strict with whatever is answered."""
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)
