"""What the three engines have in common."""

from collections.abc import Mapping, Sequence
from typing import Protocol
from uuid import UUID

from app.domain.work.job import Run, RunState


class Dispatcher(Protocol):
    """Whatever can start a run."""

    async def start(self, run: Run) -> None:
        """Start a run once, however often the same key is sent; its end is read from its rows."""


class Engine(Dispatcher, Protocol):
    """A dispatcher that can also be asked what became of its runs."""

    async def state(self, run: Run) -> RunState | None:
        """Say where a run stands; None when the engine does not know it."""

    async def states(self, runs: Sequence[Run]) -> Mapping[str, RunState]:
        """Say where runs stand, by their names; a run that the engine does not know is left out."""

    async def abandon(self, job: UUID) -> None:
        """Ask the runs of a job to end; what they still do is refused by the job's fence."""
