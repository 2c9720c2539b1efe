"""Signing in with GitHub: there and back, bound to one browser."""

import hashlib
import hmac
import re
import time
from base64 import urlsafe_b64encode
from collections.abc import Callable
from http import HTTPStatus
from secrets import token_urlsafe
from typing import Protocol

from aiohttp import web
from cachetools import TTLCache

from app.domain.work.person import Person
from app.server.pages.cookies import Cookies
from app.server.pages.sessions import SESSION_S, Sessions
from app.server.refusal import Refused

PENDING_S = 600
"""How long a person may take at GitHub."""
USED_STATES = 10_000
STATE_BYTES = 32
VERIFIER_BYTES = 64
CALLBACK = "/sign-in/callback"
LONGEST_CODE = 512

_JOB = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_PENDING = re.compile(r"([\w-]{20,128})\.([\w-]{43,128})\.([0-9a-f-]{0,36})")
_FAILED = "The sign-in did not work, perhaps because it was begun twice or took long: try again."


class Identity(Protocol):
    """Whoever knows people."""

    def address(self, state: str, challenge: str, callback: str) -> str:
        """Give the address at which a person says who they are."""

    async def person(self, code: str, verifier: str, callback: str) -> Person | None:
        """Learn who came back with a code; None when the code is not taken."""


class SigningIn:
    """Sends people to GitHub and takes them back."""

    def __init__(
        self,
        identity: Identity,
        sessions: Sessions,
        cookies: Cookies,
        public_url: str,
        now: Callable[[], float] = time.monotonic,
    ) -> None:
        self._identity = identity
        self._sessions = sessions
        self._cookies = cookies
        self._callback = f"{public_url}{CALLBACK}"
        self._used: TTLCache[str, bool] = TTLCache(USED_STATES, PENDING_S, timer=now)

    async def begin(self, request: web.Request) -> web.Response:
        """Send a person to GitHub; the way back leads to a job, or to the list of them."""
        job = request.query.get("job", "")
        if job and not _JOB.fullmatch(job):
            raise Refused(HTTPStatus.BAD_REQUEST, "That is not the id of a job.")
        state, verifier = token_urlsafe(STATE_BYTES), token_urlsafe(VERIFIER_BYTES)
        address = self._identity.address(state, challenge_of(verifier), self._callback)
        response = found(address)
        # What has to match on the way back stays with this browser: nobody can fill our memory.
        self._cookies.set(response, "state", f"{state}.{verifier}.{job}", PENDING_S)
        return response

    async def finish(self, request: web.Request) -> web.Response:
        """Take a person back: state, browser and code have to belong together, once."""
        verifier, job = self._pending(request)
        code = request.query.get("code", "")
        if not code or len(code) > LONGEST_CODE:
            raise Refused(HTTPStatus.BAD_REQUEST, _FAILED)
        person = await self._identity.person(code, verifier, self._callback)
        if person is None:
            raise Refused(HTTPStatus.BAD_REQUEST, _FAILED)
        self._sessions.end(self._cookies.read(request, "session"))
        session = self._sessions.begin(person)
        response = found(f"/jobs/{job}" if job else "/jobs")
        self._cookies.remove(response, "state")
        self._cookies.set(response, "session", session.id, int(SESSION_S))
        return response

    def _pending(self, request: web.Request) -> tuple[str, str]:
        match = _PENDING.fullmatch(self._cookies.read(request, "state"))
        told = request.query.get("state", "")
        if match is None or not hmac.compare_digest(match[1].encode(), told.encode()):
            raise Refused(HTTPStatus.BAD_REQUEST, _FAILED)
        if match[1] in self._used or (match[3] and not _JOB.fullmatch(match[3])):
            raise Refused(HTTPStatus.BAD_REQUEST, _FAILED)
        self._used[match[1]] = True
        return match[2], match[3]

    async def end(self, request: web.Request) -> web.Response:
        """Sign a person out; their form was checked."""
        self._sessions.end(self._cookies.read(request, "session"))
        response = found("/jobs")
        self._cookies.remove(response, "session")
        return response


def found(address: str) -> web.Response:
    """Send the browser on; it asks there with GET."""
    return web.Response(status=HTTPStatus.SEE_OTHER, headers={"Location": address})


def challenge_of(verifier: str) -> str:
    """Make the challenge of a verifier, as RFC 7636 says for S256."""
    return urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()
