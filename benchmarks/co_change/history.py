"""The commits of a project that touch its source, and what each did to source and pages.

Reads git on its own: no code is shared with the product.
"""

import re
import subprocess
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

_PAGE = re.compile(r"(?:(?:docs?|documentation)/.*|[^/]*)\.(?:md|rst)$", re.IGNORECASE)
_CHANGELOG = re.compile(
    r"(?:^|[/_.-])(?:change(?:s|log|logs)?|history|news|release[-_]?notes?|releases?|"
    r"authors|contributors|backers|sponsors)(?:[/._-]|$)",
    re.IGNORECASE,
)
_CODE = re.compile(r"\.(?:py|tsx?|js|go|rs|java)$")
_TEST = re.compile(r"(?:^|/)tests?/|(?:^|/)(?:test_[^/]*|conftest)\.py$|[._](?:test|spec)\.\w+$")
_ZERO = "0" * 40


class Touched(NamedTuple):
    """One file that a commit changed."""

    status: str
    old_path: str
    new_path: str
    old_blob: str
    new_blob: str


class Case(NamedTuple):
    """One commit with what it changed."""

    commit: str
    parent: str
    when: str
    touched: tuple[Touched, ...]
    pages: Mapping[str, str] = {}
    """The blobs of the hand-written pages of the parent, by path."""


class History:
    """A repository of which objects are read through one running git."""

    def __init__(self, repository: Path) -> None:
        self.repository = repository
        self._cat = subprocess.Popen(
            ["git", "-C", repository, "cat-file", "--batch"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        )

    def close(self) -> None:
        self._cat.communicate()

    def text(self, blob: str) -> str:
        return self.content(blob).decode(errors="replace")

    def content(self, blob: str) -> bytes:
        """Read a blob; what is missing is empty."""
        stdin, stdout = self._cat.stdin, self._cat.stdout
        if blob == _ZERO or stdin is None or stdout is None:
            return b""
        stdin.write(f"{blob}\n".encode())
        stdin.flush()
        head = stdout.readline().split()
        if len(head) < 3:
            return b""
        content = stdout.read(int(head[2]))
        stdout.read(1)
        return content if head[1] == b"blob" else b""

    def run(self, *arguments: str) -> str:
        command = ["git", "-C", str(self.repository), "-c", "core.quotePath=false", *arguments]
        found = subprocess.run(command, capture_output=True, check=False, timeout=300)
        return found.stdout.decode(errors="replace")

    def cases(self, head: str, wanted: Callable[[str], bool], most: int) -> Iterator[Case]:
        """Give the newest first-parent commits that touch a wanted file, newest first."""
        log = self.run(
            "log", "--first-parent", "--diff-merges=first-parent", "--raw", "-z", "-M",
            "--no-abbrev", "--format=%x01%H %P %cs", head,
        )  # fmt: skip
        pages = self.pages(head)
        given = 0
        for record in log.split("\x01")[1:]:
            case = _case(record)
            if case is None or given == most:
                return
            pages = _undone(pages, case.touched)
            if any(wanted(each.old_path) for each in case.touched):
                yield case._replace(pages=pages)
                given += 1

    def pages(self, commit: str) -> dict[str, str]:
        """List the blobs of the hand-written pages of a commit by path."""
        listing = self.run("ls-tree", "-r", "-z", commit)
        found = {}
        for line in listing.split("\0")[:-1]:
            meta, path = line.split("\t", 1)
            mode, _, blob = meta.split()
            if mode.startswith("100") and is_page(path):
                found[path] = blob
        return found


def is_page(path: str) -> bool:
    return bool(_PAGE.match(path)) and not _CHANGELOG.search(path)


def is_source(path: str, folders: Sequence[str]) -> bool:
    """Say whether a file is of the package itself, not of its tests."""
    return path.endswith(".py") and is_code(path) and path.startswith(tuple(folders))


def is_code(path: str) -> bool:
    """Say whether a file is code of one of the languages that are read in full, and no test."""
    return bool(_CODE.search(path)) and not _TEST.search(path)


def _undone(pages: Mapping[str, str], touched: Iterable[Touched]) -> dict[str, str]:
    """Return the pages as they were before a commit."""
    before = dict(pages)
    for each in touched:
        before.pop(each.new_path, None)
    for each in touched:
        if each.status != "A" and is_page(each.old_path):
            before[each.old_path] = each.old_blob
    return before


def _case(record: str) -> Case | None:
    fields = record.split("\0")
    commit, *parents, when = fields[0].split()
    if not parents:
        return None
    touched = []
    place = 1
    while place < len(fields) - 1:
        meta = fields[place].lstrip("\n")
        if not meta.startswith(":"):
            place += 1
            continue
        _, _, old_blob, new_blob, status = meta[1:].split()
        is_pair = status[0] in "RC"
        old, new = fields[place + 1], fields[place + 1 + is_pair]
        touched.append(Touched(status[0], old, new, old_blob, new_blob))
        place += 2 + is_pair
    return Case(commit, parents[0], when, tuple(touched))
