"""Links into the repository: the path must exist at the commit."""

from collections.abc import Iterator

from app.domain.checks.finding import Finding
from app.domain.checks.site import Place, Site, SitePage
from app.domain.checks.suggestion import did_you_mean


def check_paths(page: SitePage, site: Site) -> Iterator[Finding]:
    """Find links to files and folders that the commit does not have."""
    for link in page.outline.links:
        place = site.place(page, link.target)
        sources = site.sources(place) if place is not None else None
        if place is None or sources is None or not place.path:
            continue
        if place.path.rstrip("/") in sources.paths:
            continue
        hint = did_you_mean(place.path, sources.paths)
        yield Finding(
            rule="path",
            page=page.path,
            line=link.line,
            message=f"`{place.path}` does not exist at {_name(place, site)}{hint}",
        )


def _name(place: Place, site: Site) -> str:
    is_now = place.commit == site.origin.commit
    return "the documented commit" if is_now else f"commit {place.commit[:12]}, the page's own"
