"""What changed between two trees, file by file, as GitHub lists it."""

import re
from dataclasses import dataclass
from functools import lru_cache

from tests.fake_github.git_repository import ZERO, GitRepository

STATUS = {"A": "added", "M": "modified", "D": "removed", "R": "renamed", "T": "changed"}
LONGEST_PATCH = 200_000


@dataclass(frozen=True)
class FileChange:
    """One changed file; `patch` is None for binary and very large files."""

    path: str
    status: str
    sha: str
    previous_path: str | None
    additions: int
    deletions: int
    patch: str | None


@lru_cache(maxsize=1024)
def file_changes(git: GitRepository, old: str, new: str) -> tuple[FileChange, ...]:
    """The changes between two objects given by their SHAs, with renames found."""
    patches = iter(_patches(git, old, new))
    counts = _counts(git, old, new)
    raw = _fields(git, "--raw", "--no-abbrev", old, new)
    changes = []
    while raw:
        _, _, before, after, status = raw.pop(0).split(" ")
        source = raw.pop(0)
        path = raw.pop(0) if status[0] == "R" else source
        additions, deletions = counts[path]
        patch = next(patches)
        if status == "T":
            patch = next(patches)  # git shows a changed type as a removal and an addition
        changes.append(
            FileChange(
                path=path,
                status=STATUS[status[0]],
                sha=before if after == ZERO else after,
                previous_path=source if status[0] == "R" else None,
                additions=additions,
                deletions=deletions,
                patch=patch,
            )
        )
    return tuple(changes)


def _fields(git: GitRepository, *options: str) -> list[str]:
    output = git.run("diff-tree", "-r", "-M", "-z", *options).decode(errors="replace")
    return output.split("\0")[:-1]


def _counts(git: GitRepository, old: str, new: str) -> dict[str, tuple[int, int]]:
    fields = _fields(git, "--numstat", old, new)
    counts = {}
    while fields:
        added, deleted, path = fields.pop(0).split("\t", 2)
        if not path:
            path = fields.pop(1)
            fields.pop(0)
        counts[path] = (_count(added), _count(deleted))
    return counts


def _count(text: str) -> int:
    return int(text) if text.isdigit() else 0


def _patches(git: GitRepository, old: str, new: str) -> list[str | None]:
    output = git.run("diff-tree", "-r", "-M", "-p", "--no-color", old, new).decode(errors="replace")
    return [_hunks(part) for part in re.split(r"^diff --git ", output, flags=re.MULTILINE)[1:]]


def _hunks(part: str) -> str | None:
    start = re.search(r"^@@ ", part, flags=re.MULTILINE)
    if start is None or len(part) > LONGEST_PATCH:
        return None
    return part[start.start() :].removesuffix("\n")
