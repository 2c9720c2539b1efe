"""A page at each stage of its life: planned, written, rendered."""

from enum import StrEnum
from typing import Generic, TypeVar

from app.domain.code.citation import CitedSymbol, Reliance
from app.domain.code.evidence import Evidence
from app.domain.value import Value

T = TypeVar("T")


class PageKind(StrEnum):
    """Which layer a page belongs to."""

    HOME = "home"
    NARRATIVE = "narrative"
    REFERENCE = "reference"


class PageSpec(Value):
    """A page as planned; its id never changes."""

    id: str
    """Lower-case letters, digits, `-`; unique within its structure, e.g. `reference-app-db`."""
    path: str
    """Within the documentation folder, e.g. `reference/app/db.md`."""
    title: str
    section: str = ""
    """The navigation group, e.g. `Guide` or `Reference`."""
    kind: PageKind
    purpose: str = ""
    """What a reader finds there, in one sentence."""
    subjects: tuple[str, ...] = ()
    """Paths, globs of paths, or `path:symbol`, that the page is about."""


class WikiStructure(Value):
    """Which pages a scope's documentation has, in reading order."""

    title: str
    pages: tuple[PageSpec, ...]


class DiagramNode(Value):
    """A box; its label is plain text and is quoted by the renderer."""

    id: str
    label: str


class DiagramEdge(Value):
    """An arrow between two boxes, by their ids."""

    source: str
    target: str
    label: str = ""


class Diagram(Value):
    """A drawing as nodes and edges; nobody writes Mermaid but the renderer."""

    title: str
    nodes: tuple[DiagramNode, ...]
    edges: tuple[DiagramEdge, ...] = ()
    note: str = ""
    """A sentence, in plain text, about what the drawing leaves out."""


class Section(Value):
    """A part of a written page under its heading."""

    heading: str
    text: str
    """Markdown prose, lists and simple tables in which `[E1]` or `[E1, E2]` cites evidence. It
    holds no link, URL, path with line numbers, code fence, HTML or heading."""
    snippets: tuple[str, ...] = ()
    """Ids of evidence to show verbatim after the text."""
    diagram: Diagram | None = None
    stand_in: bool = False
    """Whether it only holds the place of what a model is to write."""


class Draft(Value):
    """What a writer, a model or the local one, returns for a page."""

    summary: str
    """One or two sentences under the title, with citations as in a section's text."""
    sections: tuple[Section, ...]


class Page(Value):
    """A page as written: a draft with the evidence that it cites."""

    spec: PageSpec
    draft: Draft
    evidence: tuple[Evidence, ...]
    writer: str
    """`local`, or the model's name."""
    reviewed: bool = False
    """Whether a critic passed it; the local writer's pages are marked unreviewed."""
    stand_in: str = ""
    """Why the local writer took a model's place, as in `the budget was reached`; empty when no
    model was asked for."""
    recipe: str = ""
    """What it was made by, when that is not what the run's other pages were made by."""
    unmended: tuple[str, ...] = ()
    """Of a revision: headings of the sections that stay as they are published, since nothing true
    could be had in their place. Those that were asked for and are in neither list are over."""


class TokenUsage(Value):
    """What model calls cost."""

    calls: int = 0
    input_tokens: int = 0
    output_tokens: int = 0
    cost: float = 0.0
    """US dollars; of an unknown model, at the dearest known price."""

    def __add__(self, other: "TokenUsage") -> "TokenUsage":
        return TokenUsage(
            calls=self.calls + other.calls,
            input_tokens=self.input_tokens + other.input_tokens,
            output_tokens=self.output_tokens + other.output_tokens,
            cost=self.cost + other.cost,
        )

    def since(self, before: "TokenUsage") -> "TokenUsage":
        """Take away what was used before."""
        return TokenUsage(
            calls=self.calls - before.calls,
            input_tokens=self.input_tokens - before.input_tokens,
            output_tokens=self.output_tokens - before.output_tokens,
            cost=self.cost - before.cost,
        )


class AgentResult(Value, Generic[T]):
    """An agent's best attempt."""

    output: T
    attempts: int
    usage: TokenUsage = TokenUsage()
    warnings: tuple[str, ...] = ()
    score: float | None = None
    """The critic's average mark, 0 to 10; None when no critic read it."""
    findings: int = 0
    """How many faults were found in all attempts."""


class ScopeResult(Value):
    """What a writer run made of one scope."""

    scope: str
    """The folder of the scope; empty for the whole repository."""
    structure: WikiStructure
    pages: tuple[Page, ...]
    withheld: tuple[str, ...] = ()
    """One sentence for each page that stayed below the floor."""
    recipe: str = ""
    """Hash of version, prompts and models: what the pages were made by."""
    usage: TokenUsage = TokenUsage()
    foretold: TokenUsage | None = None
    """What its calls were to take; None where nobody reckoned."""
    warnings: tuple[str, ...] = ()


class Sentence(Value):
    """One sentence of a section and the cited symbols (`path:symbol`) that it relies on."""

    text: str
    cites: tuple[str, ...] = ()
    relies: Reliance = Reliance.BEHAVIOUR
    """How much it states of each."""
    names: tuple[str, ...] = ()
    """Symbols of which it states only that they are there: it names them in code."""


class RenderedSection(Value):
    """What a section became, and what it relies on."""

    anchor: str
    heading: str
    digest: str
    """SHA-256 (first 16 hex digits) of the section's generated Markdown."""
    cited: tuple[CitedSymbol, ...] = ()
    sentences: tuple[Sentence, ...] = ()
    uncited: int = 0
    """Sentences that cite nothing."""
    complete: bool = False
    """Whether it lists all that there is of something: what is new makes it incomplete."""
    stand_in: bool = False
    """Whether it only holds the place of what a model is to write."""


class RenderedPage(Value):
    """A page as Markdown, with the record that `.autodoc/PAGE-ID.json` keeps of it."""

    spec: PageSpec
    markdown: str
    sections: tuple[RenderedSection, ...] = ()
    writer: str = ""
    """`local`, or the model's name; empty for a reference page."""
    stand_in: bool = False
    """Whether the local writer only took a model's place."""
    unmended: tuple[str, ...] = ()
    """Of a revision: headings of the sections that stay as they are published."""
