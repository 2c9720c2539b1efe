"""A reference page while it is written: parts in order, and what each section relies on."""

from app.domain.code.digest import DIGEST_RECIPE
from app.domain.code.facts import RepositoryFacts
from app.domain.code.symbol import Symbol
from app.domain.wiki.doc_comment import doc_sentence
from app.domain.wiki.markdown import clean, read_headings
from app.domain.wiki.names import is_known
from app.domain.wiki.page import (
    CitedSymbol,
    PageSpec,
    RenderedPage,
    RenderedSection,
)
from app.domain.wiki.prose import escape
from app.domain.wiki.render import Origin, permalink, place_link, provenance, section_digest, stamp

RECIPE = "reference-1"
"""Names how reference pages are made; it changes with their form."""


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
        self._headings = 1

    def known(self, span: str) -> bool:
        """Say whether a code span may stay one."""
        return is_known(span, self._names)

    def words(self, doc: str) -> str:
        """Return a doc comment's first sentence as inline Markdown."""
        return doc_sentence(doc, self.known)

    def link(self, path: str, first: int = 0, last: int = 0) -> str:
        """Link to a place by its brief name."""
        return place_link(self.origin, self.spec.path, path, first, last)

    def source(self, path: str) -> str:
        """Link to a whole file under a name that does not repeat the heading above."""
        return f"[Source]({permalink(self.origin, self.spec.path, path)})"

    def add(self, markdown: str) -> None:
        """Add a block, unless it is empty."""
        if markdown.strip():
            self._parts.append(markdown.strip("\n"))

    def head(self, text: str, level: int, *, record: bool = False) -> None:
        """Add a heading; a recorded one begins a section that later runs can speak about."""
        self._parts.append(f"{'#' * level} {escape(text)}")
        if record:
            self._recorded.append((clean(text), self._headings))
            self._cited.append([])
        self._headings += 1

    def cite(self, path: str, symbol: Symbol) -> None:
        """Note that the current section relies on a symbol."""
        self._cited[-1].append(
            CitedSymbol(
                path=path,
                symbol=symbol.name,
                recipe=DIGEST_RECIPE,
                code=symbol.code_digest,
                wording=symbol.wording_digest,
                first_line=symbol.first_line,
                last_line=symbol.last_line,
            )
        )

    def rendered(self) -> RenderedPage:
        """Finish the page."""
        commit = self.origin.commit
        footer = [
            "---",
            provenance(commit, "from its declarations, without a language model"),
            stamp(self.spec.id, commit, RECIPE),
        ]
        markdown = "\n\n".join([*self._parts, *footer]) + "\n"
        anchors = [each.anchor for each in read_headings(markdown)]
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
