"""Statements of our pages against the lines that they cite.

A page of ours names something and links to its lines. Both can be true alone and false together:
another real name, another real range. So what stands beside a link is looked up in the lines.
"""

from collections.abc import Iterator
from itertools import zip_longest

from markdown_it.tree import SyntaxTreeNode

from app.domain.checks.finding import Finding
from app.domain.checks.ground import Ground, squeeze, tokens
from app.domain.checks.rows import row_problems
from app.domain.checks.signatures import Section, declaration_problems, parameter_problems
from app.domain.checks.site import Place, Site, SitePage
from app.domain.checks.statements import (
    Cited,
    Problem,
    label_problem,
    only_places,
    places_in,
    rows_of,
)
from app.domain.wiki.markdown import line_of

_NOTHING = frozenset({"undefined", "None", "null"})
"""How a default is told that no source writes."""


def check_grounding(site: Site) -> Iterator[Finding]:
    """Find statements that the lines beside them do not bear out."""
    ground = Ground(site)
    for page in site.pages.values():
        if page.is_ours:
            for rule, line, message in _Reading(page, site, ground).problems():
                yield Finding(rule=rule, page=page.path, line=line, message=message)


class _Reading:
    """Goes through one page from top to bottom."""

    def __init__(self, page: SitePage, site: Site, ground: Ground) -> None:
        self._page = page
        self._site = site
        self._ground = ground
        self._section = Section()
        self._source: Place | None = None
        self._is_caption = False

    def problems(self) -> Iterator[Problem]:
        blocks = self._page.root.children
        for block, following in zip_longest(blocks, blocks[1:]):
            yield from self._links(block)
            yield from self._block(block, following)

    def _links(self, block: SyntaxTreeNode) -> Iterator[Problem]:
        is_declared = block.type == "table" or bool(only_places(block, self._page, self._site))
        for cited in places_in(block, self._page, self._site):
            if cited.text == "Source":
                self._source = cited.place
            problem = label_problem(cited)
            if problem:
                yield "citation", cited.line, problem
            problem = _name_problem(cited, self._ground)
            if problem and cited.text.removesuffix("()") in self._site.names:
                yield "citation", cited.line, problem
            problem = _range_problem(cited.place, self._ground, is_declared=is_declared)
            if problem:
                yield "range", cited.line, problem

    def _block(self, block: SyntaxTreeNode, following: SyntaxTreeNode | None) -> Iterator[Problem]:
        places: list[Cited] = []
        if block.type == "fence" and not self._is_caption and block.info != "mermaid":
            places = only_places(following, self._page, self._site)
            yield from declaration_problems(self._section, block, places, self._ground)
            yield from self._own_words(block, places)
        elif block.type == "table":
            rows = rows_of(block, self._page, self._site)
            yield from parameter_problems(self._section, rows)
            for row in rows:
                yield from row_problems(row, self._site, self._ground, self._section.heading)
        elif block.type == "blockquote":
            yield from self._quotation(block)
        elif block.type == "hr":
            self._source = None
        elif self._source is not None and block.type in ("paragraph", "bullet_list"):
            yield from self._told(block, self._source)
        self._section = self._section.after(block, places, self._ground)
        self._is_caption = _is_caption(block)

    def _told(self, block: SyntaxTreeNode, source: Place) -> Iterator[Problem]:
        """Hold the names in a doc comment's text against the declaration, or the whole file."""
        if self._ground.lines(source) is None:
            return
        words = self._section.words or self._ground.file_tokens(source)
        for node in block.walk():
            if node.type != "code_inline" or _is_label(node):
                continue
            if not tokens(node.content) - _NOTHING <= words:
                message = f"`{node.content}` is not in the words of `{source.path}` there"
                yield "symbol", line_of(node), message

    def _own_words(self, fence: SyntaxTreeNode, places: list[Cited]) -> Iterator[Problem]:
        """Hold a code block of a doc comment against the file that the page describes."""
        if places or self._source is None or self._ground.lines(self._source) is None:
            return
        file = self._ground.squeezed_file(self._source)
        for offset, line in enumerate(fence.content.split("\n"), 1):
            if squeeze(line) not in file:
                message = f"`{line.strip()}` is not in `{self._source.path}`"
                yield "code-block", line_of(fence) + offset, message

    def _quotation(self, block: SyntaxTreeNode) -> Iterator[Problem]:
        """Find a quotation of which the first or the last cited line holds no word."""
        for paragraph in block.children:
            texts = (each.content for each in paragraph.walk() if each.type == "text")
            words = tokens(" ".join(texts))
            for cited in places_in(paragraph, self._page, self._site):
                if cited.place.first is None or self._ground.lines(cited.place) is None:
                    continue
                lines = self._ground.cited(cited.place).split("\n")
                if not all(tokens(line) & words for line in (lines[0], lines[-1])):
                    message = f"`{cited.text}` is not where these words stand"
                    yield "citation", cited.line, message


def _name_problem(cited: Cited, ground: Ground) -> str | None:
    """Find a link whose text is a name, to the definition of another name."""
    said = cited.text.removesuffix("()")
    symbols = ground.symbols_at(cited.place)
    is_file = f"/{cited.place.path}".endswith(f"/{said}")
    if not symbols or is_file or not said.replace(".", "").isidentifier():
        return None
    if any(each.name == said or each.name.endswith(f".{said}") for each in symbols):
        return None
    last = said.rpartition(".")[2]
    return (
        None
        if last in {each.short_name for each in symbols}
        else (f"the link says `{cited.text}` and leads to `{symbols[0].name}`")
    )


def _range_problem(place: Place, ground: Ground, *, is_declared: bool) -> str | None:
    """Find a range that begins with a definition and ends elsewhere than it.

    What is declared otherwise (`is_declared` says that the link is to that) has one line.
    """
    if place.first is None or place.last is None or place.last == place.first:
        return None
    ends = {
        last
        for symbol in ground.symbols_at(place)
        for last in (symbol.last_line, *(each.last_line for each in symbol.overloads))
    }
    if is_declared and not ends and ground.artifact_names(place):
        return f"what is declared at line {place.first} of `{place.path}` has one line"
    if not ends or place.last in ends:
        return None
    shown = " or ".join(str(each) for each in sorted(ends))
    return f"what begins at line {place.first} of `{place.path}` ends at line {shown}"


def _is_label(node: SyntaxTreeNode) -> bool:
    """Say whether a code span is part of a link's text, which is judged by where it leads."""
    return node.parent is not None and node.parent.type == "link"


def _is_caption(block: SyntaxTreeNode) -> bool:
    """Say whether a paragraph is a link and a colon, above the lines that it names."""
    if block.type != "paragraph":
        return False
    parts = block.children[0].children
    return [part.type for part in parts] == ["link", "text"] and parts[1].content == ":"
