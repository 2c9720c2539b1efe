"""`autodoc`: the commands, and what their errors become."""

import sys

import typer

from app.cli import ack, check, config, generate, impact, jobs, mcp, migrate, search, serve, update
from app.cli.exits import Exit
from app.errors import AutoDocError, InputError

app = typer.Typer(
    name="autodoc",
    help="Write a repository's documentation and keep it true.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,  # importing rich doubles the time of `--help`
    add_completion=False,
)
app.command()(generate.generate)
app.command()(update.update)
app.command()(search.search)
app.command()(check.check)
app.command(epilog=impact.EPILOG)(impact.impact)
app.command(epilog=ack.EPILOG)(ack.ack)
app.add_typer(config.app, name="config")
app.add_typer(jobs.app, name="jobs")
app.command()(serve.serve)
app.command(hidden=True)(serve.server)
app.command()(mcp.mcp)
app.command()(migrate.migrate)


def main() -> None:
    """Run one command; an expected error is one sentence, never a traceback."""
    try:
        app()
    except AutoDocError as error:
        typer.echo(f"autodoc: {error}", err=True)
        sys.exit(Exit.INPUT if isinstance(error, InputError) else Exit.OUTSIDE)
    except TimeoutError as error:
        said = "; ".join([str(error) or "it took too long", *getattr(error, "__notes__", ())])
        typer.echo(f"autodoc: {said}", err=True)
        sys.exit(Exit.OUTSIDE)
