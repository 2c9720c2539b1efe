"""Runs as rows, which the supervisor starts: it alone holds the secrets of every zone."""

from collections.abc import Mapping, Sequence
from typing import Protocol
from uuid import UUID

from app.dispatch.dispatcher import Dispatcher
from app.domain.work.job import Run, RunState


class RunRows(Dispatcher, Protocol):
    """Whatever keeps a row for each run."""

    async def state(self, run: Run) -> RunState | None:
        """Say where a run stands; None when it has no row."""


class RowEngine:
    """Inserts a waiting row; a supervisor somewhere makes a process of it."""

    def __init__(self, rows: RunRows) -> None:
        self._rows = rows

    async def start(self, run: Run) -> None:
        """Ask for a run; it has one row, however often it is asked for."""
        await self._rows.start(run)

    async def state(self, run: Run) -> RunState | None:
        """Say where a run stands; None when it has no row."""
        return await self._rows.state(run)

    async def states(self, runs: Sequence[Run]) -> Mapping[str, RunState]:
        """Say where runs stand, by their names; a run without a row is left out."""
        states = {run.name: await self._rows.state(run) for run in runs}
        return {name: state for name, state in states.items() if state is not None}

    async def abandon(self, job: UUID) -> None:
        """Do nothing: the supervisor sees an overtaken run and ends its process."""
