"""Pages about the project: module map, commands, environment, dependencies, tests."""

import posixpath
from collections import defaultdict
from collections.abc import Iterable, Sequence

from app.domain.code.facts import EnvironmentVariable, MakeTarget, Manifest
from app.domain.wiki.brief_facts import Desk, command_line, folder_of
from app.domain.wiki.brief_modules import overview
from app.domain.wiki.markdown import slug
from app.domain.wiki.navigation import MODULES, way
from app.domain.wiki.page import PageSpec
from app.domain.wiki.prose import code_span, command_in, escape, table
from app.domain.wiki.reference_api import public_symbols
from app.domain.wiki.reference_sheet import Sheet
from app.domain.wiki.render import mermaid
from app.domain.wiki.roles import is_product, is_test

_MOST_PLACES = 4
_MOST_LEFT_OUT = 100


def write_module_map(sheet: Sheet, pages: Sequence[PageSpec]) -> None:
    """List every source file below its folder, linked to where its names are described."""
    homes = {path: page for page in pages if page.section == MODULES for path in page.subjects}
    folders: dict[str, list[str]] = defaultdict(list)
    for path in sheet.facts.files:
        folders[posixpath.dirname(path)].append(path)
    for folder, files in sorted(folders.items(), key=lambda item: reading_order(*item)):
        sheet.head(f"{folder}/" if folder else "Top level", 2)
        rows = [
            (_module_link(sheet, path, homes), sheet.words(file.doc), str(file.lines))
            for path, file in ((each, sheet.facts.files[each]) for each in files)
        ]
        if any(row[1] for row in rows):
            sheet.add(table(("Module", "In its own words", "Lines"), rows))
        else:
            sheet.add(table(("Module", "Lines"), [(row[0], row[2]) for row in rows]))
    _write_gaps(sheet)


def reading_order(folder: str, files: Iterable[str]) -> tuple[bool, str]:
    """Sort the folders of the product before those of examples, tests and scripts."""
    return not any(is_product(path) for path in files), folder


def write_commands(sheet: Sheet) -> None:
    """List installed commands, package scripts and Make targets, each with its place."""
    installed = _scripts(sheet, installed=True)
    if installed:
        sheet.head("Installed commands", 2, record=True)
        sheet.add(table(("Command", "Runs", "Where"), installed))
    scripts = _scripts(sheet, installed=False)
    if scripts:
        sheet.head("Package scripts", 2, record=True)
        sheet.add(table(("Command", "Runs", "Where"), scripts))
    targets = [
        (
            code_span(_make(each)),
            sheet.words(each.doc),
            sheet.link(each.path, each.line, each.line),
        )
        for each in sheet.facts.make_targets
    ]
    if targets:
        sheet.head("Make targets", 2, record=True)
        sheet.add(table(("Command", "In its own words", "Where"), targets))


def write_environment(sheet: Sheet) -> None:
    """List every variable with its defaults and the places that read it."""
    places: dict[str, list[tuple[str, EnvironmentVariable]]] = defaultdict(list)
    for path, file in sheet.facts.files.items():
        for variable in file.environment:
            places[variable.name].append((path, variable))
    groups = {
        "Read by the code": {n: p for n, p in places.items() if any(not is_test(x) for x, _ in p)},
        "Read by tests only": {n: p for n, p in places.items() if all(is_test(x) for x, _ in p)},
    }
    for title, variables in groups.items():
        if variables:
            sheet.head(title, 2, record=True)
            rows = [_variable(sheet, name, places[name]) for name in sorted(variables)]
            sheet.add(table(("Variable", "Default", "Read at"), rows))


def write_dependencies(sheet: Sheet) -> None:
    """List what each manifest asks for, and draw who imports whom."""
    for manifest in sheet.facts.manifests:
        sheet.head(manifest.path, 2, record=True)
        sheet.add(_about(sheet, manifest))
        rows = [
            (
                code_span(each.name),
                code_span(each.constraint) if each.constraint else "",
                escape(each.group),
            )
            for each in manifest.dependencies
        ]
        if any(row[2] for row in rows):
            sheet.add(table(("Package", "Version", "Group"), rows))
        else:
            sheet.add(table(("Package", "Version"), [row[:2] for row in rows]))
    diagram = overview(Desk(sheet.facts))
    if diagram is not None:
        sheet.head(diagram.title, 2, record=True)
        sheet.add(f"```mermaid\n{mermaid(diagram)}\n```")
        sheet.add(escape(diagram.note))


def write_tests(sheet: Sheet) -> None:
    """List every test file below its folder."""
    folders: dict[str, list[str]] = defaultdict(list)
    for path in sheet.facts.files:
        if is_test(path):
            folders[posixpath.dirname(path)].append(path)
    for folder, files in sorted(folders.items()):
        sheet.head(f"{folder}/" if folder else "Top level", 2)
        rows = [
            (sheet.link(path), sheet.words(sheet.facts.files[path].doc), _test_count(sheet, path))
            for path in files
        ]
        if any(row[1] for row in rows):
            sheet.add(table(("Test file", "In its own words", "Tests"), rows))
        else:
            sheet.add(table(("Test file", "Tests"), [(row[0], row[2]) for row in rows]))


def _module_link(sheet: Sheet, path: str, homes: dict[str, PageSpec]) -> str:
    name = code_span(posixpath.basename(path))
    page = homes.get(path)
    if page is None:
        return f"[{name}]({_target_of(sheet.link(path))})"
    return f"[{name}]({way(sheet.spec.path, page.path)}{_anchor(sheet, path, page)})"


def _anchor(sheet: Sheet, path: str, page: PageSpec) -> str:
    """Return a file's anchor on its page, if no other heading of the page could take it."""
    names = [symbol.name for each in page.subjects for symbol in public_symbols(each, sheet.facts)]
    rivals = [slug(text) for text in (page.title, *page.subjects, *names)]
    is_own = len(page.subjects) > 1 and rivals.count(slug(path)) == 1
    return f"#{slug(path)}" if is_own else ""


def _target_of(link: str) -> str:
    return link.rpartition("](")[2].removesuffix(")")


def _scripts(sheet: Sheet, *, installed: bool) -> list[tuple[str, ...]]:
    return [
        (
            command_in(command_line(manifest, script), folder_of(manifest, script)),
            code_span(script.target),
            sheet.link(script.path or manifest.path, script.line, script.line),
        )
        for manifest in sheet.facts.manifests
        for script in manifest.scripts
        if script.installed is installed
    ]


def _variable(
    sheet: Sheet, name: str, places: Sequence[tuple[str, EnvironmentVariable]]
) -> tuple[str, str, str]:
    defaults = dict.fromkeys(each.default for _, each in places if each.default is not None)
    links = [sheet.link(path, each.line, each.line) for path, each in places[:_MOST_PLACES]]
    more = len(places) - len(links)
    tail = [f"and {more} more"] if more else []
    return (
        code_span(name),
        " or ".join(code_span(default) for default in defaults),
        ", ".join([*links, *tail]),
    )


def _about(sheet: Sheet, manifest: Manifest) -> str:
    told = [
        f"Package {escape(manifest.name)}" if manifest.name else "",
        f"version {code_span(manifest.version)}" if manifest.version else "",
        f"needs {manifest.ecosystem} {code_span(manifest.requires)}" if manifest.requires else "",
        f"licence {escape(manifest.license)}" if manifest.license else "",
        sheet.link(manifest.path),
    ]
    return ", ".join(filter(None, told))


def _make(target: MakeTarget) -> str:
    """Return what a person types at the root of the repository."""
    folder = posixpath.dirname(target.path)
    return f"make -C {folder} {target.name}" if folder else f"make {target.name}"


def _test_count(sheet: Sheet, path: str) -> str:
    names = [symbol.short_name.lower() for symbol in sheet.facts.files[path].symbols]
    count = sum(name.startswith("test") for name in names)
    return str(count) if count else ""


def _write_gaps(sheet: Sheet) -> None:
    """Name what could not be read, so that nobody takes the map for more than it is."""
    faults = [path for path, file in sheet.facts.files.items() if file.fault]
    if faults:
        sheet.head("Not read in full", 2)
        sheet.add("\n".join(f"- {code_span(path)}" for path in faults))
    if sheet.facts.left_out:
        sheet.head("Left out", 2)
        reasons: dict[str, list[str]] = defaultdict(list)
        for each in sheet.facts.left_out:
            reasons[str(each.reason)].append(each.path)
        for reason, paths in reasons.items():
            sheet.add(f"Because of this: {escape(reason)}.")
            sheet.add(_shown(paths))


def _shown(paths: Iterable[str]) -> str:
    paths = list(paths)
    lines = [f"- {code_span(path)}" for path in paths[:_MOST_LEFT_OUT]]
    if len(paths) > _MOST_LEFT_OUT:
        lines.append(f"- and {len(paths) - _MOST_LEFT_OUT} more")
    return "\n".join(lines)
