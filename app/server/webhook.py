"""`POST /webhook`: verify a delivery, keep it, answer. Nothing else happens in the request."""

import asyncio
import hashlib
import logging
from collections.abc import Callable, Sequence
from contextlib import nullcontext
from dataclasses import dataclass
from http import HTTPStatus
from typing import Protocol

from aiohttp import StreamReader, web

from app.domain.work.delivery import Delivery
from app.server.delivery import is_wanted, read_delivery, read_headers
from app.server.refusal import Refused
from app.server.signature import is_authentic, read_signature

MAX_DELIVERY_BYTES = 25 * 2**20
"""GitHub does not deliver a larger payload.

https://docs.github.com/en/webhooks/webhook-events-and-payloads#payload-cap
"""

logger = logging.getLogger(__name__)


class Inbox(Protocol):
    """Whatever keeps deliveries."""

    async def store(self, delivery: Delivery) -> bool:
        """Keep a delivery for good; False when it is there already."""


@dataclass(frozen=True)
class Limits:
    """How long a request may take and how large it may be."""

    body_bytes: int = MAX_DELIVERY_BYTES
    body_timeout_s: float = 10
    large_body_bytes: int = 256 * 1024
    large_at_once: int = 8
    """How many larger bodies, or ones of unknown length, are held in memory at once: until it is
    complete, nobody knows whether a body is GitHub's."""
    store_timeout_s: float = 8
    """GitHub waits 10 s and never sends again, so a busy database is waited for; one that is down
    says so at once."""
    retry_after_s: int = 30


class Webhook:
    """Receives GitHub's deliveries."""

    def __init__(
        self,
        secrets: Sequence[bytes],
        inbox: Callable[[], Inbox],
        stored: Callable[[], None],
        limits: Limits,
    ) -> None:
        self._secrets = secrets
        self._inbox = inbox
        self._stored = stored
        self._limits = limits
        self._places = asyncio.Semaphore(limits.large_at_once)

    async def receive(self, request: web.Request) -> web.Response:
        """Answer 2xx only after the delivery is durable, or when nobody will ever read it."""
        try:
            body = await self._read_authentic_body(request)
            delivery = await _understand(request, body)
            status = await self._keep(delivery) if is_wanted(delivery) else "ignored"
        except Refused as refusal:
            return self._refuse(refusal)
        return web.json_response({"status": status}, status=HTTPStatus.ACCEPTED)

    async def _read_authentic_body(self, request: web.Request) -> bytes:
        if not self._secrets:
            raise Refused(HTTPStatus.SERVICE_UNAVAILABLE, "no webhook secret is configured")
        signature = read_signature(request.headers.getall("X-Hub-Signature-256", []))
        if signature is None:
            raise Refused(HTTPStatus.UNAUTHORIZED, "a sha256 signature is needed")
        body = await self._read_body(request)
        if not is_authentic(body, signature, self._secrets):
            raise Refused(HTTPStatus.UNAUTHORIZED, "the signature does not fit the body")
        return body

    async def _read_body(self, request: web.Request) -> bytes:
        length = request.content_length
        if length is not None and length > self._limits.body_bytes:
            raise _too_large()
        is_small = length is not None and length <= self._limits.large_body_bytes
        try:
            async with asyncio.timeout(self._limits.body_timeout_s):
                async with nullcontext() if is_small else self._places:
                    return await self._collect(request.content)
        except TimeoutError:
            raise Refused(HTTPStatus.REQUEST_TIMEOUT, "the body came too slowly") from None
        except (web.RequestPayloadError, ConnectionError):
            raise Refused(HTTPStatus.BAD_REQUEST, "the body is incomplete") from None

    async def _collect(self, content: StreamReader) -> bytes:
        body = bytearray()
        async for part in content.iter_any():
            body += part
            if len(body) > self._limits.body_bytes:
                raise _too_large()
        return bytes(body)

    async def _keep(self, delivery: Delivery) -> str:
        try:
            async with asyncio.timeout(self._limits.store_timeout_s):
                new = await self._inbox().store(delivery)
        except Exception as error:
            # Whatever it was, the delivery is not durable.
            logger.error(  # noqa: TRY400 - a down database would fill the log with traces
                "delivery %s was not kept: %s: %s", delivery.guid, type(error).__name__, error
            )
            raise Refused(
                HTTPStatus.SERVICE_UNAVAILABLE, "the delivery could not be kept"
            ) from error
        if not new:
            logger.info("delivery %s (%s) is a duplicate", delivery.guid, delivery.event)
            return "duplicate"
        self._stored()
        return "accepted"

    def _refuse(self, refusal: Refused) -> web.Response:
        response = web.json_response({"error": str(refusal)}, status=refusal.status)
        if refusal.status is HTTPStatus.SERVICE_UNAVAILABLE:
            response.headers["Retry-After"] = str(self._limits.retry_after_s)
        if refusal.status in {HTTPStatus.REQUEST_TIMEOUT, HTTPStatus.REQUEST_ENTITY_TOO_LARGE}:
            response.force_close()
        logger.info("a delivery was refused: %d %s", refusal.status, refusal)
        return response


def _too_large() -> Refused:
    return Refused(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "the body is too large")


async def _understand(request: web.Request, body: bytes) -> Delivery:
    event, guid = read_headers(request.headers)
    try:
        return await read_delivery(event, guid, request.content_type, body)
    except Refused as refusal:
        # Signed and yet unreadable: for whoever looks into it, without the body, which may hold
        # anything. GitHub keeps it for three days under the same GUID.
        digest = hashlib.sha256(body).hexdigest()
        logger.warning(
            "delivery %s (%s) is unreadable: %s; %d bytes, sha256 %s",
            guid, event, refusal, len(body), digest,
        )  # fmt: skip
        raise
