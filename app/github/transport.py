"""How AutoDoc speaks HTTP to GitHub: one session, bounded in time, size, speed and stubbornness."""

import asyncio
import random
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Protocol

import aiohttp
from typing_extensions import override
from yarl import URL

from app.domain.value import Value
from app.errors import GitHubError, RateLimited
from app.github.answers import Answer, error_of, rate_limit_wait, rest_of_hour

API_VERSION = "2022-11-28"
"""Sent with each request: the version of 2026-03-10 drops fields that installed Apps rely on."""
REDIRECTS = frozenset({301, 302, 307, 308})
KEEPS_METHOD = frozenset({307, 308})
READS = frozenset({"GET", "HEAD"})
TOKENS = "/access_tokens"
"""Where the App makes tokens."""


class Clock(Protocol):
    """Time as an argument: a test need not wait for it."""

    def now(self) -> float:
        """Tell the seconds since 1970."""

    async def sleep(self, seconds: float) -> None:
        """Wait."""


class SystemClock:
    """The machine's time."""

    def now(self) -> float:
        """Tell the seconds since 1970."""
        return time.time()

    async def sleep(self, seconds: float) -> None:
        """Wait."""
        await asyncio.sleep(seconds)


@dataclass(frozen=True)
class Authorization:
    """A secret to send, and when it was made."""

    header: str = field(repr=False)
    made_at: float


class Credential(Protocol):
    """Whose name requests are made in."""

    @property
    def account(self) -> str:
        """Name the account whose rate limit is used."""

    async def authorize(self) -> Authorization:
        """Give a secret that should still be good."""

    def refuse(self, authorization: Authorization) -> None:
        """Learn that GitHub does not accept this secret: make another one next time."""


class TransportOptions(Value):
    """The bounds of speaking to GitHub; seconds, unless the name says otherwise."""

    request_timeout: float = 30
    max_wait: float = 120
    """The longest that one request waits for rate limits, in all."""
    attempts: int = 4
    """How often a request that may be repeated is sent when GitHub or the network fails."""
    backoff: float = 1
    """The most that the first repetition waits; it doubles with each."""
    max_backoff: float = 30
    concurrency: int = 8
    """Requests at the same time."""
    reserve: int = 0
    """Requests of each hour that are left to others: what is not urgent waits for the next one."""
    write_spacing: float = 1
    """Between two writes of an account, as GitHub advises."""
    fresh: float = 10
    """How old a secret is before GitHub's replicas surely know it."""
    max_redirects: int = 5
    max_answer_bytes: int = 64 * 1024 * 1024


@dataclass(frozen=True)
class Request:
    """One request; `repeatable` says that sending it twice does no harm."""

    method: str
    url: str
    headers: Mapping[str, str]
    body: bytes = b""
    repeatable: bool = True

    @property
    def writes(self) -> bool:
        """Say whether it changes something."""
        return self.method not in READS

    @property
    def makes_content(self) -> bool:
        """Say whether it changes what people see: somebody waits for each token, and sees none."""
        return self.writes and not self.url.endswith(TOKENS)

    @override
    def __str__(self) -> str:
        return f"{self.method} {URL(self.url, encoded=True).path}"


@dataclass
class _Effort:
    """What one request has cost so far."""

    failures: int = 0
    limits: int = 0
    waited: float = 0
    lags: int = 0
    renewed: bool = False


class Transport:
    """Sends requests until GitHub has answered them, or a bound is reached.

    Answers of the good kind are given back whole; all others become a GitHubError.
    """

    def __init__(
        self,
        session: aiohttp.ClientSession,
        api_url: str,
        options: TransportOptions,
        clock: Clock,
        jitter: Callable[[], float] = random.random,
    ) -> None:
        self._session = session
        self._origin = URL(api_url).origin()
        self._options = options
        self._clock = clock
        self._jitter = jitter
        self._slots = asyncio.Semaphore(options.concurrency)
        self._paused_until: dict[str, float] = {}
        self._next_write: dict[str, float] = {}

    async def send(self, request: Request, credential: Credential) -> Answer:
        """Get GitHub's answer to a request.

        Raises RateLimited, NotFound, Conflict, or another GitHubError whose `transient` says
        whether the same request may succeed later.
        """
        effort = _Effort()
        while True:
            await self._await_turn(request, credential.account, effort)
            authorization = await credential.authorize()
            try:
                answer = await self._exchange(request, authorization)
            except GitHubError as error:
                await self._back_off(request, effort, error)
                continue
            self._heed(answer, credential.account)
            if answer.fine and answer.readable:
                return answer
            await self._recover(request, credential, authorization, answer, effort)

    async def _recover(
        self,
        request: Request,
        credential: Credential,
        authorization: Authorization,
        answer: Answer,
        effort: _Effort,
    ) -> None:
        """Return when the request should be sent again; raise when not."""
        wait = rate_limit_wait(answer, self._clock.now(), effort.limits, self._jitter())
        error = error_of(answer, str(request), wait)
        if wait is not None:
            effort.limits += 1
            self._pause(credential.account, self._clock.now() + wait)
        elif answer.status in {401, 403} and self._lags(authorization, effort):
            await self._clock.sleep(2.0**effort.lags)
            effort.lags += 1
        elif answer.status == 401 and not effort.renewed:
            effort.renewed = True
            credential.refuse(authorization)
        else:
            await self._back_off(request, effort, error)

    def _heed(self, answer: Answer, account: str) -> None:
        """Stop before the hour is used up."""
        end = rest_of_hour(answer, self._options.reserve)
        if end is not None and end > self._clock.now():
            self._pause(account, end + 1)

    def _pause(self, account: str, until: float) -> None:
        self._paused_until[account] = max(self._paused_until.get(account, 0), until)

    def _lags(self, authorization: Authorization, effort: _Effort) -> bool:
        # A new token is unknown to some of GitHub's replicas for seconds: 401, or 403 if narrowed.
        age = self._clock.now() - authorization.made_at
        return age < self._options.fresh and effort.lags < 3

    async def _back_off(self, request: Request, effort: _Effort, error: GitHubError) -> None:
        effort.failures += 1
        spent = effort.failures >= self._options.attempts
        if spent or not error.transient or not request.repeatable:
            raise error
        longest = min(self._options.max_backoff, self._options.backoff * 2 ** (effort.failures - 1))
        await self._clock.sleep(longest * (0.5 + self._jitter() / 2))

    async def _await_turn(self, request: Request, account: str, effort: _Effort) -> None:
        now = self._clock.now()
        pause = max(0.0, self._paused_until.get(account, 0) - now)
        effort.waited += pause
        if effort.waited > self._options.max_wait:
            raise RateLimited(pause)
        start = now + pause
        if request.makes_content and self._options.write_spacing:
            start = max(start, self._next_write.get(account, 0))
            self._next_write[account] = start + self._options.write_spacing
        if start > now:
            await self._clock.sleep(start - now)

    async def _exchange(self, request: Request, authorization: Authorization) -> Answer:
        url = URL(request.url, encoded=True)
        headers = {
            **request.headers,
            "authorization": authorization.header,
            "x-github-api-version": API_VERSION,
        }
        for _ in range(self._options.max_redirects + 1):
            self._pin(url, request)
            answer = await self._once(request, url, headers)
            if answer.status not in REDIRECTS:
                return answer
            url = self._redirected(request, url, answer)
        raise GitHubError(f"GitHub redirects {request} without end.", 310, transient=False)

    def _pin(self, url: URL, request: Request) -> None:
        """Refuse to show a token to another host than the one the operator named."""
        if not url.is_absolute() or url.origin() != self._origin:
            raise GitHubError(
                f"An answer to {request} points away from {self._origin}; nothing was sent there.",
                transient=False,
            )

    def _redirected(self, request: Request, url: URL, answer: Answer) -> URL:
        target = answer.headers.get("location", "")
        if not target or (request.writes and answer.status not in KEEPS_METHOD):
            raise GitHubError(
                f"GitHub moved the target of {request}; read the repository's new name first.",
                answer.status,
                transient=False,
            )
        return url.join(URL(target, encoded=True))

    async def _once(self, request: Request, url: URL, headers: Mapping[str, str]) -> Answer:
        try:
            async with (
                self._slots,
                self._session.request(
                    request.method,
                    url,
                    headers=headers,
                    data=request.body,
                    allow_redirects=False,
                    timeout=aiohttp.ClientTimeout(total=self._options.request_timeout),
                ) as response,
            ):
                body = await self._read(response, request)
                names = {name.lower(): value for name, value in response.headers.items()}
                return Answer(response.status, names, body)
        except TimeoutError:
            seconds = self._options.request_timeout
            raise GitHubError(f"GitHub did not answer {request} within {seconds:g} s.") from None
        except (aiohttp.ClientError, OSError) as error:
            kind = type(error).__name__
            raise GitHubError(f"The connection to GitHub failed at {request} ({kind}).") from error

    async def _read(self, response: aiohttp.ClientResponse, request: Request) -> bytes:
        body = bytearray()
        async for chunk in response.content.iter_chunked(65_536):
            body += chunk
            if len(body) > self._options.max_answer_bytes:
                raise GitHubError(f"GitHub's answer to {request} is too large.", transient=False)
        return bytes(body)
