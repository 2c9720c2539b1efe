"""A parsed file as the frameworks' readers ask it: calls, literals, what surrounds a node."""

import re
from bisect import bisect_right
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache, cached_property
from typing import NamedTuple

from tree_sitter import Node, Query, QueryCursor

from app.analysis.languages.reader import Source, line_of
from app.analysis.languages.registry import reader_of
from app.analysis.offers.literals import literal
from app.domain.code.artifacts import CliCommand, NamedTest, Route, Setting
from app.domain.code.facts import EnvironmentVariable

MAX_HELP = 2_000
_MAX_DEFAULT = 200
_MAX_AROUND = 100
_SELVES = frozenset({"self", "cls", "this"})
_SPACE = re.compile(r"[\s\x08]+")


class _Shape(NamedTuple):
    """How a grammar writes a call of a method."""

    call: str
    member: str
    object: str
    name: str


_SCRIPT = _Shape("call_expression", "member_expression", "object", "property")
_SHAPES = {
    "python": _Shape("call", "attribute", "object", "attribute"),
    "javascript": _SCRIPT,
    "typescript": _SCRIPT,
    "tsx": _SCRIPT,
    "go": _Shape("call_expression", "selector_expression", "operand", "field"),
    "rust": _Shape("call_expression", "field_expression", "value", "field"),
}


@dataclass
class Offers:
    """What one file offers; what a file of tests sets up is no offer of the program."""

    commands: list[CliCommand] = field(default_factory=list)
    routes: list[Route] = field(default_factory=list)
    settings: list[Setting] = field(default_factory=list)
    tests: list[NamedTest] = field(default_factory=list)
    environment: list[EnvironmentVariable] = field(default_factory=list)


@cache  # Immutable and few: a query takes longer to compile than to run over most files.
def _query(language: str, kind: str) -> Query:
    return Query(reader_of(language).grammar, f"({kind}) @node")


def _is_of(owner: str, symbol: str) -> bool:
    """Say whether a method is called on an object of its class, as far as names can tell."""
    of = symbol.rpartition(".")[0].lower().rpartition(".")[2]
    return of != "" and (owner in _SELVES or owner.lower().replace("_", "") == of)


class View:
    """One file; what is asked for twice is found once."""

    def __init__(self, source: Source, names: Collection[str]) -> None:
        self.source = source
        self.content = source.content
        self.names = names
        self._nodes: dict[str, Sequence[Node]] = {}
        self._short: dict[str, list[str]] = {}
        for name in names:
            self._short.setdefault(name.rpartition(".")[2], []).append(name)

    def text(self, node: Node | None) -> str:
        """Return a node's source text; empty for none."""
        return self.source.text(node) if node is not None else ""

    def literal(self, node: Node | None) -> str | None:
        """Return what a plain string literal says; None for everything else."""
        return literal(node, self.source) if node is not None else None

    def words(self, node: Node | None) -> str:
        """Return a literal on one line; empty for everything else."""
        return _SPACE.sub(" ", self.literal(node) or "").strip()[:MAX_HELP]

    def default(self, node: Node | None) -> str | None:
        """Return the source text of a default on one line."""
        if node is None:
            return None
        text = self.source.head(node.start_byte, node.end_byte)
        return text if len(text) <= _MAX_DEFAULT else f"{text[:_MAX_DEFAULT]}…"

    def handler(self, name: str) -> str:
        """Return the one symbol of the file that a name means; empty when that is not certain."""
        if name in self.names:
            return name
        owner, _, short = name.rpartition(".")
        found = [each for each in self._short.get(short, ()) if _is_of(owner, each)]
        return found[0] if len(found) == 1 else ""

    def nodes(self, kind: str) -> Sequence[Node]:
        """Find all nodes of a kind, in the order of the source; of one place, the inner first."""
        if kind not in self._nodes:
            query = _query(self.source.language, kind)
            found = QueryCursor(query).captures(self.source.root).get("node", [])
            found.sort(key=lambda node: (node.start_byte, node.end_byte))
            self._nodes[kind] = found
        return self._nodes[kind]

    @cached_property
    def calls(self) -> "Sequence[Call]":
        """Find all calls of a function or method that has a plain name."""
        shape = _SHAPES[self.source.language]
        return [call for node in self.nodes(shape.call) if (call := self.call(node))]

    def call(self, node: Node | None) -> "Call | None":
        """Read a node as a call."""
        shape = _SHAPES[self.source.language]
        if node is None or node.type != shape.call:
            return None
        callee = node.child_by_field_name("function")
        if callee is None:
            return None
        if callee.type == shape.member:
            name = callee.child_by_field_name(shape.name) or callee
            return Call(self, node, name, callee.child_by_field_name(shape.object))
        if callee.type == "scoped_identifier":
            name = callee.child_by_field_name("name") or callee
            return Call(self, node, name, callee.child_by_field_name("path"))
        return Call(self, node, callee, None) if callee.type == "identifier" else None


@dataclass
class Call:
    """A call, its arguments read when they are asked for."""

    view: View
    node: Node
    called: Node
    receiver: Node | None

    @cached_property
    def name(self) -> str:
        """Return the name of the function or method."""
        return self.view.text(self.called)

    @property
    def on(self) -> str:
        """Return the text on which the method is called; empty for a plain function."""
        return self.view.text(self.receiver)

    @property
    def line(self) -> int:
        """Return the line on which its name stands; a chain of calls may begin far above."""
        return line_of(self.called)

    @cached_property
    def _given(self) -> Sequence[Node]:
        listed = self.node.child_by_field_name("arguments")
        given = listed.named_children if listed is not None else []
        return [each for each in given if "comment" not in each.type]

    @cached_property
    def positional(self) -> Sequence[Node]:
        """List the arguments without a name."""
        return [each for each in self._given if each.type != "keyword_argument"]

    @cached_property
    def keywords(self) -> Mapping[str, Node]:
        """Find the arguments that have a name, by it."""
        found = {}
        for each in self._given:
            value = each.child_by_field_name("value")
            if each.type == "keyword_argument" and value is not None:
                found[self.view.text(each.child_by_field_name("name"))] = value
        return found

    def argument(self, position: int, *names: str) -> Node | None:
        """Return an argument by its place or else by its name."""
        if position < len(self.positional):
            return self.positional[position]
        return next((self.keywords[name] for name in names if name in self.keywords), None)

    def chain(self) -> "Iterator[Call]":
        """Give the calls on which this one is made, from the last to the first, itself included."""
        call: Call | None = self
        while call is not None:
            yield call
            call = self.view.call(call.receiver)


def whole_chains(view: View) -> Iterator[list[Call]]:
    """Give each chain of calls, `a.b().c()`, from its first call to its last."""
    inner = {call.receiver.id for call in view.calls if call.receiver is not None}
    for call in view.calls:
        if call.node.id not in inner:
            yield list(call.chain())[::-1]


class Enclosing:
    """The nodes of some kinds that are around a place, found without climbing the tree."""

    def __init__(self, view: View, kinds: Iterable[str]) -> None:
        nodes = [node for kind in kinds for node in view.nodes(kind)]
        nodes.sort(key=lambda node: (node.start_byte, -node.end_byte))
        self._nodes = nodes
        self._starts = [node.start_byte for node in nodes]
        self._outer: list[int] = []
        open_ones: list[int] = []
        for number, node in enumerate(nodes):
            while open_ones and nodes[open_ones[-1]].end_byte < node.end_byte:
                open_ones.pop()
            self._outer.append(open_ones[-1] if open_ones else -1)
            open_ones.append(number)

    def of(self, node: Node) -> list[Node]:
        """List what is around a node, from the inside outwards, the node itself left out."""
        number = bisect_right(self._starts, node.start_byte) - 1
        found: list[Node] = []
        while number >= 0 and len(found) < _MAX_AROUND:
            one = self._nodes[number]
            if one.end_byte >= node.end_byte and one.id != node.id:
                found.append(one)
            number = self._outer[number]
        return found
