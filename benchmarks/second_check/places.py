"""Which lines of which files a paragraph, a block or a row of a page speaks of."""

import re
from collections.abc import Iterable, Iterator, Sequence

from benchmarks.second_check.commit import Commit
from benchmarks.second_check.inline import read_inline
from benchmarks.second_check.site import Site, Target

_BETWEEN = re.compile(r"[\s,·;&]*(?:and)?[\s,·;&]*")
_DECORATION = re.compile(r"^\s*(?:@|#|//|/?\*|\*/|--|\[|<|$)")
_ABOVE = 120
"""So many lines above a definition may be its doc comment, its decorators and its attributes."""


def places_alone(site: Site, page: str, text: str) -> list[Target]:
    """List the ranges that a line of a page links to, when it holds nothing but links."""
    found = read_inline(text)
    shown = "".join(link.text for link in found.links)
    if not found.links or not _BETWEEN.fullmatch(found.plain.replace(shown, "", 1)):
        return []
    return list(source_places(site, page, text))


def source_places(site: Site, page: str, text: str) -> Iterator[Target]:
    """List the files of the commit, with lines or without, to which a text links."""
    for link in read_inline(text).links:
        target = site.resolve(page, link.target)
        if target.kind == "source" and target.path in site.commit.files:
            yield target


def next_text(lines: Sequence[str], after: int) -> str:
    """Give the first line that is not empty after a line of a page."""
    return next((line for line in lines[after:] if line.strip()), "")


def text_at(commit: Commit, places: Iterable[Target], *, above: bool = False) -> str:
    """Join the linked lines, with the comments and decorators above them if asked."""
    parts = []
    for place in places:
        lines = commit.lines(place.path)
        first, last = place.lines or (1, len(lines))
        if above:
            first = _with_decorations(lines, first)
        parts.append("\n".join(lines[first - 1 : last]))
    return "\n".join(parts)


def _with_decorations(lines: Sequence[str], first: int) -> int:
    """Go up over comments, decorators and what continues them."""
    at = first - 1
    inside = False
    while at > 0 and first - at < _ABOVE:
        line = lines[at - 1].strip()
        inside = inside or line.endswith(("*/", ")", "]"))
        if not (_DECORATION.match(line) or inside):
            break
        if not line and not inside:
            break
        if line.startswith(("/*", "@", "#[")):
            inside = False
        at -= 1
    return at + 1
