"""The judged folder, and where the links of its pages lead."""

import posixpath
import re
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from urllib.parse import unquote

from benchmarks.second_check.commit import Commit
from benchmarks.second_check.markdown import Document, read_markdown

_PERMALINK = re.compile(
    r"^https?://[^/]+/[^\s#]+?/(?:-/)?(?:blob|tree|raw)/([0-9a-f]{40})/([^#?]*)(?:\?[^#]*)?(?:#(.*))?$"
)
_RANGE = re.compile(r"^L(\d+)(?:-L?(\d+))?$")


@dataclass(frozen=True, order=True)
class Finding:
    """One thing that is wrong at a line of a page."""

    page: str
    line: int
    rule: str
    message: str


@dataclass(frozen=True)
class Target:
    """Where a link leads: to a page of the folder, to a file of the commit, or elsewhere."""

    kind: str
    """`page`, `source`, `web`, `empty` or `outside`."""
    path: str = ""
    fragment: str = ""
    revision: str = ""

    @property
    def lines(self) -> tuple[int, int] | None:
        """Give the line range that the fragment names."""
        match = _RANGE.match(self.fragment)
        if match is None:
            return None
        first = int(match.group(1))
        return first, int(match.group(2) or first)


@dataclass(frozen=True)
class Site:
    """A folder of generated documentation and the commit that it speaks of."""

    files: dict[str, bytes]
    commit: Commit
    docs_path: str | None = None
    """Where the folder stands in the repository; None when it stands outside."""

    @cached_property
    def pages(self) -> dict[str, Document]:
        """Read every Markdown page of the folder."""
        return {
            path: read_markdown(content.decode())
            for path, content in sorted(self.files.items())
            if path.endswith(".md")
        }

    @cached_property
    def lines(self) -> dict[str, list[str]]:
        """Cut every page into its lines."""
        return {path: self.files[path].decode().split("\n") for path in self.pages}

    @cached_property
    def anchors(self) -> dict[str, set[str]]:
        """Compute the anchors of every page."""
        return {path: page.anchors() for path, page in self.pages.items()}

    def resolve(self, page: str, target: str) -> Target:
        """Say where a link of a page leads."""
        if not target.strip() or target.strip() == "#":
            return Target("empty")
        if permalink := _PERMALINK.match(target):
            revision, path, fragment = permalink.groups()
            return Target("source", unquote(path), fragment or "", revision)
        if re.match(r"^[A-Za-z][A-Za-z0-9+.-]*:", target) or target.startswith("//"):
            return Target("web", target)
        return self._resolve_relative(page, target)

    def _resolve_relative(self, page: str, target: str) -> Target:
        path, _, fragment = target.partition("#")
        path = unquote(path.partition("?")[0])
        if not path:
            return Target("page", page, fragment)
        if path.startswith("/"):
            return Target("source", path.lstrip("/"), fragment, self.commit.sha)
        joined = posixpath.normpath(posixpath.join(posixpath.dirname(page), path))
        if not joined.startswith(".."):
            return Target("page", joined, fragment)
        if self.docs_path is not None:
            joined = posixpath.normpath(posixpath.join(self.docs_path, joined))
        if joined.startswith(".."):
            return Target("outside", joined)
        return Target("source", joined, fragment, self.commit.sha)


def read_folder(folder: Path) -> dict[str, bytes]:
    """Read every file of a folder by its path within it."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }
