"""Using a stored answer again when everything that was asked is the same."""

import hashlib
import json
from collections.abc import AsyncGenerator
from contextlib import aclosing
from typing import Any, Protocol

from google.adk.models.llm_request import LlmRequest
from google.adk.models.llm_response import LlmResponse
from google.genai import types
from pydantic import BaseModel, ValidationError
from typing_extensions import override

from app.domain.wiki.page import TokenUsage
from app.domain.work.prices import Price
from flows.writer.agents.prices import usage_of
from flows.writer.agents.wrapping import WrappingLlm

FORM = "1"
"""Part of every key: raise it when stored answers can no longer be read."""


class Generations(Protocol):
    """Whatever keeps model answers."""

    async def find(self, key: str) -> str | None:
        """Return the answer stored under a key."""

    async def store(self, key: str, model: str, answer: str, usage: TokenUsage) -> None:
        """Keep an answer; keeping it twice is harmless."""


class RememberingLlm(WrappingLlm):
    """Answers from the store when it can, and stores what the inner model answered in full.

    A cut or refused answer is not stored: asking again may go better.
    """

    generations: Any
    """`Generations`; pydantic cannot check a protocol."""
    price: Price

    @override
    async def generate_content_async(
        self, llm_request: LlmRequest, stream: bool = False
    ) -> AsyncGenerator[LlmResponse, None]:
        """Return the stored answer, without usage since it costs nothing, or call and store."""
        generations: Generations = self.generations
        asked = describe(llm_request, self.inner.model)
        key = hashlib.sha256(asked.encode()).hexdigest()
        stored = _read(await generations.find(key))
        if stored is not None:
            yield stored
            return
        async with aclosing(self.inner.generate_content_async(llm_request, stream)) as answers:
            responses = [each async for each in answers]
        for response in responses:
            if len(responses) == 1 and is_complete(response):
                usage = usage_of(response, self.price)
                await generations.store(key, self.inner.model, _write(response), usage)
            yield response


def describe(request: LlmRequest, model: str) -> str:
    """Write down all of a request that decides its answer, the same way each time.

    The ids of tool calls are left out: they are chance.
    """
    config = request.config
    return json.dumps(
        {
            "form": FORM,
            "model": model,
            "contents": [_plain(content, _CALL_IDS) for content in request.contents],
            "instruction": _plain(config.system_instruction),
            "schema": _schema(config.response_schema),
            "tools": [_plain(tool) for tool in config.tools or []],
            "tool_config": _plain(config.tool_config),
            "temperature": config.temperature,
            "max_output_tokens": config.max_output_tokens,
        },
        sort_keys=True,
        ensure_ascii=True,
    )


def is_complete(response: LlmResponse) -> bool:
    """Say whether an answer is whole: not cut, not refused, not empty."""
    whole = response.finish_reason in (None, types.FinishReason.STOP)
    return whole and not response.error_code and bool(response.content and response.content.parts)


_CALL_IDS: Any = {"parts": {"__all__": {"function_call": {"id"}, "function_response": {"id"}}}}


def _plain(value: object, left_out: Any = None) -> object:
    if isinstance(value, BaseModel):
        return value.model_dump(mode="json", exclude_none=True, exclude=left_out)
    return value if value is None or isinstance(value, str) else repr(value)


def _schema(schema: object) -> object:
    if isinstance(schema, type) and issubclass(schema, BaseModel):
        return schema.model_json_schema()
    return schema if isinstance(schema, dict) else _plain(schema)


def _write(response: LlmResponse) -> str:
    return response.model_copy(update={"usage_metadata": None}).model_dump_json(
        include={"content", "finish_reason", "model_version"}, exclude_none=True
    )


def _read(stored: str | None) -> LlmResponse | None:
    if stored is None:
        return None
    try:
        return LlmResponse.model_validate_json(stored)
    except ValidationError:
        return None
