"""What the facts say about one page's subject, each with its evidence, within a fixed size."""

from collections.abc import Iterable

from app.domain.code.facts import RepositoryFacts
from app.domain.wiki.brief_facts import Desk, documents, manifests, project, quotations, samples
from app.domain.wiki.brief_modules import modules, overview
from app.domain.wiki.briefing import Briefing
from app.domain.wiki.names import known_names
from app.domain.wiki.narrative import ARCHITECTURE
from app.domain.wiki.page import PageKind, PageSpec
from app.domain.wiki.planning import files_of
from app.domain.wiki.subsystems import find_subsystems

MOST_FACTS = 160
"""No briefing has more; what stands last is left out first."""


def brief(spec: PageSpec, facts: RepositoryFacts, names: frozenset[str] | None = None) -> Briefing:
    """Gather what one page may be written from.

    `names` saves the search when the caller briefs several pages: it is `known_names(facts)`.
    """
    desk = Desk(facts)
    diagram = None
    files = files_of(spec.subjects, facts)
    if spec.kind is PageKind.HOME:
        quotations(desk, spec)
        manifests(desk)
        project(desk)
        overview(desk)
        samples(desk)
        documents(desk)
    elif _is_overview(spec, files, facts):
        quotations(desk, spec)
        diagram = overview(desk)
        project(desk)
    else:
        quotations(desk, spec)
        diagram = modules(desk, files)
    told = tuple(desk.facts[:MOST_FACTS])
    used = frozenset(fact.evidence for fact in told)
    return Briefing(
        spec=spec,
        facts=told,
        evidence=tuple(each for each in desk.evidence if each.id in used),
        diagram=diagram,
        cut=frozenset(desk.cut | {fact.form for fact in desk.facts[MOST_FACTS:]}),
        names=known_names(facts) if names is None else names,
    )


def _is_overview(spec: PageSpec, files: Iterable[str], facts: RepositoryFacts) -> bool:
    """Say whether a page is about everything: it names no subject, or files of all subsystems."""
    if not spec.subjects or spec.id == ARCHITECTURE:
        return True
    covered = frozenset(files)
    subsystems = find_subsystems(facts)
    return len(subsystems) > 1 and not any(covered.isdisjoint(each.files) for each in subsystems)
