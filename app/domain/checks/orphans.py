"""Orphans: pages to which no way leads."""

import posixpath
from collections.abc import Iterator

from app.domain.checks.finding import Finding, Severity
from app.domain.checks.site import Site
from app.domain.wiki.navigation import resolve

_HOMES = ("index.md", "README.md")


def check_orphans(site: Site) -> Iterator[Finding]:
    """Warn of pages that cannot be reached from the set's first page by links.

    A set that other generators lay out has its navigation elsewhere; it is judged only when asked.
    """
    home = next((each for each in _HOMES if each in site.pages), None)
    if home is None or not (site.pages[home].is_ours or site.surroundings.strict):
        return
    reached, waiting = {home}, [home]
    while waiting:
        for target in _targets(waiting.pop(), site) - reached:
            reached.add(target)
            waiting.append(target)
    for path, page in site.pages.items():
        if path not in reached and (page.is_ours or site.surroundings.strict):
            yield Finding(
                rule="orphan",
                page=path,
                message=f"no link leads from `{home}` to this page",
                severity=Severity.WARNING,
            )


def _targets(path: str, site: Site) -> set[str]:
    found = set()
    for link in site.pages[path].outline.links:
        target = resolve(path, link.target)
        found |= {target, posixpath.join(target, _HOMES[0]), f"{target}.md"} & set(site.pages)
    return found
