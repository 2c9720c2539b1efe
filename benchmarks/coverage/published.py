"""What the reference pages of a folder declare, module by module."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import PurePosixPath

from benchmarks.second_check.inline import read_inline
from benchmarks.second_check.markdown import Document, Row, words
from benchmarks.second_check.site import Site

_MODULE_MAP = re.compile(r"(?:^|/)reference/module-map[\w-]*\.md$")
_PRODUCED = frozenset({"Parameter", "Package", "Module", "Test file", "Option", "Method", "Path"})
"""Heads of tables whose rows are no definitions."""
_GENERIC = re.compile(r"<[^<>]*>")
_VARIABLE = re.compile(r"^(?:export |pub |declare )*(?:const|var|let|val)\s+([^\W\d]\w*)\b")
_NAME = re.compile(r"^(?:\w+(?:\.|::|#))*(?:\w+[?!=]?|[^\w\s.:#]+)$")
_RECEIVER = re.compile(r"^func\s*\([^)]*\)\s*")


@dataclass
class Published:
    """The names that stand as heading or in a table, by the module that they are said to be of."""

    names: dict[str, set[str]] = field(default_factory=dict)
    listed: set[str] = field(default_factory=set)
    """The paths to which the module map leads, by its own link or by a page about them."""
    left_out: set[str] = field(default_factory=set)


def read_published(site: Site) -> Published:
    """Read the reference pages."""
    published = Published()
    for page, document in site.pages.items():
        if page.startswith("reference/"):
            for path, name in _declared(site, page, document):
                published.names.setdefault(path, set()).add(name)
    for page, document in site.pages.items():
        if _MODULE_MAP.search(page):
            published.listed |= set(_listed(site, page, document))
            published.left_out |= set(_left_out(site, document))
    return published


def _declared(site: Site, page: str, document: Document) -> Iterator[tuple[str, str]]:
    """Go down a page; a heading that is a path, or a link to a source, begins a module."""
    found: list[tuple[int, str, str]] = []
    for heading in document.headings:
        kind = "module" if heading.text in site.commit.files else "name"
        found.append((heading.line, kind, heading.text))
    for placed in document.links:
        if placed.link.text == "Source":
            target = site.resolve(page, placed.link.target)
            found.append((placed.line, "module", target.path))
    found += [(line, "name", name) for line, name in _enumerated(document)]
    for row in document.rows:
        found += [(row.line, "name", name) for name in _row_names(row)]
    module = ""
    for _, kind, text in sorted(found, key=lambda each: each[0]):
        if kind == "module":
            module = text
            yield module, ""
        elif module:
            yield module, plain_name(text)


def _enumerated(document: Document) -> Iterator[tuple[int, str]]:
    """Read the lists of constants that are too long for a table: links with nothing but names."""
    lines = {block.line for block in document.prose if block.text.startswith("**")}
    for placed in document.links:
        if placed.line in lines and len(placed.link.code) == 1:
            yield placed.line, placed.link.code[0]


def _row_names(row: Row) -> Iterator[str]:
    if row.quoted or not row.head or row.head[0] in _PRODUCED:
        return
    for column, cell in zip(row.head, row.cells, strict=False):
        if column == row.head[0] or column == "Fields":
            for _, code in read_inline(cell).codes:
                yield from (plain_name(part) for part in _parts(code))


def _parts(code: str) -> Iterator[str]:
    """Several names may be declared at once, as in Go's `A, B = 1, 2`."""
    head = code.partition("=")[0]
    simple = re.fullmatch(r"[\w\s,.]+", head) and not _NAME.match(code)
    yield from head.split(",") if simple else [code]


def plain_name(declaration: str) -> str:
    """Take the declared name out of a declaration: what stands before its type and value."""
    if _NAME.match(declaration.strip()):
        return re.sub("::|#", ".", declaration.strip())
    if variable := _VARIABLE.match(declaration.strip()):
        return variable.group(1)
    text = _RECEIVER.sub("", declaration.strip())
    while _GENERIC.search(text) and not re.search(r"\.?<[=<>]*$", text):
        text = _GENERIC.sub("", text)
    text = text.replace("::", ".").replace("#", ".")
    head = re.split(r"\s[:=]|[(=:{\[]", text)[0].strip() or text
    last = head.split()[-1] if head.split() else ""
    return last.strip("*&;, ").removesuffix("()") or text.strip()


def _listed(site: Site, page: str, document: Document) -> Iterator[str]:
    for placed in document.links:
        target = site.resolve(page, placed.link.target)
        if target.kind == "source":
            yield target.path
        elif target.kind == "page" and target.path in site.pages:
            yield from _of_row(site, placed.line, placed.link.text, document)


def _of_row(site: Site, line: int, text: str, document: Document) -> Iterator[str]:
    """Put the name of a row below the heading of its folder."""
    above = [heading.text for heading in document.headings if heading.line < line]
    folder = above[-1].strip("/ ") if above else ""
    for path in (str(PurePosixPath(folder) / text), text):
        if path in site.commit.files:
            yield path


def _left_out(site: Site, document: Document) -> Iterator[str]:
    start = next((each.line for each in document.headings if each.text == "Left out"), None)
    if start is None:
        return
    for code in document.codes:
        if code.line > start:
            yield from (path for path in site.commit.files if _is_at(path, code.text))


def _is_at(path: str, place: str) -> bool:
    return path == place or (place.endswith("/") and path.startswith(place))


def last_part(name: str) -> str:
    """Give the part of a dotted name that stands alone; an operator has no words."""
    return name.rpartition(".")[2] if any(words(name)) else name
