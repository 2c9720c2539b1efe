"""Links into the repository: the path must exist at the commit."""

from collections.abc import Iterator

from app.domain.checks.finding import Finding
from app.domain.checks.site import Site, SitePage
from app.domain.checks.suggestion import did_you_mean


def check_paths(page: SitePage, site: Site) -> Iterator[Finding]:
    """Find links to files and folders that the commit does not have."""
    for link in page.outline.links:
        place = site.place(page, link.target)
        if place is None or place.path.rstrip("/") in site.facts.paths or not place.path:
            continue
        hint = did_you_mean(place.path, site.facts.paths)
        yield Finding(
            rule="path",
            page=page.path,
            line=link.line,
            message=f"`{place.path}` does not exist at the documented commit{hint}",
        )
