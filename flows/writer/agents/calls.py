"""Which calls a source file makes, read from its syntax tree when a page wants to know."""

import asyncio
from collections.abc import Collection, Iterator

from tree_sitter import Node, Parser, TreeCursor

from app.analysis.languages.registry import reader_of
from app.domain.code.facts import Depth, RepositoryFacts
from app.domain.wiki.narrative.call_targets import Call, Definitions
from app.domain.wiki.narrative.walk import FEWEST_STEPS, Start, Way, follow, starts
from flows.writer.agents.bindings import FUNCTIONS, Bound, defined_in
from flows.writer.agents.files import Files

MOST_FILES = 60
"""No way through the code is followed into more files."""
MOST_BYTES = 400_000
_ROUNDS = 8
_CALLS = frozenset(
    (
        "call",
        "call_expression",
        "new_expression",
        "macro_invocation",
        "method_invocation",
        "object_creation_expression",
    )
)
_CALLEE = ("function", "constructor", "macro", "type", "name")
_LONGEST = 80


class CallReader:
    """Reads and remembers the calls of files."""

    def __init__(self, files: Files) -> None:
        self._files = files
        self.known: dict[str, tuple[Call, ...]] = {}

    async def read(self, paths: Collection[str]) -> None:
        """Make the calls of files known; of one that cannot be read, that it has none."""
        wanted = sorted(path for path in paths if path not in self.known)
        wanted = wanted[: max(0, MOST_FILES - len(self.known))]
        texts = await self._files.lines(wanted)
        for path in wanted:
            facts = self._files.facts(path)
            content = "\n".join(texts.get(path, ())).encode()
            is_readable = len(content) <= MOST_BYTES
            if facts is not None and facts.depth is Depth.FULL and is_readable:
                self.known[path] = await asyncio.to_thread(_calls, facts.language, content)
            else:
                self.known[path] = ()

    async def best_way(self, facts: RepositoryFacts) -> Way | None:
        """Find the way worth a page: of the most telling kind, the one through most files."""
        code = Definitions(facts.files, facts.edges)
        begun = await asyncio.to_thread(starts, facts)
        ways = [await self._way(start, code) for start in begun]
        good = [way for way in ways if len(way.steps) >= FEWEST_STEPS]

        def worth(way: Way) -> tuple[bool, int, int, int]:
            return way.files > 1, -way.start.rank, way.files, len(way.steps)

        return max(good, key=worth, default=None)

    async def _way(self, start: Start, code: Definitions) -> Way:
        way = await asyncio.to_thread(follow, start, code, self.known)
        for _ in range(_ROUNDS):
            if not way.unread or len(self.known) >= MOST_FILES:
                break
            await self.read(way.unread)
            way = await asyncio.to_thread(follow, start, code, self.known)
        return way


def _calls(language: str, content: bytes) -> tuple[Call, ...]:
    """List the calls of a file in the order of the source, but not those of local variables."""
    tree = Parser(reader_of(language).grammar).parse(content)
    defined = defined_in(tree.root_node)
    # What hides a name may come after the call, so all is read before anything is told.
    found = list(_with_scopes(tree.walk()))
    return tuple(
        call for call, scope in found if scope is None or not scope.hides(call.target, defined)
    )


def _with_scopes(cursor: TreeCursor) -> Iterator[tuple[Call, Bound | None]]:
    scopes: list[tuple[int, Bound]] = []
    for node in _nodes(cursor):
        while scopes and scopes[-1][0] >= cursor.depth:
            scopes.pop()
        scope = scopes[-1][1] if scopes else None
        target = _target(node) if node.type in _CALLS else ""
        if target:
            yield Call(line=node.start_point.row + 1, target=target), scope
        if scope is not None:
            scope.add(node)
        if node.type in FUNCTIONS:
            inner = Bound(scope)
            scopes.append((cursor.depth, inner))
            inner.open(node)


def _nodes(cursor: TreeCursor) -> Iterator[Node]:
    """Visit each node before what it holds; the cursor stands at it."""
    while True:
        if cursor.node is not None:
            yield cursor.node
        if cursor.goto_first_child():
            continue
        while not cursor.goto_next_sibling():
            if not cursor.goto_parent():
                return


def _target(node: Node) -> str:
    callee = next(filter(None, map(node.child_by_field_name, _CALLEE)), None)
    text = _text(callee) if callee else ""
    holder = node.child_by_field_name("object") if node.type == "method_invocation" else None
    name = f"{_text(holder)}.{text}" if holder else text
    name = name.replace("::", ".").replace("?.", ".")
    return name if len(name) <= _LONGEST and not name.startswith(".") else ""


def _text(node: Node) -> str:
    return "".join((node.text or b"").decode(errors="replace").split())
