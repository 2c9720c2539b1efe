"""Links between pages: the page and the anchor must exist; ours lead nowhere else."""

import re
from collections.abc import Iterator

from app.domain.checks.finding import Finding
from app.domain.checks.site import Site, SitePage
from app.domain.checks.suggestion import did_you_mean
from app.domain.wiki.markdown import Link
from app.domain.wiki.navigation import resolve

_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:|//")


def check_links(page: SitePage, site: Site) -> Iterator[Finding]:
    """Find links of our pages to pages or anchors that are not there, and to elsewhere."""
    for link in page.outline.links if page.is_ours else ():
        problem = _problem(link, page, site)
        if problem:
            rule, message = problem
            yield Finding(rule=rule, page=page.path, line=link.line, message=message)


def _problem(link: Link, page: SitePage, site: Site) -> tuple[str, str] | None:
    if not link.target:
        return "link", f"the link “{link.text}” has no target"
    if site.place(page, link.target) is not None or link.image:
        return None
    if _SCHEME.match(link.target):
        return "link", f"`{link.target}` is not a place of the repository"
    target = resolve(page.path, link.target)
    if target not in site.files and target not in site.surroundings.beside:
        return "link", f"there is no page `{target}`{did_you_mean(target, site.files)}"
    return _anchor_problem(link.target.partition("#")[2], target, site)


def _anchor_problem(anchor: str, target: str, site: Site) -> tuple[str, str] | None:
    if not anchor or target not in site.pages:
        return None
    anchors = site.pages[target].anchors
    if anchor in anchors:
        return None
    return "anchor", f"`{target}` has no heading `#{anchor}`{did_you_mean(anchor, anchors)}"
