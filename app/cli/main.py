"""`autodoc`: the commands, and what their errors become."""

import sys

import typer

from app.cli import check, generate, mcp, migrate, search, serve
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
app.command()(search.search)
app.command()(check.check)
app.command()(serve.serve)
app.command(hidden=True)(serve.server)
app.command()(mcp.mcp)
app.command()(migrate.migrate)


def main() -> None:
    """Run one command; an expected error is one sentence, never a traceback."""
    try:
        status = app(standalone_mode=False)
    except typer.Exit as left:
        status = left.exit_code
    except typer.Abort:
        status = Exit.INTERRUPTED
    except KeyboardInterrupt:
        typer.echo("autodoc: interrupted; the same command continues", err=True)
        status = Exit.INTERRUPTED
    except AutoDocError as error:
        typer.echo(f"autodoc: {error}", err=True)
        status = Exit.INPUT if isinstance(error, InputError) else Exit.OUTSIDE
    sys.exit(status if isinstance(status, int) else 0)
