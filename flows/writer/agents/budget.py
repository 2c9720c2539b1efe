"""What model calls cost, and the cap that binds before each."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import aclosing, asynccontextmanager
from dataclasses import dataclass
from http import HTTPStatus

from google.adk.models.llm_request import LlmRequest
from google.adk.models.llm_response import LlmResponse
from typing_extensions import override

from app.domain.wiki.page import TokenUsage
from app.errors import BudgetExceeded
from flows.writer.agents.prices import Price, usage_of
from flows.writer.agents.remembering import describe
from flows.writer.agents.resilient import status_of
from flows.writer.agents.wrapping import WrappingLlm

BYTES_PER_TOKEN = 2
"""Text and code have three bytes a token or more, so an estimate by two is not too low."""


class Cap:
    """The money of one run, shared by all its calls.

    A call that fits only once others have ended waits for them, since most end far below what was
    set aside for them; one that can never fit is refused.
    """

    def __init__(self, dollars: float) -> None:
        self._dollars = dollars
        self._spent = 0.0
        self._set_aside = 0.0
        self._changed = asyncio.Condition()

    @property
    def spent(self) -> float:
        """Return the dollars spent so far."""
        return self._spent

    @asynccontextmanager
    async def reserve(self, dollars: float) -> AsyncIterator["Reservation"]:
        """Set money aside for a call; what the call does not use goes back.

        Raises BudgetExceeded when the call could cost more than is left.
        """
        async with self._changed:
            await self._changed.wait_for(lambda: self._decided(dollars))
            if self._spent + dollars > self._dollars:
                raise BudgetExceeded(
                    f"the next model call could cost {dollars:.2f} $, and of the run's cap of "
                    f"{self._dollars:.2f} $ (AUTODOC_BUDGET__JOB) {self._spent:.2f} $ are spent"
                )
            self._set_aside += dollars
        reservation = Reservation(dollars)
        try:
            yield reservation
        finally:
            async with self._changed:
                self._set_aside -= dollars
                self._spent += reservation.cost
                self._changed.notify_all()

    def _decided(self, dollars: float) -> bool:
        fits_now = self._spent + self._set_aside + dollars <= self._dollars
        fits_never = self._spent + dollars > self._dollars
        return fits_now or fits_never


@dataclass
class Reservation:
    """What a call costs; until that is known, all that was set aside."""

    cost: float


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
        async with self.cap.reserve(self._most(llm_request)) as reservation:
            try:
                async with aclosing(self.inner.generate_content_async(llm_request)) as answers:
                    responses = [each async for each in answers]
            except Exception as error:
                # An answer with an error status is not billed; without an answer nobody knows.
                if status_of(error) not in (None, HTTPStatus.REQUEST_TIMEOUT):
                    reservation.cost = 0.0
                raise
            reservation.cost = sum(usage_of(each, self.price).cost for each in responses)
        for response in responses:
            yield response

    def _most(self, request: LlmRequest) -> float:
        asked = len(describe(request, self.inner.model).encode()) // BYTES_PER_TOKEN
        return self.price.of(asked, request.config.max_output_tokens or 0)


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
