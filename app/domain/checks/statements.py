"""What a page of ours says in one piece: a row, an item, a paragraph, with all that it names."""

import re
from collections.abc import Iterator, Sequence

from markdown_it.tree import SyntaxTreeNode

from app.domain.checks.site import Place, Site, SitePage
from app.domain.wiki.markdown import line_of, plain_text

Problem = tuple[str, int, str]
"""Rule, line and message."""

_LABEL = re.compile(r"(?P<path>[^\s:]*[^\s:/]/?)(?::(?P<line>\d+))?")


class Cited:
    """A link to a place of the repository, as it is shown."""

    def __init__(self, text: str, place: Place, line: int) -> None:
        self.text = text
        self.place = place
        self.line = line


class Cell:
    """A cell of a table."""

    def __init__(self, node: SyntaxTreeNode, page: SitePage, site: Site) -> None:
        self.text = plain_text(node)
        self.spans = [each.content for each in node.walk() if each.type == "code_inline"]
        self.places = places_in(node, page, site)

    @property
    def is_list(self) -> bool:
        """Say whether it holds nothing but names, one after another."""
        rest = self.text
        for span in self.spans:
            rest = rest.replace(span, "", 1)
        return bool(self.spans) and not rest.strip(" ,…")


class Row:
    """A row of a table, with the heads of its columns."""

    def __init__(self, heads: Sequence[str], cells: Sequence[Cell], line: int) -> None:
        self.heads = list(heads)
        self.cells = cells
        self.line = line
        self.cited = [cited for cell in cells for cited in cell.places if cited.place.first]

    @property
    def columns(self) -> list[tuple[str, Cell]]:
        """Give each cell with the head of its column."""
        return list(zip(self.heads, self.cells, strict=False))

    def cell(self, head: str) -> Cell | None:
        """Return the cell of a column."""
        return next((cell for name, cell in self.columns if name == head), None)


def rows_of(table: SyntaxTreeNode, page: SitePage, site: Site) -> list[Row]:
    """Take a table apart."""
    lines = [node for node in table.walk() if node.type == "tr"]
    heads = [plain_text(cell) for cell in lines[0].children] if lines else []
    return [
        Row(heads, [Cell(cell, page, site) for cell in node.children], line_of(node))
        for node in lines[1:]
    ]


def only_places(node: SyntaxTreeNode | None, page: SitePage, site: Site) -> list[Cited]:
    """Return the places of a paragraph that is nothing but links to lines; captions have more."""
    if node is None or node.type != "paragraph":
        return []
    parts = node.children[0].children
    is_bare = all(
        part.type == "link" or (part.type in ("text", "softbreak") and part.content in ("", ", "))
        for part in parts
    )
    return [each for each in places_in(node, page, site) if each.place.first] if is_bare else []


def places_in(node: SyntaxTreeNode, page: SitePage, site: Site) -> list[Cited]:
    """List the links to places of the repository below a node."""
    return list(_places(node, page, site))


def label_problem(cited: Cited) -> str | None:
    """Find a link whose text names another file or another line than it leads to."""
    label = _LABEL.fullmatch(cited.text.strip())
    if label is None or not _is_file_name(label["path"], label["line"]):
        return None
    path, named = cited.place.path.rstrip("/"), label["path"].strip("/")
    if path != named and not path.endswith(f"/{named}"):
        return f"the link says `{cited.text}` and leads to `{path}`"
    if label["line"] and int(label["line"]) != cited.place.first:
        return f"the link says line {label['line']} and leads to line {cited.place.first}"
    return None


def _is_file_name(name: str, line: str | None) -> bool:
    return bool(line) or "/" in name or "." in name.strip(".")


def _places(node: SyntaxTreeNode, page: SitePage, site: Site) -> Iterator[Cited]:
    for each in node.walk():
        if each.type == "link":
            place = site.place(page, str(each.attrs.get("href", "")))
            if place is not None and place.path:
                yield Cited(plain_text(each), place, line_of(each))
