"""`autodoc update [PATH]`."""

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from app.cli import generate
from app.cli.update_text import describe_pages
from app.cli.watched import tell, watch

if TYPE_CHECKING:
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
    from flows.updating import update_locally

    request = Request(target=target, output=output, dry_run=dry_run)
    check_request(request)
    outcome = watch(partial(update_locally, request))
    said = outcome.model_dump_json(indent=2) if as_json else describe(outcome)
    tell(said, outcome.outcome.withheld if outcome.outcome else ())


def describe(outcome: "UpdateOutcome") -> str:
    """Say page by page what was found and done, and then what the run took."""
    if outcome.outcome is None:
        return (
            f"{outcome.repository}: every page in {outcome.output} is true of"
            f" {outcome.commit[:12]}; nothing to update ({outcome.elapsed:.1f} s)."
        )
    told = describe_pages(outcome.updates, outcome.moved, dry_run=outcome.dry_run)
    return "\n".join([*told, generate.describe(outcome.outcome)])
