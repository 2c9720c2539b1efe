"""`autodoc check [DIRECTORY]`."""

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from app.cli.check_formats import Format, show
from app.cli.exits import Exit

if TYPE_CHECKING:
    from app.cli.check_pages import Question
    from app.cli.page_files import Pages
    from app.domain.checks.finding import Finding


def check(  # noqa: PLR0913, PLR0917 - each option of the command is a parameter
    directory: Annotated[
        Path | None,
        typer.Argument(
            help="A folder of Markdown, or one page. Default: docs/autodoc in the checkout."
        ),
    ] = None,
    repo: Annotated[
        Path | None,
        typer.Option(help="The checkout that the pages speak about. Default: the one around them."),
    ] = None,
    ref: Annotated[str, typer.Option(help="The commit to check against.")] = "HEAD",
    changed_since: Annotated[
        str | None,
        typer.Option(
            metavar="REF", help="Report only on pages that differ from REF in the checkout."
        ),
    ] = None,
    form: Annotated[Format, typer.Option("--format", help="How to print findings.")] = Format.TEXT,
    as_json: Annotated[bool, typer.Option("--json", help="The same as --format json.")] = False,
    strict: Annotated[
        bool, typer.Option(help="Report on pages of people also what is only probably wrong.")
    ] = False,
) -> None:
    """Check what pages say about paths, lines, links, names, code blocks and diagrams."""
    from app.cli.check_pages import Question
    from app.domain.checks.finding import Severity
    from app.telemetry import configure_telemetry

    configure_telemetry("WARNING", json_lines=False)
    asked = Question(
        directory=directory, repo=repo, ref=ref, changed_since=changed_since, strict=strict
    )
    pages, findings = asyncio.run(_run(asked))
    _report(pages, findings, Format.JSON if as_json else form)
    if any(each.severity is Severity.ERROR for each in findings):
        raise typer.Exit(Exit.FINDINGS)


def _report(pages: "Pages", findings: "list[Finding]", form: Format) -> None:
    is_for_people = form in (Format.TEXT, Format.JSON)
    shown = show(findings, form, pages.name_here if is_for_people else pages.name_in_repository)
    if shown:
        typer.echo(shown)


async def _run(asked: "Question") -> "tuple[Pages, list[Finding]]":
    from app.cli.check_pages import judge

    return await judge(asked)
