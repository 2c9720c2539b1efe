"""Making agents: the parts that all of them have in common."""

from collections.abc import Mapping, Sequence

from google.adk.agents import LlmAgent
from google.genai import types

from app.settings import RefineSettings
from flows.writer.agents.answers import Answer, verdict_schema
from flows.writer.agents.budget import Meter, MeteredLlm
from flows.writer.agents.limits import ToolBudget, check_answer, tool_error
from flows.writer.agents.models import ChosenModel
from flows.writer.agents.prompts import read_prompt
from flows.writer.agents.tools import Tool


def writer_agent(
    role: str,
    model: ChosenModel,
    answer: type[Answer],
    limits: RefineSettings,
    meter: Meter,
    tools: Sequence[Tool] = (),
) -> LlmAgent:
    """Make the agent that writes; its prompt is the shipped one of its role."""
    budget = ToolBudget(limits.tool_rounds)
    orders = read_prompt(role)
    return LlmAgent(
        name="writer",
        model=MeteredLlm(model=model.name, inner=model.llm, price=model.price, meter=meter),
        # A callable instruction is not read as a template, so braces in it are only braces.
        instruction=lambda _: orders,
        include_contents="none",
        output_schema=answer,
        tools=list(tools) if limits.tool_rounds else [],
        generate_content_config=types.GenerateContentConfig(
            max_output_tokens=limits.max_output_tokens
        ),
        before_model_callback=budget.before_model,
        after_model_callback=budget.after_model,
        on_tool_error_callback=tool_error,
    )


def critic_agent(
    role: str,
    model: ChosenModel,
    criteria: Mapping[str, str],
    limits: RefineSettings,
    meter: Meter,
) -> LlmAgent:
    """Make the agent that judges; it has no tools, so it can only answer."""
    orders = read_prompt(role)
    return LlmAgent(
        name="critic",
        model=MeteredLlm(model=model.name, inner=model.llm, price=model.price, meter=meter),
        instruction=lambda _: orders,
        include_contents="none",
        output_schema=verdict_schema(criteria),
        generate_content_config=types.GenerateContentConfig(
            max_output_tokens=limits.max_output_tokens
        ),
        after_model_callback=check_answer,
    )
