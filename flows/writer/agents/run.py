"""Running an agent's loop under ADK, and speaking of its failures in our own words."""

import asyncio
import logging
from contextlib import aclosing
from typing import TypeVar

from google.adk.agents.invocation_context import LlmCallsLimitExceededError
from google.adk.agents.run_config import RunConfig
from google.adk.apps import App
from google.adk.runners import Runner
from google.adk.sessions import InMemorySessionService
from google.adk.telemetry.context import ContentCapturingMode, TelemetryConfig
from google.genai import types

from app.errors import AutoDocError, ConfigurationError, ModelError, ModelRefused
from app.settings import RefineSettings
from flows.writer.agents.refine import Refined, Refinement
from flows.writer.agents.resilient import is_passing, status_of

T = TypeVar("T")

APP = "autodoc"
GRACE = 15.0
"""Seconds that ADK gets to end after the loop's own time is up."""
WRONG_KEY = frozenset({401, 403})
NOT_THERE = 404


async def run(refinement: Refinement[T], limits: RefineSettings, model: str) -> Refined[T]:
    """Run the loop to its end and return what it made.

    Raises QualityGateFailed, BudgetExceeded, ModelError, or ConfigurationError for a key or a model
    name that the provider does not accept.
    """
    quieten_adk()
    await _drive_in_time(refinement, limits)
    if refinement.stopped is not None:
        refinement.stopped = translate(refinement.stopped, model)
    return refinement.outcome()


async def _drive_in_time(refinement: Refinement[T], limits: RefineSettings) -> None:
    try:
        async with asyncio.timeout(limits.page_timeout + GRACE):
            await _drive(refinement, limits)
    except TimeoutError as error:
        refinement.stopped = error


async def _drive(refinement: Refinement[T], limits: RefineSettings) -> None:
    sessions = InMemorySessionService()
    session = await sessions.create_session(app_name=APP, user_id=APP)
    runner = Runner(app=App(name=APP, root_agent=refinement.workflow()), session_service=sessions)
    config = RunConfig(
        max_llm_calls=limits.calls,
        # Prompts hold private source text, which is not for a telemetry back end.
        telemetry=TelemetryConfig(capture_message_content=ContentCapturingMode.NO_CONTENT),
    )
    async with aclosing(
        runner.run_async(
            user_id=APP,
            session_id=session.id,
            new_message=types.UserContent("Begin."),
            run_config=config,
        )
    ) as events:
        async for _ in events:
            pass
    await runner.close()


def translate(error: Exception, model: str) -> AutoDocError:
    """Say in our words why a model gave no answer; a provider's words may hold a key.

    An error that is neither the provider's nor a limit's is a defect of ours, and raised as it is.
    """
    if isinstance(error, AutoDocError):
        return error
    if isinstance(error, TimeoutError):
        return ModelError(f"{model} gave no answer in time")
    if isinstance(error, LlmCallsLimitExceededError):
        return ModelRefused(f"{model} needed more calls than one page may take")
    if is_passing(error):
        return ModelError(f"the provider of {model} is busy or failing ({_status(error)})")
    return _refusal(error, model)


def _refusal(error: Exception, model: str) -> AutoDocError:
    status = status_of(error)
    if status is None:
        raise error
    if status == NOT_THERE:
        return ConfigurationError(
            f"the provider does not know the model {model}: check AUTODOC_MODEL, AUTODOC_MODELS__*"
        )
    if status in WRONG_KEY:
        return ConfigurationError(
            f"the provider of {model} refused the key ({_status(error)}): check the provider's key "
            "in the environment"
        )
    return ModelRefused(f"the provider of {model} refused the request ({_status(error)})")


def _status(error: Exception) -> str:
    status = status_of(error)
    return f"HTTP {status}" if status else type(error).__name__


def quieten_adk() -> None:
    """Stop ADK's log: it writes each failure twice with its traceback; we report it once."""
    logging.getLogger("google_adk").setLevel(logging.CRITICAL + 1)
