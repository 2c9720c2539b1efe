"""The Markdown of a folder: which sets of pages it holds, and what lies among them."""

import os
import stat
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from app.domain.value import Value
from app.domain.wiki.configuration.config import FILE_NAME
from app.domain.wiki.site.publication import SIDECARS
from app.errors import InputError

MAX_PAGE_BYTES = 5_000_000
MAX_FILES = 50_000
_MARKDOWN = frozenset({".md", ".markdown", ".mdx"})
_SKIPPED = frozenset({".git", "node_modules", ".venv"})


class Pages(Value):
    """The pages of a folder, and what lies among them."""

    folder: Path
    root: Path
    texts: Mapping[str, str] = {}
    assets: frozenset[str] = frozenset()
    chosen: frozenset[str] | None = None
    """The pages that are asked about; None for all. The others are there to be linked to."""

    def name_in_repository(self, page: str) -> str:
        """Return a page's path from the repository's root, for programs that know no other."""
        if page == FILE_NAME:
            return page
        return Path(os.path.relpath(self.folder / page, self.root)).as_posix()

    def name_of(self, page: str, other: "Pages") -> str:
        """Return the path from this folder of a page of another one."""
        return Path(os.path.relpath(other.folder / page, self.folder)).as_posix()

    def name_here(self, page: str) -> str:
        """Return a page's path from the working directory, if it lies below that."""
        place = (self.root if page == FILE_NAME else self.folder) / page
        here = Path.cwd().resolve()
        return place.relative_to(here).as_posix() if place.is_relative_to(here) else page


def find_sets(place: Path, root: Path) -> list[Path]:
    """List the folders of the sets of pages that a folder or a page stands for.

    What AutoDoc wrote into a folder is a set of its own, and what people wrote around it is one
    too. Within such a folder the whole of it is the set.
    """
    if not place.is_file() and not place.is_dir():
        raise InputError(f"{place} is not a folder: run `autodoc generate` first, or name one")
    if place.is_file() and not _is_page(place.resolve()):
        raise InputError(f"{place} is no Markdown: name a page, or a folder of pages")
    around = place.resolve() if place.is_dir() else place.resolve().parent
    home = next((each for each in _up_to(around, root) if _is_output(each)), around)
    if not place.is_dir():
        return [home]
    below = (each for each, _ in _walk(around) if each != around and _is_output(each))
    return [home, *sorted(below)]


def read_pages(folder: Path, root: Path, asked: Path) -> Pages:
    """Read a set of pages, of which one or those in a folder are asked about.

    What is no text or too large is refused.
    """
    if not folder.is_dir():
        raise InputError(f"{folder} is not a folder: run `autodoc generate` first, or name one")
    folder, asked = folder.resolve(), asked.resolve()
    texts, assets = dict[str, str](), set[str]()
    for number, (path, is_apart) in enumerate(_files(folder)):
        if number > MAX_FILES:
            raise InputError(f"{folder} holds more than {MAX_FILES} files: name a folder below it")
        name = os.fsencode(path.relative_to(folder)).decode(errors="replace")
        if _is_page(path) and not is_apart:
            texts[name] = _read_page(path)
        else:
            assets.add(name)
    chosen = None
    if asked != folder and asked.is_relative_to(folder):
        within = asked.relative_to(folder).as_posix()
        chosen = frozenset(each for each in texts if f"{each}/".startswith(f"{within}/"))
        if not chosen:
            raise InputError(f"there is no Markdown in {asked}: name a folder of pages, or a page")
    return Pages(folder=folder, root=root, texts=texts, assets=frozenset(assets), chosen=chosen)


def require_pages(place: Path, sets: Sequence[Pages]) -> None:
    """Refuse a place without Markdown, of which nothing can be said."""
    if not any(each.texts for each in sets):
        raise InputError(f"there is no Markdown in {place}: name a folder of pages, or a page")


def _up_to(folder: Path, root: Path) -> Iterator[Path]:
    for each in (folder, *folder.parents):
        yield each
        if each == root:
            return


def _is_output(folder: Path) -> bool:
    """Say whether AutoDoc wrote pages into a folder: then its records are there."""
    return next((folder / SIDECARS).glob("*.json"), None) is not None


def _files(folder: Path) -> list[tuple[Path, bool]]:
    """List the files of a folder, and whether each is of another set below."""
    found: list[tuple[Path, bool]] = []
    apart: list[Path] = []
    for here, names in _walk(folder):
        if here != folder and _is_output(here):
            apart.append(here)
        is_apart = any(map(here.is_relative_to, apart[-1:]))
        found += [(here / name, is_apart) for name in names]
    return sorted(found)


def _walk(folder: Path) -> Iterator[tuple[Path, list[str]]]:
    """Go through the folders in which pages may lie, each before those in it."""
    for parent, folders, names in os.walk(folder):
        folders[:] = [each for each in folders if each not in _SKIPPED]
        yield Path(parent), names


def _is_page(path: Path) -> bool:
    """Say whether a file is a page; links, pipes and devices are none, whatever their names."""
    if path.suffix.lower() not in _MARKDOWN:
        return False
    try:
        return stat.S_ISREG(path.lstat().st_mode)
    except OSError:
        return False


def _read_page(path: Path) -> str:
    try:
        # The file may have become a link or a pipe since it was looked at.
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
        with os.fdopen(descriptor, "rb") as file:
            content = file.read(MAX_PAGE_BYTES + 1)
    except OSError as error:
        raise InputError(f"cannot read {path}: {error.strerror}") from None
    if len(content) > MAX_PAGE_BYTES:
        raise InputError(f"{path} is larger than {MAX_PAGE_BYTES} bytes")
    try:
        return content.decode("utf-8-sig").replace("\r\n", "\n").replace("\r", "\n")
    except UnicodeDecodeError:
        raise InputError(f"{path} is not UTF-8 text") from None
