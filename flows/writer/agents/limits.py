"""What ends an agent that does not end by itself, and an answer that only looks like one."""

from collections import Counter

from google.adk.agents.callback_context import CallbackContext
from google.adk.models.llm_request import LlmRequest
from google.adk.models.llm_response import LlmResponse
from google.genai import types

FINISH_TOOL = "set_model_response"
"""The tool by which ADK lets a model answer a schema when its provider cannot enforce one."""

FINISH_TRIES = 3
"""How often a model may try to fit the schema by that tool after its budget is used up."""

NO_MORE_TOOLS = "Your tool budget is used up. Give your final answer now, without a tool."


class UnusableAnswer(Exception):  # noqa: N818 - a verdict on an answer; it never leaves this package
    """An answer that must not count as one; its text tells the model what to do better."""


class ToolBudget:
    """Lets an agent use tools a number of rounds in each attempt."""

    def __init__(self, rounds: int) -> None:
        self._rounds = rounds
        self._calls: Counter[str] = Counter()

    def before_model(self, context: CallbackContext, request: LlmRequest) -> None:
        """Take the tools away when the budget is used up."""
        # The path names the attempt too, so that each has a budget of its own.
        self._calls[context.node_path] += 1
        if not self._is_over(context) or not request.config.tools:
            return
        request.append_instructions([NO_MORE_TOOLS])
        if keep_only(request, FINISH_TOOL):
            return
        request.config.tool_config = types.ToolConfig(
            function_calling_config=types.FunctionCallingConfig(
                mode=types.FunctionCallingConfigMode.NONE
            )
        )

    def after_model(self, context: CallbackContext, response: LlmResponse) -> None:
        """Refuse an answer that is cut or blocked, or that asks for tools beyond the budget."""
        refuse_cut_answer(response)
        beyond = self._calls[context.node_path] - self._rounds
        for call in response.get_function_calls():
            if beyond > (FINISH_TRIES if call.name == FINISH_TOOL else 0):
                raise UnusableAnswer(
                    f"you called {call.name} again after your tool budget of {self._rounds} rounds "
                    "was used up; answer with what you know"
                )

    def _is_over(self, context: CallbackContext) -> bool:
        return self._calls[context.node_path] > self._rounds


def keep_only(request: LlmRequest, name: str) -> bool:
    """Leave one tool in a request, if the request has it."""
    for tool in request.config.tools or []:
        for declared in (isinstance(tool, types.Tool) and tool.function_declarations) or []:
            if declared.name == name:
                request.config.tools = [types.Tool(function_declarations=[declared])]
                return True
    return False


def check_answer(context: CallbackContext, response: LlmResponse) -> None:
    """Refuse a cut or blocked answer of an agent without tools."""
    del context
    refuse_cut_answer(response)


def refuse_cut_answer(response: LlmResponse) -> None:
    """Raise UnusableAnswer for what ADK would pass on as a success."""
    if response.partial:
        return
    reason = response.finish_reason
    if reason is types.FinishReason.MAX_TOKENS or response.error_code == "MAX_TOKENS":
        raise UnusableAnswer("the answer was cut at the token limit; write a shorter page")
    if response.error_code or reason not in (None, types.FinishReason.STOP):
        said = response.error_code or (reason.name if reason else "")
        raise UnusableAnswer(f"the answer was not completed ({said}); write it in full")


def tool_error(
    tool: object, args: dict[str, object], tool_context: object, error: Exception
) -> dict[str, str]:
    """Tell the model about a tool that failed: raised, it would end the whole run."""
    del tool, args, tool_context
    return {"error": f"the tool failed with {type(error).__name__}; go on without it"}
