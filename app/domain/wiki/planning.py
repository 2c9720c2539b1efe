"""Ids and paths of planned pages, and the files that their subjects mean."""

import fnmatch
import hashlib
import re
from collections.abc import Iterable

from app.domain.code.facts import RepositoryFacts

_LONGEST_ID = 100
_GLOB = re.compile(r"[*?\[]")
READ_BY_AGENTS = frozenset(
    {
        "agents.md",
        "claude.md",
        "claude.local.md",
        "gemini.md",
        "copilot-instructions.md",
        "skill.md",
    }
)
"""Pages that agents obey, whatever folder they lie in, by their names in lower case."""


def page_id(prefix: str, name: str) -> str:
    """Make an id of lower-case letters, digits and `-`.

    A name that is very long, or holds more than ASCII, keeps a short hash of what is lost.
    """
    plain = re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")
    if not name.isascii() or not plain or len(plain) > _LONGEST_ID:
        digest = hashlib.sha256(name.encode()).hexdigest()[:6]
        plain = f"{plain[:_LONGEST_ID]}-{digest}".strip("-")
    return f"{prefix}-{plain}" if prefix else plain


def visible_path(stem: str) -> str:
    """Return the path of a page for something in the code, which no tool takes for its own.

    Tools read hidden folders, and agents obey files of certain names.
    """
    parts = [f"dot-{part[1:]}" if part.startswith(".") else part for part in stem.split("/")]
    if f"{parts[-1]}.md".lower() in READ_BY_AGENTS:
        parts[-1] += "-code"
    return f"{'/'.join(parts)}.md"


def free_name(name: str, taken: set[str]) -> str:
    """Return a name that differs from all before it, also where case does not count."""
    stem, dot, ending = name.rpartition(".md")
    head, ending = (stem, ending) if dot else (name, "")
    number = 1
    free = name
    while free.lower() in taken:
        number += 1
        free = f"{head}-{number}{dot}{ending}"
    taken.add(free.lower())
    return free


def covers(subjects: Iterable[str], path: str) -> bool:
    """Say whether subjects name a file by path, folder, glob or `path:symbol`."""
    return _Subjects(subjects).cover(path)


def files_of(subjects: Iterable[str], facts: RepositoryFacts) -> tuple[str, ...]:
    """List the source files that subjects name."""
    wanted = _Subjects(subjects)
    return tuple(path for path in facts.files if wanted.cover(path))


class _Subjects:
    """Subjects sorted out once, for many files."""

    def __init__(self, subjects: Iterable[str]) -> None:
        paths = [subject.split(":")[0].rstrip("/") for subject in subjects]
        self._exact = frozenset(paths)
        self._globs = [each for each in paths if _GLOB.search(each)]

    def cover(self, path: str) -> bool:
        return not self._exact.isdisjoint(_with_folders(path)) or any(
            fnmatch.fnmatchcase(path, glob) for glob in self._globs
        )


def _with_folders(path: str) -> Iterable[str]:
    yield path
    while "/" in path:
        path = path.rpartition("/")[0]
        yield path
