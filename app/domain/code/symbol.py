"""A named thing in a source file."""

from enum import StrEnum

from app.domain.value import Value


class SymbolKind(StrEnum):
    """What a definition defines."""

    CLASS = "class"
    INTERFACE = "interface"
    ENUM = "enum"
    TYPE = "type"
    FUNCTION = "function"
    METHOD = "method"
    FIELD = "field"
    CONSTANT = "constant"


class Parameter(Value):
    """One parameter of a callable, as the source writes it."""

    name: str
    """Without `*`, `...` or other marks."""
    annotation: str = ""
    default: str | None = None
    """The source text of the default; empty where a mark alone says that the parameter may be left
    out, as TypeScript's `?`. None means that it is required."""
    variadic: bool = False


class Digests(Value):
    """Three fingerprints of a symbol, each blind to what the others see."""

    recipe: str
    """Names how the digests were made; an unknown recipe counts as changed."""
    code: str
    """The definition without comments, doc comment, annotations that are not code, and layout."""
    wording: str
    """The signature's text with annotations, and the doc comment."""
    place: str
    """Path and line range."""


class Overload(Value):
    """One of several ways to call what has one name."""

    signature: str
    first_line: int
    last_line: int
    parameters: tuple[Parameter, ...] = ()
    returns: str = ""
    raises: tuple[str, ...] = ()
    doc: str = ""


class Symbol(Value):
    """A definition in one blob; its path is not part of it, so equal blobs share their facts."""

    name: str
    """Qualified within the file, e.g. `Cart.total`."""
    kind: SymbolKind
    first_line: int
    """1-based; decorators and the attached doc comment of Go or JavaScript are not part of it."""
    last_line: int
    signature: str
    """The head as written, without body and trailing colon: on one line if it is short and means
    the same there, else on the lines of its author."""
    parameters: tuple[Parameter, ...] = ()
    doc: str = ""
    """The doc comment, without comment marks, dedented and stripped."""
    decorators: tuple[str, ...] = ()
    """Decorators, annotations or attributes as the source writes them, each on one line; `…`
    stands where arguments, or at the end whole decorators, are left out."""
    raises: tuple[str, ...] = ()
    """Names of the errors that the body raises itself, or that the signature declares."""
    returns: str = ""
    """The result's type as the source writes it; empty when unsaid."""
    overloads: tuple[Overload, ...] = ()
    """Every way to call it, by line, when there are several; the other fields are then of the one
    that stands for all, in TypeScript and Python the implementation, which nobody calls as such."""
    public: bool = True
    """Reachable by other modules by the language's own convention, with all that encloses it."""
    code_digest: str
    wording_digest: str

    @property
    def short_name(self) -> str:
        """Return the last part of the name."""
        return self.name.rpartition(".")[2]
