"""Ids and paths of planned pages, and the files that their subjects mean."""

import fnmatch
import hashlib
import re
from collections.abc import Iterable

from app.domain.code.facts import RepositoryFacts

_LONGEST_ID = 100


def page_id(prefix: str, name: str) -> str:
    """Make an id of lower-case letters, digits and `-`.

    A name that would lose something else than its case and separators keeps a short hash of it.
    """
    plain = re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")
    lossless = re.fullmatch(r"[A-Za-z0-9]+(?:[/._-][A-Za-z0-9]+)*", name.strip("_."))
    if not lossless or len(plain) > _LONGEST_ID:
        digest = hashlib.sha256(name.encode()).hexdigest()[:6]
        plain = f"{plain[:_LONGEST_ID]}-{digest}".strip("-")
    return f"{prefix}-{plain}" if prefix else plain


def files_of(subjects: Iterable[str], facts: RepositoryFacts) -> tuple[str, ...]:
    """List the source files that subjects name by path, folder, glob or `path:symbol`."""
    wanted = [subject.split(":")[0].rstrip("/") for subject in subjects]
    exact = frozenset(wanted)
    globs = [each for each in wanted if any(char in each for char in "*?[")]
    return tuple(
        path
        for path in facts.files
        if not exact.isdisjoint(_with_folders(path))
        or any(fnmatch.fnmatchcase(path, glob) for glob in globs)
    )


def _with_folders(path: str) -> Iterable[str]:
    yield path
    while "/" in path:
        path = path.rpartition("/")[0]
        yield path
