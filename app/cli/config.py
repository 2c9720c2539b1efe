"""`autodoc config check | init | schema`: the settings that a repository keeps in itself."""

import asyncio
from collections.abc import Collection
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from app.cli.exits import Exit

if TYPE_CHECKING:
    from app.domain.wiki.configuration.scope import ScopeReading

app = typer.Typer(
    help="Check, begin or describe `.autodoc.yaml`, the settings of a repository.",
    no_args_is_help=True,
    rich_markup_mode=None,
)


@app.command()
def check(
    path: Annotated[Path, typer.Argument(help="A checkout, or any folder in it.")] = Path(),
    ref: Annotated[
        str | None, typer.Option(help="The commit to read. Default: the files as they stand.")
    ] = None,
) -> None:
    """List the scopes of a repository and all that is wrong in their `.autodoc.yaml` files."""
    from app.domain.checks.ignoring import unknown_rules
    from app.domain.wiki.configuration.scope import unmatched

    reading, paths = asyncio.run(read(path, ref))
    warnings = [*reading.warnings]
    for scope in reading.scopes:
        documents = scope.matcher()
        files = sum(map(documents, paths))
        typer.echo(f"{scope.folder or '.'} -> {scope.output} ({count(files, 'file')} of the scope)")
        warnings += [*unmatched(scope, paths), *unknown_rules(scope)]
        warnings += [] if files else [f"{scope.file}:1: the scope has no file to document"]
    for error in reading.errors:
        typer.echo(error)
    for warning in warnings:
        typer.echo(f"{warning} (warning)")
    told = (
        count(len(reading.scopes), "scope"),
        count(len(reading.errors), "error"),
        count(len(warnings), "warning"),
    )
    typer.echo(f"{', '.join(told)}.")
    if reading.errors:
        raise typer.Exit(Exit.FINDINGS)


@app.command()
def init(
    path: Annotated[Path, typer.Argument(help="The folder to document on its own.")] = Path(),
) -> None:
    """Write an `.autodoc.yaml` in which every key is explained and none is set."""
    from app.domain.wiki.configuration.config import FILE_NAME
    from app.domain.wiki.configuration.schema import explained
    from app.errors import InputError
    from app.git.checkout import find_root

    asyncio.run(find_root(path))
    file = path / FILE_NAME
    try:
        with file.open("x", encoding="utf-8", newline="\n") as opened:
            opened.write(explained())
    except FileExistsError:
        raise InputError(f"{file} is there already: change it, or remove it first") from None
    except OSError as error:
        raise InputError(f"cannot write {file}: {error.strerror}") from None
    typer.echo(f"{file} is written; `autodoc config check` reads it")


@app.command()
def schema() -> None:
    """Print the JSON Schema of `.autodoc.yaml`, for editors."""
    from app.domain.wiki.configuration.schema import json_schema

    typer.echo(json_schema(), nl=False)


async def read(path: Path, ref: str | None) -> "tuple[ScopeReading, Collection[str]]":
    """Read the scopes of a checkout or of a commit, and list its files."""
    from app.analysis.scopes import read_scopes
    from app.analysis.uncommitted import read_files
    from app.domain.wiki.configuration.scope import find_scopes, is_config_file
    from app.git.checkout import find_root, worktree_files
    from app.git.snapshot import Snapshot

    root = await find_root(path)
    if ref is None and not (root / ".git").exists():
        ref = "HEAD"  # a bare repository has no files
    if ref is not None:
        snapshot = await Snapshot.open(root, ref)
        return await read_scopes(snapshot), [entry.path for entry in await snapshot.entries()]
    paths = await worktree_files(root)
    chosen = [each for each in paths if is_config_file(each)]
    return find_scopes(await asyncio.to_thread(read_files, root, chosen)), paths


def count(number: int, noun: str) -> str:
    """Say how many there are."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"
