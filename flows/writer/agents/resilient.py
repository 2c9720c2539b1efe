"""Calling a provider that is busy, slow or down."""

import asyncio
import logging
import random
from collections.abc import AsyncGenerator, Mapping
from contextlib import aclosing
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from google.adk.models.llm_request import LlmRequest
from google.adk.models.llm_response import LlmResponse
from typing_extensions import override

from flows.writer.agents.wrapping import WrappingLlm

log = logging.getLogger(__name__)

RETRYABLE = frozenset({408, 409, 425, 429, 500, 502, 503, 504, 529})


class ResilientLlm(WrappingLlm):
    """Tries a call again after a wait, within a deadline, with a bounded number under way.

    The waits grow with chance mixed in, so that parallel pages do not come back at once. A place
    in the gate is held only while the provider works, not while we wait.
    """

    gate: asyncio.Semaphore
    attempts: int = 5
    first_wait: float = 1.0
    longest_wait: float = 60.0
    """A provider that asks for more than this is not asked again by this call."""
    call_timeout: float = 280.0
    deadline: float = 600.0
    """Seconds for all attempts with their waits."""

    @override
    async def generate_content_async(
        self, llm_request: LlmRequest, stream: bool = False
    ) -> AsyncGenerator[LlmResponse, None]:
        """Answer in one piece, or raise the last attempt's error."""
        llm_request.model = self.inner.model
        async with asyncio.timeout(self.deadline):
            responses = await self._persist(llm_request)
        for response in responses:
            yield response

    async def _persist(self, request: LlmRequest) -> list[LlmResponse]:
        for attempt in range(1, self.attempts):
            try:
                return await self._call(request)
            except Exception as error:
                wait = self._wait(error, attempt)
                if wait is None:
                    raise
                log.warning("%s: %s; again in %.1f s", self.model, type(error).__name__, wait)
                await asyncio.sleep(wait)
        return await self._call(request)

    async def _call(self, request: LlmRequest) -> list[LlmResponse]:
        async with (
            self.gate,
            asyncio.timeout(self.call_timeout),
            aclosing(self.inner.generate_content_async(request, stream=False)) as answers,
        ):
            return [each async for each in answers]

    def _wait(self, error: Exception, attempt: int) -> float | None:
        if not is_passing(error):
            return None
        asked = retry_after(error, datetime.now(UTC))
        if asked is not None:
            return asked if asked <= self.longest_wait else None
        # Chance spreads the load; nothing secret depends on it.
        spread = random.uniform(0.5, 1.5)  # noqa: S311 - not for cryptography
        return float(min(self.first_wait * 2 ** (attempt - 1) * spread, self.longest_wait))


def status_of(error: BaseException) -> int | None:
    """Return the HTTP status that a provider's error carries, whatever client raised it."""
    for value in (getattr(error, "status_code", None), getattr(error, "code", None)):
        if isinstance(value, int):
            return value
    return None


def is_passing(error: BaseException) -> bool:
    """Say whether the same call may succeed later."""
    return isinstance(error, TimeoutError | ConnectionError) or status_of(error) in RETRYABLE


def retry_after(error: BaseException, now: datetime) -> float | None:
    """Return the seconds for which a provider asks to be left alone, if it does."""
    response = getattr(error, "response", None)
    for headers in (
        getattr(error, "litellm_response_headers", None),
        getattr(response, "headers", None),
    ):
        if isinstance(headers, Mapping) and headers.get("retry-after"):
            return _seconds(str(headers["retry-after"]), now)
    return None


def _seconds(value: str, now: datetime) -> float | None:
    try:
        return max(0.0, float(value))
    except ValueError:
        pass
    try:
        return max(0.0, (parsedate_to_datetime(value) - now).total_seconds())
    except (ValueError, TypeError):
        return None
