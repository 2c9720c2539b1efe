"""Reading a documentation folder of a file system."""

import os
import stat
from collections.abc import Collection, Iterable
from pathlib import Path, PurePosixPath
from posixpath import join

from app.domain.wiki.site.ownership import SEALED, UNRECORDED, recorded_page
from app.domain.wiki.site.publication import SIDECARS
from app.errors import InputError

RECORDS = SIDECARS
MAX_PAGES = 2_000
MAX_PAGE_BYTES = 5_000_000
"""Larger files of a documentation folder are no pages."""
MAX_FILE_BYTES = 50_000_000
"""No file that AutoDoc writes comes near; larger ones are not read."""


def read_or_none(path: Path) -> bytes | None:
    """Read a file that may not be there, before another one takes its place.

    Raises InputError for a link, a pipe, a folder and whatever else is no regular file of at most
    `MAX_FILE_BYTES`: a person's own, which nobody may take for a file that is gone.
    """
    content = _read_plain(path)
    if content is None and os.path.lexists(path):
        problem = "a symbolic link" if path.is_symlink() else "no file that AutoDoc can read"
        raise InputError(f"{path} is {problem}: move it away, or choose another folder with -o")
    return content


def _read_plain(path: Path) -> bytes | None:
    """Read a regular file of limited size; a link or a pipe is none, so nothing waits or grows."""
    try:
        if not _is_plain(path.lstat()):
            return None
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    except FileNotFoundError:
        return None
    with os.fdopen(descriptor, "rb") as file:
        return file.read(MAX_FILE_BYTES) if _is_plain(os.fstat(descriptor)) else None


def _is_plain(status: os.stat_result) -> bool:
    return stat.S_ISREG(status.st_mode) and status.st_size <= MAX_FILE_BYTES


def read_folder(directory: Path, paths: Iterable[str]) -> dict[str, bytes]:
    """Read the files of a folder that matter: those to be written, and all that records name.

    A record, or a page that one names, counts only as a regular file.
    """
    folder = directory / RECORDS
    records = [f"{RECORDS}/{each.name}" for each in sorted(folder.glob("*.json"))]
    found = {path: _read_plain(directory / path) for path in records}
    found |= {path: read_or_none(directory / path) for path in (*paths, *UNRECORDED)}
    recorded = [page[0] for path in records if (page := recorded_page(found[path] or b""))]
    folders = {"", *(str(each) for path in recorded for each in PurePosixPath(path).parents[:-1])}
    unrecorded = [join(each, name) for each in sorted(folders) for name in sorted(SEALED)]
    also = (*recorded, *unrecorded)
    found |= {path: _read_plain(directory / path) for path in also if path not in found}
    return {path: data for path, data in found.items() if data is not None}


def find_pages(directory: Path, known: Collection[str] = ()) -> dict[str, bytes]:
    """Read the pages of a folder but those that are known; no hidden folder, and no link."""
    found: dict[str, bytes] = {}
    for folder, folders, names in os.walk(directory):
        folders[:] = sorted(each for each in folders if not each.startswith((".", "node_modules")))
        for name in sorted(names):
            path = Path(folder, name)
            place = path.relative_to(directory).as_posix()
            is_page = name.endswith(".md") and place not in known
            is_file = is_page and path.is_file() and not path.is_symlink()
            if is_file and path.stat().st_size <= MAX_PAGE_BYTES:
                found[place] = path.read_bytes()
            if len(found) >= MAX_PAGES:
                return found
    return found


def unwritable(where: str, error: OSError) -> InputError:
    """Say why a directory cannot be used."""
    return InputError(f"cannot write to {where}: {error.strerror or type(error).__name__}")
