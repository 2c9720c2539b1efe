"""`autodoc ack PAGE REASON`."""

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from app.impact.acknowledging import Acknowledged

EPILOG = """
The acknowledgement is written into the page's record in the documentation folder (of a page that
people wrote: into a file beside the records). Commit it. It speaks of the version of the code that
is there now: with the next change of that code it is void, and the page is stale again.
"""


def ack(
    page: Annotated[str, typer.Argument(help="The page, as `autodoc impact` names it.")],
    reason: Annotated[str, typer.Argument(help="Why it is true all the same.")],
    symbol: Annotated[
        str, typer.Option(help="Only what relies on this symbol. Default: all that is stale.")
    ] = "",
    revisions: Annotated[
        str | None,
        typer.Option("--range", metavar="BASE..HEAD", help="What `autodoc impact` was asked."),
    ] = None,
    repo: Annotated[Path, typer.Option(help="The checkout. Default: the one around.")] = Path(),
) -> None:
    """Say that a stale page is true although the code that it cites changed."""
    from app.telemetry import configure_telemetry

    configure_telemetry("WARNING", json_lines=False)
    done = asyncio.run(_run(repo, page, reason, symbol, revisions))
    names = ", ".join(each.key for each in done.acks)
    typer.echo(f"{done.page}: acknowledged {names} in {done.record}; commit it")


async def _run(
    repo: Path, page: str, reason: str, symbol: str, revisions: str | None
) -> "Acknowledged":
    from app.analysis.facts import MemoryFactCache
    from app.cli.impact import question
    from app.errors import InputError
    from app.git.checkout import find_root, person
    from app.impact.acknowledging import Statement, acknowledge

    asked = question(revisions)
    if asked.head != "HEAD":
        raise InputError("only what is checked out can be acknowledged: end the range with HEAD")
    root = await find_root(repo)
    said = Statement(
        page=page,
        reason=reason,
        by=await person(root),
        symbol=symbol,
        base=asked.base,
    )
    return await acknowledge(root, said, MemoryFactCache())
