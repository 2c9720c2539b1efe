"""Runs in this process: one person, one repository, no server."""

from collections.abc import Awaitable, Callable

from app.domain.work.job import Run, RunState


class InProcessDispatcher:
    """Performs a run at once, with the function that it is given."""

    def __init__(self, perform: Callable[[Run], Awaitable[None]]) -> None:
        self._perform = perform
        self._started: set[str] = set()

    async def start(self, run: Run) -> None:
        """Perform the run and return when it ended; a run that failed is not performed again."""
        if run.name not in self._started:
            self._started.add(run.name)
            await self._perform(run)

    async def state(self, run: Run) -> RunState | None:
        """Say that a run has ended: `start` returned."""
        return RunState.DONE if run.name in self._started else None
