"""A set of pages beside the commit that they speak about."""

import posixpath
import re
from bisect import bisect_left
from collections.abc import Mapping
from functools import cached_property
from urllib.parse import unquote

from markdown_it.tree import SyntaxTreeNode

from app.domain.checks.dialect import explicit_anchors, is_assembled, plain, prose
from app.domain.checks.git_ignored import Ignored
from app.domain.checks.surroundings import Surroundings
from app.domain.checks.whereabouts import Whereabouts
from app.domain.code.facts import RepositoryFacts
from app.domain.value import Value
from app.domain.wiki.front_matter import blank_front_matter, has_front_matter
from app.domain.wiki.markdown import Heading, Outline, outline_of, parse_page
from app.domain.wiki.names import known_names
from app.domain.wiki.render import Origin
from app.domain.wiki.site.mkdocs import python_markdown_anchors

_STAMP = re.compile(r"<!-- autodoc page=\S+ commit=(\S+) recipe=\S+ -->\s*\Z")
_COMMIT = re.compile(r"[0-9a-f]{40}|[0-9a-f]{64}")
_MARKDOWN = (".md", ".markdown", ".mdx")
_REFERENCE = re.compile(r"/(?:blob|tree|raw|blame)/([\w.-]+)/")
_OPEN_MAKEFILE = re.compile(r"^-?s?include\s|^[^#%\t\n]*%[^\n]*:|^\$\(|\$\(eval", re.MULTILINE)
_WORD = re.compile(r"[\w-]+")
_DEFINED = re.compile(r"\b(?:class|interface|type|struct)\s+(\w+)")
_RANGE = re.compile(r"L(\d{1,18})(?:C\d+)?(?:-L?(\d{1,18})(?:C\d+)?)?")


class Place(Value):
    """Where a link into the repository points; without lines, at a whole file or folder."""

    path: str
    first: int | None = None
    last: int | None = None
    commit: str
    """At which commit: the documented one, or that of the page's stamp."""


class Sources(Value):
    """What of one commit links may point at."""

    paths: frozenset[str]
    line_counts: Mapping[str, int]
    texts: Mapping[str, str]


class SitePage:
    """One page, parsed once for all checks."""

    def __init__(self, path: str, text: str) -> None:
        self.path = path
        self.text = text
        stamp = _STAMP.search(text)
        self.is_ours = bool(stamp)
        """Whether we wrote it: then everything is judged strictly."""
        self.commit = stamp[1] if stamp and _COMMIT.fullmatch(stamp[1]) else ""
        """The commit of its stamp; empty when it names none."""

    @cached_property
    def is_assembled(self) -> bool:
        """Say whether parts of it come from elsewhere, so that not all of it is seen."""
        return not self.is_ours and is_assembled(self._prose)

    @cached_property
    def anchors(self) -> frozenset[str]:
        """Collect its anchors: those of headings, and in pages of people those set by hand."""
        found = frozenset(each.anchor for each in self.outline.headings)
        if not self.is_ours:
            return found | explicit_anchors(self._prose)
        return found.union(self._site_anchors)

    def headings_at(self, anchor: str) -> list[Heading]:
        """Return the headings that an anchor means; without one, all."""
        headings = self.outline.headings
        if not anchor:
            return list(headings)
        named = zip(headings, self._site_anchors or [""] * len(headings), strict=True)
        return [each for each, on_site in named if anchor in (each.anchor, on_site)]

    @cached_property
    def _site_anchors(self) -> tuple[str, ...]:
        """Return the anchors that MkDocs gives the headings, if the page is laid out for a site."""
        is_framed = has_front_matter(self.text)
        return python_markdown_anchors(self.outline.headings) if is_framed else ()

    @cached_property
    def defined(self) -> frozenset[str]:
        """Return the names under which the page makes classes of its own."""
        return frozenset(_DEFINED.findall(self.text))

    @cached_property
    def _prose(self) -> str:
        """Return the text without code, in which marks of generators are only shown."""
        return prose(self.text, self.outline.fences)

    @cached_property
    def outline(self) -> Outline:
        """Return headings, links, code spans and fences."""
        return outline_of(self.root)

    @cached_property
    def root(self) -> SyntaxTreeNode:
        """Return the parsed page."""
        return parse_page(blank_front_matter(self.text) if self.is_ours else plain(self.text))


class Site:
    """All pages, the facts of the commit, and the texts of its files.

    `earlier` holds what is known of the commits of the pages' stamps. With it, permalinks of these
    commits are places of the repository; those of a commit that it lacks are not judged.
    """

    def __init__(
        self,
        files: Mapping[str, str],
        facts: RepositoryFacts,
        origin: Origin,
        texts: Mapping[str, str],
        earlier: Mapping[str, Sources] | None = None,
        surroundings: Surroundings | None = None,
    ) -> None:
        self.files = files
        self.surroundings = surroundings or Surroundings()
        self.facts = facts
        self.origin = origin
        self._earlier = earlier
        self._below: dict[str, frozenset[str]] = {}
        self._places: dict[tuple[str, str], Place | None] = {}
        self._now = Sources(paths=facts.paths, line_counts=facts.line_counts, texts=texts)
        self.pages = {
            path: SitePage(path, text)
            for path, text in sorted(files.items())
            if path.lower().endswith(_MARKDOWN)
        }

    @cached_property
    def names(self) -> frozenset[str]:
        """Return every name that a code span may hold."""
        return known_names(self.facts)

    @cached_property
    def packages(self) -> frozenset[str]:
        """Return the names under which code imports the repository's own packages."""
        named = {each.name.replace("-", "_").lower() for each in self.facts.manifests if each.name}
        paths = self.facts.paths
        return frozenset(
            name
            for name in named
            if f"{name}/__init__.py" in paths or f"src/{name}/__init__.py" in paths
        )

    @cached_property
    def ignored(self) -> Ignored:
        """Return what git ignores in the documented commit."""
        return Ignored(self._now.texts, self.facts.paths)

    @cached_property
    def whereabouts(self) -> Whereabouts:
        """Return where all files of the set and of the repository are."""
        own = (*self.files, *self.surroundings.assets)
        return Whereabouts({*map(self.from_root, own), *self.facts.paths})

    def from_root(self, path: str) -> str:
        """Name what a page names from the root of the repository."""
        return posixpath.normpath(posixpath.join(self.surroundings.home or "", path))

    @cached_property
    def make_words(self) -> frozenset[str] | None:
        """Return all words of the Makefile at the root; None when it is not read in full."""
        text = self.text_of("Makefile")
        return None if not text or _OPEN_MAKEFILE.search(text) else frozenset(_WORD.findall(text))

    def text_of(self, path: str) -> str:
        """Return a file of the documented commit; nothing when it is not at hand."""
        return self._now.texts.get(path, "")

    def names_below(self, path: str) -> frozenset[str]:
        """Return the names in a file, or in all files of a folder; none for an unknown path."""
        if path not in self._below:
            # Between a folder's slash and the character after it lies all that is in the folder.
            first, last = (bisect_left(self._files, f"{path}{end}") for end in "/0")
            below = self._files[first:last]
            files = [self.facts.files[each] for each in (path, *below) if each in self.facts.files]
            defined = {symbol.short_name for file in files for symbol in file.symbols}
            self._below[path] = frozenset(defined).union(*(file.names for file in files))
        return self._below[path]

    @cached_property
    def _files(self) -> list[str]:
        return sorted(self.facts.files)

    @cached_property
    def folders(self) -> frozenset[str]:
        """Return the folders in which pages and other files of the set lie."""
        return frozenset(
            path[: cut.start()]
            for path in (*self.files, *self.surroundings.assets)
            for cut in re.finditer("/", path)
        )

    def place(self, page: SitePage, target: str) -> Place | None:
        """Read a link into the documented commit; None when it points elsewhere."""
        key = (page.path, target)
        if key not in self._places:
            self._places[key] = self._read_place(page, target)
        return self._places[key]

    def _read_place(self, page: SitePage, target: str) -> Place | None:
        bare, _, fragment = target.partition("#")
        found = self._path_at_commit(page, unquote(bare))
        if found is None:
            return None
        return _place(found[0], fragment, found[1])

    def place_beside(self, page: SitePage, target: str) -> Place | None:
        """Read a relative link of people to a file of the documented commit."""
        bare, _, fragment = target.partition("#")
        path = self.from_root(posixpath.join(posixpath.dirname(page.path), unquote(bare)))
        is_known = self.surroundings.home is not None and path in self.facts.line_counts
        if page.is_ours or not is_known or path.lower().endswith(_MARKDOWN):
            return None
        return _place(path, fragment, self.origin.commit)

    def sources(self, place: Place) -> Sources | None:
        """Return what is known of the commit of a place; None when it is not at hand."""
        if place.commit == self.origin.commit:
            return self._now
        return (self._earlier or {}).get(place.commit)

    def _path_at_commit(self, page: SitePage, target: str) -> tuple[str, str] | None:
        base, commit = self.origin.base, self.origin.commit
        if not page.is_ours:
            return self._written_by_people(target)
        if base.startswith("./"):
            path = self._relative_path(page, target)
            return None if path is None else (path, commit)
        if target.startswith(base):
            return target.removeprefix(base), commit
        stamped = f"{base.removesuffix(f'{commit}/')}{page.commit}/"
        if self._earlier is None or not page.commit or not target.startswith(stamped):
            return None
        return target.removeprefix(stamped), page.commit

    def _written_by_people(self, target: str) -> tuple[str, str] | None:
        """Read a link to the repository on the web; people write branches, tags and commits."""
        base, commit = self.origin.base, self.origin.commit
        web = base.removesuffix(f"/blob/{commit}/")
        found = _REFERENCE.match(target, len(web)) if target.startswith(web) else None
        if not found or base.startswith("./"):
            return None
        path = target[found.end() :].partition("?")[0]
        is_now = found[1] in self.surroundings.branches or found[1] == commit
        return path, commit if is_now else found[1]

    def _relative_path(self, page: SitePage, target: str) -> str | None:
        if ":" in target or target.startswith("/") or not target:
            return None
        joined = posixpath.normpath(posixpath.join(posixpath.dirname(page.path), target))
        up = self.origin.base.removeprefix("./")
        is_page = joined in self.files or joined in self.surroundings.beside
        if is_page or not joined.startswith(up):
            return None
        return joined.removeprefix(up)


def _place(path: str, fragment: str, commit: str) -> Place:
    lines = _RANGE.fullmatch(fragment)
    if not lines:
        return Place(path=path, commit=commit)
    first = int(lines[1])
    return Place(path=path, first=first, last=int(lines[2] or first), commit=commit)


def cited_earlier(
    files: Mapping[str, str],
    facts: RepositoryFacts,
    origin: Origin,
    surroundings: Surroundings | None = None,
) -> dict[str, frozenset[str]]:
    """List, by the commits of the stamps or as people name them, the paths of other commits."""
    site = Site(files, facts, origin, {}, {}, surroundings)
    cited: dict[str, set[str]] = {}
    for page in site.pages.values():
        for link in page.outline.links if page.commit or not page.is_ours else ():
            place = site.place(page, link.target)
            if place is not None and place.commit != origin.commit:
                cited.setdefault(place.commit, set()).add(place.path)
    return {commit: frozenset(paths) for commit, paths in sorted(cited.items())}
