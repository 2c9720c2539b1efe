"""Showing how far a run is: a live line in a terminal, plain lines elsewhere."""

import sys
import time
from types import TracebackType
from typing import TYPE_CHECKING, Self

from app.domain.work.job import Progress
from app.domain.work.stages import STAGES

if TYPE_CHECKING:
    from rich.progress import TaskID

PLAIN_INTERVAL_S = 5.0


class PlainDisplay:
    """Prints a line for each stage, and now and then how far it is."""

    def __init__(self) -> None:
        self._stage = ""
        self._shown = 0.0

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Nothing has to be put away."""

    async def __call__(self, progress: Progress) -> None:
        """Show a line if it says something new."""
        now = time.monotonic()
        is_new = progress.stage != self._stage
        if not is_new and now - self._shown < PLAIN_INTERVAL_S:
            return
        self._stage, self._shown = progress.stage, now
        sys.stderr.write(f"{line_of(progress)}\n")
        sys.stderr.flush()


class TerminalDisplay:
    """Keeps one live line: stage, pages n/m, elapsed."""

    def __init__(self) -> None:
        from rich.console import Console
        from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeElapsedColumn
        from rich.progress import Progress as Bars

        self._bars: Bars = Bars(
            TextColumn("{task.description}"),
            BarColumn(bar_width=24),
            MofNCompleteColumn(),
            TimeElapsedColumn(),
            TextColumn("{task.fields[detail]}"),
            console=Console(stderr=True),
            transient=True,
        )
        self._task: TaskID | None = None

    def __enter__(self) -> Self:
        self._bars.start()
        self._task = self._bars.add_task("Starting", total=None, detail="")
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._bars.stop()

    async def __call__(self, progress: Progress) -> None:
        """Redraw the line; an estimate stays above it."""
        if progress.stage == "estimate":
            self._bars.console.print(line_of(progress), highlight=False)
            return
        if self._task is not None:
            self._bars.update(
                self._task,
                description=STAGES.get(progress.stage, progress.stage),
                completed=progress.done,
                total=progress.total or None,
                detail=progress.detail,
            )


def line_of(progress: Progress) -> str:
    """Say a progress in words."""
    words = STAGES.get(progress.stage, progress.stage)
    count = f" {progress.done}/{progress.total}" if progress.total else ""
    detail = f" ({progress.detail})" if progress.detail else ""
    return f"{words}{count}{detail}"


def choose_display() -> PlainDisplay | TerminalDisplay:
    """Draw only where somebody looks."""
    return TerminalDisplay() if sys.stderr.isatty() else PlainDisplay()
