"""Markdown as GitHub reads it: headings and their anchors, links, code spans, fences."""

import re
import unicodedata
from collections.abc import Generator, Iterable, Iterator, Sequence
from functools import cached_property
from typing import Self

from markdown_it import MarkdownIt
from markdown_it.tree import SyntaxTreeNode
from typing_extensions import override

from app.domain.value import Value

_BREAKS = re.compile(r"\r\n?|[\x0b\x0c\x1c-\x1e\x85\u2028\u2029]")
_INVISIBLE = frozenset({"Cc", "Cf", "Cs", "Co"})
_FILLERS = frozenset("\u115f\u1160\u3164\uffa0\u034f\u17b4\u17b5")
_UNSEEN = re.compile("[\u115f\u1160\u3164\uffa0\u034f\ufe00-\ufe0f\U000e0100-\U000e01ef]")
"""What counts as printable and shows nothing."""
_ROLE = re.compile(r"\{[\w:.+-]+\}$")
_TABLE = re.compile(r"^\| .*\n\| ---.*\n(?:\|.*\n)*", re.MULTILINE)
_ODD_ASCII = re.compile("[^0-9a-z _-]")
_WORDS = re.compile(r"[A-Za-z0-9 ./:,()-]+")
_ONE_SPAN = re.compile(r"`([^`\s](?:[^`\n]*[^`\s])?)`")
_COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)
_SELECTORS = re.compile("[\ufe00-\ufe0f\U000e0100-\U000e01ef]")
_PARSER = MarkdownIt("commonmark").enable(["table", "strikethrough"])
_BLOCK_PARSER = MarkdownIt("commonmark").enable("table").disable("inline")
_KINDS = {"image": "link", "html_block": "html", "html_inline": "html"}
"""Which nodes an outline lists together."""


class _Node(SyntaxTreeNode):
    """A node that the checks ask for its type and walk through many times."""

    @cached_property
    @override
    def type(self) -> str:
        return super().type

    @override
    def walk(self, *, include_self: bool = True) -> Generator[Self, None, None]:
        """Go through the tree in the order of the text, without a generator for each level."""
        rest = [self] if include_self else self.children[::-1]
        while rest:
            node = rest.pop()
            yield node
            rest.extend(node.children[::-1])


class Heading(Value):
    """A heading as a reader sees it, and the anchor that GitHub gives it."""

    level: int
    text: str
    anchor: str
    line: int


class Link(Value):
    """A link or an image."""

    target: str
    text: str
    line: int
    image: bool = False


class CodeSpan(Value):
    """Inline code."""

    text: str
    line: int
    quoted: bool = False
    """Whether it stands in a block quotation, somebody else's words, or belongs to a role of MyST,
    which names what it is in a way of its own."""


class Fence(Value):
    """A fenced code block."""

    info: str
    text: str
    line: int
    last_line: int


class Outline(Value):
    """What a page consists of, for those who check or split it."""

    headings: tuple[Heading, ...] = ()
    links: tuple[Link, ...] = ()
    spans: tuple[CodeSpan, ...] = ()
    fences: tuple[Fence, ...] = ()
    html_lines: tuple[int, ...] = ()
    """Lines with raw HTML other than comments."""


def clean(text: str) -> str:
    """Remove what a reader cannot see (bidi marks, zero width, tags, controls); unify line ends."""
    if text.replace("\n", "").replace("\t", "").isprintable() and not _UNSEEN.search(text):
        return text
    text = _SELECTORS.sub("", _BREAKS.sub("\n", text))
    return "".join(
        char
        for char in text
        if char in "\n\t" or (char not in _FILLERS and unicodedata.category(char) not in _INVISIBLE)
    )


def slug(text: str) -> str:
    """Return GitHub's anchor for a heading's text, before it is made unique."""
    if text.isascii():
        return _ODD_ASCII.sub("", text.strip().lower()).replace(" ", "-")
    kept = (char for char in text.strip().lower() if _stays(char))
    return "".join("-" if char == " " else char for char in kept)


def unique_slugs(texts: Iterable[str]) -> tuple[str, ...]:
    """Number repeated anchors as GitHub does: `usage`, `usage-1`, `usage-2`."""
    counts: dict[str, int] = {}
    anchors = []
    for text in texts:
        base = anchor = slug(text)
        while anchor in counts:
            counts[base] += 1
            anchor = f"{base}-{counts[base]}"
        counts[anchor] = 0
        anchors.append(anchor)
    return tuple(anchors)


def parse_page(markdown: str) -> SyntaxTreeNode:
    """Read what GitHub reads, as far as the checks need it."""
    return _Node(_PARSER.parse(markdown))


def read_headings(markdown: str) -> tuple[Heading, ...]:
    """Read a page's headings only, which is much faster than to read all of it."""
    bare = _TABLE.sub(lambda found: "\n" * found[0].count("\n"), markdown)
    tokens = _BLOCK_PARSER.parse(bare)
    opened = [place for place, token in enumerate(tokens) if token.type == "heading_open"]
    texts = [_heading_text(tokens[place + 1].content) for place in opened]
    return tuple(
        Heading(
            level=int(tokens[place].tag[1]),
            text=text,
            anchor=anchor,
            line=(tokens[place].map or [-1])[0] + 1,
        )
        for place, text, anchor in zip(opened, texts, unique_slugs(texts), strict=True)
    )


def _heading_text(markdown: str) -> str:
    """Return what a reader sees of a heading; most are plain words or one code span."""
    if _WORDS.fullmatch(markdown):
        return markdown
    code = _ONE_SPAN.fullmatch(markdown)
    return code[1] if code else plain_text(_Node(_PARSER.parseInline(markdown)))


def read_outline(markdown: str) -> Outline:
    """Take a page apart."""
    return outline_of(parse_page(markdown))


def outline_of(root: SyntaxTreeNode) -> Outline:
    """Take a parsed page apart."""
    found: dict[str, list[tuple[SyntaxTreeNode, int]]] = {}
    for node, line in _numbered(root):
        found.setdefault(_KINDS.get(node.type, node.type), []).append((node, line))
    headings = [node for node, _ in found.get("heading", ())]
    return Outline(
        headings=_headings(headings, [plain_text(node) for node in headings]),
        links=tuple(_link(node, line) for node, line in found.get("link", ())),
        spans=tuple(
            CodeSpan(text=node.content, line=line, quoted=_is_quoted(node) or _has_role(node))
            for node, line in found.get("code_inline", ())
        ),
        fences=tuple(_fence(node) for node, _ in found.get("fence", ())),
        html_lines=tuple(_html_lines(node for node, _ in found.get("html", ()))),
    )


def plain_text(node: SyntaxTreeNode) -> str:
    """Return what a reader sees of a node, without markup."""
    if node.type in ("text", "text_special", "code_inline"):
        return node.content
    if node.type in ("softbreak", "hardbreak"):
        return " "
    return "".join(plain_text(child) for child in node.children)


def line_of(node: SyntaxTreeNode) -> int:
    """Return the 1-based line of the block in which a node stands."""
    current: SyntaxTreeNode | None = node
    while current is not None:
        if not current.is_root and current.map:
            return current.map[0] + 1
        current = current.parent
    return 0


def _numbered(root: SyntaxTreeNode) -> Iterator[tuple[SyntaxTreeNode, int]]:
    """Walk through a page; what stands inside a paragraph gets the line on which it stands."""
    first = breaks = 0
    for node in root.walk():
        if node.type == "inline":
            first, breaks = line_of(node), 0
        elif node.type in ("softbreak", "hardbreak"):
            breaks += 1
        is_inside = bool(first) and (node.is_root or not node.map)
        yield node, first + breaks if is_inside else line_of(node)


def _has_role(node: SyntaxTreeNode) -> bool:
    """Say whether a code span is the argument of a MyST role, such as {func}`name`."""
    before = node.previous_sibling
    return before is not None and before.type == "text" and bool(_ROLE.search(before.content))


def _headings(nodes: Sequence[SyntaxTreeNode], texts: Sequence[str]) -> tuple[Heading, ...]:
    return tuple(
        Heading(level=int(node.tag[1]), text=text, anchor=anchor, line=line_of(node))
        for node, text, anchor in zip(nodes, texts, unique_slugs(texts), strict=True)
    )


def _stays(char: str) -> bool:
    return char.isalnum() or char in " -_" or unicodedata.category(char)[0] == "M"


def _is_quoted(node: SyntaxTreeNode) -> bool:
    current = node.parent
    while current is not None:
        if current.type == "blockquote":
            return True
        current = current.parent
    return False


def _link(node: SyntaxTreeNode, line: int) -> Link:
    image = node.type == "image"
    target = node.attrs.get("src" if image else "href", "")
    return Link(target=str(target), text=plain_text(node), line=line, image=image)


def _fence(node: SyntaxTreeNode) -> Fence:
    first, last = node.map or (0, 0)
    return Fence(info=node.info.strip(), text=node.content, line=first + 1, last_line=last)


def _html_lines(nodes: Iterable[SyntaxTreeNode]) -> Iterator[int]:
    for node in nodes:
        if _without_comments(node.content).strip():
            yield line_of(node)


def _without_comments(html: str) -> str:
    """Take comments out; behind the last end of one nothing is looked for."""
    last = html.rfind("-->") + len("-->")
    return _COMMENT.sub("", html[:last]) + html[last:] if last >= len("-->") else html
