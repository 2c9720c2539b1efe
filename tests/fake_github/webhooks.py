"""Sends what is in the outbox: signed, once, logged; like GitHub it never retries."""

import asyncio
import contextlib
import hashlib
import hmac
import json
import time
from dataclasses import dataclass

import aiohttp

from tests.fake_github.oracle import Oracle
from tests.fake_github.state import Delivery
from tests.fake_github.weather import Weather
from tests.fake_github.world import World

ANSWER_SECONDS = 10.0
LARGEST_PAYLOAD = 25 * 1024 * 1024
LONGEST_BODY = 10_000


@dataclass(frozen=True)
class Target:
    """Where the webhooks go, and the secret that signs them."""

    url: str
    secret: str


class WebhookSender:
    """Delivers one after the other, in the order of the events."""

    def __init__(self, world: World, oracle: Oracle) -> None:
        self.world = world
        self.oracle = oracle
        self.target: Target | None = None
        self.weather: Weather | None = None
        self.answer_seconds = ANSWER_SECONDS
        self.wake = asyncio.Event()
        self._idle = asyncio.Event()

    async def run(self) -> None:
        """Delivers until it is cancelled."""
        async with aiohttp.ClientSession() as session:
            while True:
                await self.wake.wait()
                self.wake.clear()
                while self.world.outbox:
                    await self._deliver_one(session)
                self._idle.set()

    async def _deliver_one(self, session: aiohttp.ClientSession) -> None:
        """The delivery stays in the outbox until it has arrived, failed or got lost."""
        weather = self.weather
        if weather is None:
            await self._deliver(session, self.world.outbox[0])
            self.world.outbox.pop(0)
            return
        await asyncio.sleep(weather.patience)
        delivery = self.world.outbox[weather.choose(self.world.outbox)]
        fate = weather.fate(delivery)
        if fate == "drop":
            self.world.lost.append(delivery)
            self.world.deliveries.remove(delivery)
        else:
            await self._deliver(session, delivery)
        if fate == "double":
            await self._deliver(session, delivery)
        self.world.outbox.remove(delivery)

    async def settled(self, seconds: float) -> None:
        """Waits until everything in the outbox has been delivered or has failed."""
        async with asyncio.timeout(seconds):
            while self.world.outbox:
                self._idle.clear()
                self.wake.set()
                await self._idle.wait()

    async def _deliver(self, session: aiohttp.ClientSession, delivery: Delivery) -> None:
        body = json.dumps(delivery.payload).encode()
        headers = self._headers(delivery, body)
        delivery.request_headers = headers
        lower = {name.lower(): value for name, value in headers.items()}
        self.world.violations += self.oracle.check_webhook(lower, delivery.payload)
        started = time.monotonic()
        if self.target is None:
            delivery.status = "no address"
        elif len(body) > LARGEST_PAYLOAD:
            delivery.status = "payload too large"
        else:
            await self._send(session, self.target.url, delivery, body)
        delivery.duration = round(time.monotonic() - started, 3)

    async def _send(
        self, session: aiohttp.ClientSession, url: str, delivery: Delivery, body: bytes
    ) -> None:
        timeout = aiohttp.ClientTimeout(total=self.answer_seconds)
        try:
            async with session.post(
                url,
                data=body,
                headers=delivery.request_headers,
                timeout=timeout,
                allow_redirects=False,
            ) as answer:
                delivery.status_code = answer.status
                delivery.response_headers = dict(answer.headers)
                delivery.response_body = (await answer.text(errors="replace"))[:LONGEST_BODY]
                good = answer.ok and answer.status < 300
                delivery.status = "OK" if good else f"Invalid HTTP Response: {answer.status}"
        except TimeoutError:
            delivery.status = "timed out"
        except aiohttp.ClientError:
            delivery.status = "failed to connect to host"

    def _headers(self, delivery: Delivery, body: bytes) -> dict[str, str]:
        app = self.world.app
        secret = self.target.secret if self.target is not None else app.webhook_secret
        return {
            "User-Agent": "GitHub-Hookshot/fa4e000",
            "Content-Type": "application/json",
            "Accept": "*/*",
            "X-GitHub-Hook-ID": str(app.id),
            "X-GitHub-Event": delivery.event,
            "X-GitHub-Hook-Installation-Target-ID": str(app.id),
            "X-GitHub-Hook-Installation-Target-Type": "integration",
            "X-GitHub-Delivery": delivery.guid,
            "X-Hub-Signature": f"sha1={_digest(secret, body, 'sha1')}",
            "X-Hub-Signature-256": f"sha256={_digest(secret, body, 'sha256')}",
        }


def _digest(secret: str, body: bytes, algorithm: str) -> str:
    return hmac.new(secret.encode(), body, getattr(hashlib, algorithm)).hexdigest()


async def stop(task: "asyncio.Task[None]") -> None:
    """Cancels a task and waits for its end."""
    task.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await task
