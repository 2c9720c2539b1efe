from collections.abc import Callable

import pytest
from google.adk.models.llm_request import LlmRequest
from google.adk.models.llm_response import LlmResponse
from google.genai import types
from typing_extensions import override

from app.domain.work.prices import FREE
from flows.writer.agents.answers import DraftAnswer, StructureAnswer
from flows.writer.agents.remembering import RememberingLlm, describe
from tests.fakes.models import MemoryGenerations, TalkingModel, ask, asking, said


async def test_the_same_question_is_asked_once() -> None:
    model, memory = TalkingModel(lines=["first", "second"]), MemoryGenerations()
    for _ in range(3):
        afresh = RememberingLlm(model="m", inner=model, generations=memory, price=FREE)
        assert await ask(afresh, asking()) == "first"
    other = RememberingLlm(model="m", inner=model, generations=memory, price=FREE)
    assert await ask(other, asking("Another.")) == "second"
    assert model.calls == 2


async def test_a_stored_answer_carries_no_usage() -> None:
    remembering = RememberingLlm(
        model="m", inner=TalkingModel(lines=["a"]), generations=MemoryGenerations(), price=FREE
    )
    first = [each async for each in remembering.generate_content_async(asking())]
    second = [each async for each in remembering.generate_content_async(asking())]
    assert first[0].usage_metadata is not None
    assert second[0].usage_metadata is None
    assert second[0].content == first[0].content


@pytest.mark.parametrize(
    "response",
    [
        said("cut", types.FinishReason.MAX_TOKENS),
        said("blocked", types.FinishReason.SAFETY),
        LlmResponse(error_code="X", error_message="x"),
        LlmResponse(content=types.Content(role="model", parts=[])),
    ],
    ids=["cut", "blocked", "error", "empty"],
)
async def test_an_answer_that_is_not_whole_is_not_stored(response: LlmResponse) -> None:
    model = TalkingModel(lines=[response])
    remembering = RememberingLlm(
        model="m", inner=model, generations=MemoryGenerations(), price=FREE
    )
    await ask(remembering, asking())
    await ask(remembering, asking())
    assert model.calls == 2


async def test_a_stored_answer_that_cannot_be_read_is_asked_for_anew() -> None:
    class Broken(MemoryGenerations):
        @override
        async def find(self, key: str) -> str | None:
            return '{"content": 5}' if key else None

    remembering = RememberingLlm(
        model="m", inner=TalkingModel(lines=["a"]), generations=Broken(), price=FREE
    )
    assert await ask(remembering, asking()) == "a"


def _other_instruction(request: LlmRequest) -> None:
    request.config.system_instruction = "Be brief."


def _other_schema(request: LlmRequest) -> None:
    request.config.response_schema = StructureAnswer


def _other_tools(request: LlmRequest) -> None:
    declared = types.FunctionDeclaration(name="look")
    request.config.tools = [types.Tool(function_declarations=[declared])]


def _other_tool_config(request: LlmRequest) -> None:
    mode = types.FunctionCallingConfigMode.NONE
    request.config.tool_config = types.ToolConfig(
        function_calling_config=types.FunctionCallingConfig(mode=mode)
    )


def _more_tokens(request: LlmRequest) -> None:
    request.config.max_output_tokens = 200


def _other_turn(request: LlmRequest) -> None:
    request.contents.append(types.Content(role="user", parts=[types.Part(text="More.")]))


@pytest.mark.parametrize(
    "change",
    [
        _other_instruction,
        _other_schema,
        _other_tools,
        _other_tool_config,
        _more_tokens,
        _other_turn,
    ],
)
def test_whatever_decides_the_answer_decides_the_key(change: Callable[[LlmRequest], None]) -> None:
    request = asking()
    request.config.response_schema = DraftAnswer
    before = describe(request, "m")
    assert describe(request, "other") != before
    change(request)
    assert describe(request, "m") != before


def test_the_chance_ids_of_tool_calls_do_not_decide_the_key() -> None:
    def talk(call_id: str) -> LlmRequest:
        request = asking()
        call = types.FunctionCall(id=call_id, name="look", args={"path": "a"})
        answer = types.FunctionResponse(id=call_id, name="look", response={"text": "b"})
        request.contents += [
            types.Content(role="model", parts=[types.Part(function_call=call)]),
            types.Content(role="user", parts=[types.Part(function_response=answer)]),
        ]
        return request

    assert describe(talk("call_1"), "m") == describe(talk("call_2"), "m")
