"""What a language must tell to have its files read."""

import re
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from importlib.resources import files
from typing import TypeVar, cast

from tree_sitter import Language, Node, Query

from app.analysis.syntax import Profile
from app.analysis.walk import Comment, Kinds
from app.domain.code.facts import Depth, EnvironmentVariable, Import
from app.domain.code.layout import fold, has_long_literal, on_one_line
from app.domain.code.symbol import Parameter, SymbolKind

_Made = TypeVar("_Made")

MAX_DOC = 8_000
_LONGEST_VALUE = 120
_LONGEST_MARGIN = 500
"""More before a definition on its line is other code, as in a file made small."""
_INNER_COMMENT = re.compile(r"/\*.*?\*/")


@dataclass(slots=True)
class Definition:
    """A definition that the query found, before it is a symbol."""

    kind: SymbolKind | None
    """None for a namespace: it names what is in it, and is no symbol."""
    node: Node
    short_name: str
    statement: Node
    """The outermost wrapper: an export, a decorated definition, a declaration."""
    wrappers: tuple[Node, ...] = ()
    """From the inside outwards, the statement included."""
    decorators: tuple[Node, ...] = ()
    """Those that stand beside the node and not in a wrapper."""
    owner: "Definition | None" = None
    name: str = ""
    public: bool = True


@dataclass
class Source:
    """A parsed file as the languages read it."""

    content: bytes
    root: Node
    language: str
    comments: Sequence[Comment] = ()
    captures: Mapping[str, Sequence[Node]] = field(default_factory=dict)
    groups: dict[int, Mapping[int, Sequence[Node | str]]] = field(default_factory=dict)
    """What a language remembers of a declaration with many definitions, by the node's id."""
    made: dict[Callable[["Source"], object], object] = field(default_factory=dict)

    def once(self, make: Callable[["Source"], _Made]) -> _Made:
        """Give what a language makes of the whole file, made when it is first asked for."""
        if make not in self.made:
            self.made[make] = make(self)
        return cast("_Made", self.made[make])

    def text(self, node: Node) -> str:
        """Return a node's source text."""
        return self.slice(node.start_byte, node.end_byte)

    def slice(self, first: int, last: int) -> str:
        """Return the source text between two bytes."""
        return self.content[first:last].decode(errors="replace")

    def head(self, first: int, last: int) -> str:
        """Return the text between two bytes on one line, without the comments in it."""
        return on_one_line(self.bare(first, last), self.language)

    def bare(self, first: int, last: int) -> str:
        """Return the text between two bytes as it is laid out, without the comments in it."""
        text, position = "", first
        for comment in self.comments_between(first, last):
            text += self.slice(position, comment.first_byte)
            position = comment.last_byte
        return (text + self.slice(position, last)).strip()

    def comments_between(self, first: int, last: int) -> Iterable[Comment]:
        """Give the comments that lie between two bytes."""
        low, high = 0, len(self.comments)
        while low < high:
            middle = (low + high) // 2
            if self.comments[middle].first_byte < first:
                low = middle + 1
            else:
                high = middle
        for comment in self.comments[low:]:
            if comment.first_byte >= last:
                return
            yield comment

    @cached_property
    def comments_by_last_row(self) -> Mapping[int, Comment]:
        """Find the comment that stands alone and ends on a row."""
        return {comment.last_row: comment for comment in self.comments if comment.alone}

    @cached_property
    def exports(self) -> frozenset[str]:
        """Name what the file says that it offers."""
        return frozenset(unquoted(self.text(node)) for node in self.captures.get("exports", ()))

    @cached_property
    def private(self) -> frozenset[str]:
        """Name the types that the file keeps for itself."""
        return frozenset(self.text(node) for node in self.captures.get("private", ()))

    @cached_property
    def fallbacks(self) -> Mapping[int, Node]:
        """Find, by the node on the left of `??` or `||`, the one on the right."""
        found = {}
        for node in self.captures.get("fallback", ()):
            left, right = node.child_by_field_name("left"), node.child_by_field_name("right")
            if left is not None and right is not None:
                found[left.id] = right
        return found

    def comments_before(self, node: Node) -> list[Comment]:
        """Collect the comments above a node, unless code before it on its line takes them."""
        line = self.content.rfind(b"\n", 0, node.start_byte) + 1
        if node.start_byte - line > _LONGEST_MARGIN:
            return []
        before = _INNER_COMMENT.sub("", self.slice(line, node.start_byte))
        return [] if before.strip() else self.comments_above(node.start_point.row)

    def comments_above(self, row: int) -> list[Comment]:
        """Collect the comments that touch a row from above, in their order."""
        found: list[Comment] = []
        while comment := self.comments_by_last_row.get(row - 1):
            found.append(comment)
            row = comment.first_row
        return found[::-1]


class Reader(ABC):
    """One language: its grammar, its query, and what a query cannot say."""

    name: str
    grammar: Language
    query_files: tuple[str, ...]
    profile: Profile
    result_field: str = ""
    """Where a callable has the type of its result."""
    depth: Depth = Depth.FULL

    @cached_property
    def query(self) -> Query:
        """Compile the language's own query."""
        folder = files("app.analysis.languages")
        text = "\n".join((folder / name).read_text("utf-8") for name in self.query_files)
        return Query(self.grammar, text)

    @cached_property
    def kinds(self) -> Kinds:
        """Name the grammar's node kinds."""
        return Kinds(self.grammar)

    def qualified(self, definition: Definition, source: Source) -> str:
        """Name a definition within its file."""
        del source
        if definition.owner is None:
            return definition.short_name
        return f"{definition.owner.name}.{definition.short_name}"

    def kind(self, definition: Definition, source: Source) -> SymbolKind | None:
        """Say what is defined, where the query's answer is too coarse."""
        del source
        return definition.kind

    def is_sound(self, definition: Definition) -> bool:
        """Say whether a definition was understood; what was not is left out."""
        return not definition.node.has_error

    def primary(self, group: Sequence[Definition], source: Source) -> Definition:
        """Choose the definition that stands for all of one name."""
        del source
        return group[0]

    def overloads(self, group: Sequence[Definition], source: Source) -> Sequence[Definition]:
        """Choose, of the definitions of one name, those among which a caller has the choice."""
        del group, source
        return ()

    def decorators(self, definition: Definition) -> Sequence[Node]:
        """Give the decorators, annotations or attributes of a definition."""
        return definition.decorators

    def function(self, definition: Definition) -> Node:
        """Return the function that a definition is, or gives a name to."""
        return definition.node

    def parameter_list(self, definition: Definition) -> Node | None:
        """Return the node that holds the parameters of a callable."""
        return self.function(definition).child_by_field_name("parameters")

    def returns(self, definition: Definition, source: Source) -> str:
        """Return the type of a callable's result, as written."""
        if not self.result_field:
            return ""
        node = self.function(definition).child_by_field_name(self.result_field)
        return source.head(node.start_byte, node.end_byte) if node is not None else ""

    def throws(self, definition: Definition, source: Source) -> Iterable[str]:
        """Name the errors that the signature of a callable declares."""
        del definition, source
        return ()

    def raised(self, node: Node, source: Source) -> str:
        """Name the error that a captured node raises; empty when it has no name of its own."""
        return source.head(node.start_byte, node.end_byte)

    def module(self, source: Source) -> str:
        """Name what the file says that it belongs to."""
        del source
        return ""

    def readable(self, content: bytes) -> bytes:
        """Write what the grammar takes for something else in another way, byte for byte as long."""
        return content

    def simplified(self, content: bytes) -> bytes:
        """Write what the grammar does not know in another way, byte for byte in the same place."""
        return content

    def code(self, definition: Definition, source: Source) -> Iterable[Node | str]:
        """Give the nodes, and the words, that are the definition's code, decorators included."""
        del source
        yield definition.node

    @abstractmethod
    def place(self, definition: Definition) -> tuple[Node, Node]:
        """Return the nodes with which the definition begins and ends, without decorators."""

    @abstractmethod
    def signature(self, definition: Definition, source: Source) -> str:
        """Return the definition's head as it is laid out, without comments."""

    @abstractmethod
    def parameters(self, definition: Definition, source: Source) -> Iterable[Parameter]:
        """Read the parameters of a callable."""

    @abstractmethod
    def doc(self, definition: Definition, source: Source) -> str:
        """Read the doc comment."""

    @abstractmethod
    def is_public(self, definition: Definition, source: Source) -> bool:
        """Say whether the definition by itself is public."""

    @abstractmethod
    def module_doc(self, source: Source) -> tuple[str, int]:
        """Read the file's own doc comment, and the line on which it begins."""

    @abstractmethod
    def imports(self, node: Node, source: Source) -> Iterable[Import]:
        """Read what an import node imports."""

    @abstractmethod
    def environment(self, node: Node, source: Source) -> Iterable[EnvironmentVariable]:
        """Read which variables a node reads."""


def head_with_value(head: str, value: str) -> str:
    """Add a value to the head of a constant if it is short enough to be read at a glance."""
    head = head.rstrip("= \n\t")
    whole = f"{head} = {value}" if value else head
    is_brief = len(fold(whole)) <= _LONGEST_VALUE and not has_long_literal(whole)
    return whole if is_brief else head


def unquoted(text: str) -> str:
    """Return what stands between the quotes of a plain string literal."""
    return text.lstrip("rRbBuU")[1:-1] if text[-1:] in "\"'`" else text


def line_of(node: Node) -> int:
    """Return the 1-based line on which a node begins."""
    return node.start_point.row + 1


def dedent(text: str) -> str:
    """Strip a doc comment's own indentation and the blank lines around it."""
    lines = [line.rstrip() for line in text.expandtabs().replace("\r\n", "\n").split("\n")]
    margins = [len(line) - len(line.lstrip()) for line in lines[1:] if line]
    margin = min(margins, default=0)
    body = [lines[0].lstrip(), *(line[margin:] for line in lines[1:])]
    return "\n".join(body).strip()[:MAX_DOC]
