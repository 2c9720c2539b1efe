"""Which pages the narrative layer has, decided from the facts alone."""

from app.domain.code.facts import RepositoryFacts
from app.domain.wiki.brief_modules import MORE, leading_names
from app.domain.wiki.navigation import GUIDE
from app.domain.wiki.page import PageKind, PageSpec, WikiStructure
from app.domain.wiki.planning import free_name, page_id
from app.domain.wiki.quotations import first_sentence
from app.domain.wiki.subsystems import Subsystem, find_subsystems, front_of

HOME = "home"
ARCHITECTURE = "architecture"


def project_title(facts: RepositoryFacts) -> str:
    """Call the project what its README calls it, else what its manifest does, else its folder.

    A README's heading counts only when it is that name in another spelling: many say a slogan.
    """
    manifest = next((each.name for each in facts.manifests if "/" not in each.path), "")
    known = {_letters(name) for name in (facts.name, manifest.rpartition("/")[2]) if name}
    readmes = (each.title for each in facts.documents if each.path.lower().startswith("readme"))
    spelled = next((title for title in readmes if _letters(title) in known), "")
    return spelled or manifest.rpartition("/")[2] or facts.name


def _letters(name: str) -> str:
    return "".join(char for char in name.casefold() if char.isalnum())


def plan_narrative(facts: RepositoryFacts) -> WikiStructure:
    """Plan home, architecture and one page for each subsystem; equal facts give equal plans."""
    subsystems, title = find_subsystems(facts), project_title(facts)
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
    ids: set[str] = set()
    pages += [_page_of(each, facts, ids) for each in subsystems]
    return WikiStructure(title=title, pages=tuple(pages))


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


def _page_of(subsystem: Subsystem, facts: RepositoryFacts, ids: set[str]) -> PageSpec:
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
        path=f"subsystems/{page}.md",
        # A package often bears the repository's name, which is the title of the front page.
        title=f"{title}/" if _letters(title) == _letters(project) else title,
        section="Subsystems",
        kind=PageKind.NARRATIVE,
        purpose=_purpose(subsystem, facts) or f"The modules of {subsystem.path or facts.name}.",
        subjects=(subsystem.path,) if whole else subsystem.files,
    )


def _purpose(subsystem: Subsystem, facts: RepositoryFacts) -> str:
    """Let the folder say in its own words what it is for, or at least what it defines."""
    _, doc = front_of(subsystem.path, subsystem.files, facts)
    if doc:
        return first_sentence(doc).replace("`", "")
    *names, last = leading_names(subsystem.files, facts).split(", ")
    if last == MORE:
        return f"Defines {', '.join(names)} and others."
    return f"Defines {' and '.join(filter(None, (', '.join(names), last)))}." if last else ""
