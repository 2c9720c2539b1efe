"""A whole set of pages against the commit that they document."""

from collections.abc import Callable, Iterable, Mapping

from app.domain.checks.code_blocks import check_code_blocks
from app.domain.checks.commits import check_commits
from app.domain.checks.defaults import check_defaults
from app.domain.checks.diagrams import check_diagrams
from app.domain.checks.finding import Finding
from app.domain.checks.forbidden import check_forbidden
from app.domain.checks.grounding import check_grounding
from app.domain.checks.links import check_links
from app.domain.checks.orphans import check_orphans
from app.domain.checks.paths import check_paths
from app.domain.checks.people_links import check_people_links
from app.domain.checks.people_names import check_people_names
from app.domain.checks.ranges import check_ranges
from app.domain.checks.secrets import check_secrets
from app.domain.checks.site import Site, SitePage, Sources
from app.domain.checks.surroundings import Surroundings
from app.domain.checks.symbols import check_symbols
from app.domain.checks.titles import check_titles
from app.domain.code.facts import RepositoryFacts
from app.domain.wiki.render import Origin

_CHECKS: tuple[Callable[[SitePage, Site], Iterable[Finding]], ...] = (
    check_paths,
    check_ranges,
    check_links,
    check_symbols,
    check_people_names,
    check_code_blocks,
    check_defaults,
    check_diagrams,
    check_forbidden,
    check_secrets,
)


def check_site(
    files: Mapping[str, str],
    facts: RepositoryFacts,
    origin: Origin,
    texts: Mapping[str, str],
    earlier: Mapping[str, Sources] | None = None,
    surroundings: Surroundings | None = None,
) -> list[Finding]:
    """List everything that is wrong with the Markdown among `files`, by page and line.

    `texts` holds the files of the commit that code blocks may claim to show. A page without our
    stamp was written by people: it is judged with more caution. With `earlier`, a page may have
    permalinks of its stamp's commit, and they are judged there; without it, of `origin` alone.
    """
    site = Site(files, facts, origin, texts, earlier, surroundings)
    found = [
        finding
        for page in site.pages.values()
        for check in _CHECKS
        for finding in check(page, site)
    ]
    found += check_commits(site)
    found += check_orphans(site)
    found += check_grounding(site)
    found += check_titles(site)
    found += check_people_links(site)
    return sorted(set(found), key=lambda each: (each.page, each.line, each.rule, each.message))
