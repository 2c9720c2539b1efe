"""The pages of a repository as bytes: as they lie in a checkout, or as a commit has them."""

import asyncio
import os
import stat
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple, Protocol

from typing_extensions import override

from app.domain.wiki.site.publication import SIDECARS
from app.git.history import History
from app.git.snapshot import Entry, Snapshot
from app.impact.assessment import cited_paths, stamp_of

MAX_FILES = 50_000
MAX_BYTES = 5_000_000
"""Of one page or record."""


class PageFile(NamedTuple):
    """A page that AutoDoc wrote, with its record."""

    output: str
    """The folder of the pages, from the root."""
    name: str
    """The page's path in it."""
    page: bytes
    record: bytes
    commit: str
    """Of its stamp."""
    cited: frozenset[str]
    """Paths that its record names."""

    @property
    def path(self) -> str:
        """Return its path from the root."""
        return f"{self.output}/{self.name}"

    @property
    def text(self) -> str:
        """Return the page as text."""
        return decoded(self.page)


class Place(Protocol):
    """Where pages are read."""

    async def read(self, entries: Sequence[Entry]) -> Mapping[str, bytes]:
        """Read files of the commit, by path from the root; those that are gone are left out."""

    async def folder(self, path: str) -> Mapping[str, bytes]:
        """Read the pages and records of a folder, by path in it."""


@dataclass(frozen=True)
class Committed:
    """Pages as a commit has them."""

    history: History
    entries: Sequence[Entry]

    async def read(self, entries: Sequence[Entry]) -> Mapping[str, bytes]:
        """Read files of the commit, by path from the root."""
        files = [each for each in entries if each.kind in ("file", "executable")]
        contents = await self.history.read([each.blob_id for each in files], MAX_BYTES)
        return {each.path: contents[each.blob_id] for each in files if each.blob_id in contents}

    async def folder(self, path: str) -> Mapping[str, bytes]:
        """Read the pages and records of a folder, by path in it."""
        start = f"{path}/"
        entries = [each for each in self.entries if each.path.startswith(start)]
        wanted = [each for each in entries if is_wanted(each.path[len(start) :])]
        found = await self.read(wanted)
        return {name[len(start) :]: data for name, data in found.items()}


@dataclass(frozen=True)
class Worktree:
    """Pages as they lie in a checkout, so that a correction or an acknowledgement counts at once.

    A folder that is not there is read from the commit, as in a sparse checkout.
    """

    root: Path
    committed: Committed

    async def read(self, entries: Sequence[Entry]) -> Mapping[str, bytes]:
        """Read files of the commit, by path from the root, with what is not committed in them."""
        paths = [each.path for each in entries]
        return await asyncio.to_thread(lambda: dict(_read_all(self.root, paths)))

    async def folder(self, path: str) -> Mapping[str, bytes]:
        """Read the pages and records of a folder, by path in it."""
        folder = self.root / path
        if not await asyncio.to_thread(folder.is_dir):
            return await self.committed.folder(path)
        return await asyncio.to_thread(lambda: dict(_read_all(folder, _names(folder))))


def is_wanted(name: str) -> bool:
    """Say whether a file of a folder of pages is a page or a record."""
    return name.endswith(".md") or (name.startswith(f"{SIDECARS}/") and name.endswith(".json"))


def _names(folder: Path) -> Iterator[str]:
    found = 0
    for parent, folders, names in os.walk(folder):
        folders[:] = [each for each in folders if each != ".git"]
        for name in names:
            path = (Path(parent) / name).relative_to(folder).as_posix()
            if is_wanted(path) and found < MAX_FILES:
                found += 1
                yield path


def _read_all(root: Path, names: Iterable[str]) -> Iterator[tuple[str, bytes]]:
    for name in names:
        content = read_file(root / name)
        if content is not None:
            yield name, content


def read_file(path: Path) -> bytes | None:
    """Read a regular file of at most `MAX_BYTES`; links, pipes and what is gone are none."""
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    except OSError:
        return None
    with os.fdopen(descriptor, "rb") as file:
        status = os.fstat(descriptor)
        if not stat.S_ISREG(status.st_mode) or status.st_size > MAX_BYTES:
            return None
        return file.read(MAX_BYTES)


def pages_of(output: str, files: Mapping[str, bytes]) -> tuple[list[PageFile], int]:
    """Match the pages of a folder with their records; count those of ours without a usable one."""
    found, lost = list[PageFile](), 0
    for name, data in sorted(files.items()):
        page_id, commit = stamp_of(data) if name.endswith(".md") else ("", "")
        if not page_id:
            continue
        record = files.get(f"{SIDECARS}/{page_id}.json")
        if record is None or not is_plausible(record):
            lost += 1
        else:
            found.append(PageFile(output, name, data, record, commit, cited_paths(record)))
    return found, lost


def is_plausible(record: bytes) -> bool:
    """Say whether a record is whole, as far as that can be told without reading it as JSON."""
    text = record.strip()
    return text.startswith(b"{") and text.endswith(b"}") and b'"digest"' in text


def decoded(data: bytes) -> str:
    """Read a page as text, whatever its line ends."""
    return data.decode("utf-8-sig", errors="replace").replace("\r\n", "\n").replace("\r", "\n")


class Listed(Snapshot):
    """A commit whose files are listed once, for all who ask for the list."""

    def __init__(self, repository: Path, commit: str, files: tuple[Entry, ...]) -> None:
        super().__init__(repository, commit, {})
        self.files = files

    @classmethod
    async def of(cls, repository: Path, revision: str) -> "Listed":
        """List the files of a commit."""
        found = await Snapshot.open(repository, revision)
        return cls(repository, found.commit, await found.entries())

    @override
    async def entries(self) -> tuple[Entry, ...]:
        """Give the list."""
        return self.files
