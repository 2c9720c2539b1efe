"""People sign in by the App's user authorisation; their own token asks what they may see.

https://docs.github.com/en/apps/creating-github-apps/authenticating-with-a-github-app/generating-a-user-access-token-for-a-github-app
"""

import json
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

import aiohttp
from pydantic import SecretStr
from yarl import URL

from app.domain.work.person import Person, Rights
from app.errors import ConfigurationError, GitHubError
from app.github.api import Api
from app.github.connection import open_session
from app.github.transport import Authorization, Clock, SystemClock, Transport, TransportOptions
from app.settings import GitHubSettings

PATIENCE = TransportOptions(request_timeout=10, max_wait=5, attempts=2, fresh=3, write_spacing=0)
"""Somebody waits in front of a page."""
MAX_ANSWER_BYTES = 65_536
UNKNOWN_TOKEN = 401


@dataclass(frozen=True)
class Client:
    """The App as people authorise it."""

    id: str
    secret: SecretStr
    web_url: str


class UserCredential:
    """The token of a person who signed in."""

    def __init__(self, login: str, token: SecretStr, made_at: float) -> None:
        self._login = login
        self._token = token
        self._made_at = made_at

    @property
    def account(self) -> str:
        """Name the account whose rate limit is used."""
        return f"user {self._login}"

    async def authorize(self) -> Authorization:
        """Give the token; there is no other."""
        return Authorization(f"Bearer {self._token.get_secret_value()}", self._made_at)

    def refuse(self, authorization: Authorization) -> None:
        """Learn nothing: only the person can get another one, by signing in again."""


class SignIn:
    """GitHub's side of signing in."""

    def __init__(
        self,
        client: Client,
        web: aiohttp.ClientSession,
        transport: Transport,
        api_url: str,
        clock: Clock,
    ) -> None:
        self._client = client
        self._web = web
        self._transport = transport
        self._clock = clock
        self._api_url = api_url

    def address(self, state: str, challenge: str, callback: str) -> str:
        """Give the address at which a person lets the App know who they are."""
        asked = {
            "client_id": self._client.id,
            "redirect_uri": callback,
            "state": state,
            "code_challenge": challenge,
            "code_challenge_method": "S256",
        }
        return f"{self._client.web_url}/login/oauth/authorize?{urlencode(asked)}"

    async def person(self, code: str, verifier: str, callback: str) -> Person | None:
        """Learn who came back with a code; None when GitHub does not take the code.

        Raises GitHubError when it does not answer.
        """
        made_at = self._clock.now()
        answer = await self._exchange(code, verifier, callback)
        token = answer.get("access_token")
        if not isinstance(token, str) or not token:
            return None
        secret = SecretStr(token)
        user = await self._api("", secret, made_at).read("/user")
        return Person(login=user.text("login"), token=secret, made_at=made_at)

    async def rights(self, person: Person, repository_id: str) -> Rights:
        """Ask GitHub, in a person's name, what they may do in a repository.

        Who may not see it and what GitHub does not answer is no right.
        """
        api = self._api(person.login, person.token, person.made_at)
        try:
            repository = await api.read(f"/repositories/{int(repository_id)}")
        except GitHubError as error:
            return Rights(known=error.status != UNKNOWN_TOKEN)
        if repository.number("id") != int(repository_id):
            return Rights()
        return Rights(read=True, write=repository.flag("permissions.push"))

    def _api(self, login: str, token: SecretStr, made_at: float) -> Api:
        return Api(self._transport, UserCredential(login, token, made_at), self._api_url)

    async def _exchange(self, code: str, verifier: str, callback: str) -> Mapping[str, Any]:
        form = {
            "client_id": self._client.id,
            "client_secret": self._client.secret.get_secret_value(),
            "code": code,
            "redirect_uri": callback,
            "code_verifier": verifier,
        }
        try:
            async with self._web.post(
                f"{self._client.web_url}/login/oauth/access_token",
                data=form,
                headers={"accept": "application/json"},
                allow_redirects=False,
                timeout=aiohttp.ClientTimeout(total=PATIENCE.request_timeout),
            ) as response:
                body = await _read(response)
        except (aiohttp.ClientError, OSError, TimeoutError) as error:
            kind = type(error).__name__
            raise GitHubError(f"GitHub did not answer who signs in ({kind}).") from error
        return _mapping(body)


async def _read(response: aiohttp.ClientResponse) -> bytes:
    body = bytearray()
    async for chunk in response.content.iter_chunked(MAX_ANSWER_BYTES):
        body += chunk
        if len(body) > MAX_ANSWER_BYTES:
            break
    return bytes(body)


def _mapping(body: bytes) -> Mapping[str, Any]:
    try:
        answer = json.loads(body)
    except (ValueError, RecursionError):
        answer = None
    if not isinstance(answer, Mapping):
        raise GitHubError("GitHub's answer about who signs in cannot be read.")
    return answer


@asynccontextmanager
async def open_sign_in(
    settings: GitHubSettings, clock: Clock | None = None
) -> AsyncIterator[SignIn]:
    """Let people sign in to the App that the settings name, until the block ends.

    Raises ConfigurationError when they name no client.
    """
    if not settings.client_id or settings.client_secret is None:
        raise ConfigurationError(
            "Set AUTODOC_GITHUB__CLIENT_ID and AUTODOC_GITHUB__CLIENT_SECRET, by which people sign"
            " in to see jobs, or leave AUTODOC_PUBLIC_URL empty."
        )
    clock = clock or SystemClock()
    client = Client(settings.client_id, settings.client_secret, settings.web_url.rstrip("/"))
    async with (
        open_session(URL(settings.web_url)) as web,
        open_session(URL(settings.api_url)) as session,
    ):
        transport = Transport(session, settings.api_url, PATIENCE, clock)
        yield SignIn(client, web, transport, settings.api_url, clock)
