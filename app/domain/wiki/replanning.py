"""Which narrative pages a documentation goes on with: old ones stay where they are."""

import re
from collections.abc import Collection, Iterable, Mapping, Sequence

from app.domain.code.facts import RepositoryFacts
from app.domain.value import Value
from app.domain.wiki.narrative.how_to import HOW_TO
from app.domain.wiki.narrative.plan import ARCHITECTURE, PINNED
from app.domain.wiki.navigation import GUIDE
from app.domain.wiki.page import PageKind, PageSpec
from app.domain.wiki.planning import covers, files_of, free_name
from app.domain.wiki.published import PublishedWiki
from app.domain.wiki.revision import LOCAL

_OVERVIEWS = frozenset((ARCHITECTURE, HOW_TO))
_DEFINES = re.compile(r"Defines (.+?)( and others)?\.")


class Replanned(Value):
    """The narrative pages of the new commit."""

    specs: tuple[PageSpec, ...]
    """In reading order."""
    new: tuple[PageSpec, ...] = ()
    retired: tuple[str, ...] = ()
    """Ids of pages whose subjects are all gone."""


def replan(
    wiki: PublishedWiki,
    facts: RepositoryFacts,
    planned: Sequence[PageSpec],
    names: Collection[str],
    *,
    modules_changed: bool,
) -> Replanned:
    """Take over the old pages, drop those without a subject, and let new ones join.

    `planned` is what would be planned from nothing. An old page keeps its id, path, title and place
    whatever that says; its subjects and its purpose follow. Only when modules came or went a page
    joins, if it is about files that no page is about. One whose record is lost is made anew.
    """
    wanted = {each.id: each for each in planned if each.kind is not PageKind.REFERENCE}
    written = [each.record.spec for each in wiki.pages if each.is_written]
    local = {each.record.spec.id for each in wiki.pages if each.record.writer == LOCAL}
    others = [each.subjects for each in written if each.id in wanted and _is_of_a_part(each)]
    unplanned = local - wanted.keys()
    retired = tuple(
        each.id
        for each in written
        if _is_over(each, facts, wanted) or (each.id in unplanned and _is_told(each, others, facts))
    )
    kept = [_followed(each, wanted, names) for each in written if each.id not in retired]
    known = {*(each.id for each in kept), *(each.spec.id for each in wiki.lost), *retired}
    new = [
        each
        for each in wanted.values()
        if each.id not in known
        and (
            each.id.startswith(PINNED)
            or each.path in wiki.unrecorded
            or (modules_changed and _is_news(each, kept, facts))
        )
    ]
    placed = _placed(new, kept)
    order = _in_order(kept, placed, list(wanted))
    return Replanned(specs=tuple(order), new=placed, retired=retired)


def _placed(new: Iterable[PageSpec], kept: Iterable[PageSpec]) -> tuple[PageSpec, ...]:
    """Give new pages paths that no page has."""
    taken = {each.path.lower() for each in kept}
    return tuple(each.model_copy(update={"path": free_name(each.path, taken)}) for each in new)


def _is_over(spec: PageSpec, facts: RepositoryFacts, wanted: Mapping[str, PageSpec]) -> bool:
    """Say whether nothing is left of what a page is about."""
    if spec.kind is PageKind.HOME or not wanted:
        return False
    if spec.id.startswith(PINNED) or spec.id == HOW_TO:
        return spec.id not in wanted
    return bool(spec.subjects) and not any(
        covers(spec.subjects, path) for path in facts.line_counts
    )


def _is_told(spec: PageSpec, others: Sequence[Sequence[str]], facts: RepositoryFacts) -> bool:
    """Say whether a page that nobody would plan any more is about nothing that others are not."""
    files = files_of(spec.subjects, facts)
    return _is_of_a_part(spec) and all(
        any(covers(subjects, path) for subjects in others) for path in files
    )


def _is_of_a_part(spec: PageSpec) -> bool:
    is_overview = spec.kind is PageKind.HOME or spec.id in _OVERVIEWS
    return not is_overview and spec.section != GUIDE and bool(spec.subjects)


def _followed(spec: PageSpec, wanted: Mapping[str, PageSpec], names: Collection[str]) -> PageSpec:
    """Let the subjects and the purpose of a page follow the code."""
    now = wanted.get(spec.id)
    if now is None:
        return spec
    purpose = spec.purpose if _still_says_true(spec.purpose, now, names) else now.purpose
    return spec.model_copy(update={"subjects": now.subjects, "purpose": purpose})


def _still_says_true(purpose: str, now: PageSpec, names: Collection[str]) -> bool:
    """Say whether a list of some names is still one: another choice of them is no news."""
    old, new = _DEFINES.fullmatch(purpose), _DEFINES.fullmatch(now.purpose)
    if not old or not new or bool(old[2]) != bool(new[2]):
        return False
    listed = re.split(r", | and ", old[1])
    return bool(old[2]) and all(each in names for each in listed)


def _is_news(spec: PageSpec, kept: Iterable[PageSpec], facts: RepositoryFacts) -> bool:
    """Say whether a page is about a file that no other page is about."""
    about = [
        each.subjects
        for each in kept
        if each.kind is not PageKind.HOME and each.id not in _OVERVIEWS and each.subjects
    ]
    if not spec.subjects or spec.id in _OVERVIEWS:
        return True
    return any(
        not any(covers(subjects, path) for subjects in about)
        for path in files_of(spec.subjects, facts)
    )


def _in_order(
    kept: Sequence[PageSpec], new: Sequence[PageSpec], planned: Sequence[str]
) -> list[PageSpec]:
    """Put each new page behind the one that it follows in the plan."""
    pages = list(kept)
    for each in new:
        before = planned[: planned.index(each.id)]
        places = [place for place, page in enumerate(pages) if page.id in before]
        pages.insert(places[-1] + 1 if places else len(pages), each)
    return pages
