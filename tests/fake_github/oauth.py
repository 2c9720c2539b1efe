"""A person lets the App know who they are: codes with PKCE, and tokens in the person's name."""

import base64
import hashlib
import secrets
from dataclasses import dataclass, field
from urllib.parse import urlencode

from aiohttp import web
from yarl import URL

from tests.fake_github.calls import Call, Refused, not_found
from tests.fake_github.facts.wanted import REPOSITORY
from tests.fake_github.state import Account, Repository
from tests.fake_github.world import World

CODE_SECONDS = 600
TOKEN_SECONDS = 8 * 3600
USER_OPERATIONS = frozenset({"GET /user", f"GET {REPOSITORY}"})
WRITES = frozenset({"admin", "maintain", "write"})


@dataclass
class Code:
    """What GitHub sent back with a browser."""

    account: Account
    redirect_uri: str
    challenge: str
    made: float


@dataclass
class Authorizations:
    """Who is signed in on GitHub in the browser, and what was given out."""

    person: str = "octocat"
    codes: dict[str, Code] = field(default_factory=dict)
    callback: str = ""
    """The App's callback URL; empty: any will do."""


def role_of(repository: Repository, account: Account) -> str:
    """What an account is in a repository."""
    if account.id == repository.owner.id:
        return "admin"
    return repository.roles.get(account.login.lower(), "none" if repository.private else "read")


def authorize_person(call: Call) -> None:
    """Refuses what the App may not ask in a person's name, or the person may not see."""
    if call.operation not in USER_OPERATIONS:
        raise Refused(403, "Resource not accessible by integration")
    if "repo" not in call.parameters:
        return
    repository, person = call.repository, call.person
    is_hidden = repository.private and call.world.installation_for(repository) is None
    if is_hidden or role_of(repository, person) == "none":
        raise not_found()


def permissions_of(repository: Repository, account: Account) -> dict[str, bool]:
    """The `permissions` of a repository as a person sees it."""
    role = role_of(repository, account)
    return {
        "admin": role == "admin",
        "maintain": role in ("admin", "maintain"),
        "push": role in WRITES,
        "triage": role in WRITES or role == "triage",
        "pull": role != "none",
    }


class SignInPages:
    """`/login/oauth/*`."""

    def __init__(self, world: World, given: Authorizations) -> None:
        self._world = world
        self._given = given

    async def authorize(self, request: web.Request) -> web.Response:
        """The person, who is signed in and let the App before, is sent back at once."""
        asked = request.query
        if asked.get("client_id") != self._world.app.client_id:
            return web.Response(status=404)
        back = URL(asked.get("redirect_uri", ""))
        if self._given.callback and str(back) != self._given.callback:
            return web.Response(status=400, text="redirect_uri_mismatch")
        if asked.get("code_challenge") and asked.get("code_challenge_method") != "S256":
            return web.Response(status=400, text="code_challenge_method")
        code = secrets.token_hex(10)
        with self._world.lock:
            self._given.codes[code] = Code(
                account=self._world.account(self._given.person),
                redirect_uri=str(back),
                challenge=asked.get("code_challenge", ""),
                made=self._world.clock.now(),
            )
        query = urlencode({"code": code, "state": asked.get("state", "")})
        return web.Response(status=302, headers={"Location": f"{back}?{query}"})

    async def exchange(self, request: web.Request) -> web.Response:
        """A code becomes a token, once; refusals have the status 200, as on GitHub."""
        form = {name: str(value) for name, value in (await request.post()).items()}
        with self._world.lock:
            fault = self._fault(form)
            answer = {"error": fault} if fault else self._token(form["code"])
        if "json" in request.headers.get("Accept", ""):
            return web.json_response(answer)
        return web.Response(
            text=urlencode(answer), content_type="application/x-www-form-urlencoded"
        )

    def _fault(self, form: dict[str, str]) -> str:
        app, code = self._world.app, self._given.codes.get(form.get("code", ""))
        given = form.get("client_id"), form.get("client_secret")
        if given != (app.client_id, app.client_secret):
            return "incorrect_client_credentials"
        if code is None or self._world.clock.now() > code.made + CODE_SECONDS:
            return "bad_verification_code"
        if form.get("redirect_uri") != code.redirect_uri:
            return "redirect_uri_mismatch"
        return "" if _fits(form.get("code_verifier", ""), code.challenge) else "bad_code_verifier"

    def _token(self, code: str) -> dict[str, str]:
        account = self._given.codes.pop(code).account
        token = f"ghu_{secrets.token_hex(18)}"
        self._world.user_tokens[token] = (account, self._world.clock.now() + TOKEN_SECONDS)
        return {
            "access_token": token,
            "expires_in": str(TOKEN_SECONDS),
            "token_type": "bearer",
            "scope": "",
        }


def _fits(verifier: str, challenge: str) -> bool:
    if not challenge:
        return True
    digest = hashlib.sha256(verifier.encode()).digest()
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode() == challenge
