"""Where files are that a page of people misses, and whether a generator makes a site of the page.

A generator copies, writes and renames files, so that a link which leads nowhere in the repository
may work on the site. Without one a page is read as it lies there.
"""

import difflib
import posixpath
import re
from collections import defaultdict
from collections.abc import Iterable
from functools import cached_property

_GENERATOR = re.compile(
    r"mkdocs\.ya?ml|docusaurus\.config\.\w+|\.vitepress|conf\.py|astro\.config\.\w+|_config\.ya?ml|"
    r"hugo\.(?:toml|ya?ml|json)|antora\.ya?ml|book\.toml|zensical\.toml|website"
)
_FIGURES = re.compile(r"\d+")
_LEAST_NAME = 4
_MOST_LETTERS = 3
_LIKENESS = 0.8
_MOST_RIVALS = 2000


class Whereabouts:
    """The files and folders of a set of pages and of its repository, named from the root."""

    def __init__(self, paths: Iterable[str]) -> None:
        self._paths = frozenset(paths)
        self._meant: dict[tuple[str, str], str | None] = {}

    def is_generated(self, page: str) -> bool:
        """Say whether the configuration of a generator lies above a page, or beside it."""
        folder = posixpath.dirname(page)
        while folder and folder not in self._generators:
            folder = posixpath.dirname(folder)
        return folder in self._generators

    def named(self, name: str, *, but: str = "") -> list[str]:
        """List what has a base name, without one path."""
        return [each for each in self._by_name.get(name, ()) if each != but]

    def meant(self, target: str, page: str) -> str | None:
        """Return the file that the writer of a page nearly certainly meant by one that is not."""
        if (target, page) not in self._meant:
            self._meant[target, page] = self._find(target, page)
        return self._meant[target, page]

    def _find(self, target: str, page: str) -> str | None:
        same = self._by_lower_case.get(target.lower())
        if same is not None:
            return same
        folder, name = posixpath.split(target)
        moved = self.named(name, but=page)
        if len(moved) == 1:
            return moved[0]
        beside = self._beside.get(folder, [])[:_MOST_RIVALS]
        return next((each for each in beside if _is_like(name, each)), None)

    @cached_property
    def _generators(self) -> frozenset[str]:
        split = map(posixpath.split, self._paths)
        return frozenset(folder for folder, name in split if _GENERATOR.fullmatch(name))

    @cached_property
    def _by_name(self) -> dict[str, list[str]]:
        found: dict[str, list[str]] = defaultdict(list)
        for path in sorted(self._paths):
            found[posixpath.basename(path)].append(path)
        return dict(found)

    @cached_property
    def _by_lower_case(self) -> dict[str, str]:
        return {path.lower(): path for path in sorted(self._paths, reverse=True)}

    @cached_property
    def _beside(self) -> dict[str, list[str]]:
        """Return the paths of each folder."""
        found: dict[str, list[str]] = defaultdict(list)
        for path in sorted(self._paths):
            found[posixpath.dirname(path)].append(path)
        return dict(found)


def _is_like(name: str, path: str) -> bool:
    """Say whether one name is the other mistyped; files that are numbered are not."""
    (stem, ending), (other, its) = map(posixpath.splitext, (name, posixpath.basename(path)))
    if ending != its or stem[:1] != other[:1] or abs(len(stem) - len(other)) > _MOST_LETTERS:
        return False
    if min(len(stem), len(other)) < _LEAST_NAME:
        return False
    if _FIGURES.findall(stem) != _FIGURES.findall(other):
        return False
    matcher = difflib.SequenceMatcher(a=stem, b=other)
    return matcher.quick_ratio() >= _LIKENESS and matcher.ratio() >= _LIKENESS
