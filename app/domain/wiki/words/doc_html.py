"""The HTML and the inline tags of Javadoc, as the Markdown that shows the same."""

import html
import re
import textwrap
from collections.abc import Callable, Sequence

MAX_MARKDOWN = 32_000
MAX_LISTS = 8
"""Lists that are deeper in each other are shown at this depth."""

_INLINE = re.compile(r"\{@(\w+)")
_PRE = re.compile(r"<pre\b[^>]*>(.*?)(?:</pre>|\Z)", re.DOTALL | re.IGNORECASE)
_CODE = re.compile(r"<(code|tt|kbd|samp|var)>(.*?)</\1>", re.DOTALL | re.IGNORECASE)
_TAG = re.compile(r"</?([A-Za-z][A-Za-z0-9]*)\b(?:\"[^\"]*\"|'[^']*'|[^<>\"'])*>")
_HELD = re.compile("\ue000(\\d+)\ue001")
_SIGNS = re.compile(
    r"^[ \t]*</?(?:p|pre|ul|ol|dl|table|blockquote)\b[^>]*>|\{@(?:code|literal|value|inheritDoc)\b"
    r"|</(?:code|pre|p|ul|li|tt)>|<p/?>\s*$",
    re.MULTILINE | re.IGNORECASE,
)
_BREAKING = frozenset(
    {"p", "div", "dl", "table", "tr", "dt", "dd", "blockquote", "section", "hr", "center"}
)
_HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6", "caption"})
_HEADING = ("\n\n**", "**\n\n")
_MARKS = {
    **dict.fromkeys(("b", "strong"), "**"),
    **dict.fromkeys(("i", "em", "cite", "dfn"), "*"),
    **dict.fromkeys(("th", "td"), " "),
}
_SILENT = frozenset(
    {"a", "span", "font", "thead", "tbody", "tfoot", "img", "sup", "sub", "u", "small"}
    | {"big", "code", "tt", "pre", "colgroup", "col", "nobr", "abbr", "s", "strike", "del"}
)
_Hold = Callable[[str], str]
"""Keeps a piece of Markdown out of the way of what follows, and returns its place holder."""


def is_html(doc: str) -> bool:
    """Say whether a doc comment is written as Javadoc asks for it."""
    has_marks = "<" in doc or "{@" in doc
    return has_marks and "```" not in doc and bool(_SIGNS.search(doc))


def from_html(doc: str) -> str:
    """Write a doc comment in Markdown; tags that are no HTML stay as they are."""
    held: list[str] = []

    def hold(text: str) -> str:
        held.append(_expanded(text, held))
        return f"\ue000{len(held) - 1}\ue001"

    text = _unmarked(doc)
    text = _PRE.sub(lambda found: hold(_block(found[1])), text)
    text = _inline_tags(text, hold)
    text = _CODE.sub(lambda found: hold(_span(_plain(found[2], held))), text)
    text = _expanded(_Writer().write(text), held)[:MAX_MARKDOWN]
    return re.sub(r"\n{3,}", "\n\n", text).strip()


def _expanded(text: str, held: Sequence[str]) -> str:
    """Put what is held into its places; it holds no places itself, so nothing can grow."""
    return _HELD.sub(lambda found: held[int(found[1])], text)


def _unmarked(text: str) -> str:
    """Take away the signs of which place holders are made, so that nobody can forge one."""
    return text.replace("\ue000", "").replace("\ue001", "")


class _Writer:
    """Walks over the tags of a text and knows how deep in lists it is."""

    def __init__(self) -> None:
        self._lists: list[int] = []
        """For each open list, the next number; 0 where items are not numbered."""

    def write(self, text: str) -> str:
        parts: list[str] = []
        place = 0
        for found in _TAG.finditer(text):
            parts += [self._words(text[place : found.start()]), self._tag(found)]
            place = found.end()
        parts.append(self._words(text[place:]))
        lines = "".join(parts).split("\n")
        return "\n".join(line.rstrip() for line in lines)

    def _words(self, text: str) -> str:
        """Take away the layout of the source, which is not that of Markdown."""
        text = re.sub(r"\n[ \t]+", "\n", text)
        if not self._lists:
            return text
        return re.sub(r"\s*\n\s*", " ", text)

    def _tag(self, found: re.Match[str]) -> str:
        name = found[1].lower()
        is_end = found[0].startswith("</")
        if name in ("ul", "ol", "li"):
            return self._list_tag(name, is_end=is_end)
        if name in _BREAKING:
            return self._paragraph()
        if name == "br":
            return " " if self._lists else "\n"
        fixed = _MARKS.get(name, "" if name in _SILENT else found[0])
        return _HEADING[is_end] if name in _HEADINGS else fixed

    def _paragraph(self) -> str:
        return "\n\n" + "  " * min(len(self._lists), MAX_LISTS)

    def _list_tag(self, name: str, *, is_end: bool) -> str:
        if name == "li":
            return "" if is_end else self._item()
        if not is_end:
            self._lists.append(1 if name == "ol" else 0)
            return "\n\n" if len(self._lists) == 1 else ""
        if self._lists:
            self._lists.pop()
        return "" if self._lists else "\n\n"

    def _item(self) -> str:
        indent = "   " * (min(max(len(self._lists), 1), MAX_LISTS) - 1)
        number = self._lists[-1] if self._lists else 0
        if number:
            self._lists[-1] += 1
        return f"\n{indent}{f'{number}.' if number else '-'} "


def _inline_tags(text: str, hold: _Hold) -> str:
    """Replace `{@code x}` and its kin; braces inside are balanced, as Javadoc reads them."""
    parts: list[str] = []
    place = 0
    while found := _INLINE.search(text, place):
        end = _closing(text, found.start())
        content = text[found.end() : end].strip()
        parts += [text[place : found.start()], _shown(found[1], content, hold)]
        place = end + 1
    return "".join([*parts, text[place:]])


def _closing(text: str, opening: int) -> int:
    depth = 0
    for place in range(opening, len(text)):
        depth += {"{": 1, "}": -1}.get(text[place], 0)
        if depth == 0:
            return place
    return len(text)


def _shown(tag: str, content: str, hold: _Hold) -> str:
    if tag in ("code", "value"):
        return hold(_span(content)) if content else ""
    if tag in ("link", "linkplain", "linkcode"):
        name, label = _target(content)
        return hold(_span(label or name)) if not label or " " not in label else label
    if tag in ("literal", "index", "return", "summary"):
        return html.escape(content, quote=False)
    return "" if tag in ("inheritDoc", "docRoot", "systemProperty") else content


def _target(content: str) -> tuple[str, str]:
    """Split what a link points at from its label: `Cart#add(int, Item) adding`."""
    found = re.match(r"([^\s(]*(?:\([^)]*\))?)\s*(.*)", content, re.DOTALL)
    name, label = (found[1], found[2]) if found else (content, "")
    owner, _, member = name.partition("#")
    joined = f"{owner}.{member}" if owner and member else owner or member
    return " ".join(joined.split()), " ".join(label.split())


def _block(content: str) -> str:
    """Write a preformatted text as a code block."""
    text = content
    found = re.fullmatch(r"\s*\{@(?:code|literal)\b(.*)\}\s*", text, re.DOTALL)
    if found:
        text = found[1].removeprefix(" ")
    else:
        text = re.sub(r"</?(?:code|b|i|em|strong|a|span)\b[^>]*>", "", text)
        text = _unmarked(html.unescape(text))
        text = re.sub(r"\{@(?:code|literal|link)\s+([^{}]*)\}", r"\1", text)
    return f"\n\n```\n{_dedented(text)}\n```\n\n"


def _dedented(text: str) -> str:
    """Take away the space that all lines share; the first one often stands behind its tag."""
    first, *rest = text.rstrip().split("\n")
    below = textwrap.dedent("\n".join(rest)).strip("\n")
    shown = "\n".join(filter(None, (first.strip(), below)))
    return shown.replace("```", "'''")


def _plain(text: str, held: list[str]) -> str:
    """Return the characters of a code element, without the tags and marks in it."""
    text = _HELD.sub(lambda found: held[int(found[1])].strip("`\n "), text)
    bare = _TAG.sub(lambda found: "" if found[1].lower() in _SILENT else found[0], text)
    return _unmarked(html.unescape(bare))


def _span(text: str) -> str:
    text = " ".join(text.split())
    longest = max((len(run) for run in re.findall(r"`+", text)), default=0)
    fence = "`" * (longest + 1)
    pad = " " if "`" in (text[:1], text[-1:]) else ""
    return f"{fence}{pad}{text}{pad}{fence}" if text else ""
