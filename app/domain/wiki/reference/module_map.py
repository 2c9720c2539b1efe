"""The module map: every source file in its own words, on one page or, of many files, on several."""

import posixpath
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence

from app.domain.code.facts import FileFacts, RepositoryFacts
from app.domain.wiki.markdown import slug
from app.domain.wiki.narrative.brief_modules import main_symbols
from app.domain.wiki.navigation import MODULE_MAP, MODULES, way
from app.domain.wiki.page import PageSpec
from app.domain.wiki.reference.api import public_symbols
from app.domain.wiki.reference.sheet import Sheet, filled_table
from app.domain.wiki.roles import is_product, is_test
from app.domain.wiki.surface import offers
from app.domain.wiki.words.prose import code_span, escape

_MOST_LINES = 600
"""A map of more lines has parts."""
_FEWEST_LINES = 100
"""A folder of fewer lines stays with the folder around it."""
_LINES_OF_FOLDER = 6
_MOST_NAMES = 3
_MOST_SILENT = 2
"""More tests of a folder than this, if nothing is said of them, share a line of the map."""
_MOST_LEFT_OUT = 100


def map_parts(facts: RepositoryFacts) -> list[tuple[str, tuple[str, ...]]]:
    """List the folders that have a page of the map for themselves, with the files on it."""
    parts = [part for part in _parts("", tuple(facts.files)) if part[0] and part[1]]
    return sorted(parts, key=lambda part: reading_order(*part))


def write_module_map(sheet: Sheet, pages: Sequence[PageSpec]) -> None:
    """List every source file below its folder, linked to where its names are described."""
    homes = {
        path: way(sheet.spec.path, page.path) + anchor
        for page in pages
        if page.section == MODULES
        for path, anchor in _anchors(sheet.facts, page)
    }
    own = sheet.spec.subjects or _write_index(sheet, pages)
    folders: dict[str, list[str]] = defaultdict(list)
    for path in own:
        folders[posixpath.dirname(path)].append(path)
    for folder, files in sorted(folders.items(), key=lambda item: reading_order(*item)):
        head_folder(sheet, folder)
        silent = [path for path in files if is_test(path) and not sheet.facts.files[path].doc]
        silent = silent if len(silent) > _MOST_SILENT else []
        rows = [
            (_module_link(sheet, path, homes), _sentence(sheet, path))
            for path in files
            if path not in silent
        ]
        # No number of lines: it would change the map with nearly every commit.
        sheet.add(filled_table(("Module", "What it is"), rows))
        if silent:
            links = ", ".join(_module_link(sheet, path, homes) for path in silent)
            sheet.add(f"Tests without a word about themselves: {links}")
    if sheet.spec.id == MODULE_MAP:
        _write_gaps(sheet)


def reading_order(folder: str, files: Iterable[str]) -> tuple[bool, str]:
    """Sort the folders of the product before those of examples, tests and scripts."""
    return not any(is_product(path) for path in files), folder


def head_folder(sheet: Sheet, folder: str) -> None:
    """Begin the part about a folder; the contents show it below the folder that holds it."""
    above, name = posixpath.split(folder)
    listed = f"{above}/" if above else "Folders"
    label = f"{name}/" if folder else "Top level"
    sheet.head(f"{folder}/" if folder else label, 2, listed=listed, label=label)


def _parts(folder: str, files: Sequence[str]) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Divide the files of a folder until each part fits on a page, or has no large folder."""
    below: dict[str, list[str]] = defaultdict(list)
    for path in files if _length(files) > _MOST_LINES else ():
        first, slash, _ = path.removeprefix(f"{folder}/" if folder else "").partition("/")
        below[posixpath.join(folder, first) if slash else folder].append(path)
    large = {
        name: inner
        for name, inner in below.items()
        if name != folder and _length(inner) > _FEWEST_LINES
    }
    taken = {path for inner in large.values() for path in inner}
    yield folder, tuple(path for path in files if path not in taken)
    for name, inner in large.items():
        yield from _parts(name, inner)


def _length(files: Sequence[str]) -> int:
    return len(files) + _LINES_OF_FOLDER * len({posixpath.dirname(path) for path in files})


def _write_index(sheet: Sheet, pages: Sequence[PageSpec]) -> list[str]:
    """List the parts of the map; return the files that are in none of them."""
    parts = [page for page in pages if page.subjects and page.section != MODULES]
    rows = [
        (
            f"[{escape(page.title)}]({way(sheet.spec.path, page.path)})",
            str(len(page.subjects)),
        )
        for page in parts
    ]
    sheet.add(filled_table(("Part of the map", "Files"), rows))
    taken = {path for page in parts for path in page.subjects}
    return [path for path in sheet.facts.files if path not in taken]


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
