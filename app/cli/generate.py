"""`autodoc generate PATH|URL`."""

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from app.cli.config import count
from app.cli.watched import tell, watch

if TYPE_CHECKING:
    from flows.local import Outcome

LISTED = 10


def generate(
    target: Annotated[
        str, typer.Argument(metavar="PATH|URL", help="A checkout (any folder in it), or a URL.")
    ] = ".",
    output: Annotated[
        Path | None,
        typer.Option("-o", "--output", help="Default: docs/autodoc in the checkout, or NAME-docs."),
    ] = None,
    ref: Annotated[str, typer.Option(help="The commit, branch or tag to document.")] = "HEAD",
    worktree: Annotated[
        bool, typer.Option("--worktree", help="Document the tracked files as they stand.")
    ] = False,
    dry_run: Annotated[
        bool,
        typer.Option("--dry-run", help="Write nothing, call no model; say what a run would do."),
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print the outcome as JSON.")] = False,
) -> None:
    """Document a commit: no key, no account, no server."""
    # The one line where `app` knows `flows`: on a laptop both sides are one process.
    from flows.local import Request, check_request, generate_locally

    request = Request(target=target, output=output, ref=ref, worktree=worktree, dry_run=dry_run)
    check_request(request)
    outcome = watch(partial(generate_locally, request))
    said = outcome.model_dump_json(indent=2) if as_json else describe(outcome)
    tell(said, outcome.withheld)


def describe(outcome: "Outcome") -> str:
    """Say in a few lines what was done."""
    lines = [
        f"{outcome.pages} pages from {outcome.files} files and {outcome.symbols} symbols"
        f" of {outcome.repository} at {outcome.commit[:12]} in {outcome.elapsed:.1f} s"
        f" ({outcome.parsed} files parsed, {outcome.cached} known).",
    ]
    if outcome.usage.calls:
        usage = outcome.usage
        lines.append(
            f"{usage.calls} model calls, {usage.input_tokens} + {usage.output_tokens} tokens,"
            f" ${usage.cost:.2f}."
        )
    if outcome.uncited:
        lines.append(
            f"{outcome.uncited:.0%} of the sentences that were written cite nothing, so no change"
            " of the code can make them stale."
        )
    lines += describe_estimate(outcome)
    lines += [f"warning: {warning}" for warning in outcome.warnings]
    if outcome.left_out:
        lines.append(describe_left_out(outcome))
    lines.append(describe_changes(outcome))
    if outcome.dry_run:
        lines += [f"  write  {path}" for path in outcome.written]
        lines += [f"  remove {path}" for path in outcome.removed]
    return "\n".join(lines)


def describe_estimate(outcome: "Outcome") -> list[str]:
    """Say what the models would take, or how far the estimate of what they took was off."""
    if outcome.forecast is not None:
        error = outcome.forecast.error
        off = "" if error is None else f": {error:+.0%}"
        return [f"estimated were {outcome.forecast.estimate}{off}"]
    if outcome.estimate is None:
        return []
    return [
        f"a run would take {outcome.estimate}; stored answers cost nothing, and the caps of"
        " AUTODOC_BUDGET__* bind before each call"
    ]


def describe_changes(outcome: "Outcome") -> str:
    """Say how many files changed; a dry run knows only those that no model writes."""
    changed = count(len(outcome.written) + len(outcome.removed), "file")
    if not outcome.dry_run:
        return f"{changed} changed in {outcome.output}"
    told = f"{changed} would change in {outcome.output}"
    if outcome.estimate is None or not outcome.estimate.pages:
        return told
    pages = count(outcome.estimate.pages, "page")
    return f"{told} without a model; the model would write {pages} of the guide"


def describe_left_out(outcome: "Outcome") -> str:
    """Name the first files that took no part, and say how many more there are."""
    listed = [f"{each.path} ({each.reason})" for each in outcome.left_out[:LISTED]]
    more = len(outcome.left_out) - len(listed)
    return f"left out: {', '.join(listed)}" + (f" and {more} more" if more > 0 else "")
