"""Where the sources of a laptop's run are, where links to them lead, and where the pages go."""

import asyncio
import re
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote, urlsplit

from app.domain.work.repository import Provider, RepositoryRef
from app.errors import InputError
from app.git.checkout import find_root, head_branch, resolve_commit, to_web_address, web_address
from flows.orchestrator.branches import MAX_PAGE_BYTES, PAGE_ENDINGS
from flows.orchestrator.publisher import check_output, follow
from flows.sources import Source

SHORT_ADDRESS = re.compile(r"(?P<host>[\w.-]+@[\w.-]+):(?P<path>[^/\s:][^\s:]*)")


def is_url(target: str) -> bool:
    """Tell an address from a path."""
    return "://" in target or SHORT_ADDRESS.fullmatch(target) is not None


@dataclass(frozen=True)
class Place:
    """Where the sources are, where links to them lead, and where the pages go."""

    ref: RepositoryRef
    branch: str
    output: Path | None
    """None until the configuration of the commit is known."""
    is_remote: bool
    web: str | None
    """The address of the repository's web page."""
    files: Path | None
    """The checkout that holds the sources as files."""


async def find_place(
    target: str, ref: str, output: Path | None, *, worktree: bool = False
) -> Place:
    """Tell a URL from a path, and find the checkout that a path lies in.

    Raises InputError for what is not there to be documented.
    """
    if is_url(target):
        return await remote_place(target, ref, output)
    path = await asyncio.to_thread(lambda: Path(target).expanduser().resolve())
    root = await find_root(path)
    if not worktree:
        await resolve_commit(root, ref)
    branch = await head_branch(root)
    address = await web_address(root)
    repository = RepositoryRef(
        provider=Provider.LOCAL,
        external_id=str(root),
        full_name=root.name.removesuffix(".git"),
        url=address or str(root),
        default_branch=branch,
    )
    files = await asyncio.to_thread(files_of, root)
    return Place(
        ref=repository,
        branch=branch if ref == "HEAD" else ref,
        output=output or (Path(f"{repository.full_name}-docs") if files is None else None),
        is_remote=False,
        web=address,
        files=files,
    )


def files_of(root: Path) -> Path | None:
    """Return the folder of the files, which a bare repository has not."""
    return root if (root / ".git").exists() else None


async def remote_place(target: str, ref: str, output: Path | None) -> Place:
    """Name a repository that is fetched first."""
    address = long_address(target).rstrip("/").removesuffix(".git")
    parts = urlsplit(address)
    if parts.password or (parts.username and parts.scheme != "ssh"):
        raise InputError("the URL holds a credential: let git's credential helper give it instead")
    name = address.rpartition("/")[2]
    web, files = to_web_address(address), None
    if parts.scheme == "file":
        root = await find_root(await asyncio.to_thread(Path(unquote(parts.path)).resolve))
        web, files = await web_address(root), await asyncio.to_thread(files_of, root)
    repository = RepositoryRef(
        provider=Provider.LOCAL,
        external_id=long_address(target),
        full_name=name,
        url=web or address,
        default_branch="HEAD",
    )
    return Place(
        ref=repository,
        branch=ref,
        output=output or Path(f"{name}-docs"),
        is_remote=True,
        web=web,
        files=files,
    )


def long_address(target: str) -> str:
    """Write `git@host:path` as the URL that it is short for."""
    short = SHORT_ADDRESS.fullmatch(target)
    return f"ssh://{short['host']}/{short['path']}" if short else target


def inside(root: Path, source: Source) -> Path:
    """Name the output folder of a checkout, from which no link of the repository may lead out."""
    output = root / source.scope.output
    if not follow(output).is_relative_to(root.resolve()):
        raise InputError(f"{output} leads out of the checkout by a symbolic link: choose -o")
    check_output(output)
    return output


def below(chosen: Path, folder: str) -> Path:
    """Name a scope's folder in the one that was asked for, from which no link may lead out."""
    output = chosen / folder
    if not follow(output).is_relative_to(follow(chosen)):
        raise InputError(f"{output} leads out of {chosen} by a symbolic link: choose another -o")
    check_output(output)
    return output


def as_if_committed(source: Source) -> str:
    """Let links lead to where the sources are once the pages lie in a checkout."""
    return "./" + "../" * (source.scope.output.count("/") + 1)


def own_folder(output: Path | None, root: Path) -> tuple[str, ...]:
    """Name the output folder within the checkout, so that it is not documented itself."""
    if output is None:
        return ()
    output = output.resolve()
    if not output.is_relative_to(root.resolve()) or output == root.resolve():
        return ()
    return (output.relative_to(root.resolve()).as_posix(),)


def read_pages(directory: Path) -> dict[str, bytes]:
    """Read the pages and records of a folder, by their path in it; links are not followed."""
    return {
        path.relative_to(directory).as_posix(): path.read_bytes()
        for path in sorted(directory.rglob("*"))
        if path.suffix in PAGE_ENDINGS
        and not path.is_symlink()
        and path.is_file()
        and path.stat().st_size <= MAX_PAGE_BYTES
    }
