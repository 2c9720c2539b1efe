"""Links to lines: they must lie within the file."""

from collections.abc import Iterator

from app.domain.checks.finding import Finding
from app.domain.checks.site import Site, SitePage


def check_ranges(page: SitePage, site: Site) -> Iterator[Finding]:
    """Find line ranges that are upside down or end after the file."""
    for link in page.outline.links:
        place = site.place(page, link.target) or site.place_beside(page, link.target)
        if place is None or place.first is None or place.last is None:
            continue
        sources = site.sources(place)
        lines = sources.line_counts.get(place.path) if sources else None
        if lines is not None and not 1 <= place.first <= place.last <= lines:
            yield Finding(
                rule="range",
                page=page.path,
                line=link.line,
                message=f"`{place.path}` has {lines} lines, "
                f"so lines {place.first} to {place.last} do not exist",
            )
