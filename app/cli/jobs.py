"""`autodoc jobs list | show | cancel | retry`: what the server works on."""

import asyncio
import json
import re
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated, Any, TypeVar

import typer

if TYPE_CHECKING:
    from app.domain.work.report import JobLine, JobReport, PageLine
    from app.settings import Settings
    from app.wiring import Stores

app = typer.Typer(
    help="See what AutoDoc works on; cancel a job, or order it again.",
    invoke_without_command=True,
    rich_markup_mode=None,
)

T = TypeVar("T")

JobId = Annotated[str, typer.Argument(metavar="ID", help="A job's id, or its beginning.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]


@app.callback()
def list_by_default(context: typer.Context) -> None:
    """See what AutoDoc works on; cancel a job, or order it again."""
    if context.invoked_subcommand is None:
        list_jobs()


@app.command("list")
def list_jobs(
    limit: Annotated[int, typer.Option(min=1, max=1000, help="How many jobs.")] = 20,
    as_json: AsJson = False,
) -> None:
    """List the newest jobs."""
    from app.cli.jobs_text import table

    async def read(_: "Settings", stores: "Stores") -> "list[JobLine]":
        return await stores.reports.newest(limit)

    lines = run(read)
    if as_json:
        echo_json([as_mapping(each) for each in lines])
    elif lines:
        typer.echo(table(lines, datetime.now(UTC)))
    else:
        typer.echo("There are no jobs.")


@app.command()
def show(job: JobId, as_json: AsJson = False) -> None:
    """Show a job: stages, pages, model calls, failed attempts."""
    from app.cli.jobs_text import text_of
    from app.errors import InputError

    async def read(_: "Settings", stores: "Stores") -> "tuple[JobReport, list[PageLine]]":
        line = await find(stores, job)
        report = await stores.reports.report(line.job.id)
        if report is None:
            raise InputError(f"job {line.job.id} was removed just now")
        pages: list[PageLine] = []
        while more := await stores.reports.pages(line.job.id, pages[-1].id if pages else 0):
            pages += more
        return report, pages

    report, pages = run(read)
    if as_json:
        written = [each.model_dump(mode="json") for each in pages]
        echo_json({**as_mapping(report), **report_mapping(report), "pages": written})
    else:
        typer.echo(text_of(report, pages))


@app.command()
def cancel(job: JobId) -> None:
    """End a job that waits or runs."""

    async def end(settings: "Settings", stores: "Stores") -> str:
        from app.wiring import choose_engine

        line = await find(stores, job)
        ended = await stores.control.cancel(line.job.id)
        await choose_engine(settings, stores).abandon(ended.id)
        return f"job {ended.id} is cancelled"

    typer.echo(run(end))


@app.command()
def retry(job: JobId) -> None:
    """Order a job that failed or was cancelled again."""

    async def order(_: "Settings", stores: "Stores") -> str:
        line = await find(stores, job)
        return f"job {(await stores.control.retry(line.job.id)).id} waits"

    typer.echo(run(order))


async def find(stores: "Stores", named: str) -> "JobLine":
    """Find the job whose id begins so; raises InputError when there is none or several."""
    from app.errors import InputError

    if not re.fullmatch(r"[0-9a-fA-F-]{4,36}", named):
        raise InputError(f"{named!r} is not the beginning of a job's id: see `autodoc jobs list`")
    found = await stores.reports.beginning(named)
    if len(found) == 1:
        return found[0]
    what = "no job" if not found else "more than one job"
    raise InputError(f"{what} has an id that begins with {named}: see `autodoc jobs list`")


def run(work: Callable[["Settings", "Stores"], Awaitable[T]]) -> T:
    """Work on the database of the settings."""
    from app.settings import load_settings
    from app.telemetry import configure_telemetry
    from app.wiring import open_stores

    settings = load_settings()
    configure_telemetry("WARNING", json_lines=False)

    async def with_stores() -> T:
        async with open_stores(settings) as stores:
            return await work(settings, stores)

    return asyncio.run(with_stores())


def as_mapping(line: "JobLine") -> dict[str, Any]:
    """Say a job in JSON: what people ask for, by names that stay."""
    job = line.job
    told = line.model_dump(mode="json", include={"ordered_at", "due_at", "began_at", "ended_at"})
    wishes = {"branch", "flow", "state", "reason", "attempt", "message", "commit", "asked_by"}
    return {
        "id": str(job.id),
        "repository": job.repository.full_name,
        **job.model_dump(mode="json", include=wishes),
        **told,
    }


def report_mapping(report: "JobReport") -> dict[str, Any]:
    """Say in JSON what a report tells beside the job."""
    return report.model_dump(mode="json", include={"stages", "failures", "usage"})


def echo_json(value: object) -> None:
    """Print a value for a script."""
    typer.echo(json.dumps(value, indent=2))
