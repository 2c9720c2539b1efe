"""Who asks, whether they may, and whether it was really they who sent a form."""

import hmac
from dataclasses import dataclass
from http import HTTPStatus
from typing import Protocol
from urllib.parse import parse_qs
from uuid import UUID

from aiohttp import web
from yarl import URL

from app.domain.work.person import Rights
from app.domain.work.report import JobLine
from app.server.pages.cookies import Cookies
from app.server.pages.sessions import Doors, Session, Sessions
from app.server.refusal import Refused

MAX_FORM_BYTES = 4096
MAX_FIELDS = 4
HIDDEN = "There is no such job, or GitHub does not let you see its repository."


class NotSignedIn(Exception):  # noqa: N818 - an answer, not a fault
    """Nobody is known; signing in leads back to `job`."""

    def __init__(self, job: str = "") -> None:
        super().__init__("nobody is signed in")
        self.job = job


class Lines(Protocol):
    """Whatever keeps jobs."""

    async def find(self, job_id: UUID) -> JobLine | None:
        """Read a job; None when there is none."""


@dataclass(frozen=True)
class Visit:
    """Somebody who may read a job looks at it."""

    session: Session
    line: JobLine
    rights: Rights


class Guard:
    """Lets people in who may see what they ask for."""

    def __init__(
        self, sessions: Sessions, doors: Doors, lines: Lines, cookies: Cookies, public_url: str
    ) -> None:
        self._sessions = sessions
        self._doors = doors
        self._lines = lines
        self._cookies = cookies
        self._origin = str(URL(public_url).origin())

    def session(self, request: web.Request) -> Session:
        """Find who asks, or raise NotSignedIn."""
        session = self._sessions.find(self._cookies.read(request, "session"))
        if session is None:
            raise NotSignedIn(request.match_info.get("job", ""))
        return session

    async def visit(self, request: web.Request) -> Visit:
        """Let somebody see a job; whoever may not cannot tell whether there is one."""
        session = self.session(request)
        line = await self._lines.find(UUID(request.match_info["job"]))
        rights = Rights() if line is None else await self.rights(session, line)
        if not rights.known:
            raise NotSignedIn(request.match_info["job"])
        if line is None or not rights.read:
            raise Refused(HTTPStatus.NOT_FOUND, HIDDEN)
        return Visit(session, line, rights)

    async def rights(self, session: Session, line: JobLine) -> Rights:
        """Say what somebody may do with a job; it is asked again after a minute."""
        return await self._doors.rights(session, line.job.repository)

    async def act(self, request: web.Request) -> Visit:
        """Let somebody change something about a job."""
        await self.check_form(request)
        visit = await self.visit(request)
        if not visit.rights.write:
            reason = "To act on this job you need write access to its repository."
            raise Refused(HTTPStatus.FORBIDDEN, reason)
        return visit

    async def check_form(self, request: web.Request) -> Session:
        """Make sure that a form is one of ours, sent by the person who was shown it."""
        session = self.session(request)
        length = request.content_length
        if length is None or length > MAX_FORM_BYTES:
            raise Refused(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "The form is too large.")
        if request.headers.get("Origin") != self._origin:
            raise Refused(HTTPStatus.FORBIDDEN, "The form was not sent from this server's pages.")
        token = token_of(await request.read())
        if not hmac.compare_digest(token, session.csrf.encode()):
            raise Refused(HTTPStatus.FORBIDDEN, "The form is too old: load the page again.")
        return session


def token_of(body: bytes) -> bytes:
    """Read the token out of a form; empty when there is none."""
    try:
        fields = parse_qs(body, max_num_fields=MAX_FIELDS)
    except ValueError:
        return b""
    return fields.get(b"csrf", [b""])[0]
