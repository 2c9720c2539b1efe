"""`autodoc check [DIRECTORY]`."""

import asyncio
import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from app.cli.exits import Exit

if TYPE_CHECKING:
    from collections.abc import Mapping

    from app.domain.checks.finding import Finding
    from app.domain.checks.site import Sources
    from app.git.snapshot import Snapshot

MAX_PAGE_BYTES = 5_000_000


def check(
    directory: Annotated[
        Path | None,
        typer.Argument(help="A folder of Markdown. Default: docs/autodoc in the checkout."),
    ] = None,
    repo: Annotated[
        Path | None,
        typer.Option(help="The checkout that the pages speak about. Default: the one around them."),
    ] = None,
    ref: Annotated[str, typer.Option(help="The commit to check against.")] = "HEAD",
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Check what pages say about paths, lines, links, symbols, code blocks and diagrams."""
    from app.domain.checks.finding import Severity
    from app.telemetry import configure_telemetry

    configure_telemetry("WARNING", json_lines=False)
    findings = asyncio.run(check_folder(directory, repo, ref))
    if as_json:
        typer.echo(json.dumps([each.model_dump(mode="json") for each in findings], indent=2))
    else:
        for finding in findings:
            typer.echo(line_of(finding))
        typer.echo("1 finding." if len(findings) == 1 else f"{len(findings)} findings.")
    if any(each.severity is Severity.ERROR for each in findings):
        raise typer.Exit(Exit.FINDINGS)


async def check_folder(directory: Path | None, repo: Path | None, ref: str) -> "list[Finding]":
    """Hold a folder's pages against a commit; it needs no database."""
    from app.analysis.facts import MemoryFactCache
    from app.analysis.inventory import Limits
    from app.analysis.repository import read_repository
    from app.domain.checks.pages import check_site
    from app.domain.checks.site import cited_earlier
    from app.domain.wiki.config import Config
    from app.domain.wiki.config_reading import parse_config
    from app.domain.wiki.render import Origin
    from app.git.checkout import find_root, web_address
    from app.git.snapshot import Snapshot

    root = await find_root(await asyncio.to_thread((repo or around(directory)).resolve))
    snapshot = await Snapshot.open(root, ref)
    blobs = {entry.path: entry.blob_id for entry in await snapshot.entries()}
    config = Config()
    if (blob_id := blobs.get(".autodoc.yaml")) is not None:
        content = (await snapshot.read([blob_id]))[blob_id]
        config = parse_config(content.decode(errors="replace"), ".autodoc.yaml")
    folder = directory or root / config.output
    files = await asyncio.to_thread(read_pages, folder)
    analysis = await read_repository(
        snapshot, root.name, MemoryFactCache(), Limits(), lambda _done, _total: None,
        (config.output, *config.exclude),
    )  # fmt: skip
    address = await web_address(root)
    base = f"{address}/blob/{snapshot.commit}/" if address else relative_base(folder, root)
    contents = await snapshot.read(sorted(set(analysis.blob_ids.values())))
    texts = {
        path: contents[blob_id].decode("utf-8-sig", errors="replace")
        for path, blob_id in analysis.blob_ids.items()
    }
    origin = Origin(commit=snapshot.commit, base=base)
    cited = await asyncio.to_thread(cited_earlier, files, analysis.facts, origin)
    earlier = await read_earlier(root, cited)
    return await asyncio.to_thread(check_site, files, analysis.facts, origin, texts, earlier)


async def read_earlier(root: Path, cited: "Mapping[str, frozenset[str]]") -> "dict[str, Sources]":
    """Read the cited files of earlier commits; a commit that is not at hand is left out."""
    from app.errors import GitError, InputError
    from app.git.snapshot import Snapshot

    earlier = {}
    for commit, paths in cited.items():
        try:
            earlier[commit] = await read_sources(await Snapshot.open(root, commit), paths)
        except (GitError, InputError):
            continue
    return earlier


async def read_sources(snapshot: "Snapshot", paths: frozenset[str]) -> "Sources":
    """List a commit's paths, and read the files among them that pages point at."""
    from app.analysis.extract import count_lines
    from app.domain.checks.site import Sources

    entries = await snapshot.entries()
    blobs = {
        entry.path: entry.blob_id
        for entry in entries
        if entry.path in paths and 0 <= entry.size <= MAX_PAGE_BYTES
    }
    contents = await snapshot.read(sorted(set(blobs.values())))
    found = {path: contents[blob_id] for path, blob_id in blobs.items() if blob_id in contents}
    return Sources(
        paths=frozenset(
            entry.path.rsplit("/", cut)[0]
            for entry in entries
            for cut in range(entry.path.count("/") + 1)
        ),
        line_counts={path: count_lines(content) for path, content in found.items()},
        texts={
            path: content.decode("utf-8-sig", errors="replace") for path, content in found.items()
        },
    )


def around(directory: Path | None) -> Path:
    """Choose where to look for the checkout: here, or where the pages are if here is none."""
    here = Path.cwd()
    if directory is None or any((each / ".git").exists() for each in (here, *here.parents)):
        return here
    return directory


def read_pages(folder: Path) -> dict[str, str]:
    """Read every page of a folder; one that is no text or too large is refused by name."""
    from app.errors import InputError

    if not folder.is_dir():
        raise InputError(f"{folder} is not a folder: run `autodoc generate` first, or name one")
    pages: dict[str, str] = {}
    for path in sorted(folder.rglob("*.md")):
        if path.stat().st_size > MAX_PAGE_BYTES:
            raise InputError(f"{path} is larger than {MAX_PAGE_BYTES} bytes")
        try:
            pages[path.relative_to(folder).as_posix()] = path.read_text(encoding="utf-8-sig")
        except UnicodeDecodeError:
            raise InputError(f"{path} is not UTF-8 text") from None
    return pages


def relative_base(folder: Path, root: Path) -> str:
    """Name the way from the pages to the sources, for pages with relative links."""
    import os.path

    return f"./{Path(os.path.relpath(root, folder.resolve())).as_posix()}/"


def line_of(finding: "Finding") -> str:
    """Print as compilers do, so that editors can jump to the line."""
    return f"{finding.page}:{finding.line}: {finding.severity}: {finding.message} [{finding.rule}]"
