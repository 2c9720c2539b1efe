"""A reference page while it is written: parts in order, and what each section relies on."""

from collections.abc import Iterable, Sequence

from app.domain.code.citation import CitedSymbol, Reliance
from app.domain.code.facts import RepositoryFacts
from app.domain.code.symbol import Symbol
from app.domain.value import Value
from app.domain.wiki.citing import symbol_citation, told_citation
from app.domain.wiki.markdown import clean, unique_slugs
from app.domain.wiki.names import is_known
from app.domain.wiki.page import (
    PageSpec,
    RenderedPage,
    RenderedSection,
)
from app.domain.wiki.render import Origin, permalink, place_link, provenance, section_digest, stamp
from app.domain.wiki.words.doc_comment import doc_sentence, render_doc
from app.domain.wiki.words.prose import code_span, escape, table

RECIPE = "reference-2"
"""Names how reference pages are made; it changes with their form."""

_MOST_HEADINGS = 24
"""A page with more headings than this begins with a list of them."""


class _Head(Value):
    """A heading of the page."""

    text: str
    listed: str = ""
    """The group of the contents in which it stands; empty for none."""
    label: str = ""
    """Its name there."""


class Sheet:
    """Collects a page's Markdown; knows the facts and where their sources can be seen."""

    def __init__(
        self, spec: PageSpec, facts: RepositoryFacts, origin: Origin, names: frozenset[str]
    ) -> None:
        self.spec = spec
        self.facts = facts
        self.origin = origin
        self._names = names
        self._parts = [f"# {escape(spec.title)}"]
        self._cited: list[list[CitedSymbol]] = [[]]
        self._recorded = [(clean(spec.title), 0)]
        self._heads = [_Head(text=spec.title)]

    def known(self, span: str) -> bool:
        """Say whether a code span may stay one."""
        return is_known(span, self._names)

    def code(self, text: str) -> str:
        """Write a name or an expression as code, unless it would be taken for one not there."""
        text = clean(text).strip()
        is_code = self.known(text) and "\\|" not in text
        return (code_span(text) if is_code else escape(text)) if text else ""

    def words(self, doc: str) -> str:
        """Return a doc comment's first sentence as inline Markdown."""
        return doc_sentence(doc, self.known) if doc else ""

    def prose(self, text: str) -> str:
        """Return words of the repository as blocks of safe Markdown."""
        return render_doc(text, self.known) if text.strip() else ""

    def link(self, path: str, first: int = 0, last: int = 0) -> str:
        """Link to a place by its brief name."""
        return place_link(self.origin, self.spec.path, path, first, last)

    def named_link(self, name: str, path: str, first: int = 0, last: int = 0) -> str:
        """Link a name in code to its place."""
        return f"[{self.code(name)}]({permalink(self.origin, self.spec.path, path, first, last)})"

    def source(self, path: str) -> str:
        """Link to a whole file under a name that does not repeat the heading above."""
        return f"[Source]({permalink(self.origin, self.spec.path, path)})"

    def add(self, markdown: str) -> None:
        """Add a block, unless it is empty."""
        if markdown.strip():
            self._parts.append(markdown.strip("\n"))

    def head(
        self, text: str, level: int, *, record: bool = False, listed: str = "", label: str = ""
    ) -> None:
        """Add a heading; a recorded one begins a section that later runs can speak about.

        `listed` names the group in which the contents at the top of a long page show it, under
        `label` if the text says too much there; the heading of that name is that of the group.
        """
        self._parts.append(f"{'#' * level} {escape(text)}")
        if record:
            self._recorded.append((clean(text), len(self._heads)))
            self._cited.append([])
        self._heads.append(_Head(text=text, listed=listed, label=label or text))

    def cite(self, path: str, symbol: Symbol, relies: Reliance = Reliance.WORDING) -> None:
        """Note that the current section relies on a symbol."""
        self._cited[-1].append(symbol_citation(path, symbol, relies))

    def cite_told(self, path: str, line: int, told: str) -> None:
        """Note that the current section has a row of what a line of a file tells."""
        self._cited[-1].append(told_citation(path, line, told))

    def rendered(self) -> RenderedPage:
        """Finish the page."""
        commit = self.origin.commit
        anchors = unique_slugs(" ".join(clean(each.text).split()) for each in self._heads)
        footer = [
            "---",
            provenance(commit, "from its declarations, without a language model"),
            stamp(self.spec.id, commit, RECIPE),
        ]
        title, *parts = self._parts
        contents = [self._contents(anchors)] if len(self._heads) > _MOST_HEADINGS else []
        markdown = "\n\n".join(filter(None, [title, *contents, *parts, *footer])) + "\n"
        sections = tuple(
            RenderedSection(
                anchor=anchors[place],
                heading=heading,
                digest=section_digest(heading),
                cited=tuple(cited),
            )
            for (heading, place), cited in zip(self._recorded, self._cited, strict=True)
        )
        return RenderedPage(spec=self.spec, markdown=markdown, sections=sections)

    def _contents(self, anchors: Iterable[str]) -> str:
        """List what is described on the page, a line for each group."""
        groups: dict[str, list[str]] = {}
        titles: dict[str, str] = {}
        for head, anchor in zip(self._heads, anchors, strict=True):
            link = f"[{escape(head.label)}](#{anchor})"
            if head.listed == head.text:
                titles[head.listed] = link
                groups.setdefault(head.listed, [])
            elif head.listed:
                groups.setdefault(head.listed, []).append(link)
        lines = [
            f"- {titles.get(name, escape(name))}" + (f": {', '.join(links)}" if links else "")
            for name, links in groups.items()
        ]
        return "\n".join(["**On this page**", "", *lines]) if lines else ""


def filled_table(titles: tuple[str, ...], rows: Sequence[tuple[str, ...]]) -> str:
    """Write a table without the columns in which nothing stands."""
    kept = [place for place in range(len(titles)) if any(row[place] for row in rows)]
    lines = [tuple(row[place] for place in kept) for row in rows]
    return table(tuple(titles[place] for place in kept), lines)
