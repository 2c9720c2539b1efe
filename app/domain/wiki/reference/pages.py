"""The reference layer: complete by construction, because it is rendered from facts alone."""

import posixpath
import re
from collections.abc import Callable, Iterable, Iterator, Sequence

from app.domain.code.facts import RepositoryFacts
from app.domain.wiki.names import known_names
from app.domain.wiki.navigation import MODULE_MAP, MODULES
from app.domain.wiki.page import PageKind, PageSpec, RenderedPage
from app.domain.wiki.planning import free_name, page_id, visible_path
from app.domain.wiki.reference.api import length_of, public_symbols, write_api
from app.domain.wiki.reference.build import has_build, write_build
from app.domain.wiki.reference.diagrams import import_diagram
from app.domain.wiki.reference.module_map import (
    map_parts,
    reading_order,
    write_module_map,
)
from app.domain.wiki.reference.offers import (
    has_commands,
    has_routes,
    has_settings,
    write_commands,
    write_routes,
    write_settings,
)
from app.domain.wiki.reference.project import test_files, write_dependencies, write_tests
from app.domain.wiki.reference.sheet import Sheet
from app.domain.wiki.render import Origin
from app.domain.wiki.roles import is_test
from app.domain.wiki.surface import Surface

REFERENCE = "Reference"
_MOST_LINES = 600
"""A folder whose page would be longer than this gets a page for each file."""

_PROJECT_PAGES = (
    (MODULE_MAP, "Module map", "Every source file, each with its own first sentence."),
    ("commands", "Commands", "What people type: programs with their options, scripts, targets."),
    ("routes", "Routes", "The addresses at which a server answers."),
    (
        "environment",
        "Settings and environment",
        "Settings with type and default, and the variables that the code reads by their name.",
    ),
    ("build", "Build and CI", "Jobs on the forge, images, services, workspaces and licences."),
    ("dependencies", "Dependencies", "What the package manifests ask for, and the import graph."),
    ("tests", "Tests", "Where the tests are, and how many."),
)


def plan_reference(facts: RepositoryFacts) -> tuple[PageSpec, ...]:
    """Plan the pages about the project and the pages of all modules, in reading order."""
    taken: set[str] = set()
    pages = [
        PageSpec(
            id=page,
            path=free_name(f"reference/{page}.md", taken),
            title=title,
            section=REFERENCE,
            kind=PageKind.REFERENCE,
            purpose=purpose,
        )
        for page, title, purpose in _PROJECT_PAGES
        if _has_content(page, facts)
    ]
    pages[1:1] = [
        PageSpec(
            id=free_name(page_id(MODULE_MAP, folder), taken),
            path=free_name(f"reference/{page_id(MODULE_MAP, folder)}.md", taken),
            title=f"Module map: {folder}/",
            section=REFERENCE,
            kind=PageKind.REFERENCE,
            purpose=f"Every source file of {folder}/.",
            subjects=files,
        )
        for folder, files in map_parts(facts)
    ]
    return (*pages, *_plan_modules(facts, taken))


def _plan_modules(facts: RepositoryFacts, taken: set[str]) -> Iterator[PageSpec]:
    ids: set[str] = set()
    judge = _judge_of_names(facts)
    for name, files in _groups(facts):
        stem = re.sub(r"[^\w./-]", "-", name) if name else "top-level"
        yield PageSpec(
            id=free_name(page_id("reference", name or "top-level"), ids),
            path=free_name(f"reference/{visible_path(stem)}", taken),
            title=name or "Top level",
            section=MODULES,
            kind=PageKind.REFERENCE,
            purpose=f"{judge(files)} names of {_extent(files)}.",
            subjects=files,
        )


def write_reference(
    spec: PageSpec,
    facts: RepositoryFacts,
    origin: Origin,
    names: frozenset[str] | None = None,
    plan: Sequence[PageSpec] | None = None,
) -> RenderedPage:
    """Render one page of the layer.

    What saves work when the caller writes several pages: `names` is `known_names(facts)`, and
    `plan` is `plan_reference(facts)`.
    """
    sheet = Sheet(spec, facts, origin, known_names(facts) if names is None else names)
    writer = _WRITERS.get(spec.id)
    if writer:
        writer(sheet)
    elif spec.section == REFERENCE:
        write_module_map(sheet, plan_reference(facts) if plan is None else plan)
    else:
        write_api(sheet)
    return sheet.rendered()


def _groups(facts: RepositoryFacts) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Group the source files by folder; a folder with too many public names by file."""
    folders: dict[str, list[str]] = {}
    surface = Surface(facts)
    for path in facts.files:
        if not is_test(path) and _is_worth_a_page(path, facts, surface):
            folders.setdefault(posixpath.dirname(path), []).append(path)
    for folder, files in sorted(folders.items(), key=lambda item: reading_order(*item)):
        lines = sum(length_of(path, facts) for path in files)
        if len(files) > 1 and lines > _MOST_LINES:
            yield from ((path, (path,)) for path in files)
        else:
            yield folder, tuple(files)


def _judge_of_names(facts: RepositoryFacts) -> Callable[[Iterable[str]], str]:
    """Return what calls modules internal that are private by name and offered by no package."""
    surface = Surface(facts)
    offered = {each.path for path in facts.files for each in surface.offers(path)}

    def is_internal(path: str) -> bool:
        name = posixpath.basename(path)
        is_private = name.startswith("_") and not name.startswith("__")
        return is_private and path.endswith((".py", ".pyi")) and path not in offered

    return lambda files: "Internal" if all(map(is_internal, files)) else "Public"


def _is_worth_a_page(path: str, facts: RepositoryFacts, surface: Surface) -> bool:
    return bool(facts.files[path].doc or public_symbols(path, facts) or surface.offers(path))


def _has_content(page: str, facts: RepositoryFacts) -> bool:
    judges: dict[str, Callable[[], bool]] = {
        "commands": lambda: has_commands(facts),
        "routes": lambda: has_routes(facts),
        "environment": lambda: has_settings(facts),
        "build": lambda: has_build(facts),
        "dependencies": lambda: bool(facts.manifests or import_diagram(facts)),
        "tests": lambda: bool(test_files(facts)),
    }
    judge = judges.get(page)
    return judge() if judge else True


def _extent(files: Iterable[str]) -> str:
    names = [posixpath.basename(path) for path in files]
    shown = ", ".join(names[:6])
    return shown if len(names) <= 6 else f"{shown} and {len(names) - 6} more files"


_WRITERS: dict[str, Callable[[Sheet], None]] = {
    "commands": write_commands,
    "routes": write_routes,
    "environment": write_settings,
    "build": write_build,
    "dependencies": write_dependencies,
    "tests": write_tests,
}
