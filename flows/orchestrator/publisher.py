"""Where finished pages go: a directory, nowhere, or a documentation pull request."""

import asyncio
import json
import os
import tempfile
from collections.abc import Awaitable, Callable, Mapping
from pathlib import Path, PurePosixPath
from typing import Protocol

from app.domain.value import Value
from app.domain.wiki.page import RenderedPage
from app.errors import InputError

RECORDS = ".autodoc"
STAMP = b"<!-- autodoc page="


class Publication(Value):
    """Finished files, by their path within the documentation folder, and what to say of them."""

    files: Mapping[str, bytes]
    commit: str
    """The documented commit."""
    pages: tuple[RenderedPage, ...] = ()
    withheld: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()


class Published(Value):
    """What became of a publication."""

    where: str
    written: tuple[str, ...] = ()
    """Files that are new or changed."""
    removed: tuple[str, ...] = ()
    number: int | None = None
    """The pull request's."""


class Publisher(Protocol):
    """Whatever makes pages visible."""

    async def publish(
        self, publication: Publication, confirm: Callable[[], Awaitable[None]]
    ) -> Published:
        """Publish files; publishing the same again changes nothing.

        `confirm` is awaited before each effect and raises when another run took over.
        """


class DirectoryPublisher:
    """Writes into a directory; of the files that are there it touches only AutoDoc's own."""

    def __init__(self, directory: Path, *, dry_run: bool = False) -> None:
        self._directory = directory
        self._dry_run = dry_run

    async def publish(
        self, publication: Publication, confirm: Callable[[], Awaitable[None]]
    ) -> Published:
        """Replace the files that changed, each at once, and remove the pages that retired.

        Raises InputError for a directory that cannot be written, before anything is written.
        """
        await confirm()
        try:
            return await asyncio.to_thread(self._publish, publication.files)
        except OSError as error:
            reason = error.strerror or type(error).__name__
            raise InputError(f"cannot write to {self._directory}: {reason}") from None

    def _publish(self, files: Mapping[str, bytes]) -> Published:
        targets = {path: self._target(path) for path in files}
        changed = tuple(
            path for path, target in targets.items() if read_or_none(target) != files[path]
        )
        retired = tuple(sorted(owned_files(self._directory) - files.keys()))
        if not self._dry_run:
            for path in changed:
                replace_file(targets[path], files[path])
            for path in retired:
                self._target(path).unlink(missing_ok=True)
        return Published(where=str(self._directory), written=changed, removed=retired)

    def _target(self, path: str) -> Path:
        parts = PurePosixPath(path).parts
        target = self._directory.joinpath(*parts)
        inside = target.parent.resolve().is_relative_to(self._directory.resolve())
        if ".." in parts or PurePosixPath(path).is_absolute() or not inside:
            raise InputError(f"{path} lies outside {self._directory}")
        if target.is_symlink():
            raise InputError(f"{target} is a symbolic link: AutoDoc writes through none")
        return target


def check_output(output: Path) -> None:
    """Refuse a folder that cannot be written, before a model is paid to fill it."""
    folder = output.expanduser().resolve()
    if any(each.name == ".git" or is_git_directory(each) for each in (folder, *folder.parents)):
        raise InputError(f"{output} lies inside a git directory: choose another folder")
    there = next(each for each in (folder, *folder.parents) if each.exists())
    if not there.is_dir():
        raise InputError(f"cannot write to {output}: {there} is a file")
    if not os.access(there, os.W_OK | os.X_OK):
        raise InputError(f"cannot write to {output}: {there} is read-only for this user")


def is_git_directory(folder: Path) -> bool:
    """Recognise the inside of a repository, such as a bare one."""
    return (folder / "HEAD").is_file() and all((folder / x).is_dir() for x in ("objects", "refs"))


def read_or_none(path: Path) -> bytes | None:
    """Read a file that may not be there."""
    try:
        return path.read_bytes()
    except FileNotFoundError:
        return None


def replace_file(target: Path, content: bytes) -> None:
    """Put a file into place at once: a reader sees the old one or the new one, never a part."""
    target.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=target.parent, prefix=".autodoc-", suffix=".tmp")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
        Path(name).chmod(0o644)
        Path(name).replace(target)
    except OSError:
        Path(name).unlink(missing_ok=True)
        raise


def owned_files(directory: Path) -> frozenset[str]:
    """List the pages that AutoDoc wrote here before, with their records."""
    folder = directory / RECORDS
    records = sorted(folder.glob("*.json")) if folder.is_dir() else []
    found = {f"{RECORDS}/{record.name}": record.read_bytes() for record in records}
    pages = {page for record in found.values() if (page := recorded_path(record)) is not None}
    contents = {page: read_or_none(directory / page) for page in pages}
    return owned_by_us({**found, **{page: data for page, data in contents.items() if data}})


def owned_by_us(files: Mapping[str, bytes]) -> frozenset[str]:
    """Choose the records, and the pages that they name and that carry our stamp.

    A record is a file that anybody can write: it alone does not make a page ours.
    """
    records = {path: data for path, data in files.items() if path.startswith(f"{RECORDS}/")}
    named = {page for data in records.values() if (page := recorded_path(data)) is not None}
    ours = {page for page in named if STAMP in files.get(page, b"")}
    return frozenset(ours | records.keys())


def recorded_path(record: bytes) -> str | None:
    """Read from a record which page it belongs to; None when it is damaged or leads outside."""
    try:
        path = json.loads(record)["path"]
    except (ValueError, KeyError, TypeError):
        return None
    if not isinstance(path, str) or not path.endswith(".md"):
        return None
    parts = PurePosixPath(path).parts
    return None if ".." in parts or PurePosixPath(path).is_absolute() else path
