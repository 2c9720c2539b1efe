"""From one blob to its facts; the same bytes give the same facts."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence

from tree_sitter import Node, Parser, QueryCursor, Tree

from app.analysis.languages.reader import Definition, Reader, Source
from app.analysis.languages.registry import reader_of, refined
from app.analysis.nesting import is_hopeless, is_monstrous
from app.analysis.offers.registry import offers_of
from app.analysis.raised import errors_by_function
from app.analysis.walk import Walk
from app.domain.code.digest import (
    KEPT,
    Token,
    callable_digest,
    class_digest,
    code_digest,
    wording_digest,
)
from app.domain.code.facts import EnvironmentVariable, FileFacts, Import
from app.domain.code.layout import brief, brief_call, fold, laid_out
from app.domain.code.symbol import Overload, Symbol, SymbolKind

MAX_NESTING = 20
MAX_SIGNATURE = 2_000
MAX_HEAD = 20_000
"""So much of a head is laid out before it is cut."""
DIGESTED = 600
"""So much of a signature counts as its wording."""
MAX_DECORATORS = 20
MAX_DECORATOR = 300
MAX_RAISES = 20
MAX_OVERLOADS = 40
MAX_OPEN_MATCHES = 1024
"""Without a bound, an expression nested n times takes n * n steps; honest code stays far below."""

_CALLABLE = frozenset({SymbolKind.FUNCTION, SymbolKind.METHOD})
_Matches = Sequence[tuple[int, dict[str, list[Node]]]]


def extract(language: str, content: bytes) -> FileFacts:
    """Read a source file, broken or not."""
    language = refined(language, content)
    reader = reader_of(language)
    parsed = _parse(reader, content)
    if parsed is None:
        fault = "it is nested too deeply to be read"
        lines = count_lines(content)
        return FileFacts(language=language, depth=reader.depth, lines=lines, fault=fault)
    tree, matches = parsed
    captures = _captures(matches)
    source = Source(content, tree.root_node, reader.name, captures=captures)
    found = list(_definitions(matches))
    walk = Walk(reader.kinds, reader.profile, content)
    wanted = {node.id for one in found for node in _code_nodes(one, reader, source)}
    wanted |= {node.id for one in found if (node := reader.parameter_list(one)) is not None}
    walk.run(tree, wanted, {node.id for node in captures.get("docstring", ())})
    source.comments = walk.comments
    doc, doc_line = reader.module_doc(source)
    errors = errors_by_function(reader, source, found, captures)
    symbols = tuple(_symbols(_placed(found, captures), _Telling(reader, source, walk, errors)))
    offers = offers_of(source, {one.name for one in symbols})
    return FileFacts(
        language=language,
        depth=reader.depth,
        module=reader.module(source),
        doc=doc,
        doc_line=doc_line if doc else 0,
        symbols=symbols,
        imports=tuple(_imports(reader, source)),
        environment=(*_environment(reader, source), *offers.environment),
        settings=tuple(offers.settings),
        commands=tuple(offers.commands),
        routes=tuple(offers.routes),
        tests=tuple(offers.tests),
        names=tuple(sorted(walk.names)),
        lines=count_lines(content),
        fault=_fault(tree.root_node, captures),
    )


def _parse(reader: Reader, content: bytes) -> tuple[Tree, _Matches] | None:
    """Parse, and once more if the language knows how to write the same file more simply."""
    if is_hopeless(content):
        return None
    content = reader.readable(content)
    first = _parse_as_is(reader, content)
    if first is None or not first[0].root_node.has_error:
        return first
    simpler = reader.simplified(content)
    second = _parse_as_is(reader, simpler) if simpler != content else None
    if second is not None and _count_errors(second[1]) < _count_errors(first[1]):
        return second
    return first


def _parse_as_is(reader: Reader, content: bytes) -> tuple[Tree, _Matches] | None:
    """Parse and query; None for a tree that is too deep for a query."""
    tree = Parser(reader.grammar).parse(content)
    if is_monstrous(tree, content):
        return None
    cursor = QueryCursor(reader.query, match_limit=MAX_OPEN_MATCHES)
    return tree, cursor.matches(tree.root_node)


def _count_errors(matches: _Matches) -> int:
    return sum("error" in captures for _, captures in matches)


def count_lines(content: bytes) -> int:
    """Count lines; the last one counts without a line break too."""
    return content.count(b"\n") + (not content.endswith(b"\n") and content != b"")


def _captures(matches: _Matches) -> Mapping[str, Sequence[Node]]:
    found: dict[str, dict[int, Node]] = defaultdict(dict)
    for _, captures in matches:
        for name, nodes in captures.items():
            found[name].update((node.id, node) for node in nodes)
    return {
        name: sorted(nodes.values(), key=lambda node: node.start_byte)
        for name, nodes in found.items()
    }


def _definitions(matches: _Matches) -> Iterator[Definition]:
    wrappers = {
        inner.id: statement
        for _, match in matches
        if "statement" in match
        for inner in match.get("inner", ())
        for statement in match["statement"]
    }
    decorators: dict[int, tuple[Node, ...]] = {}
    for _, match in matches:
        for node in match.get("decorated", ()):
            given = tuple(match["decorator"])
            decorators[node.id] = max(given, decorators.get(node.id, ()), key=len)
    seen: set[tuple[int, int]] = set()
    for _, match in matches:
        label = next((name for name in match if name.startswith("definition.")), "")
        for node in match.get(label, ()):
            names = match.get("name", ())
            for name in names or (node,):
                if (node.id, name.id) not in seen:
                    seen.add((node.id, name.id))
                    one = _definition(label, node, name if names else None, wrappers)
                    one.decorators = decorators.get(node.id, ())
                    yield one


def _definition(
    label: str, node: Node, name: Node | None, wrappers: Mapping[int, Node]
) -> Definition:
    chain: list[Node] = []
    outer = node
    while outer.id in wrappers and len(chain) < MAX_NESTING:
        outer = wrappers[outer.id]
        chain.append(outer)
    text = (name.text or b"").decode(errors="replace") if name is not None else "default"
    kind = None if label == "definition.namespace" else SymbolKind(label.partition(".")[2])
    return Definition(kind, node, text.strip("\"'"), outer, tuple(chain))


def _placed(
    found: Iterable[Definition], captures: Mapping[str, Sequence[Node]]
) -> list[Definition]:
    """Give each definition its owner, and leave out what lives inside a function or an error."""
    events: list[tuple[Node, Definition | None]] = [(one.node, one) for one in found]
    events += [(node, None) for node in captures.get("opaque", ())]
    events.sort(key=lambda event: (event[0].start_byte, -event[0].end_byte, event[1] is None))
    errors = _Regions(captures.get("error", ()))
    placed: list[Definition] = []
    around: list[Definition] = []
    closed_until = 0
    for node, one in events:
        if node.start_byte < closed_until:
            continue
        while around and around[-1].node.end_byte <= node.start_byte:
            around.pop()
        if one is None or one.kind in _CALLABLE or len(around) > MAX_NESTING:
            closed_until = node.end_byte
        if one is not None:
            one.owner = _owner(around, node)
            if one.owner or one.statement.start_point.column == 0 or not errors.cover(node):
                placed.append(one)
                around.append(one)
    return placed


def _owner(around: Sequence[Definition], node: Node) -> Definition | None:
    """Return the innermost definition around a node; names of one node do not own each other."""
    return next((one for one in reversed(around) if one.node.id != node.id), None)


class _Regions:
    """The places that could not be parsed, asked in the order of their bytes."""

    def __init__(self, nodes: Sequence[Node]) -> None:
        self._nodes = nodes
        self._next = 0
        self._end = 0

    def cover(self, node: Node) -> bool:
        """Say whether a node lies in one of them."""
        while (
            self._next < len(self._nodes) and self._nodes[self._next].start_byte <= node.start_byte
        ):
            self._end = max(self._end, self._nodes[self._next].end_byte)
            self._next += 1
        return node.start_byte < self._end


class _Telling:
    """Says what is to be said of the definitions of one file."""

    def __init__(
        self, reader: Reader, source: Source, walk: Walk, errors: Mapping[int, Sequence[str]]
    ) -> None:
        self.reader = reader
        self.source = source
        self._walk = walk
        self._errors = errors
        self._members: dict[int, list[Definition]] = {}

    def know_members(self, groups: Iterable[Sequence[Definition]]) -> None:
        """Learn which functions belong to which definitions."""
        for one in (each for group in groups for each in group):
            if one.owner is not None and one.kind in _CALLABLE:
                self._members.setdefault(id(one.owner), []).append(one)

    def symbol(self, group: Sequence[Definition]) -> Symbol:
        """Tell of all definitions of one name."""
        reader, source = self.reader, self.source
        chosen = reader.primary(group, source)
        peers = (one for one in group if one.public == chosen.public)
        docs = [reader.doc(one, source) for one in (chosen, *peers)]
        doc = next((doc for doc in docs if doc), "")
        head = reader.signature(chosen, source)[:MAX_HEAD]
        own = self._own(chosen, head, doc)
        overloads = self._overloads(group, own)
        decorators = [self._decorator(node) for node in reader.decorators(chosen)]
        decorators[MAX_DECORATORS:] = ["…"] if len(decorators) > MAX_DECORATORS else []
        return Symbol(
            name=chosen.name,
            kind=chosen.kind or SymbolKind.TYPE,
            first_line=own.first_line,
            last_line=own.last_line,
            signature=own.signature,
            parameters=own.parameters,
            doc=doc,
            decorators=tuple(decorators),
            raises=own.raises,
            returns=own.returns,
            overloads=overloads,
            public=any(one.public for one in group),
            code_digest=self._code_digest(chosen, group),
            wording_digest=wording_digest(_wording(head, overloads), doc),
        )

    def _code_digest(self, chosen: Definition, group: Sequence[Definition]) -> str:
        name = chosen.short_name
        members = [each for one in group for each in self._members.get(id(one), ())]
        if members:
            apart = [node for each in members for node in self._nodes(each)]
            digests = [(each.short_name, self._code_digest(each, [each])) for each in members]
            return class_digest(self._tokens(group, apart), name, digests)
        whole = self._tokens(group, ())
        if chosen.kind not in _CALLABLE:
            return code_digest(whole, name)
        lists = [node for one in group if (node := self.reader.parameter_list(one)) is not None]
        return callable_digest(whole, self._tokens(group, lists), name)

    def _nodes(self, one: Definition) -> list[Node]:
        return list(_code_nodes(one, self.reader, self.source))

    def _tokens(self, group: Sequence[Definition], apart: Sequence[Node]) -> Iterator[Token]:
        for one in group:
            for piece in self.reader.code(one, self.source):
                if isinstance(piece, str):
                    yield piece, KEPT
                else:
                    yield from self._walk.tokens_of(piece, apart)

    def _own(self, one: Definition, head: str, doc: str) -> Overload:
        """Tell of one definition alone."""
        reader, source = self.reader, self.source
        first, last = reader.place(one)
        is_callable = one.kind in _CALLABLE
        raises: Sequence[str] = ()
        if is_callable:
            raised = self._errors.get(reader.function(one).id, ())
            raises = tuple(dict.fromkeys((*reader.throws(one, source), *raised)))[:MAX_RAISES]
        return Overload(
            signature=shortened(laid_out(head, reader.name, first.start_point.column)),
            first_line=first.start_point.row + 1,
            last_line=_last_row(last) + 1,
            parameters=tuple(reader.parameters(one, source)) if is_callable else (),
            returns=reader.returns(one, source) if is_callable else "",
            raises=raises,
            doc=doc,
        )

    def _overloads(self, group: Sequence[Definition], own: Overload) -> tuple[Overload, ...]:
        reader, source = self.reader, self.source
        if len(group) == 1:
            return ()
        found = {
            one.signature: one
            for each in reversed(reader.overloads(group, source)[:MAX_OVERLOADS])
            if each.kind in _CALLABLE
            for head in [reader.signature(each, source)[:MAX_HEAD]]
            for one in [self._own(each, head, reader.doc(each, source))]
        }
        if len(found) == 1 and own.signature in found:
            return ()
        return tuple(sorted(found.values(), key=lambda one: (one.first_line, one.signature)))

    def _decorator(self, node: Node) -> str:
        return brief_call(self.source.head(node.start_byte, node.end_byte), MAX_DECORATOR)


def _symbols(placed: Sequence[Definition], telling: _Telling) -> Iterator[Symbol]:
    reader, source = telling.reader, telling.source
    groups: dict[str, list[Definition]] = {}
    for one in placed:
        one.name = reader.qualified(one, source)
        one.public = reader.is_public(one, source) and (one.owner is None or one.owner.public)
        one.kind = reader.kind(one, source)
        if one.kind is not None and reader.is_sound(one):
            groups.setdefault(one.name, []).append(one)
    telling.know_members(groups.values())
    symbols = [telling.symbol(group) for group in groups.values()]
    yield from sorted(symbols, key=lambda one: (one.first_line, -one.last_line, one.name))


def _wording(head: str, overloads: Sequence[Overload]) -> str:
    others = (f"{fold(one.signature)[:DIGESTED]}\0{one.doc}" for one in overloads)
    return "\0".join((fold(head)[:DIGESTED], *others))


def shortened(signature: str, limit: int = MAX_SIGNATURE) -> str:
    """Cut a very long signature, at the end of a line if it has lines, and mark the cut."""
    if len(signature) <= limit:
        return signature
    cut = signature[: limit - 2].rpartition("\n")[0]
    return f"{cut}\n…" if cut else brief(signature, limit)


def _code_nodes(one: Definition, reader: Reader, source: Source) -> Iterator[Node]:
    return (piece for piece in reader.code(one, source) if not isinstance(piece, str))


def _last_row(node: Node) -> int:
    row, column = node.end_point
    return row - 1 if column == 0 and row > node.start_point.row else row


def _imports(reader: Reader, source: Source) -> Iterator[Import]:
    for node in source.captures.get("import", ()):
        yield from reader.imports(node, source)


def _environment(reader: Reader, source: Source) -> Iterator[EnvironmentVariable]:
    written = {node.id for node in source.captures.get("written", ())}
    for node in source.captures.get("environment", ()):
        if node.id not in written:
            yield from reader.environment(node, source)


def _fault(root: Node, captures: Mapping[str, Sequence[Node]]) -> str:
    if not root.has_error:
        return ""
    errors = captures.get("error") or (root,)
    return f"line {errors[0].start_point.row + 1} cannot be parsed"
