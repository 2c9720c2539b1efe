"""What the facts say about one page's subject, each with its evidence, within a fixed size."""

from collections.abc import Iterable

from app.domain.code.facts import RepositoryFacts
from app.domain.wiki.narrative.brief_facts import (
    Desk,
    checks,
    documents,
    manifests,
    project,
    quotations,
    samples,
    services,
)
from app.domain.wiki.narrative.brief_modules import modules, overview
from app.domain.wiki.narrative.brief_ways import how_tos, steps
from app.domain.wiki.narrative.briefing import Briefing, Fact, FactForm, Part
from app.domain.wiki.narrative.evidence_choice import by_relevance
from app.domain.wiki.narrative.how_to import HOW_TO
from app.domain.wiki.narrative.plan import ARCHITECTURE
from app.domain.wiki.narrative.subsystems import front_of
from app.domain.wiki.narrative.survey import Survey
from app.domain.wiki.narrative.walk import WALK
from app.domain.wiki.page import Diagram, PageKind, PageSpec
from app.domain.wiki.planning import files_of
from app.domain.wiki.roles import is_test

_PART_FILES = 12
"""A part has at most so many files, so that a changed file costs one small summary."""
MOST_FACTS = 160
"""No briefing has more; what stands last is left out first."""


def brief(spec: PageSpec, facts: RepositoryFacts, survey: Survey | None = None) -> Briefing:
    """Gather what one page may be written from.

    `survey` saves the search when the caller briefs several pages: it is `Survey(facts)`.
    """
    survey = survey or Survey(facts)
    desk = Desk(facts, survey)
    files = files_of(spec.subjects, facts)
    is_overview = _is_overview(spec, files, survey)
    diagram = _gather(desk, spec, files, is_overview=is_overview)
    told = tuple(desk.facts[:MOST_FACTS])
    used = frozenset(fact.evidence for fact in told)
    evidence = tuple(each for each in desk.evidence if each.id in used)
    return Briefing(
        spec=spec,
        facts=told,
        evidence=evidence,
        diagram=diagram,
        cut=frozenset(desk.cut | {fact.form for fact in desk.facts[MOST_FACTS:]}),
        context=_context(facts, survey),
        order=by_relevance(evidence, () if is_overview else files, facts, survey.around),
        parts=_parts(files, survey, is_overview=is_overview),
        names=survey.names,
    )


def _gather(
    desk: Desk, spec: PageSpec, files: tuple[str, ...], *, is_overview: bool
) -> Diagram | None:
    """Tell what a page of this kind is written from, and return its drawing."""
    if spec.id == WALK:
        steps(desk, spec)
    elif spec.id == HOW_TO:
        how_tos(desk)
    elif spec.kind is PageKind.HOME:
        _front(desk, spec)
    else:
        quotations(desk, spec)
        if not is_overview:
            return modules(desk, files)
        diagram = overview(desk)
        project(desk)
        return diagram
    return None


def _front(desk: Desk, spec: PageSpec) -> None:
    quotations(desk, spec)
    manifests(desk)
    project(desk)
    checks(desk)
    services(desk)
    overview(desk)
    samples(desk)
    documents(desk)


def _context(facts: RepositoryFacts, survey: Survey) -> tuple[Fact, ...]:
    """Say in few words what the repository is and which parts it has."""
    desk = Desk(facts, survey)
    manifests(desk)
    for each in survey.subsystems:
        _, doc = front_of(each.path, each.files, facts)
        desk.tell("", FactForm.MODULE, each.mark, doc)
    return tuple(fact.model_copy(update={"evidence": ""}) for fact in desk.facts)


def _parts(files: tuple[str, ...], survey: Survey, *, is_overview: bool) -> tuple[Part, ...]:
    """Divide what a page is about: the whole by subsystems, a subsystem by its folders."""
    if is_overview:
        return tuple(Part(name=each.title, files=each.files) for each in survey.subsystems)
    folders: dict[str, list[str]] = {}
    for path in files:
        if not is_test(path):
            folders.setdefault(path.rpartition("/")[0], []).append(path)
    return tuple(
        Part(name=folder, files=tuple(paths[first : first + _PART_FILES]))
        for folder, paths in sorted(folders.items())
        for first in range(0, len(paths), _PART_FILES)
    )


def _is_overview(spec: PageSpec, files: Iterable[str], survey: Survey) -> bool:
    """Say whether a page is about everything: it names no subject, or files of all subsystems."""
    if not spec.subjects or spec.id == ARCHITECTURE:
        return True
    covered = frozenset(files)
    subsystems = survey.subsystems
    return len(subsystems) > 1 and not any(covered.isdisjoint(each.files) for each in subsystems)
