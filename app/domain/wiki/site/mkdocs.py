"""Pages for MkDocs, whose Python-Markdown reads some things differently than GitHub does.

Both readers see the same words: what only CommonMark would take as escaped is written as an entity,
and the items of lists inside lists are indented by four.
"""

import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping, Sequence

from app.domain.wiki.front_matter import quoted, to_yaml, with_front_matter
from app.domain.wiki.markdown import Heading, read_headings
from app.domain.wiki.navigation import FENCE, change_links, outside_fences, resolve
from app.domain.wiki.page import PageSpec, RenderedPage

CONFIG = "mkdocs.yml"
"""Lies among the records: MkDocs lets no configuration lie beside the pages, and skips names with a
dot in front."""

_STEP = 4
_SPAN = re.compile(r"((?<![`\\])(`+)(?!`).+?(?<!`)\2(?!`))")
_ESCAPE = re.compile(r"\\(.)")
_ENTITY = re.compile(r"&#(\d{2,3});")
_TAKEN_LITERALLY = frozenset("\"$%&',/:;<=?@^~")
"""What CommonMark lets a backslash escape, and Python-Markdown does not."""
_LIST_LINE = re.compile(r"( *)((?:[-*+]|\d{1,9}[.)]) +)?(?=\S)")
_NUMBERED = re.compile(r"(.*)_(\d+)$", re.DOTALL)


def for_python_markdown(markdown: str) -> str:
    """Write a page so that Python-Markdown shows what GitHub shows, and takes nothing for HTML."""
    return outside_fences(_nested_by_four(markdown), _without_escapes)


def from_python_markdown(markdown: str) -> str:
    """Undo what was done to a page for Python-Markdown, so that it can be done again."""
    lists = _Lists()
    escaped = outside_fences(markdown, _with_escapes)
    return "\n".join(lists.moved_back(line) for line in escaped.split("\n"))


def python_markdown_anchors(headings: Iterable[Heading]) -> tuple[str, ...]:
    """Return the anchors that MkDocs gives headings by itself."""
    taken: set[str] = set()
    anchors = []
    for heading in headings:
        anchor = _slug(heading.text)
        while anchor in taken or not anchor:
            numbered = _NUMBERED.match(anchor)
            anchor = f"{numbered[1]}_{int(numbered[2]) + 1}" if numbered else f"{anchor}_1"
        taken.add(anchor)
        anchors.append(anchor)
    return tuple(anchors)


def translated(pages: Sequence[RenderedPage]) -> tuple[RenderedPage, ...]:
    """Write connected pages for MkDocs: text, and the anchors that links lead to."""
    anchors = {page.spec.path: _anchors(page.markdown) for page in pages}
    return tuple(
        page.model_copy(
            update={"markdown": for_python_markdown(_with_anchors(page, anchors))},
        )
        for page in pages
    )


def headed(page: RenderedPage) -> RenderedPage:
    """Put above a page what MkDocs reads there."""
    values = {"title": page.spec.title, "description": page.spec.purpose}
    told = {key: value for key, value in values.items() if value}
    return page.model_copy(update={"markdown": with_front_matter(page.markdown, told)})


def config_text(title: str, pages: Sequence[RenderedPage]) -> str:
    """Write a configuration that builds these pages alone, with all of them in its navigation."""
    values = {"site_name": title, "docs_dir": "..", "site_dir": "../../autodoc-site"}
    levels = {"anchors": "warn"}
    if any(_leads_out(page) for page in pages):
        # Links to sources that are no permalinks are true in a checkout, and not on a site.
        levels["not_found"] = "info"
    return (
        "# Builds these pages alone: mkdocs build --strict --config-file FILE --site-dir FOLDER\n"
        "# Where they are part of a larger site, take `nav` over into its own mkdocs.yml.\n"
        "# Diagrams need a theme or plugin that draws Mermaid, such as Material for MkDocs.\n"
        f"{to_yaml(values)}{to_yaml({'validation': levels})}nav:\n{_navigation(pages)}"
    )


def _navigation(pages: Sequence[RenderedPage]) -> str:
    sections: dict[str, list[PageSpec]] = {}
    for page in pages:
        sections.setdefault(page.spec.section, []).append(page.spec)
    lines = []
    for section, specs in sections.items():
        lines += [f"- {quoted(section)}:\n"] if section else []
        indent = "  " if section else ""
        lines += [f"{indent}- {quoted(each.title)}: {quoted(each.path)}\n" for each in specs]
    return "".join(lines)


def _slug(text: str) -> str:
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    return re.sub(r"[-\s]+", "-", re.sub(r"[^\w\s-]", "", plain).strip().lower())


def _anchors(markdown: str) -> dict[str, str]:
    headings = read_headings(markdown)
    pairs = zip(headings, python_markdown_anchors(headings), strict=True)
    return {heading.anchor: anchor for heading, anchor in pairs}


def _with_anchors(page: RenderedPage, anchors: Mapping[str, Mapping[str, str]]) -> str:
    def aim(target: str) -> str:
        bare, mark, anchor = target.partition("#")
        there = anchors.get(resolve(page.spec.path, bare), {})
        return f"{bare}{mark}{there.get(anchor, anchor)}"

    return change_links(page.markdown, aim)


def _leads_out(page: RenderedPage) -> bool:
    found: list[str] = []

    def note(target: str) -> str:
        if ":" not in target and resolve(page.spec.path, target).startswith("../"):
            found.append(target)
        return target

    change_links(page.markdown, note)
    return bool(found)


def _without_escapes(line: str) -> str:
    return _outside_spans(line, lambda text: _ESCAPE.sub(_entity, text))


def _with_escapes(line: str) -> str:
    return _outside_spans(line, lambda text: _ENTITY.sub(_escape, text))


def _outside_spans(line: str, change: Callable[[str], str]) -> str:
    parts = _SPAN.split(line)
    # The pattern has two groups: text, span, its backticks, text, span …
    texts = [change(text) for text in parts[::3]]
    spans = [*parts[1::3], ""]
    return "".join(text + span for text, span in zip(texts, spans, strict=True))


def _escape(found: re.Match[str]) -> str:
    char = chr(int(found[1]))
    return f"\\{char}" if char in _TAKEN_LITERALLY else found[0]


def _entity(found: re.Match[str]) -> str:
    return f"&#{ord(found[1])};" if found[1] in _TAKEN_LITERALLY else found[0]


def _nested_by_four(markdown: str) -> str:
    """Indent what stands in lists by four for each level; code blocks in lists move along."""
    lists = _Lists()
    return "\n".join(lists.moved(line) for line in markdown.split("\n"))


class _Lists:
    """The lists that are open while a page is read line by line."""

    def __init__(self) -> None:
        self._offsets: list[int] = []
        """Where the text of each open item begins."""
        self._fence = ""
        self._shift = 0

    def moved(self, line: str) -> str:
        """Return a line with the indentation of its level."""
        mark = FENCE.match(line)
        if self._fence:
            self._fence = "" if mark and line.strip() == self._fence else self._fence
            return " " * self._shift + line if line.strip() else line
        found = _LIST_LINE.match(line)
        if found is None:
            return line
        indent = len(found[1])
        moved = self._place(indent, found[2] or "")
        if mark:
            self._fence, self._shift = mark[1], moved - indent
        return " " * moved + line[indent:]

    def moved_back(self, line: str) -> str:
        """Return a line of a page for Python-Markdown as it stood before."""
        if self._fence:
            self._fence = "" if line.strip() == self._fence else self._fence
            return line[self._shift :] if line.strip() else line
        found = _LIST_LINE.match(line)
        if found is None:
            return line
        indent = len(found[1])
        depth = min(len(self._offsets), indent // _STEP)
        before = (self._offsets[depth - 1] if depth else 0) + indent - _STEP * depth
        self._place(before, found[2] or "")
        if mark := FENCE.match(line):
            self._fence, self._shift = mark[1], indent - before
        return " " * before + line[indent:]

    def _place(self, indent: int, marker: str) -> int:
        while self._offsets and self._offsets[-1] > indent:
            self._offsets.pop()
        depth, start = len(self._offsets), self._offsets[-1] if self._offsets else 0
        if marker and indent - start < _STEP:
            self._offsets.append(indent + len(marker))
        return _STEP * depth + indent - start
