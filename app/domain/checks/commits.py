"""Commits of stamps that are not at hand: what points at them cannot be judged, which is said."""

from collections.abc import Iterator

from app.domain.checks.finding import Finding, Severity
from app.domain.checks.site import Site, SitePage


def check_commits(site: Site) -> Iterator[Finding]:
    """Warn once for all pages whose links into their own commit were not judged."""
    missing: dict[str, str] = {}
    for page in site.pages.values():
        if page.commit and page.commit not in missing and _is_unjudged(page, site):
            missing[page.commit] = page.path
    if missing:
        commits = ", ".join(commit[:12] for commit in missing)
        yield Finding(
            rule="commit",
            page=next(iter(missing.values())),
            message=f"links to {commits} were not checked, because this checkout does not hold "
            "that history: fetch it, for example with `git fetch --unshallow`",
            severity=Severity.WARNING,
        )


def _is_unjudged(page: SitePage, site: Site) -> bool:
    places = (site.place(page, link.target) for link in page.outline.links)
    return any(place is not None and site.sources(place) is None for place in places)
