"""Foreign prose made safe: it is taken apart and rebuilt from the few things that are allowed.

Whoever wrote the text, a model or the repository, what comes out holds paragraphs, lists,
quotations, tables, emphasis and code spans. HTML is shown as plain characters; images and the
targets of links go. Addresses, mentions and issue numbers become code spans, so that no host turns
them into links.
"""

import re
from collections.abc import Callable, Sequence

from markdown_it import MarkdownIt
from markdown_it.tree import SyntaxTreeNode

from app.domain.wiki.markdown import clean, plain_text

Known = Callable[[str], bool]
Cite = Callable[[tuple[str, ...]], str]

CITATION = re.compile(r"\[(E\d+(?:\s*[,;]\s*E\d+)*)\]")
_CITATIONS = re.compile(r"[ \t]*" + CITATION.pattern + r"(?:[ \t]*" + CITATION.pattern + r")*")
_ID = re.compile(r"E\d+")
_FOREIGN = re.compile(
    r"(?P<url>\b(?:(?:https?://|ftp://|www\.)[^\s`<>|\\]*|(?:mailto:|xmpp:)[^\s`<>|\\]+))"
    r"|(?P<mail>[\w.+-]+@[\w-]+(?:\.[\w-]+)+)"
    r"|(?P<mention>(?<![\w`])@\w[\w/-]*)"
    r"|(?P<issue>(?<![\w&])(?:[\w.-]+/[\w.-]+)?#\d+\b|\bGH-\d+\b)",
    re.IGNORECASE,
)
_SPECIAL = re.compile(r"[\\`*\[\]<~|{}$]|(?<!\S)#(?=#*$)|(?<![^\W_])_|_(?![^\W_])|&(?=[#\w]|$)")
_DEFINITION = re.compile(r"^ {0,3}\[[^\[\]\n]+\]: +\S+(?: +[\"'(].*)?$", re.MULTILINE)
_REFERENCE = re.compile(r"(?<![\w\]])\[([^\[\]]+)\]\[[^\[\]]*\]")
_BREAK = re.compile(r"\s*\n\s*")
_BLOCK_START = re.compile(r"(?:#{1,6}(?=\s|$)|[>+=-]|\d{1,9}(?=[.)])|:)")
_TRAILING = ".,;:!?'\")]}*_"
_PASSES = 8
_PARSER = (
    MarkdownIt("commonmark", {"html": False})
    .enable("table")
    .disable(["reference", "text_join", "html_block", "html_inline"])
)
_INNOCENT = re.compile(r"[A-Za-z](?:[A-Za-z0-9 ,;'\"()]|-(?=[A-Za-z])|\.(?=\s|$))*")
"""Text on one line that no rule of Markdown could read as anything but itself."""


def escape(text: str) -> str:
    """Write plain text so that Markdown shows exactly its characters, on one line."""
    text = " ".join(clean(text).split())
    parts: list[str] = []
    position = 0
    for found in _FOREIGN.finditer(text):
        if found.start() < position:
            continue
        token = found[0].rstrip(_TRAILING)
        parts += [_plain(text[position : found.start()]), code_span(token)]
        position = found.start() + len(token)
    parts.append(_plain(text[position:]))
    return _join(parts)


def code_span(text: str) -> str:
    """Write a code span around any text; its spaces stay, as they may stand in a string."""
    text = _BREAK.sub(" ", clean(text)).strip() or " "
    longest = max((len(run) for run in re.findall(r"`+", text)), default=0)
    fence = "`" * (longest + 1)
    pad = " " if text.startswith("`") or text.endswith("`") else ""
    return f"{fence}{pad}{text}{pad}{fence}"


def fenced(text: str, language: str = "") -> str:
    """Write a code block around any text."""
    text = clean(text).rstrip("\n")
    longest = max((len(run) for run in re.findall(r"`{3,}", text)), default=2)
    fence = "`" * (longest + 1)
    info = re.sub(r"[^A-Za-z0-9+#_.-]", "", language)
    return f"{fence}{info}\n{text}\n{fence}"


def cell(markdown: str) -> str:
    """Make inline Markdown safe between the bars of a table."""
    return re.sub(r"(?<!\\)\|", r"\\|", _BREAK.sub(" ", markdown).strip())


def command_in(command: str, folder: str) -> str:
    """Write a command and, unless it is the top of the repository, the folder to type it in."""
    return f"{code_span(command)} in {code_span(folder)}" if folder else code_span(command)


def table(head: tuple[str, ...], rows: Sequence[tuple[str, ...]]) -> str:
    """Write a table of inline Markdown; without rows, nothing."""
    if not rows:
        return ""
    lines = [head, ("---",) * len(head), *(tuple(cell(text) for text in row) for row in rows)]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def rebuild(markdown: str, known: Known | None = None, *, fences: bool = False) -> str:
    """Return the text with only what is allowed in it; doing so twice changes nothing.

    A code span that `known` refuses is shown as plain text. Citations (`[E1]`) stay as they are.
    """
    return _settle(_Builder(known, fences=fences), clean(markdown))


def quote(markdown: str, known: Known | None = None, *, fences: bool = False) -> str:
    """Rebuild words of the repository; what looks like a citation in them is plain text."""
    text = clean(markdown)
    if _is_innocent(text):
        return " ".join(text.split())
    builder = _Builder(known, fences=fences)
    text = _DEFINITION.sub("", text)
    return _settle(builder, _Builder(known, fences=fences, cite=_literally).document(text))


def _is_innocent(text: str) -> bool:
    """Say whether a text is one paragraph that Markdown shows as it is, which saves reading it."""
    lines = text.split("\n")
    return "GH-" not in text.upper() and all(_INNOCENT.fullmatch(line) for line in lines)


def quote_inline(markdown: str, known: Known | None = None) -> str:
    """Quote a text as one line without blocks, for a table's cell or a list's item."""
    line = " ".join(clean(markdown).split())
    if _is_innocent(line):
        return line
    text = quote(line, known)
    root = SyntaxTreeNode(_PARSER.parse(text))
    if [child.type for child in root.children] in ([], ["paragraph"]):
        return text
    return escape(plain_text(root))


def _settle(builder: "_Builder", text: str) -> str:
    for _ in range(_PASSES):
        rebuilt = builder.document(text)
        if rebuilt == text:
            return rebuilt
        text = rebuilt
    return "\n\n".join(escape(part) for part in text.split("\n\n") if part.strip())


def link_citations(rebuilt: str, cite: Cite) -> str:
    """Replace the citations of a rebuilt text; neighbours are merged into one."""
    return _Builder(None, fences=True, cite=cite).document(rebuilt)


def cited_ids(text: str) -> tuple[str, ...]:
    """List the evidence that a text cites, in the order of the first mention."""
    found = (each for citation in CITATION.findall(text) for each in _ID.findall(citation))
    return tuple(dict.fromkeys(found))


def _literally(ids: tuple[str, ...]) -> str:
    return f"\\[{', '.join(ids)}\\]"


def _plain(text: str) -> str:
    return _SPECIAL.sub(lambda found: "&amp;" if found[0] == "&" else f"\\{found[0]}", text)


def _join(parts: list[str]) -> str:
    text = ""
    for part in parts:
        between = " " if part.startswith("`") and _ends_in_code(text) else ""
        text += between + part
    return text


def _ends_in_code(text: str) -> bool:
    return text.endswith("`") and not text.endswith("\\`")


def _guard_start(line: str) -> str:
    """Keep a paragraph's first characters from starting another kind of block."""
    found = _BLOCK_START.match(line)
    if not found:
        return line
    if found[0].isdigit():
        return f"{found[0]}\\{line[found.end() :]}"
    return f"\\{line}"


class _Builder:
    """Writes a parsed text again, node by node."""

    def __init__(self, known: Known | None, *, fences: bool, cite: Cite | None = None) -> None:
        self._known = known
        self._fences = fences
        self._cite = cite

    def document(self, text: str) -> str:
        return self._blocks(SyntaxTreeNode(_PARSER.parse(text)))

    def _blocks(self, parent: SyntaxTreeNode, between: str = "\n\n") -> str:
        return between.join(filter(None, (self._block(node) for node in parent.children)))

    def _block(self, node: SyntaxTreeNode) -> str:
        writers: dict[str, Callable[[SyntaxTreeNode], str]] = {
            "paragraph": self._paragraph,
            "heading": self._heading,
            "bullet_list": self._list,
            "ordered_list": self._list,
            "blockquote": self._quotation,
            "fence": self._code,
            "code_block": self._code,
            "table": self._table,
        }
        writer = writers.get(node.type)
        return writer(node) if writer else ""

    def _paragraph(self, node: SyntaxTreeNode) -> str:
        return _guard_start(self._inline(node))

    def _heading(self, node: SyntaxTreeNode) -> str:
        text = escape(plain_text(node))
        return f"**{text}**" if text else ""

    def _quotation(self, node: SyntaxTreeNode) -> str:
        content = self._blocks(node)
        return _prefixed(content, "> ", "> ") if content else ""

    def _list(self, node: SyntaxTreeNode) -> str:
        items = []
        start = int(node.attrs.get("start", 1)) if node.type == "ordered_list" else None
        for number, item in enumerate(node.children):
            marker = "- " if start is None else f"{start + number}. "
            blocks = self._blocks(item, "\n" if _is_tight(item) else "\n\n")
            if blocks:
                items.append(_prefixed(blocks, marker, " " * len(marker)))
        return "\n".join(items)

    def _code(self, node: SyntaxTreeNode) -> str:
        if self._fences:
            return fenced(node.content, node.info.split(" ")[0] if node.info else "")
        return _guard_start(escape(node.content))

    def _table(self, node: SyntaxTreeNode) -> str:
        rows = [row for part in node.children for row in part.children]
        texts = [tuple(cell(self._inline(each)) for each in row.children) for row in rows]
        return table(texts[0], texts[1:]) if len(texts) > 1 else " ".join(texts[0])

    def _inline(self, node: SyntaxTreeNode) -> str:
        if node.type == "inline" or node.children:
            content = _join([self._span(child) for child in node.children])
            return " ".join(content.split()) if node.type != "inline" else content
        return self._span(node)

    def _span(self, node: SyntaxTreeNode) -> str:
        if node.type in ("text", "text_special"):
            return self._text(node.content)
        if node.type == "code_inline":
            return self._code_span(node)
        if node.type in ("softbreak", "hardbreak"):
            return " "
        if node.type == "image":
            return ""
        mark = {"em": "*", "strong": "**"}.get(node.type, "")
        content = _join([self._span(child) for child in node.children])
        return f"{mark}{content.strip()}{mark}" if mark and content.strip() else content

    def _code_span(self, node: SyntaxTreeNode) -> str:
        content = " ".join(node.content.split())
        is_code = content and (self._known is None or self._known(content))
        return code_span(content) if is_code else escape(content)

    def _text(self, text: str) -> str:
        if self._cite is _literally:
            text = _REFERENCE.sub(r"\1", text)
        parts = []
        position = 0
        for found in _CITATIONS.finditer(text):
            parts += [_spaced(text[position : found.start()]), self._citation(found[0])]
            position = found.end()
        parts.append(_spaced(text[position:]))
        return _join(parts)

    def _citation(self, text: str) -> str:
        ids = cited_ids(text)
        cited = self._cite(ids) if self._cite else f"[{', '.join(ids)}]"
        return f" {cited}" if cited and text[0] in " \t" else cited


def _spaced(text: str) -> str:
    """Escape a piece of a line, and keep the white space at its ends."""
    if not text.strip():
        return " " if text else ""
    lead = " " if text[0].isspace() else ""
    return lead + escape(text) + (" " if text[-1].isspace() else "")


def _is_tight(item: SyntaxTreeNode) -> bool:
    kinds = [child.type for child in item.children]
    return kinds in (["paragraph", "bullet_list"], ["paragraph", "ordered_list"])


def _prefixed(text: str, first: str, others: str) -> str:
    lines = text.split("\n")
    rest = [(others + line).rstrip() for line in lines[1:]]
    return "\n".join([first + lines[0], *rest])
