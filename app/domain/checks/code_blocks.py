"""Code blocks that claim to be lines of a file: they must be those lines.

A block claims this when the paragraph above it is nothing but a link to lines, and a colon.
"""

from collections.abc import Iterator
from itertools import pairwise

from markdown_it.tree import SyntaxTreeNode

from app.domain.checks.finding import Finding
from app.domain.checks.site import Place, Site, SitePage
from app.domain.wiki.markdown import clean, line_of


def check_code_blocks(page: SitePage, site: Site) -> Iterator[Finding]:
    """Find code blocks that differ from the lines that they claim to be."""
    for caption, fence in pairwise(page.root.children):
        place = _claim(caption, page, site) if fence.type == "fence" else None
        sources = site.sources(place) if place is not None else None
        if place is None or sources is None or place.path not in sources.texts:
            continue
        lines = clean(sources.texts[place.path]).split("\n")
        claimed = "\n".join(lines[(place.first or 1) - 1 : place.last]).rstrip("\n")
        if fence.content.rstrip("\n") != claimed:
            yield Finding(
                rule="code-block",
                page=page.path,
                line=line_of(fence),
                message=f"the block is not lines {place.first} to {place.last} of `{place.path}`",
            )


def _claim(caption: SyntaxTreeNode, page: SitePage, site: Site) -> Place | None:
    if caption.type != "paragraph":
        return None
    parts = caption.children[0].children
    if [part.type for part in parts] != ["link", "text"] or parts[1].content != ":":
        return None
    place = site.place(page, str(parts[0].attrs.get("href", "")))
    return place if place is not None and place.first else None
