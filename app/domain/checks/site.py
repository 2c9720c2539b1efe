"""A set of pages beside the commit that they speak about."""

import posixpath
import re
from collections.abc import Mapping
from functools import cached_property
from urllib.parse import unquote

from markdown_it.tree import SyntaxTreeNode

from app.domain.code.facts import RepositoryFacts
from app.domain.value import Value
from app.domain.wiki.markdown import Outline, outline_of, parse_page
from app.domain.wiki.names import known_names
from app.domain.wiki.render import Origin

_STAMP = re.compile(r"<!-- autodoc page=\S+ commit=\S+ recipe=\S+ -->\s*\Z")
_RANGE = re.compile(r"L(\d+)(?:C\d+)?(?:-L?(\d+)(?:C\d+)?)?")


class Place(Value):
    """Where a link into the repository points; without lines, at a whole file or folder."""

    path: str
    first: int | None = None
    last: int | None = None


class SitePage:
    """One page, parsed once for all checks."""

    def __init__(self, path: str, text: str) -> None:
        self.path = path
        self.text = text
        self.is_ours = bool(_STAMP.search(text))
        """Whether we wrote it: then everything is judged strictly."""

    @cached_property
    def outline(self) -> Outline:
        """Return headings, links, code spans and fences."""
        return outline_of(self.root)

    @cached_property
    def root(self) -> SyntaxTreeNode:
        """Return the parsed page."""
        return parse_page(self.text)


class Site:
    """All pages, the facts of the commit, and the texts of its files."""

    def __init__(
        self,
        files: Mapping[str, str],
        facts: RepositoryFacts,
        origin: Origin,
        texts: Mapping[str, str],
    ) -> None:
        self.files = files
        self.facts = facts
        self.origin = origin
        self.texts = texts
        self.pages = {
            path: SitePage(path, text)
            for path, text in sorted(files.items())
            if path.endswith((".md", ".markdown"))
        }

    @cached_property
    def names(self) -> frozenset[str]:
        """Return every name that a code span may hold."""
        return known_names(self.facts)

    def place(self, page: SitePage, target: str) -> Place | None:
        """Read a link into the documented commit; None when it points elsewhere."""
        bare, _, fragment = target.partition("#")
        path = self._path_at_commit(page, unquote(bare))
        if path is None:
            return None
        lines = _RANGE.fullmatch(fragment)
        if not lines:
            return Place(path=path)
        first = int(lines[1])
        return Place(path=path, first=first, last=int(lines[2] or first))

    def _path_at_commit(self, page: SitePage, target: str) -> str | None:
        base = self.origin.base
        if not base.startswith("./"):
            return target.removeprefix(base) if target.startswith(base) else None
        if ":" in target or target.startswith("/") or not target:
            return None
        joined = posixpath.normpath(posixpath.join(posixpath.dirname(page.path), target))
        up = base.removeprefix("./")
        if joined in self.files or not joined.startswith(up):
            return None
        return joined.removeprefix(up)
