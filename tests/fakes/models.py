"""Models in the same process, for tests of what is put around a model."""

import asyncio
from collections.abc import AsyncGenerator, Iterable
from decimal import Decimal

from google.adk.models import BaseLlm, LlmCapabilities
from google.adk.models.llm_request import LlmRequest
from google.adk.models.llm_response import LlmResponse
from google.genai import types
from typing_extensions import override

from app.domain.wiki.page import TokenUsage
from app.domain.work.budget import Amounts, refusal, short_purse
from app.domain.work.prices import to_money
from app.errors import BudgetExceeded
from app.settings import RefineSettings
from flows.writer.agents.budget import Cap
from flows.writer.agents.models import Surroundings

MUCH = Decimal(1_000_000)


class ProviderError(Exception):
    """What a client raises for an HTTP error, as LiteLLM's does."""

    def __init__(self, status: int, retry_after: str | None = None) -> None:
        super().__init__("scripted")
        self.status_code = status
        self.litellm_response_headers = {"retry-after": retry_after} if retry_after else {}


class TalkingModel(BaseLlm):
    """Says the next of its lines, or raises it, and counts."""

    model: str = "talking"
    lines: list[str | Exception | LlmResponse]
    delay: float = 0.0
    calls: int = 0
    under_way: int = 0
    most_under_way: int = 0

    @property
    @override
    def capabilities(self) -> LlmCapabilities:
        return LlmCapabilities(output_schema_and_tools=True)

    @override
    async def generate_content_async(
        self, llm_request: LlmRequest, stream: bool = False
    ) -> AsyncGenerator[LlmResponse, None]:
        """Answer."""
        line = self.lines[min(self.calls, len(self.lines) - 1)]
        self.calls += 1
        self.under_way += 1
        self.most_under_way = max(self.most_under_way, self.under_way)
        try:
            await asyncio.sleep(self.delay)
        finally:
            self.under_way -= 1
        if isinstance(line, Exception):
            raise line
        yield line if isinstance(line, LlmResponse) else said(line)


def said(
    text: str, finish: types.FinishReason = types.FinishReason.STOP, tokens: int = 10
) -> LlmResponse:
    """Make a response of as many tokens in as out."""
    return LlmResponse(
        content=types.Content(role="model", parts=[types.Part(text=text)]),
        finish_reason=finish,
        usage_metadata=types.GenerateContentResponseUsageMetadata(
            prompt_token_count=tokens, candidates_token_count=tokens
        ),
    )


def asking(text: str = "Write.", max_output_tokens: int = 100) -> LlmRequest:
    """Make a request."""
    return LlmRequest(
        contents=[types.Content(role="user", parts=[types.Part(text=text)])],
        config=types.GenerateContentConfig(max_output_tokens=max_output_tokens),
    )


async def ask(model: BaseLlm, request: LlmRequest) -> str:
    """Return the text that a model answers."""
    responses = [each async for each in model.generate_content_async(request)]
    return text_of(responses)


def text_of(responses: Iterable[LlmResponse]) -> str:
    """Join the text of responses."""
    parts = [part for each in responses if each.content for part in each.content.parts or []]
    return "".join(part.text or "" for part in parts)


class MemoryGenerations:
    """Keeps answers as long as the process lives."""

    def __init__(self) -> None:
        self._answers: dict[str, str] = {}

    async def find(self, key: str) -> str | None:
        """Return the answer stored under a key."""
        return self._answers.get(key)

    async def store(self, key: str, model: str, answer: str, usage: TokenUsage) -> None:
        """Keep an answer."""
        del model, usage
        self._answers[key] = answer


class MemoryLedger:
    """One job's ledger as long as the process lives."""

    def __init__(self, dollars: float) -> None:
        self._caps = Amounts(
            job=to_money(dollars), repository_month=MUCH, installation_month=MUCH, month=MUCH
        )
        self._amounts: list[Decimal] = []

    @property
    def spent(self) -> float:
        """Return what is taken, in dollars."""
        return float(sum(self._amounts))

    async def reserve(self, model: str, dollars: float) -> int:
        """Set aside."""
        del model
        await asyncio.sleep(0)
        taken, wanted = Amounts(job=sum(self._amounts, start=Decimal(0))), to_money(dollars)
        purse = short_purse(self._caps, taken, wanted)
        if purse is not None:
            raise BudgetExceeded(refusal(purse, self._caps, taken, wanted))
        self._amounts.append(wanted)
        number = len(self._amounts) - 1
        await asyncio.sleep(0)
        return number

    async def settle(self, reservation: int, used: TokenUsage) -> None:
        """Put the truth in its place."""
        await asyncio.sleep(0)
        self._amounts[reservation] = to_money(used.cost)


def surroundings(limits: RefineSettings, dollars: float) -> Surroundings:
    """Make what the models of one run share, with answers kept in memory."""
    return Surroundings(
        generations=MemoryGenerations(),
        cap=Cap(MemoryLedger(dollars)),
        gate=asyncio.Semaphore(limits.parallel_calls),
        limits=limits,
    )
