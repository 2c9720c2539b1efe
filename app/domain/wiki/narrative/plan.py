"""Which pages the narrative layer has, decided from the facts alone."""

from collections.abc import Sequence

from app.domain.code.facts import RepositoryFacts
from app.domain.wiki.configuration.config import PinnedPage
from app.domain.wiki.narrative.brief_modules import MORE, leading_names
from app.domain.wiki.narrative.how_to import HOW_TO, cases
from app.domain.wiki.narrative.subsystems import Subsystem, front_of
from app.domain.wiki.narrative.survey import Survey
from app.domain.wiki.narrative.walk import WALK, Way
from app.domain.wiki.navigation import GUIDE
from app.domain.wiki.page import PageKind, PageSpec, WikiStructure
from app.domain.wiki.planning import free_name, page_id, visible_path
from app.domain.wiki.words.quotations import first_sentence

HOME = "home"
ARCHITECTURE = "architecture"
PINNED = "pinned"
"""How the ids of the pages begin that the configuration asks for."""


def project_title(facts: RepositoryFacts) -> str:
    """Call the project what its README calls it, else what its manifest does, else its folder.

    A README's heading counts only when it is that name in another spelling: many say a slogan.
    """
    manifest = next((each.name for each in facts.manifests if facts.is_top(each.path)), "")
    known = {_letters(name) for name in (facts.name, manifest.rpartition("/")[2]) if name}
    readmes = (
        each.title
        for each in facts.documents
        if facts.is_top(each.path) and each.path.rpartition("/")[2].lower().startswith("readme")
    )
    spelled = next((title for title in readmes if _letters(title) in known), "")
    return spelled or manifest.rpartition("/")[2] or facts.name


def _letters(name: str) -> str:
    return "".join(char for char in name.casefold() if char.isalnum())


def plan_narrative(facts: RepositoryFacts) -> WikiStructure:
    """Plan home, architecture and one page for each subsystem; equal facts give equal plans."""
    survey = Survey(facts)
    subsystems, title = survey.subsystems, project_title(facts)
    home = PageSpec(
        id=HOME,
        path="index.md",
        title=title,
        section=GUIDE,
        kind=PageKind.HOME,
        purpose="What the project is, and where to read on.",
    )
    pages = [home]
    if subsystems:
        pages.append(_architecture(subsystems))
    if cases(facts, survey):
        pages.append(_how_to())
    ids: set[str] = set()
    pages += [_page_of(each, facts, survey, ids) for each in subsystems]
    return WikiStructure(title=title, pages=tuple(pages))


def with_way(structure: WikiStructure, way: Way | None) -> WikiStructure:
    """Add the page that follows one way through the code, where there is one worth it."""
    if way is None:
        return structure
    what = "request" if way.start.is_request else "run"
    page = PageSpec(
        id=WALK,
        path="walk.md",
        title=f"The way of one {what}",
        section=GUIDE,
        kind=PageKind.NARRATIVE,
        purpose=f"Which code one {what} passes through, step by step.",
        subjects=tuple(each.subject for each in way.steps),
    )
    return _inserted(structure, (page,))


def pin(structure: WikiStructure, pinned: Sequence[PinnedPage]) -> WikiStructure:
    """Add the pages that the configuration asks for; an id stays as long as its page's title."""
    ids = {page.id for page in structure.pages}
    paths = {page.path.lower() for page in structure.pages}
    pages = tuple(
        PageSpec(
            id=free_name(page_id(PINNED, each.title), ids),
            path=free_name(visible_path(page_id("", each.title)), paths),
            title=each.title,
            section=GUIDE,
            kind=PageKind.NARRATIVE,
            purpose=each.purpose,
            subjects=each.subjects,
        )
        for each in pinned
    )
    return _inserted(structure, pages)


def _inserted(structure: WikiStructure, pages: tuple[PageSpec, ...]) -> WikiStructure:
    """Put pages at the end of the guide."""
    guide = [page for page in structure.pages if not page.id.startswith("subsystem-")]
    rest = [page for page in structure.pages if page.id.startswith("subsystem-")]
    return structure.model_copy(update={"pages": (*guide, *pages, *rest)})


def _how_to() -> PageSpec:
    return PageSpec(
        id=HOW_TO,
        path="how-to.md",
        title="How to",
        section=GUIDE,
        kind=PageKind.NARRATIVE,
        purpose="The public API at work, in the project's own examples and tests.",
    )


def _architecture(subsystems: tuple[Subsystem, ...]) -> PageSpec:
    return PageSpec(
        id=ARCHITECTURE,
        path="architecture.md",
        title="Architecture",
        section=GUIDE,
        kind=PageKind.NARRATIVE,
        purpose="The parts of the code and which of them import which.",
        subjects=tuple(each.path or "*" for each in subsystems),
    )


def _page_of(
    subsystem: Subsystem, facts: RepositoryFacts, survey: Survey, ids: set[str]
) -> PageSpec:
    """Plan a subsystem's page; files of another subsystem below its folder are not its subjects."""
    title, project = subsystem.title, project_title(facts)
    below = any(
        path.startswith(f"{subsystem.path}/") and path not in subsystem.files
        for path in facts.files
    )
    whole = bool(subsystem.path) and not below
    page = free_name(page_id("", title), ids)
    return PageSpec(
        id=f"subsystem-{page}",
        path=visible_path(f"subsystems/{page}"),
        # A package often bears the repository's name, which is the title of the front page.
        title=f"{title}/" if _letters(title) == _letters(project) else title,
        section="Subsystems",
        kind=PageKind.NARRATIVE,
        purpose=_purpose(subsystem, facts, survey)
        or f"The modules of {subsystem.path or facts.name}.",
        subjects=(subsystem.path,) if whole else subsystem.files,
    )


def _purpose(subsystem: Subsystem, facts: RepositoryFacts, survey: Survey) -> str:
    """Let the folder say in its own words what it is for, or at least what it defines."""
    _, doc = front_of(subsystem.path, subsystem.files, facts)
    if doc:
        return first_sentence(doc).replace("`", "")
    *names, last = leading_names(subsystem.files, facts, survey).split(", ")
    if last == MORE:
        return f"Defines {', '.join(names)} and others."
    if not last:
        return f"The modules of {subsystem.path or facts.name}."
    return f"Defines {' and '.join(filter(None, (', '.join(names), last)))}."
