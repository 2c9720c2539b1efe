"""Work that somebody watches and may interrupt."""

import asyncio
import signal
from collections.abc import Awaitable, Callable, Sequence
from typing import TYPE_CHECKING, TypeVar

import typer

from app.cli.exits import Exit

if TYPE_CHECKING:
    from app.domain.work.job import Progress
    from app.settings import Settings

T = TypeVar("T")

Work = Callable[["Settings", Callable[["Progress"], Awaitable[None]]], Awaitable[T]]
"""Told the settings, and whom to tell how far it is."""


def watch(work: Work[T]) -> T:
    """Work while somebody watches; SIGTERM ends it as ctrl-c does."""
    try:
        return asyncio.run(_watched(work))
    except (KeyboardInterrupt, asyncio.CancelledError):
        typer.echo("autodoc: interrupted; the same command continues", err=True)
        raise typer.Exit(Exit.INTERRUPTED) from None


async def _watched(work: Work[T]) -> T:
    from app.cli.progress import choose_display
    from app.settings import load_settings
    from app.telemetry import configure_telemetry

    settings = load_settings()
    configure_telemetry("WARNING", json_lines=False)
    task = asyncio.current_task()
    if task is not None:
        asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, task.cancel)
    with choose_display() as display:
        return await work(settings, display)


def tell(outcome: str, withheld: Sequence[str]) -> None:
    """Print what became of it; a page that is withheld is a finding."""
    typer.echo(outcome)
    for sentence in withheld:
        typer.echo(f"withheld: {sentence}", err=True)
    if withheld:
        raise typer.Exit(Exit.FINDINGS)
