"""A small reader of Markdown pages: blocks by lines, then what is inside them.

It knows what generated pages and quoted READMEs are made of: front matter, headings, paragraphs,
lists, tables, quotations, fences, indented code, comments. It is written for this checker alone.
"""

import html
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from benchmarks.second_check.inline import Link, read_inline

_FENCE = re.compile(r"^(\s*)(`{3,}(?=[^`]*$)|~{3,})\s*(.*)$")
_HEADING = re.compile(r"^ {0,3}(#{1,6})(?:\s+(.*?))?(?:\s+#+)?\s*$")
_SETEXT = re.compile(r"^ {0,3}(=+|-+)\s*$")
_QUOTE = re.compile(r"^ {0,3}> ?")
_ITEM = re.compile(r"^\s*(?:[-*+]|\d{1,9}[.)])(?:\s+|$)")
_DEFINITION = re.compile(r"^ {0,3}\[([^\]]+)\]:\s*<?(\S*?)>?(?:\s+[\"'(].*)?$")
_ROW = re.compile(r"^\s*\|")
_RULER = re.compile(r"^\s*\|(?:\s*:?-+:?\s*\|)+\s*$")
_SETTING = re.compile(r"^[A-Za-z_][\w-]*:(?: .*)?$|^\s+\S|^- ")

Line = tuple[int, str]


@dataclass(frozen=True)
class Place:
    """A text at a line of the page; `quoted` when it stands in a quotation."""

    line: int
    text: str
    quoted: bool = False


@dataclass(frozen=True)
class PlacedLink:
    """A link at a line of the page."""

    line: int
    link: Link
    quoted: bool = False


@dataclass(frozen=True)
class Fence:
    """A fenced block; `before` is the nearest line of prose above it."""

    line: int
    info: str
    body: tuple[str, ...]
    before: str
    quoted: bool = False
    closed: bool = True
    end: int = 0
    """The line of its closing mark."""


@dataclass(frozen=True)
class Row:
    """A row of a table, with the cells of the table's head."""

    line: int
    head: tuple[str, ...]
    cells: tuple[str, ...]
    quoted: bool = False


@dataclass
class Document:
    """All that a page holds."""

    rows: list[Row] = field(default_factory=list)
    front: list[Place] = field(default_factory=list)
    """The lines of the front matter."""
    strays: list[Place] = field(default_factory=list)
    """Backticks without a partner, unless they are escaped."""
    headings: list[Place] = field(default_factory=list)
    links: list[PlacedLink] = field(default_factory=list)
    codes: list[Place] = field(default_factory=list)
    comments: list[Place] = field(default_factory=list)
    tags: list[Place] = field(default_factory=list)
    fences: list[Fence] = field(default_factory=list)
    prose: list[Place] = field(default_factory=list)
    """Each block's text as a reader sees it, without its code spans."""

    def anchors(self) -> set[str]:
        """Compute the anchors of all headings as GitHub does, with `-1`, `-2` for repeated ones."""
        used: dict[str, int] = {}
        for heading in self.headings:
            base = slug(heading.text)
            anchor = base
            while anchor in used:
                used[base] += 1
                anchor = f"{base}-{used[base]}"
            used[anchor] = 0
        return set(used)


def slug(heading: str) -> str:
    """Make the anchor of a heading's plain text."""
    return re.sub(r"[^\w\- ]", "", heading.strip().lower()).replace(" ", "-")


def plain_heading(source: str) -> str:
    """Give a heading's text without its marks."""
    verbatim = re.compile(r"(`+)(.+?)\1|\\([!-/:-@\[-`{-~])")
    spans = [match.group(2) or match.group(3) for match in verbatim.finditer(source)]
    text = read_inline(verbatim.sub("\0", source)).plain
    text = re.sub(r"(\*{1,3})(\S(?:.*?\S)?)\1", r"\2", text)
    text = re.sub(r"(?<!\w)(_{1,3})(\S(?:.*?\S)?)\1(?!\w)", r"\2", text)
    text = html.unescape(text)
    for span in spans:
        text = text.replace("\0", span, 1)
    return text


def read_markdown(text: str) -> Document:
    """Read a page."""
    document = Document()
    lines = list(enumerate(text.split("\n"), 1))
    _Blocks(document, quoted=False).read(_after_front_matter(document, lines))
    return document


def _after_front_matter(document: Document, lines: list[Line]) -> list[Line]:
    """Take the settings that a site generator reads off the head of a page."""
    ends = [number for number, text in lines[1:] if text.rstrip() == "---"]
    if lines[0][1].rstrip() != "---" or not ends:
        return lines
    front = lines[1 : ends[0] - 1]
    if not all(_SETTING.match(text) for _, text in front):
        return lines
    document.front += [Place(number, text) for number, text in front]
    return lines[ends[0] :]


class _Blocks:
    """Cuts lines into blocks and reads each."""

    def __init__(self, document: Document, *, quoted: bool) -> None:
        self.document = document
        self.quoted = quoted
        self.paragraph: list[Line] = []
        self.in_list = False
        self.before = ""
        self.head: tuple[str, ...] = ()

    def read(self, lines: Sequence[Line]) -> None:
        at = 0
        while at < len(lines):
            at = self._block(lines, at)
        self._flush()

    def _block(self, lines: Sequence[Line], at: int) -> int:
        text = lines[at][1]
        if not _ROW.match(text):
            self.head = ()
        if not text.strip():
            self._flush()
            return at + 1
        if _FENCE.match(text) and self._may_begin(text):
            return self._fence(lines, at)
        if _QUOTE.match(text):
            return self._quotation(lines, at)
        if text.lstrip().startswith("<!--"):
            return self._comment(lines, at)
        if not self._is_indented_code(text):
            self._prose(lines[at])
        return at + 1

    def _may_begin(self, text: str) -> bool:
        return self.in_list or not text.startswith("    ")

    def _is_indented_code(self, text: str) -> bool:
        return text.startswith("    ") and not self.in_list and not self.paragraph

    def _prose(self, line: Line) -> None:
        number, text = line
        heading = _HEADING.match(text)
        if heading:
            self._flush()
            self._heading(number, heading.group(2) or "")
        elif self.paragraph and not self.in_list and _SETEXT.match(text):
            source = " ".join(part for _, part in self.paragraph)
            self._flush()
            self._heading(number, source, seen=True)
        elif _ROW.match(text):
            self._flush()
            self._row(number, text)
        elif definition := _DEFINITION.match(text):
            link = Link(0, definition.group(1), definition.group(2))
            self.document.links.append(PlacedLink(number, link, self.quoted))
        else:
            self._continue(line)

    def _row(self, number: int, text: str) -> None:
        cells = tuple(
            cell.strip().replace("\\|", "|") for cell in re.split(r"(?<!\\)\|", text.strip())[1:-1]
        )
        if not self.head:
            self.head = cells
        elif not _RULER.match(text):
            self.document.rows.append(Row(number, self.head, cells, self.quoted))
        self._inside([(number, text.replace("\\|", "|"))])

    def _continue(self, line: Line) -> None:
        item = _ITEM.match(line[1])
        if item:
            self._flush()
            self.in_list = True
        elif not self.paragraph and not line[1].startswith(" "):
            self.in_list = False
        self.paragraph.append(line)

    def _heading(self, number: int, source: str, *, seen: bool = False) -> None:
        self.in_list = False
        self.before = source
        self.document.headings.append(Place(number, plain_heading(source), self.quoted))
        if not seen:
            self._inside([(number, source)])

    def _flush(self) -> None:
        if self.paragraph:
            self._inside(self.paragraph)
            self.before = self.paragraph[-1][1]
        self.paragraph = []

    def _inside(self, lines: Sequence[Line]) -> None:
        source = "\n".join(text for _, text in lines)
        found = read_inline(source)
        self.before = lines[-1][1]

        def line_of(offset: int) -> int:
            return lines[source.count("\n", 0, offset)][0]

        document, quoted = self.document, self.quoted
        document.links += [PlacedLink(line_of(link.offset), link, quoted) for link in found.links]
        document.codes += [Place(line_of(at), code, quoted) for at, code in found.codes]
        document.comments += [Place(line_of(at), text, quoted) for at, text in found.comments]
        document.prose.append(Place(lines[0][0], found.plain, quoted))
        document.tags += [Place(line_of(at), text, quoted) for at, text in found.tags]
        document.strays += [Place(line_of(at), "`", quoted) for at in found.strays]

    def _fence(self, lines: Sequence[Line], at: int) -> int:
        self._flush()
        number, opener = lines[at]
        match = _FENCE.match(opener)
        indent, mark, info = match.groups() if match else ("", "```", "")
        closing = re.compile(rf"^\s*{re.escape(mark[0])}{{{len(mark)},}}\s*$")
        end = at + 1
        while end < len(lines) and not closing.match(lines[end][1]):
            end += 1
        body = tuple(_unindent(text, len(indent)) for _, text in lines[at + 1 : end])
        self.document.fences.append(
            Fence(
                number,
                info.strip(),
                body,
                self.before,
                self.quoted,
                closed=end < len(lines),
                end=lines[min(end, len(lines) - 1)][0],
            )
        )
        return end + 1

    def _quotation(self, lines: Sequence[Line], at: int) -> int:
        self._flush()
        end = at
        while end < len(lines) and _QUOTE.match(lines[end][1]):
            end += 1
        inner = [(number, _QUOTE.sub("", text, count=1)) for number, text in lines[at:end]]
        reader = _Blocks(self.document, quoted=True)
        reader.read(inner)
        self.before = reader.before
        return end

    def _comment(self, lines: Sequence[Line], at: int) -> int:
        self._flush()
        end = at
        while end < len(lines) - 1 and "-->" not in lines[end][1]:
            end += 1
        text = "\n".join(part for _, part in lines[at : end + 1])
        comment, _, rest = text.partition("-->")
        self.document.comments.append(Place(lines[at][0], f"{comment}-->", self.quoted))
        if rest.strip():
            self._inside([(lines[end][0], rest)])
        return end + 1


def _unindent(text: str, width: int) -> str:
    head = text[:width]
    return text[width:] if not head.strip() else text.lstrip()


def words(text: str) -> Iterator[str]:
    """List the identifier-like words of a text."""
    for match in re.finditer(r"[^\W\d]\w*", text):
        yield match.group()
