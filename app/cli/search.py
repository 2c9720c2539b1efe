"""`autodoc search QUESTION`."""

import asyncio
import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from app.cli.exits import Exit

if TYPE_CHECKING:
    from app.domain.knowledge.marks import Mark
    from app.domain.knowledge.search import SearchHit
    from app.reader import Reader

EXCERPT_LINES = 12
SHOWN_MARKS = 3


def search(
    question: Annotated[str, typer.Argument(help="A question or keywords.")],
    repo: Annotated[
        str | None,
        typer.Option("--repo", help="A documented repository: its path, address or name."),
    ] = None,
    limit: Annotated[int, typer.Option(min=1, max=50, help="How many pages.")] = 5,
    search_type: Annotated[
        str, typer.Option("--type", help="hybrid, semantic or text.")
    ] = "hybrid",
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Find the pages of the published documentation that answer a question."""
    from app.cli.checkout_verdicts import CheckoutVerdicts
    from app.domain.knowledge.search import SearchType
    from app.errors import InputError
    from app.settings import load_settings
    from app.telemetry import configure_telemetry
    from app.wiring import open_reader, update_terms

    settings = load_settings()
    configure_telemetry("WARNING", json_lines=False)
    if search_type not in set(SearchType):
        raise InputError(f"--type is hybrid, semantic or text, not {search_type!r}")

    async def run() -> "list[SearchHit]":
        async with open_reader(settings, CheckoutVerdicts(update_terms(settings))) as reader:
            address = await choose_repository(reader, repo)
            return await reader.query_documents(address, question, SearchType(search_type), limit)

    hits = asyncio.run(run())
    if as_json:
        typer.echo(json.dumps([hit.model_dump(mode="json") for hit in hits], indent=2))
    else:
        for number, hit in enumerate(hits, start=1):
            show(number, hit)
    if not hits:
        typer.echo("autodoc: nothing in the documentation answers that", err=True)
        raise typer.Exit(Exit.FINDINGS)


async def choose_repository(reader: "Reader", named: str | None) -> str:
    """Take the repository that was named, that of this checkout, or the only one there is."""
    from app.errors import InputError

    hits = [*await reader.find_repository(""), *await reader.find_repository(named or "")]
    known = {hit.url: hit.name for hit in hits}
    wanted = await addresses(named or ".")
    for address, name in known.items():
        if address in wanted or name == named:
            return address
    # `owner/name`, as GitHub writes it, is the end of an address.
    fitting = [each for each in known if named and ends_with(each, named)]
    if len(fitting) == 1:
        return fitting[0]
    if named is None and len(known) == 1:
        return next(iter(known))
    listed = ", ".join(sorted(known)) or "none yet: run `autodoc generate` first"
    what = f"{named!r} is not documented" if named else "name a repository with --repo"
    raise InputError(f"{what}; the documented repositories are: {listed}")


def ends_with(address: str, named: str) -> bool:
    """Say whether an address ends with whole parts, in whatever case."""
    return f"/{address}".lower().endswith(f"/{named.strip('/')}".lower())


async def addresses(named: str) -> frozenset[str]:
    """List the addresses that a path or an address may be known by."""
    from app.errors import AutoDocError
    from app.git.checkout import find_root, to_web_address, web_address
    from app.reader import normal_url

    written = to_web_address(named)
    if written or "://" in named:
        return frozenset({written or "", normal_url(named)})
    try:
        root = await find_root(await asyncio.to_thread(Path(named).resolve))
        address = await web_address(root)
    except AutoDocError:
        return frozenset()
    return frozenset({str(root), *([address] if address else [])})


def show(number: int, hit: "SearchHit") -> None:
    """Print one answer: where it is, and what it says."""
    headings = " > ".join(dict.fromkeys((hit.title, *hit.heading_path)))
    typer.echo(f"{number}. {headings}  [{hit.source}]")
    for line in hit.excerpt.strip().splitlines()[:EXCERPT_LINES]:
        typer.echo(f"   {line}")
    for mark in hit.stale[:SHOWN_MARKS]:
        show_mark(mark)
    if len(hit.stale) > SHOWN_MARKS:
        typer.echo(f"   ! and {len(hit.stale) - SHOWN_MARKS} more that are not true any more")
    typer.echo("")


def show_mark(mark: "Mark") -> None:
    """Print what is not true any more beside the code as it is now."""
    from app.domain.knowledge.marks import told

    typer.echo(f"   ! stale: {told(mark)}")
    if mark.sentence:
        typer.echo(f"     says: {mark.sentence}")
    for line in mark.code.splitlines()[:EXCERPT_LINES]:
        typer.echo(f"     now | {line}")
