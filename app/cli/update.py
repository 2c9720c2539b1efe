"""`autodoc update [PATH]`."""

import asyncio
import signal
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from app.cli import generate
from app.cli.exits import Exit
from app.cli.update_text import describe_pages

if TYPE_CHECKING:
    from flows.local import Request
    from flows.updating import UpdateOutcome


def update(
    target: Annotated[
        str, typer.Argument(metavar="PATH", help="A checkout with pages (any folder in it).")
    ] = ".",
    output: Annotated[
        Path | None,
        typer.Option("-o", "--output", help="Where the pages lie, if not where the config says."),
    ] = None,
    dry_run: Annotated[
        bool,
        typer.Option("--dry-run", help="Write nothing, call no model; say what a run would do."),
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print the outcome as JSON.")] = False,
) -> None:
    """Bring pages up to date: from the commit that each carries to HEAD, whoever moved the branch.

    Only sections that are not true any more are written anew. What people changed stays.
    """
    # `app` knows `flows` here and in `generate`: on a laptop both sides are one process.
    from flows.local import Request, check_request

    request = Request(target=target, output=output, dry_run=dry_run)
    check_request(request)
    try:
        outcome = asyncio.run(run(request))
    except (KeyboardInterrupt, asyncio.CancelledError):
        typer.echo("autodoc: interrupted; the same command continues", err=True)
        raise typer.Exit(Exit.INTERRUPTED) from None
    typer.echo(outcome.model_dump_json(indent=2) if as_json else describe(outcome))
    withheld = outcome.outcome.withheld if outcome.outcome else ()
    for sentence in withheld:
        typer.echo(f"withheld: {sentence}", err=True)
    if withheld:
        raise typer.Exit(Exit.FINDINGS)


async def run(request: "Request") -> "UpdateOutcome":
    """Update while somebody watches; SIGTERM ends it as ctrl-c does."""
    from app.cli.progress import choose_display
    from app.settings import load_settings
    from app.telemetry import configure_telemetry
    from flows.updating import update_locally

    settings = load_settings()
    configure_telemetry("WARNING", json_lines=False)
    task = asyncio.current_task()
    if task is not None:
        asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, task.cancel)
    with choose_display() as display:
        return await update_locally(request, settings, display)


def describe(outcome: "UpdateOutcome") -> str:
    """Say page by page what was found and done, and then what the run took."""
    if outcome.outcome is None:
        return (
            f"{outcome.repository}: every page in {outcome.output} is true of"
            f" {outcome.commit[:12]}; nothing to update ({outcome.elapsed:.1f} s)."
        )
    told = describe_pages(outcome.updates, outcome.moved, dry_run=outcome.dry_run)
    return "\n".join([*told, generate.describe(outcome.outcome)])
