"""Markdown as other generators of sites extend it, made plain line by line.

Every line keeps its number. What only a generator reads becomes blank: front matter, imports and
exports of MDX, the fences of containers; what an admonition or a tab indents moves to the margin.
"""

import re
from collections.abc import Iterable, Iterator

from app.domain.wiki.markdown import Fence

_FRONT_MATTER = re.compile(
    r"\A(---|\+\+\+)[ \t]*\n.*?^(?:\1|\.\.\.)[ \t]*$", re.DOTALL | re.MULTILINE
)
_REFERENCE = re.compile(r"^ref:\s", re.MULTILINE)
"""Front matter that names the page of which this one is a variant."""
_FENCE = re.compile(r"\s*(`{3,}|~{3,})")
_CONTAINER = re.compile(r"\s*:{3,}")
_MODULE = re.compile(r"(?:import|export)\s[^`]*(?:from\s+['\"]|['\"]|[={(])")
_INDENTING = re.compile(r"(\s*)(?:!!!|\?\?\?\+?|={3}[+!]?)\s+[\w\"']")
_STEP = 4
_OPEN = re.compile(
    r"\{\{|\{%|^[ \t]*:::[ \t]*[\w.]+[ \t]*$|--8<--|^import\s|(?<!\w)<[A-Z]\w*[\s/>]|\{include\}|"
    r"\{eval-rst\}|\{auto\w+\}|^[ \t]*\$inclu|<!--[ \t]*(?:#include|@include)|<<<[ \t]*@?/|"
    r"\{[ \t]*/\*|^#{1,6}[ \t]+<!--[^\n]*-->[ \t]*$",
    re.MULTILINE,
)
_BRACES = re.compile(r"\{[^{}\n]{1,300}\}")
_ID = re.compile(r"#([\w:.-]+)")
_EXPLICIT = re.compile(
    r"\b(?:id|name)[ \t]*=[ \t]*\\?[\"']?\{?[\"']?([^\s\"'>{}\\]+)|^\(([\w:.-]+)\)=[ \t]*$"
    r"|^[ \t]*===[+!]*[ \t]+\"([^\"\n]+)\"",
    re.MULTILINE,
)
_CODE_SPAN = re.compile(r"(?<!`)`{1,3}(?!`)[^`\n]+`{1,3}")


def plain(text: str) -> str:
    """Return Markdown that any reader of CommonMark understands as its author meant it."""
    text = _FRONT_MATTER.sub(lambda found: "\n" * found[0].count("\n"), text, count=1)
    return "\n".join(_lines(text.split("\n")))


def prose(text: str, fences: Iterable[Fence]) -> str:
    """Blank the code of a page; the blocks and roles of MyST, `{name}`, are no code."""
    lines = text.split("\n")
    for fence in fences:
        if not fence.info.startswith("{"):
            lines[fence.line - 1 : fence.last_line] = [""] * (fence.last_line - fence.line + 1)
    return _CODE_SPAN.sub("", "\n".join(lines))


def is_assembled(text: str) -> bool:
    """Say whether parts of a page come from elsewhere, so that not all its headings are seen."""
    front = _FRONT_MATTER.match(text)
    return bool(_OPEN.search(text) or (front and _REFERENCE.search(front[0])))


def explicit_anchors(text: str) -> frozenset[str]:
    """Collect the anchors that a page sets by hand, `{#id}`, `<a id>`, `(label)=`, and its tabs."""
    set_by_hand = {part for found in _EXPLICIT.finditer(text) for part in found.groups() if part}
    return frozenset(set_by_hand).union(
        *(_ID.findall(found[0]) for found in _BRACES.finditer(text))
    )


def _lines(lines: list[str]) -> Iterator[str]:
    fence = ""
    depths: list[int] = []
    for line in lines:
        indent = len(line) - len(line.lstrip())
        while line.strip() and depths and not fence and indent < depths[-1]:
            depths.pop()
        line = line[_STEP * len(depths) :] if not line[: _STEP * len(depths)].strip() else line
        opened = _FENCE.match(line)
        if opened:
            fence = _after_fence(fence, opened[1], line)
        if fence or opened:
            yield line
            continue
        indenting = _INDENTING.match(line)
        if indenting:
            depths.append(indent + _STEP)
        yield "" if indenting or _CONTAINER.match(line) or _MODULE.match(line) else line


def _after_fence(fence: str, marks: str, line: str) -> str:
    """Return the marks of the code block that is open after a line of such marks."""
    if not fence:
        return marks
    closes = marks.startswith(fence) and not line.strip().strip(fence[0])
    return "" if closes else fence
