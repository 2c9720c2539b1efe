"""Pages about the whole: module map, dependencies with the imports drawn, tests."""

import posixpath
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence

from app.domain.code.facts import FileFacts, Manifest, RepositoryFacts
from app.domain.wiki.brief_modules import main_symbols
from app.domain.wiki.diagrams import cycles, import_diagram
from app.domain.wiki.markdown import slug
from app.domain.wiki.navigation import MODULES, way
from app.domain.wiki.page import PageSpec
from app.domain.wiki.prose import code_span, escape
from app.domain.wiki.reference_api import public_symbols
from app.domain.wiki.reference_sheet import Sheet, filled_table
from app.domain.wiki.render import mermaid
from app.domain.wiki.roles import is_product, is_test
from app.domain.wiki.surface import offers

_MOST_NAMES = 3
_MOST_SILENT = 2
"""More tests of a folder than this, if nothing is said of them, share a line of the map."""
_MOST_TEST_FILES = 300
_MOST_CYCLES = 10
_MOST_MEMBERS = 8
_MOST_LEFT_OUT = 100


def write_module_map(sheet: Sheet, pages: Sequence[PageSpec]) -> None:
    """List every source file below its folder, linked to where its names are described."""
    homes = {
        path: way(sheet.spec.path, page.path) + anchor
        for page in pages
        if page.section == MODULES
        for path, anchor in _anchors(sheet.facts, page)
    }
    folders: dict[str, list[str]] = defaultdict(list)
    for path in sheet.facts.files:
        folders[posixpath.dirname(path)].append(path)
    for folder, files in sorted(folders.items(), key=lambda item: reading_order(*item)):
        _head_folder(sheet, folder)
        silent = [path for path in files if is_test(path) and not sheet.facts.files[path].doc]
        silent = silent if len(silent) > _MOST_SILENT else []
        rows = [
            (_module_link(sheet, path, homes), _sentence(sheet, path), str(file.lines))
            for path, file in ((each, sheet.facts.files[each]) for each in files)
            if path not in silent
        ]
        sheet.add(filled_table(("Module", "What it is", "Lines"), rows))
        if silent:
            links = ", ".join(_module_link(sheet, path, homes) for path in silent)
            sheet.add(f"Tests without a word about themselves: {links}")
    _write_gaps(sheet)


def reading_order(folder: str, files: Iterable[str]) -> tuple[bool, str]:
    """Sort the folders of the product before those of examples, tests and scripts."""
    return not any(is_product(path) for path in files), folder


def write_dependencies(sheet: Sheet) -> None:
    """List what each manifest asks for, and draw who imports whom."""
    for manifest in sorted(sheet.facts.manifests, key=_nearness):
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
        sheet.add(filled_table(("Package", "Version", "Group"), rows))
    _write_imports(sheet)


def write_tests(sheet: Sheet) -> None:
    """Tell how many tests each folder has, and which files of it hold them."""
    folders: dict[str, list[str]] = defaultdict(list)
    for path in test_files(sheet.facts):
        folders[posixpath.dirname(path)].append(path)
    counts = {path: _test_count(path, sheet.facts) for paths in folders.values() for path in paths}
    sheet.add(_extent(list(counts.values())))
    if len(counts) > _MOST_TEST_FILES:
        rows = [
            (code_span(f"{folder}/"), str(len(files)), _some(sum(counts[each] for each in files)))
            for folder, files in sorted(folders.items())
        ]
        sheet.add(filled_table(("Folder", "Files", "Tests"), rows))
        return
    for folder, files in sorted(folders.items()):
        _head_folder(sheet, folder)
        rows = [
            (sheet.link(path), sheet.words(sheet.facts.files[path].doc), _some(counts[path]))
            for path in files
        ]
        sheet.add(filled_table(("Test file", "In its own words", "Tests"), rows))


def test_files(facts: RepositoryFacts) -> list[str]:
    """List the files that hold tests or help them, and those of the product with tests inside."""
    return [path for path, file in facts.files.items() if is_test(path) or file.tests]


def _write_imports(sheet: Sheet) -> None:
    """Draw who imports whom, and name what goes in circles."""
    diagram = import_diagram(sheet.facts)
    if diagram is None:
        return
    sheet.head(diagram.title, 2, record=True)
    sheet.add(f"```mermaid\n{mermaid(diagram)}\n```")
    sheet.add(escape(diagram.note))
    groups = cycles(sheet.facts)
    if groups:
        sheet.head("Circles of imports", 2, record=True)
        sheet.add("Each of these groups imports itself in a circle; imports for types alone count.")
        lines = [f"- {_members(sheet, group)}" for group in groups[:_MOST_CYCLES]]
        more = len(groups) - len(lines)
        sheet.add("\n".join([*lines, *([f"- and {more} more"] if more else [])]))


def _head_folder(sheet: Sheet, folder: str) -> None:
    """Begin the part about a folder; the contents show it below the folder that holds it."""
    above, name = posixpath.split(folder)
    listed = f"{above}/" if above else "Folders"
    label = f"{name}/" if folder else "Top level"
    sheet.head(f"{folder}/" if folder else label, 2, listed=listed, label=label)


def _members(sheet: Sheet, group: Sequence[str]) -> str:
    shown = ", ".join(sheet.named_link(path, path) for path in group[:_MOST_MEMBERS])
    return f"{shown} and {len(group) - _MOST_MEMBERS} more" if len(group) > _MOST_MEMBERS else shown


def _sentence(sheet: Sheet, path: str) -> str:
    """Say what a file is in its own first sentence or, if it has none, by what it defines."""
    words = sheet.words(sheet.facts.files[path].doc)
    if words:
        return words
    names = [each.name for each in main_symbols(path, sheet.facts)]
    names = names or [each.short_name for each in public_symbols(path, sheet.facts)]
    if names:
        return _listed("Defines", list(dict.fromkeys(names)))
    offered = [each.name for each in offers(path, sheet.facts)]
    return _listed("Offers", offered) if offered else _inside(sheet.facts.files[path])


def _inside(file: FileFacts) -> str:
    """Say what is in a file that has nothing for others."""
    if file.tests:
        return f"{len(file.tests)} tests" if len(file.tests) > 1 else "one test"
    names = dict.fromkeys(each.name.partition(".")[0] for each in file.symbols)
    return _listed("Holds", list(names)) if names else ""


def _listed(verb: str, names: Sequence[str]) -> str:
    shown = ", ".join(code_span(name) for name in names[:_MOST_NAMES])
    more = len(names) - _MOST_NAMES
    return f"{verb} {shown} and {more} more" if more > 0 else f"{verb} {shown}"


def _module_link(sheet: Sheet, path: str, homes: Mapping[str, str]) -> str:
    target = homes.get(path) or _target_of(sheet.link(path))
    return f"[{code_span(posixpath.basename(path))}]({target})"


def _anchors(facts: RepositoryFacts, page: PageSpec) -> Iterator[tuple[str, str]]:
    """Tell each file's anchor on its page; none if another heading of the page could take it."""
    names = [symbol.name for each in page.subjects for symbol in public_symbols(each, facts)]
    rivals = Counter(slug(text) for text in (page.title, *page.subjects, *names))
    for path in page.subjects:
        is_own = len(page.subjects) > 1 and rivals[slug(path)] == 1
        yield path, f"#{slug(path)}" if is_own else ""


def _target_of(link: str) -> str:
    return link.rpartition("](")[2].removesuffix(")")


def _nearness(manifest: Manifest) -> tuple[bool, int, str]:
    """Put the product's manifests first, the one at the top before all."""
    return not is_product(manifest.path), manifest.path.count("/"), manifest.path


def _about(sheet: Sheet, manifest: Manifest) -> str:
    told = [
        f"Package {escape(manifest.name)}" if manifest.name else "",
        f"version {code_span(manifest.version)}" if manifest.version else "",
        f"needs {manifest.ecosystem} {code_span(manifest.requires)}" if manifest.requires else "",
        f"licence {escape(manifest.license)}" if manifest.license else "",
        sheet.link(manifest.path),
    ]
    return ", ".join(filter(None, told))


def _test_count(path: str, facts: RepositoryFacts) -> int:
    """Count a file's tests; where no runner's form is known, the names that begin as tests do."""
    file = facts.files[path]
    if file.tests or not is_test(path):
        return len(file.tests)
    names = [symbol.short_name.lower() for symbol in file.symbols]
    return sum(name.startswith("test") for name in names)


def _some(count: int) -> str:
    return str(count) if count else ""


def _extent(counts: Sequence[int]) -> str:
    """Say how many tests there are, unless those of most files could not be counted."""
    is_counted = sum(1 for count in counts if count) * 2 >= len(counts)
    told = f"{sum(counts)} tests in " if is_counted and sum(counts) > 1 else ""
    return f"{told}{len(counts)} files." if len(counts) != 1 else f"{told}one file."


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
