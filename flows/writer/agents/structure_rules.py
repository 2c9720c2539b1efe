"""What a planned structure must keep to, whoever planned it."""

import fnmatch
import re
from collections.abc import Callable, Iterator, Mapping
from collections.abc import Set as AbstractSet
from functools import cache, partial
from typing import Any

from app.domain.checks.finding import Finding
from app.domain.checks.told import told_faults
from app.domain.code.facts import RepositoryFacts
from app.domain.wiki.names import known_names
from app.domain.wiki.narrative.plan import PINNED
from app.domain.wiki.page import PageKind, PageSpec, WikiStructure
from app.domain.wiki.planning import visible_path
from flows.writer.agents.answers import PlannedPage, StructureAnswer
from flows.writer.agents.fence import clean
from flows.writer.agents.limits import UnusableAnswer

Names = Callable[[], AbstractSet[str]]

MAX_TITLE = 100
MAX_PURPOSE = 400
SPARE_PAGES = 10
"""How many pages more than the proposal a plan may have, which bounds what a run costs."""

_ID = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,78}[a-z0-9])?")
_MARKUP = re.compile(r"[\[\]<>`|]|://")


def structure_of(answer: Mapping[str, Any], proposal: WikiStructure) -> WikiStructure:
    """Convert an answer; the place and kind of a page follow from its id, not from the model."""
    checked = StructureAnswer.model_validate(answer)
    if not checked.pages:
        raise UnusableAnswer("the plan has no pages; plan at least those of the proposal")
    known = {page.id: page for page in proposal.pages}
    return WikiStructure(
        title=_line(checked.title) or proposal.title,
        pages=tuple(_page_of(each, known.get(each.id)) for each in checked.pages),
    )


def review_structure(
    structure: WikiStructure, proposal: WikiStructure, facts: RepositoryFacts
) -> list[Finding]:
    """Say what is wrong with a plan; what the proposal says itself is right."""
    # Collected once, and not at all where nothing names anything.
    names = cache(partial(known_names, facts))
    said = [
        *_shape_faults(structure, proposal),
        *_title_faults(structure, proposal, names),
        *(
            fault
            for page in structure.pages
            if page not in proposal.pages
            for fault in _page_faults(page, names)
        ),
        *_subject_faults(structure, proposal, facts),
    ]
    return [Finding(rule="structure", page="", message=each) for each in said]


def exists(subject: str, facts: RepositoryFacts) -> bool:
    """Say whether a subject (a path, a glob of paths, or `path:symbol`) is in the commit."""
    if subject in facts.paths or subject.rstrip("/") in facts.paths:
        return True
    path, colon, symbol = subject.partition(":")
    if colon and path in facts.files:
        return any(each.name == symbol for each in facts.files[path].symbols)
    return "*" in subject and any(fnmatch.fnmatchcase(each, subject) for each in facts.paths)


def _page_of(answer: PlannedPage, known: PageSpec | None) -> PageSpec:
    said = {
        "title": _line(answer.title),
        "section": _line(answer.section),
        "purpose": _line(answer.purpose),
        "subjects": tuple(dict.fromkeys(answer.subjects)),
    }
    if known is not None:
        return PageSpec.model_validate(known.model_dump() | said)
    own = {"id": answer.id, "path": visible_path(answer.id), "kind": PageKind.NARRATIVE}
    return PageSpec.model_validate(own | said)


def _line(text: str) -> str:
    return " ".join(clean(text).split())


def _shape_faults(structure: WikiStructure, proposal: WikiStructure) -> Iterator[str]:
    first = proposal.pages[0].id if proposal.pages else ""
    if first and structure.pages[0].id != first:
        yield f'the first page must be the one with the id "{first}"'
    if len(structure.pages) > len(proposal.pages) + SPARE_PAGES:
        yield f"there are more than {len(proposal.pages) + SPARE_PAGES} pages; merge some"
    yield from _pinned_faults(structure, proposal)
    for what, values in (
        ("id", [page.id for page in structure.pages]),
        ("path", [page.path for page in structure.pages]),
        ("title", [page.title.casefold() for page in structure.pages]),
    ):
        for value in sorted({each for each in values if values.count(each) > 1}):
            yield f'two pages have the {what} "{value}"'


def _pinned_faults(structure: WikiStructure, proposal: WikiStructure) -> Iterator[str]:
    """Find pages of the configuration that are missing or renamed."""
    titles = {page.id: page.title for page in structure.pages}
    for page in proposal.pages:
        if page.id.startswith(f"{PINNED}-") and titles.get(page.id) != page.title:
            yield f'the page "{page.id}" must stay, with the title "{page.title}"'


def _title_faults(structure: WikiStructure, proposal: WikiStructure, names: Names) -> Iterator[str]:
    if structure.title != proposal.title:
        yield from _text_faults("the title of the whole", structure.title, MAX_TITLE, names)


def _page_faults(page: PageSpec, names: Names) -> Iterator[str]:
    if not _ID.fullmatch(page.id):
        yield f'the id "{page.id[:80]}" must be lower-case letters, digits and "-"'
    for name, text, limit in (
        ("title", page.title, MAX_TITLE),
        ("section", page.section, MAX_TITLE),
        ("purpose", page.purpose, MAX_PURPOSE),
    ):
        yield from _text_faults(f'the {name} of "{page.id[:80]}"', text, limit, names)
    if not page.title:
        yield f'the page "{page.id}" has no title'


def _text_faults(what: str, text: str, limit: int, names: Names) -> Iterator[str]:
    if len(text) > limit:
        yield f"{what} is longer than {limit} characters"
    if _MARKUP.search(text):
        yield f"{what} must be plain text without links or code"
    yield from (f"{what} is not true: {fault}" for fault in told_faults(text, names))


def _subject_faults(
    structure: WikiStructure, proposal: WikiStructure, facts: RepositoryFacts
) -> Iterator[str]:
    proposed = {subject for page in proposal.pages for subject in page.subjects}
    planned = {subject for page in structure.pages for subject in page.subjects}
    for subject in sorted(planned - proposed):
        if not exists(subject, facts):
            yield f'the subject "{subject}" does not exist; copy subjects from the map'
    for subject in sorted(proposed - planned):
        yield f'the subject "{subject}" of the proposal is on no page any more'
    known = {page.id: page for page in proposal.pages}
    for page in structure.pages:
        if not page.subjects and page.id not in known:
            yield f'the page "{page.id}" has no subjects'
