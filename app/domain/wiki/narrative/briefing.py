"""What a writer is told before it writes a page: facts, each with the evidence that proves it."""

from enum import StrEnum

from app.domain.code.evidence import Evidence
from app.domain.value import Value
from app.domain.wiki.page import Diagram, PageSpec
from app.domain.wiki.record import Note

LONGEST_HEAD = 100
"""A longer signature would fill a table: there stands the name alone."""


class FactForm(StrEnum):
    """What a fact says, and so which sentence the local writer makes of it."""

    QUOTATION = "quotation"
    """`text` is a passage of the repository's own prose (as its source writes it); `name` is the
    document's path, `detail` the heading above it."""
    EXAMPLE = "example"
    """`text` is a code block of a document; `name` and `detail` are as of a quotation."""
    MODULE = "module"
    """`name` is a file's or folder's path, `text` its own doc comment's first paragraph, `detail`
    its main names; `…` stands for others."""
    SYMBOL = "symbol"
    """`name` is a symbol, `detail` its signature, `text` its doc comment's first paragraph."""
    MANIFEST = "manifest"
    """`name` is the package, `detail` its version demand, `text` its description."""
    DEPENDENCY = "dependency"
    COMMAND = "command"
    """`name` is what a person types, `detail` what it runs, `text` the folder in which it has to be
    typed, when that is not the top of the repository."""
    TARGET = "target"
    """`name` is a Make target, `text` its comment."""
    VARIABLE = "variable"
    """`name` is an environment variable, `detail` its default."""
    IMPORT = "import"
    """`name` imports `detail`: two modules' paths or subsystem names."""
    DOCUMENT = "document"
    """`name` is the path of a page that people wrote, `text` its title."""
    SAMPLE = "sample"
    """`name` is the folder of an example program, `text` what it says of itself."""
    TEST = "test"
    """`name` is a test file's path, `text` what it says it tests, `detail` files of this page that
    it imports, in Go their packages; `…` stands for others."""
    USED = "used"
    """`name` is a symbol of another part that files of this page import by name; `detail` and
    `text` are as of a symbol."""
    CI = "ci"
    """`name` is a command that a job runs, `text` the job, `detail` its workflow."""
    SERVICE = "service"
    """`name` is a service of a compose file, `text` its ports, `detail` its image or the folder it
    is built from."""
    ROUTE = "route"
    """`name` is an address with its methods, `detail` the symbol that answers."""
    CASE = "case"
    """`name` is a test or an example program, `text` what it says it shows, `detail` a heading made
    of its own words; the fact before it is the public symbol that its name speaks of."""
    STEP = "step"
    """`name` is a symbol that one way through the code passes, in order, `text` its doc comment's
    first paragraph, `detail` its file."""
    CALL = "call"
    """The body of the symbol `name` calls the symbol `detail`: the steps whose evidence is `caller`
    and `target`."""


class Fact(Value):
    """One thing that is known, with the id of the evidence for it."""

    evidence: str
    form: FactForm
    name: str
    text: str = ""
    detail: str = ""
    caller: str = ""
    target: str = ""


class Part(Value):
    """Files of a page that belong together."""

    name: str
    files: tuple[str, ...]


class Briefing(Value):
    """Everything that one page may be written from."""

    spec: PageSpec
    facts: tuple[Fact, ...]
    evidence: tuple[Evidence, ...]
    diagram: Diagram | None = None
    """A drawing made from the import graph; a writer takes it, takes a part of it, or leaves it."""
    cut: frozenset[FactForm] = frozenset()
    """Forms of which not all facts are told."""
    context: tuple[Fact, ...] = ()
    """What is known of the whole repository, without evidence: the same for all of its pages."""
    order: tuple[str, ...] = ()
    """Ids of the evidence, the most relevant to the page first."""
    parts: tuple[Part, ...] = ()
    """All that the page is about, in pieces that can be summarised one by one."""
    names: frozenset[str] = frozenset()
    """Further names that exist in this commit and that prose may put in code spans."""
    notes: tuple[Note, ...] = ()
    """What people put right on the page by hand, which has to stay so."""
    wishes: tuple[str, ...] = ()
    """What people asked of the page in comments, the newest last."""
