"""The aiohttp application: its routes, its life and how well it is."""

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import AbstractAsyncContextManager
from http import HTTPStatus
from typing import Protocol

from aiohttp import web
from pydantic import SecretStr

from app.server.webhook import MAX_DELIVERY_BYTES, Inbox, Limits, Webhook

CHECK_TIMEOUT_S = 2.0
LINGER_S = 1.0
"""How long a refused body is drained, so that the answer is not lost in a reset connection."""

logger = logging.getLogger(__name__)

Check = Callable[[], Awaitable[object]]
INBOX = web.AppKey("inbox", Inbox)


class OpenInbox(Protocol):
    """Opens the inbox for as long as the server runs."""

    def __call__(self) -> AbstractAsyncContextManager[Inbox]:
        """Open it."""


def ignore() -> None:
    """Tell nobody that a delivery was stored."""


def create_app(
    open_inbox: OpenInbox,
    secrets: Sequence[SecretStr],
    check_database: Check,
    *,
    stored: Callable[[], None] = ignore,
    limits: Limits | None = None,
) -> web.Application:
    """Build the server.

    Without a secret it runs and says so, but takes no delivery. `check_database` raises when the
    database does not answer; `stored` is called after each new delivery.
    """
    app = web.Application(client_max_size=MAX_DELIVERY_BYTES)

    async def inbox(app: web.Application) -> AsyncIterator[None]:
        async with open_inbox() as opened:
            app[INBOX] = opened
            yield

    keys = [secret.get_secret_value().encode() for secret in secrets]
    webhook = Webhook(keys, lambda: app[INBOX], stored, limits or Limits())
    health = Health(check_database, has_secret=any(keys))
    app.cleanup_ctx.append(inbox)
    app.add_routes(
        [
            web.post("/webhook", webhook.receive),
            web.get("/health", health.report),
            web.get("/ready", health.report_readiness),
        ]
    )
    return app


class Health:
    """Says how well the process is, in words that quote no error."""

    def __init__(self, check_database: Check, *, has_secret: bool) -> None:
        self._check_database = check_database
        self._has_secret = has_secret

    async def report(self, _: web.Request) -> web.Response:
        """Say what works; the answer itself says that the process lives, so it is always 200."""
        return web.json_response(await self._look())

    async def report_readiness(self, _: web.Request) -> web.Response:
        """Say whether deliveries can be taken now."""
        seen = await self._look()
        ready = seen["status"] == "ok"
        status = HTTPStatus.OK if ready else HTTPStatus.SERVICE_UNAVAILABLE
        return web.json_response(seen, status=status)

    async def _look(self) -> dict[str, str]:
        database = await self._database()
        fine = database == "ok" and self._has_secret
        return {
            "status": "ok" if fine else "degraded",
            "database": database,
            "webhook_secret": "configured" if self._has_secret else "missing",
        }

    async def _database(self) -> str:
        try:
            async with asyncio.timeout(CHECK_TIMEOUT_S):
                await self._check_database()
        except Exception as error:  # noqa: BLE001 - whatever it was, the database did not answer
            logger.warning("the database did not answer: %s", type(error).__name__)
            return "unreachable"
        return "ok"


async def serve(app: web.Application, host: str, port: int, started: Callable[[int], None]) -> None:
    """Listen until cancelled; `started` learns the port, which is chosen when `port` is 0."""
    runner = web.AppRunner(app, lingering_time=LINGER_S, access_log=None)
    await runner.setup()
    try:
        await web.TCPSite(runner, host, port).start()
        started(runner.addresses[0][1])
        await asyncio.Event().wait()
    finally:
        await runner.cleanup()
