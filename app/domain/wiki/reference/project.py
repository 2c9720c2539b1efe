"""Pages about the whole: module map, dependencies with the imports drawn, tests."""

import posixpath
from collections import defaultdict
from collections.abc import Sequence

from app.domain.code.facts import Depth, Manifest, RepositoryFacts
from app.domain.code.symbol import SymbolKind
from app.domain.wiki.reference.diagrams import cycles, import_diagram
from app.domain.wiki.reference.module_map import head_folder
from app.domain.wiki.reference.sheet import Sheet, filled_table
from app.domain.wiki.render import mermaid
from app.domain.wiki.roles import is_product, is_test
from app.domain.wiki.words.prose import code_span, escape

_CALLABLE = frozenset({SymbolKind.FUNCTION, SymbolKind.METHOD})
_MOST_TEST_FILES = 300
_MOST_CYCLES = 10
_MOST_MEMBERS = 8


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
        head_folder(sheet, folder)
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


def _members(sheet: Sheet, group: Sequence[str]) -> str:
    shown = ", ".join(sheet.named_link(path, path) for path in group[:_MOST_MEMBERS])
    return f"{shown} and {len(group) - _MOST_MEMBERS} more" if len(group) > _MOST_MEMBERS else shown


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
    """Count a file's tests; where names alone are read, the callables that are named as tests."""
    file = facts.files[path]
    if file.tests or not is_test(path) or file.depth is not Depth.NAMES:
        return len(file.tests)
    called = [each for each in file.symbols if each.kind in _CALLABLE]
    return sum(each.short_name.lower().startswith("test") for each in called)


def _some(count: int) -> str:
    return str(count) if count else ""


def _extent(counts: Sequence[int]) -> str:
    """Say how many tests there are, unless those of most files could not be counted."""
    is_counted = sum(1 for count in counts if count) * 2 >= len(counts)
    told = f"{sum(counts)} tests in " if is_counted and sum(counts) > 1 else ""
    return f"{told}{len(counts)} files." if len(counts) != 1 else f"{told}one file."
