"""Where finished pages go: a directory, nowhere, or a documentation pull request."""

import asyncio
import os
import tempfile
from collections.abc import Awaitable, Callable, Iterable, Mapping
from pathlib import Path, PurePosixPath
from typing import Protocol

from app.domain.value import Value
from app.domain.wiki.ownership import Holder, Ownership, recorded_page, yield_to_people
from app.domain.wiki.page import RenderedPage
from app.domain.wiki.publication import SIDECARS
from app.domain.wiki.unmoved import keep_unmoved
from app.errors import InputError

RECORDS = SIDECARS


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
    kept: tuple[str, ...] = ()
    """Pages that stay as a person has them."""
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
        for path in files:
            self._target(path)
        there = read_folder(self._directory, files)
        own = Ownership(there)
        ours = {path: there[path] for path in own.ours}
        wanted, kept = yield_to_people(keep_unmoved(files, (ours,)), (there,))
        if foreign := [path for path in kept if own.holder(path) is Holder.PERSON]:
            raise InputError(
                f"{self._directory / foreign[0]} is not AutoDoc's: choose another folder with -o,"
                " or move the file away"
            )
        changed = tuple(path for path, data in wanted.items() if there.get(path) != data)
        retired = tuple(sorted(own.ours - wanted.keys()))
        if not self._dry_run:
            # Records last: a page is ours by its record, and a run can be killed in between.
            for path in sorted(changed, key=lambda each: (each.startswith(RECORDS), each)):
                replace_file(self._target(path), wanted[path])
            for path in retired:
                self._target(path).unlink(missing_ok=True)
        return Published(where=str(self._directory), written=changed, removed=retired, kept=kept)

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


def read_folder(directory: Path, paths: Iterable[str]) -> dict[str, bytes]:
    """Read the files of a folder that matter: those to be written, and all that records name."""
    folder = directory / RECORDS
    records = [f"{RECORDS}/{each.name}" for each in sorted(folder.glob("*.json"))]
    found = {path: read_or_none(directory / path) for path in (*records, *paths)}
    recorded = [page[0] for path in records if (page := recorded_page(found[path] or b""))]
    found |= {path: read_or_none(directory / path) for path in recorded}
    return {path: data for path, data in found.items() if data is not None}


def told(path: str) -> str:
    """Say that a page is left to the person who changed it."""
    return f"`{path}` stays as a person has it: AutoDoc does not write over people's changes"
