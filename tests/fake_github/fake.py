"""`FakeGitHub`: a GitHub of one's own for a test, with people who push, merge and comment on it."""

import asyncio
import secrets
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from functools import cache
from pathlib import Path
from typing import Literal

from aiohttp import web
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from tests.fake_github.application import build_application
from tests.fake_github.control import control_plane
from tests.fake_github.exchange import RestApi
from tests.fake_github.faults import Fault, FaultKind, Faults
from tests.fake_github.git_http import GitServer
from tests.fake_github.limits import Throttle
from tests.fake_github.oauth import Authorizations, SignInPages
from tests.fake_github.oracle import Oracle
from tests.fake_github.people import People
from tests.fake_github.rest import HANDLERS
from tests.fake_github.state import App
from tests.fake_github.weather import Chances, Weather
from tests.fake_github.webhooks import Target, WebhookSender, stop
from tests.fake_github.world import World

PERMISSIONS = {
    "metadata": "read",
    "contents": "write",
    "pull_requests": "write",
    "issues": "read",
    "checks": "write",
    "merge_queues": "read",
}
EVENTS = (
    "check_run",
    "create",
    "delete",
    "issue_comment",
    "merge_group",
    "pull_request",
    "pull_request_review_comment",
    "push",
    "repository",
)
SHUTDOWN_SECONDS = 1.0
SETTLE_SECONDS = 60.0


class FakeGitHub(People):
    """A running fake. `app` holds the App's credentials, `url` is the web and Git address.

    What people do is a coroutine and returns when it has happened; its webhooks follow, `settled`
    waits for them. What is only looked at (`pulls`, `files`, `comments` …) is a plain method.
    """

    def __init__(self, directory: Path) -> None:
        world, self.oracle = World(directory), Oracle()
        self.faults = Faults()
        self.authorizations = Authorizations()
        self.sender = WebhookSender(world, self.oracle)
        super().__init__(world, self.sender.wake)
        self.world.app = _new_app(self.world)

    @classmethod
    @asynccontextmanager
    async def start(cls, directory: Path, port: int = 0) -> AsyncIterator["FakeGitHub"]:
        """Serves on 127.0.0.1 until the block ends; `directory` receives the repositories."""
        fake = cls(directory)
        rest = RestApi(fake.world, fake.oracle, HANDLERS)
        git = GitServer(fake.world, fake.sender.wake)
        pages = SignInPages(fake.world, fake.authorizations)
        application = build_application(rest, git, fake.faults, control_plane(fake), pages)
        runner = web.AppRunner(
            application,
            access_log=None,
            auto_decompress=False,
            handler_cancellation=True,
            shutdown_timeout=SHUTDOWN_SECONDS,
        )
        await runner.setup()
        sending = asyncio.create_task(fake.sender.run())
        try:
            site = web.TCPSite(runner, "127.0.0.1", port)
            await site.start()
            fake.world.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
            yield fake
        finally:
            await stop(sending)
            await runner.cleanup()

    @property
    def url(self) -> str:
        """The address of the web and of Git; the REST API is there too and at `api_url`."""
        return self.world.url

    @property
    def api_url(self) -> str:
        """The REST API where GitHub Enterprise has it."""
        return self.world.api_url

    @property
    def app(self) -> App:
        """The app under test: `id`, `slug`, `client_id`, `private_key`, `webhook_secret`."""
        return self.world.app

    def send_webhooks_to(self, url: str | None, secret: str | None = None) -> None:
        """Where deliveries go from now on; None keeps them in the log as failed."""
        known = secret or self.app.webhook_secret
        self.sender.target = None if url is None else Target(url, known)

    async def settled(self, seconds: float = SETTLE_SECONDS) -> None:
        """Waits until every webhook so far has been delivered or has failed."""
        await self.sender.settled(seconds)

    def advance(self, seconds: float) -> None:
        """Moves the fake's clock: tokens age. JSON web tokens keep to the machine's clock."""
        self.world.clock.offset += seconds

    def replicate_slowly(self, seconds: float) -> None:
        """New tokens are not known to all of GitHub for so long: they get a 401 at first."""
        self.world.token_lag_seconds = seconds

    def sign_in_as(self, login: str) -> None:
        """From now on this person is the one who is signed in on GitHub in the browser."""
        self.authorizations.person = login

    def revoke_people(self) -> None:
        """Every person takes back what they let the App do in their names."""
        self.world.user_tokens.clear()

    def use_long_tokens(self) -> None:
        """From now on tokens have the form of about 520 characters that GitHub rolls out."""
        self.world.long_tokens = True

    def lag_reads(self, seconds: float) -> None:
        """What is made from now on is not found by reads for so long."""
        self.world.lag.seconds = seconds

    def throttle(
        self,
        seconds: float,
        *,
        retry_after: int | None = None,
        status: Literal[403, 429] = 403,
        reads: bool = False,
    ) -> None:
        """A secondary limit stops writes, or `reads` as well, for so long by the fake's clock."""
        until = self.world.clock.now() + seconds
        self.world.limits.throttle = Throttle(until, status, retry_after, reads)

    def exhaust(
        self, installation_id: int, seconds: float, *, status: Literal[403, 429] = 403
    ) -> None:
        """An installation has used up its hour, which ends in so many seconds."""
        self.world.limits.status = status
        self.world.limits.exhaust(installation_id, self.world.clock.now() + seconds)

    def limit_requests(self, an_hour: int) -> None:
        """How many requests an installation may make in an hour."""
        self.world.limits.an_hour = an_hour

    def weather(
        self,
        seed: int,
        *,
        drop: float = 0.0,
        double: float = 0.0,
        late: float = 0.0,
        reorder: bool = False,
    ) -> None:
        """From now on webhooks get lost, come twice, late or out of order; see `lost`.

        One that came twice has one GUID. What is lost is not in the log of deliveries either.
        """
        self.sender.weather = Weather(seed, Chances(drop, double, late, reorder))

    def clear_weather(self) -> None:
        """Webhooks arrive again, in order."""
        self.sender.weather = None

    def fail_next(  # noqa: PLR0913 - each keyword is one part of the ordered failure
        self,
        method: str,
        path_pattern: str,
        *,
        status: int = 500,
        headers: Mapping[str, str] | None = None,
        body: str = "",
        kind: FaultKind = "answer",
        times: int = 1,
        applied: bool = False,
    ) -> None:
        """Lets the next matching requests fail; `applied`: they take effect, the answer is lost."""
        self.faults.waiting.append(
            Fault(method, path_pattern, status, headers or {}, body, kind, times, applied)
        )


@cache
def _key() -> rsa.RSAPrivateKey:
    """One key for all fakes of a process: making one takes a while."""
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


def _new_app(world: World) -> App:
    slug, key = "autodoc", _key()
    pem = key.private_bytes(Encoding.PEM, PrivateFormat.TraditionalOpenSSL, NoEncryption())
    return App(
        id=world.next_id(),
        slug=slug,
        name="AutoDoc",
        client_id=f"Iv23{secrets.token_hex(8)}",
        private_key=pem.decode(),
        public_key=key.public_key(),
        webhook_secret=secrets.token_hex(32),
        owner=world.account("octocat"),
        bot=world.account(f"{slug}[bot]"),
        created_at=world.clock.text(),
        permissions=dict(PERMISSIONS),
        events=list(EVENTS),
    )
