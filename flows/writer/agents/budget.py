"""What model calls cost, and the cap that binds before each."""

import asyncio
import logging
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import aclosing, asynccontextmanager
from dataclasses import dataclass
from http import HTTPStatus
from typing import Protocol

from google.adk.models.llm_request import LlmRequest
from google.adk.models.llm_response import LlmResponse
from typing_extensions import override

from app.domain.wiki.page import TokenUsage
from app.domain.work.prices import Price
from app.errors import BudgetExceeded, StoreError
from flows.writer.agents.prices import usage_of
from flows.writer.agents.remembering import describe
from flows.writer.agents.resilient import status_of
from flows.writer.agents.wrapping import WrappingLlm

log = logging.getLogger(__name__)

MOST_OUTPUT = 64_000
"""Tokens of an answer whose request names no bound."""


def most_tokens(text: str) -> int:
    """Return how many tokens a text can have at most.

    Most text has four bytes a token; runes, cuneiform and rows of signs have one; none has less.
    """
    return len(text.encode())


class Ledger(Protocol):
    """Whatever counts what all calls of a job took, in whichever process they are made."""

    async def reserve(self, model: str, dollars: float) -> int:
        """Set aside what a call could cost, or raise BudgetExceeded; return its number."""

    async def settle(self, reservation: int, used: TokenUsage) -> None:
        """Put what it did cost in the place of what it could."""


class Cap:
    """The money of one run, shared by all its calls; the ledger alone decides.

    A call that does not fit waits for the run's own calls under way, since most end far below what
    was set aside for them; once none is, it is refused.
    """

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger
        self._under_way = 0
        self._ended = 0
        self._changed = asyncio.Condition()

    @asynccontextmanager
    async def reserve(self, model: str, dollars: float) -> AsyncIterator["Reservation"]:
        """Set money aside for a call; what the call does not use goes back.

        A call of which nobody learns what it cost keeps all that was set aside. Raises
        BudgetExceeded when the call could cost more than is left.
        """
        number = await self._take(model, dollars)
        reservation = Reservation()
        try:
            yield reservation
        finally:
            try:
                await self._settle(number, reservation.used)
            finally:
                await self._leave(ended=True)

    async def _take(self, model: str, dollars: float) -> int:
        while True:
            ended = self._ended
            # Counted while it asks: another call must not be refused while this one gets money.
            self._under_way += 1
            try:
                return await self._ledger.reserve(model, dollars)
            except BudgetExceeded:
                await self._leave()
                if not await self._another_ended(ended):
                    raise
            except BaseException:
                await self._leave()
                raise

    async def _leave(self, *, ended: bool = False) -> None:
        async with self._changed:
            self._under_way -= 1
            self._ended += ended
            self._changed.notify_all()

    async def _another_ended(self, before: int) -> bool:
        async with self._changed:
            await self._changed.wait_for(lambda: self._ended != before or not self._under_way)
        return self._ended != before

    async def _settle(self, number: int, used: TokenUsage | None) -> None:
        if used is None:
            return
        try:
            await self._ledger.settle(number, used)
        except StoreError as error:
            # The answer is paid for and must not be lost; what was set aside stays counted.
            log.warning("what a model call cost was not recorded: %s", error)


@dataclass
class Reservation:
    """What a call used; None as long as nobody knows."""

    used: TokenUsage | None = None


class CappedLlm(WrappingLlm):
    """Reserves what a call could cost before it is made, and books what it did cost."""

    cap: Cap
    price: Price

    @override
    async def generate_content_async(
        self, llm_request: LlmRequest, stream: bool = False
    ) -> AsyncGenerator[LlmResponse, None]:
        """Call the inner model, or raise BudgetExceeded without a call."""
        llm_request.model = self.inner.model
        async with self.cap.reserve(self.inner.model, self._most(llm_request)) as reservation:
            try:
                async with aclosing(self.inner.generate_content_async(llm_request)) as answers:
                    responses = [each async for each in answers]
            except Exception as error:
                # An answer with an error status is not billed; without an answer nobody knows.
                if status_of(error) not in (None, HTTPStatus.REQUEST_TIMEOUT):
                    reservation.used = TokenUsage()
                raise
            used = sum((usage_of(each, self.price) for each in responses), start=TokenUsage())
            # An answer without figures was billed all the same.
            reservation.used = used if used.calls else None
        for response in responses:
            yield response

    def _most(self, request: LlmRequest) -> float:
        asked = most_tokens(describe(request, self.inner.model))
        return self.price.most_of(asked, request.config.max_output_tokens or MOST_OUTPUT)


class MeteredLlm(WrappingLlm):
    """Counts what one page's calls used; a remembered answer has used nothing."""

    price: Price
    meter: "Meter"

    @override
    async def generate_content_async(
        self, llm_request: LlmRequest, stream: bool = False
    ) -> AsyncGenerator[LlmResponse, None]:
        """Call the inner model and count."""
        async with aclosing(self.inner.generate_content_async(llm_request, stream)) as answers:
            async for response in answers:
                self.meter.usage += usage_of(response, self.price)
                yield response


class Meter:
    """What has been used so far."""

    def __init__(self) -> None:
        self.usage = TokenUsage()


MeteredLlm.model_rebuild()
