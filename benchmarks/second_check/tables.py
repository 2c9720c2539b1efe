"""Is what the rows of a table say written in the lines to which they link?"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from benchmarks.second_check.commit import Commit
from benchmarks.second_check.fences import lost_separator, squeeze, squeeze_code
from benchmarks.second_check.inline import read_inline
from benchmarks.second_check.markdown import Row, words
from benchmarks.second_check.places import places_alone, source_places, text_at
from benchmarks.second_check.site import Finding, Site, Target

_FLAG = re.compile(r"^-{1,2}[\w?-]+")
_OPERATOR = re.compile(r"^[\w.]*\.([^\w\s.]+)$")
_SPAN = 16
"""A link to the first line of an option or a route speaks of what continues it, too."""
_VALUES = frozenset({"Default", "Path", "Declaration"})
"""Columns whose values stand in the linked lines as they are."""


def check_tables(site: Site, page: str) -> Iterator[Finding]:
    """Judge every row outside quotations."""
    for row in site.pages[page].rows:
        if row.quoted or not row.cells:
            continue
        if len(row.cells) != len(row.head):
            message = f"the row has {len(row.cells)} cells, its head {len(row.head)}"
            yield Finding(page, row.line, "table", message)
        elif row.head[0] in ("Module", "Test file"):
            yield from _check_lines(site, page, row)
        else:
            yield from _check_row(site, page, row)


def _check_row(site: Site, page: str, row: Row) -> Iterator[Finding]:
    if row.head[0] == "Parameter":
        places = _place_above(site, page, row.line)
        text = text_at(site.commit, places, above=True)
    else:
        places = list(source_places(site, page, row.cells[-1]))
        text = text_at(site.commit, [_longer(place) for place in places])
        text += " ".join(f" {place.path}" for place in places)
    if not places:
        return
    if row.head[0] == "Parameter" and read_inline(row.cells[0]).links:
        message = f"a parameter is linked as if it were a symbol: {row.cells[0]}"
        yield Finding(page, row.line, "parameter-link", message)
    yield from _missing_names(page, row, text)
    for column, cell in zip(row.head, row.cells, strict=True):
        if column in _VALUES or (column == "Type" and row.head[0] == "Parameter"):
            yield from _missing_values(page, row, cell, text)


def _longer(place: Target) -> Target:
    if place.lines is None or place.lines[0] != place.lines[1]:
        return place
    first = place.lines[0]
    return replace(place, fragment=f"L{first}-L{first + _SPAN}")


def _place_above(site: Site, page: str, line: int) -> list[Target]:
    """Find the definition that a table of parameters belongs to."""
    lines = site.lines[page]
    for at in range(line - 2, -1, -1):
        if lines[at].startswith("#"):
            return []
        if lines[at].startswith("[") and (places := places_alone(site, page, lines[at])):
            return places
    return []


def _missing_names(page: str, row: Row, text: str) -> Iterator[Finding]:
    for code in _codes(row.cells[0]):
        if not _holds_name(text, code):
            message = f"the linked lines do not hold the name in `{code}`"
            yield Finding(page, row.line, "row-name", message)


def _holds_name(text: str, code: str) -> bool:
    if "/" in code and not _FLAG.match(code):
        return True  # a path, which `check_names` judges
    if flag := _FLAG.match(code):
        # Some libraries make a flag from the name of a field.
        field = flag.group().lstrip("-").removeprefix("no-").replace("-", "_")
        return field in text.replace("-", "_")
    operator = _OPERATOR.search(code)
    if operator:
        return operator.group(1) in text
    named = list(words(re.split(r"[(=:<]", code.removeprefix("func "))[0]))
    return not named or named[-1] in set(words(text))


def _missing_values(page: str, row: Row, cell: str, text: str) -> Iterator[Finding]:
    optional = any(f"{name}?" in text for name in _codes(row.cells[0]))
    for code in _codes(cell):
        if row.head[0] == "Parameter" and (lost := lost_separator(code)):
            message = f"nothing separates the members of the type: {lost}"
            yield Finding(page, row.line, "row-value", message)
        shown = code.removesuffix("…").rstrip()
        if not _holds_value(text, shown) and not (optional and code == "undefined"):
            message = f"the linked lines do not hold `{code}`"
            yield Finding(page, row.line, "row-value", message)


def _holds_value(text: str, value: str) -> bool:
    """Search a value as it is, then without comments and the marks that layout may replace."""
    if squeeze(value) in squeeze(text):
        return True
    bare = re.sub("[;,]", "", squeeze_code(value))
    return bare in re.sub("[;,]", "", squeeze_code(text))


def _codes(cell: str) -> Sequence[str]:
    found = read_inline(cell)
    return [code for _, code in found.codes]


def _check_lines(site: Site, page: str, row: Row) -> Iterator[Finding]:
    """Hold the number of lines in the module map against the file."""
    if row.head[-1] != "Lines" or not row.cells[-1].isdigit():
        return
    paths = _paths_of(site, page, row)
    counted = {_count(site.commit, path) for path in paths}
    if not paths:
        yield Finding(page, row.line, "row-name", f"no file of the commit is {row.cells[0]}")
    elif int(row.cells[-1]) not in counted:
        message = f"{paths[0]} has {sorted(counted)} lines, not {row.cells[-1]}"
        yield Finding(page, row.line, "row-value", message)


def _paths_of(site: Site, page: str, row: Row) -> list[str]:
    """Find the file of a row: it is linked, or named below the heading of its folder."""
    linked = [place.path for place in source_places(site, page, row.cells[0])]
    if linked:
        return linked
    headings = [each for each in site.pages[page].headings if each.line < row.line]
    folder = headings[-1].text.strip("/ ") if headings else ""
    named = [f"{folder}/{code}".lstrip("/") for code in _codes(row.cells[0])]
    bare = _codes(row.cells[0])
    return [path for path in (*named, *bare) if path in site.commit.files]


def _count(commit: Commit, path: str) -> int:
    return len(commit.lines(path))
