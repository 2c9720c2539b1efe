"""How AutoDoc proves who it is: the App's JWT, and tokens narrowed to what a task needs."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from weakref import WeakValueDictionary

import jwt
from cachetools import TTLCache
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from app.errors import ConfigurationError, Conflict, GitHubError, NotFound, NotGranted, OutOfReach
from app.github.api import Api, document
from app.github.transport import Authorization, Clock

_JWT_BACKDATED = 60
"""Seconds: GitHub's clock may be behind ours."""
_JWT_LIFE = 9 * 60
"""Seconds from now; GitHub accepts at most ten minutes."""
_JWT_REUSED = 8 * 60 - _JWT_BACKDATED
_TOKEN_REUSED = 55 * 60
_TOKEN_MARGIN = 5 * 60
_TOKENS = 1024

_NOT_GRANTED = "permissions requested are not granted"
_OUT_OF_SIGHT = "does not exist or is not accessible"
"""What GitHub says of a repository that was deleted or taken from the installation."""
_ACCEPT = " Accept the App's permissions on the page of its installation."

Permissions = Mapping[str, str]


def load_key(pem: str | None, path: Path | None) -> RSAPrivateKey:
    """Load the App's private key from its text or its file.

    Parsing takes 30 ms, hence once; a text of one line may write its line ends as `\\n`.
    """
    try:
        data = path.read_bytes() if pem is None and path else (pem or "").encode()
        key = load_pem_private_key(data.replace(b"\\n", b"\n").strip() + b"\n", password=None)
    except OSError as error:
        raise ConfigurationError(
            f"The file of AUTODOC_GITHUB__PRIVATE_KEY_PATH cannot be read: {error.strerror}."
        ) from None
    except (ValueError, TypeError):
        raise _bad_key() from None
    if not isinstance(key, RSAPrivateKey):
        raise _bad_key()
    return key


def _bad_key() -> ConfigurationError:
    return ConfigurationError(
        "AUTODOC_GITHUB__PRIVATE_KEY is no RSA private key in PEM form; download it anew from the"
        " App's page on GitHub."
    )


class AppAuth:
    """The credential of the App itself: good for naming installations and making their tokens."""

    def __init__(self, app_id: int, key: RSAPrivateKey, clock: Clock) -> None:
        self.app_id = app_id
        self._key = key
        self._clock = clock
        self._current: Authorization | None = None

    @property
    def account(self) -> str:
        """Name the account whose rate limit is used."""
        return "app"

    async def authorize(self) -> Authorization:
        """Give a JWT that is good for at least a minute."""
        now = self._clock.now()
        current = self._current
        if current is None or not 0 <= now - current.made_at < _JWT_REUSED:
            current = self._current = Authorization(f"Bearer {self._sign(now)}", now)
        return current

    def refuse(self, authorization: Authorization) -> None:
        """Drop a JWT that GitHub does not accept."""
        if self._current == authorization:
            self._current = None

    def _sign(self, now: float) -> str:
        claims = {
            "iat": int(now) - _JWT_BACKDATED,
            "exp": int(now) + _JWT_LIFE,
            "iss": str(self.app_id),
        }
        return jwt.encode(claims, self._key, algorithm="RS256")


@dataclass(frozen=True)
class _Scope:
    installation_id: int
    repository_ids: frozenset[int]
    permissions: frozenset[tuple[str, str]]


@dataclass(frozen=True)
class _Token:
    value: str = field(repr=False)
    made_at: float
    renew_at: float


class InstallationTokens:
    """Installation tokens by what they may do; in memory only, each made by one request at a time.

    `api` speaks in the name of the App.
    """

    def __init__(self, api: Api, clock: Clock) -> None:
        self._api = api.repeating()
        self._clock = clock
        self._tokens: TTLCache[_Scope, _Token] = TTLCache(_TOKENS, _TOKEN_REUSED, timer=clock.now)
        self._locks: WeakValueDictionary[_Scope, asyncio.Lock] = WeakValueDictionary()

    async def token(
        self, installation_id: int, repository_ids: frozenset[int], permissions: Permissions
    ) -> str:
        """Give a token that lives for five more minutes at least.

        No repository ids means all repositories of the installation.
        """
        scope = _Scope(installation_id, repository_ids, frozenset(permissions.items()))
        return (await self.find(scope)).value

    def forget(self, token: str) -> None:
        """Never give this token again: GitHub refused it."""
        for scope, known in list(self._tokens.items()):
            if known.value == token:
                del self._tokens[scope]

    def drop(self, installation_id: int) -> None:
        """Never give a token of an installation again that was made before."""
        for scope in list(self._tokens):
            if scope.installation_id == installation_id:
                del self._tokens[scope]

    def drain(self) -> list[Authorization]:
        """Give out all tokens that live, and never again."""
        left = [
            Authorization(f"token {each.value}", each.made_at) for each in self._tokens.values()
        ]
        self._tokens.clear()
        return left

    async def find(self, scope: _Scope) -> _Token:
        """Give the token of a scope with its age."""
        lock = self._locks.setdefault(scope, asyncio.Lock())
        async with lock:
            known = self._tokens.get(scope)
            if known is None or known.renew_at <= self._clock.now():
                known = self._tokens[scope] = await self._make(scope)
            return known

    async def _make(self, scope: _Scope) -> _Token:
        wish: dict[str, object] = {"permissions": dict(scope.permissions)}
        if scope.repository_ids:
            wish["repository_ids"] = sorted(scope.repository_ids)
        made_at = self._clock.now()
        url = f"/app/installations/{scope.installation_id}/access_tokens"
        try:
            answer = document(await self._api.post(url, data=wish))
        except Conflict as conflict:
            if _NOT_GRANTED in str(conflict):
                raise NotGranted(f"{conflict}{_ACCEPT}", conflict.status) from None
            if _OUT_OF_SIGHT in str(conflict):
                raise OutOfReach(str(conflict)) from None
            raise
        except NotFound as error:
            raise OutOfReach(str(error)) from None
        renew_at = _seconds(answer.text("expires_at")) - _TOKEN_MARGIN
        return _Token(answer.text("token"), made_at, min(renew_at, made_at + _TOKEN_REUSED))


def _seconds(time: str) -> float:
    try:
        return datetime.fromisoformat(time).timestamp()
    except ValueError:
        raise GitHubError("GitHub's token has no readable end of life.", transient=False) from None


class InstallationCredential:
    """The credential for one task on some repositories of one installation."""

    def __init__(
        self,
        tokens: InstallationTokens,
        installation_id: int,
        repository_ids: frozenset[int],
        permissions: Permissions,
    ) -> None:
        self._tokens = tokens
        self._scope = _Scope(installation_id, repository_ids, frozenset(permissions.items()))

    @property
    def account(self) -> str:
        """Name the account whose rate limit is used."""
        return f"installation {self._scope.installation_id}"

    async def authorize(self) -> Authorization:
        """Give the token of the task."""
        token = await self._tokens.find(self._scope)
        return Authorization(f"token {token.value}", token.made_at)

    def refuse(self, authorization: Authorization) -> None:
        """Drop a token that GitHub does not accept."""
        self._tokens.forget(authorization.header.removeprefix("token "))


@dataclass(frozen=True)
class Borrowed:
    """The credential of somebody who has a token and can make no other."""

    authorization: Authorization

    @property
    def account(self) -> str:
        """Name the account whose rate limit is used; handing a token back waits for nobody."""
        return f"token {hash(self.authorization.header)}"

    async def authorize(self) -> Authorization:
        """Give the token."""
        return self.authorization

    def refuse(self, authorization: Authorization) -> None:
        """Do nothing: it is of no use any more."""
