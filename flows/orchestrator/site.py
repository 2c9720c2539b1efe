"""From facts and written pages to a site in which no page carries an error."""

from collections.abc import Mapping, Sequence
from functools import cache, partial

from app.domain.checks.finding import Finding, Severity
from app.domain.checks.pages import check_site
from app.domain.checks.site import Site as CheckedSite
from app.domain.checks.told import check_told, told_faults
from app.domain.code.facts import RepositoryFacts
from app.domain.value import Value
from app.domain.wiki.citing import symbols_of
from app.domain.wiki.configuration.config import SiteKind
from app.domain.wiki.names import known_names
from app.domain.wiki.navigation import PeoplePage, keep_links
from app.domain.wiki.page import PageKind, RenderedPage, ScopeResult
from app.domain.wiki.reference.pages import plan_reference, write_reference
from app.domain.wiki.render import Origin, render_page
from app.domain.wiki.site import llms
from app.domain.wiki.site.guide_block import Block
from app.domain.wiki.site.publication import build_site, place

MAX_ROUNDS = 5
"""Withholding a page can make a link of another one dead, so the rest is checked again."""


class Site(Value):
    """Every page that passed, as files, and what was held back."""

    title: str
    recipe: str = ""
    pages: tuple[RenderedPage, ...]
    files: Mapping[str, bytes]
    withheld: tuple[str, ...] = ()
    """One sentence for each page that did not pass."""
    findings: tuple[Finding, ...] = ()
    """What remains: warnings."""
    left: frozenset[str] = frozenset()
    """Files of pages that stay as they are published, with their records."""


def render(
    result: ScopeResult,
    facts: RepositoryFacts,
    origin: Origin,
    texts: Mapping[str, str],
    kind: SiteKind = SiteKind.NONE,
) -> Site:
    """Render both layers, before any of their pages is checked."""
    pages = (
        *(
            render_page(
                page, origin, texts, page.recipe or result.recipe, symbols_of(page.evidence, facts)
            )
            for page in result.pages
        ),
        *render_reference(facts, origin),
    )
    site = lay_out(result.structure.title, pages, kind)
    return site.model_copy(update={"recipe": result.recipe, "withheld": result.withheld})


def render_reference(facts: RepositoryFacts, origin: Origin) -> tuple[RenderedPage, ...]:
    """Render the reference layer, complete by construction."""
    names = known_names(facts)
    plan = plan_reference(facts)
    return tuple(write_reference(spec, facts, origin, names, plan) for spec in plan)


def keep_true(
    title: str,
    pages: Sequence[RenderedPage],
    facts: RepositoryFacts,
    origin: Origin,
    texts: Mapping[str, str],
    kind: SiteKind = SiteKind.NONE,
) -> Site:
    """Lay pages out, and keep those that pass every check."""
    return hold_back(lay_out(title, pages, kind), facts, origin, texts, kind)


def lay_out(title: str, pages: Sequence[RenderedPage], kind: SiteKind = SiteKind.NONE) -> Site:
    """Make all files of pages, as they are laid out for the generator of sites."""
    placed = place(pages, kind)
    return Site(title=title, pages=placed, files=build_site(title, placed, kind))


def hold_back(
    site: Site,
    facts: RepositoryFacts,
    origin: Origin,
    texts: Mapping[str, str],
    kind: SiteKind = SiteKind.NONE,
) -> Site:
    """Hold back every page with an error, until what is left has none.

    A link to a page that is held back becomes its words. It takes CPU time in proportion to the
    repository: call it in a thread.
    """
    for _ in range(MAX_ROUNDS):
        # First what the lists on other pages repeat: those pages are not at fault.
        findings = told_findings(site.pages, facts) or check_site(
            decoded(site.files), facts, origin, texts
        )
        errors = [each for each in findings if each.severity is Severity.ERROR]
        if not errors:
            checked = site.model_copy(update={"findings": tuple(findings)})
            files, said = without_faulty_lists(site.files, facts, origin)
            return checked.model_copy(update={"files": files, "withheld": (*site.withheld, *said)})
        faulty = {error.page for error in errors}
        before = frozenset(page.spec.path for page in site.pages)
        true = before - faulty
        kept = tuple(
            keep_links(each, true, before) for each in site.pages if each.spec.path in true
        )
        files = build_site(site.title, kept, kind)
        withheld = (*site.withheld, *map(sentence_of, errors))
        site = site.model_copy(update={"pages": kept, "files": files, "withheld": withheld})
    return site.model_copy(update={"pages": (), "files": {}})


def told_findings(pages: Sequence[RenderedPage], facts: RepositoryFacts) -> list[Finding]:
    """Find what the titles and purposes of written pages say that is not so.

    They stand on other pages and in the lists for language models, too, so the page of whom they
    speak is at fault.
    """
    # Collected once, and not at all where nothing names anything.
    names = cache(partial(known_names, facts))
    return [
        Finding(rule="title", page=page.spec.path, message=f"its title or purpose: {fault}")
        for page in pages
        if page.spec.kind is not PageKind.REFERENCE
        for text in (page.spec.title, page.spec.section, page.spec.purpose)
        for fault in told_faults(text, names)
    ]


def true_titles(people: Sequence[PeoplePage], facts: RepositoryFacts) -> tuple[PeoplePage, ...]:
    """Call pages of people by their paths where a title says what a list of ours may not."""
    names = cache(partial(known_names, facts))
    return tuple(
        each.model_copy(update={"title": _plain_name(each.path)})
        if any(told_faults(each.title, names))
        else each
        for each in people
    )


def _plain_name(path: str) -> str:
    return path.removesuffix(".md").replace("_", " ").replace("--", "-")


def without_faulty_lists(
    files: Mapping[str, bytes], facts: RepositoryFacts, origin: Origin
) -> tuple[dict[str, bytes], tuple[str, ...]]:
    """Leave out the files for language models that a check finds fault with, and say why."""
    beside = CheckedSite({}, facts, origin, {})
    found = {
        # The pages that the long one consists of were checked by themselves.
        path: check_told(path, files[path].decode(), beside, known=path == llms.FULL)
        for path in (llms.INDEX, llms.FULL)
        if path in files
    }
    kept = {path: data for path, data in files.items() if not found.get(path)}
    return kept, tuple(sentence_of(each) for faults in found.values() for each in faults)


def without_faulty_blocks(
    blocks: Mapping[str, Block], facts: RepositoryFacts, origin: Origin
) -> tuple[dict[str, Block], tuple[str, ...]]:
    """Leave out what is to stand in guides and a check finds fault with, and say why."""
    beside = CheckedSite({}, facts, origin, {})
    found = {
        name: check_told(name, f"{block.title}\n\n{block.text}", beside)
        for name, block in blocks.items()
    }
    kept = {name: block for name, block in blocks.items() if not found[name]}
    return kept, tuple(sentence_of(each) for faults in found.values() for each in faults)


def sentence_of(finding: Finding) -> str:
    """Say where a finding is, and what."""
    return f"{finding.page}:{finding.line}: {finding.message}"


def decoded(files: Mapping[str, bytes]) -> dict[str, str]:
    """Give the pages of a site as text; records and other files are not checked as Markdown."""
    return {path: data.decode() for path, data in files.items() if path.endswith(".md")}
