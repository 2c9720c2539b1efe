"""Steps: the port through which a run does its work, so that it knows no engine.

A step is idempotent and its key names its content, so doing it again continues rather than repeats.
"""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Protocol, TypeVar, TypeVarTuple

from tenacity import AsyncRetrying, retry_if_exception, stop_after_attempt, wait_exponential_jitter

from app.domain.work.job import Progress
from app.errors import is_transient

T = TypeVar("T")
Ts = TypeVarTuple("Ts")

MAX_BACKOFF_S = 60.0


@dataclass(frozen=True)
class Limits:
    """How often a transient error is tried again, and how long one try may take, in seconds."""

    retries: int = 0
    timeout: float = 60.0


DEFAULT_LIMITS = Limits()


class Steps(Protocol):
    """Whatever can do steps and show how far they are."""

    async def run(
        self,
        name: str,
        function: Callable[[*Ts], Awaitable[T]],
        *arguments: *Ts,
        key: str,
        limits: Limits = DEFAULT_LIMITS,
    ) -> T:
        """Do one step and return its result, or raise its last error.

        A step must not run steps: it would wait for a place that it holds itself.
        """

    async def progress(self, progress: Progress) -> None:
        """Show how far the run is."""


class LocalSteps:
    """Does steps in this event loop, a bounded number at a time."""

    def __init__(
        self,
        report: Callable[[Progress], Awaitable[None]],
        concurrency: int = 4,
        backoff: float = 1.0,
    ) -> None:
        self._report = report
        self._places = asyncio.Semaphore(concurrency)
        self._backoff = backoff

    async def run(
        self,
        name: str,
        function: Callable[[*Ts], Awaitable[T]],
        *arguments: *Ts,
        key: str,
        limits: Limits = DEFAULT_LIMITS,
    ) -> T:
        """Do one step, waiting between tries without holding a place."""

        async def attempt() -> T:
            try:
                async with self._places, asyncio.timeout(limits.timeout):
                    return await function(*arguments)
            except TimeoutError as error:
                error.add_note(f"{name} {key} took longer than {limits.timeout:.0f} s")
                raise

        retrying = AsyncRetrying(
            stop=stop_after_attempt(limits.retries + 1),
            wait=wait_exponential_jitter(
                initial=self._backoff, max=MAX_BACKOFF_S, jitter=self._backoff
            ),
            retry=retry_if_exception(is_transient),
            reraise=True,
        )
        return await retrying(attempt)

    async def progress(self, progress: Progress) -> None:
        """Hand a line to whoever shows it."""
        await self._report(progress)
