"""One pass over a syntax tree: its code as tokens, its comments, its names.

The pass is a loop over a cursor and not a recursion: a file of twenty thousand nested parentheses
is an ordinary file to it.
"""

import re
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

from tree_sitter import Language, Node, Tree, TreeCursor

from app.analysis.syntax import Opens, Place, Profile, Reach
from app.domain.code.digest import KEPT, Token

_NAME_LIKE = re.compile(r"-{0,2}[A-Za-z_@$/.][\w.\-/:@$]{0,79}")

_NO_SCOPE = -1
_MAX_INDENT = 200


class Comment(NamedTuple):
    """A comment with its marks."""

    text: str
    first_row: int
    last_row: int
    first_byte: int
    last_byte: int
    alone: bool
    """Whether nothing stands before it on its line."""


@dataclass(slots=True)
class _Scope:
    parent: int
    opens: Opens
    bound: set[str] = field(default_factory=set)
    free: set[str] = field(default_factory=set)
    """Names that mean something global here, and parameters that callers may name."""
    reserved: list[str] = field(default_factory=list)
    """Names that an assignment does not make local."""


@dataclass(slots=True)
class _Frame:
    """A node whose children are being visited."""

    node: int
    kind: str
    place: str
    """The kind of the parent."""
    scope: int
    binding: Reach | None = None
    member: bool = False
    silent: bool = False
    verbatim: bool = False
    closes: bool = False
    spent: bool = False
    """Whether the first child was seen."""
    comma: bool = False
    """Whether another comma would stand for a missing element."""
    first: int = 0


class Kinds:
    """The names of a grammar's node kinds, by number."""

    def __init__(self, language: Language) -> None:
        count = language.node_kind_count
        self._names = [language.node_kind_for_id(number) or "" for number in range(count)]

    def name(self, node: Node) -> str:
        """Name a node's kind."""
        number = node.kind_id
        return self._names[number] if number < len(self._names) else "ERROR"


class Walk:
    """What one pass found; `tokens_of` answers for the nodes that were wanted."""

    def __init__(self, kinds: Kinds, profile: Profile, source: bytes) -> None:
        self.comments: list[Comment] = []
        self.names: set[str] = set()
        self._kinds = kinds
        self._profile = profile
        self._source = source
        self._texts: list[str] = []
        self._owners: list[int] = []
        self._scopes: list[_Scope] = []
        self._spans: dict[int, tuple[int, int]] = {}
        self._wanted: Collection[int] = ()
        self._skipped: Collection[int] = ()
        self._frames: list[_Frame] = []

    def run(self, tree: Tree, wanted: Collection[int], skipped: Collection[int]) -> None:
        """Visit every node; `wanted` and `skipped` are ids of nodes."""
        self._wanted, self._skipped = wanted, skipped
        cursor = tree.walk()
        self._frames = [_Frame(0, "", "", _NO_SCOPE)]
        while True:
            if self._enter(cursor) and cursor.goto_first_child():
                continue
            while not cursor.goto_next_sibling():
                if not cursor.goto_parent():
                    return
                self._leave()

    def tokens_of(self, node: Node, without: Iterable[Node] = ()) -> Iterator[Token]:
        """Give the code of a wanted node, without some other wanted nodes in it."""
        first, last = self._spans.get(node.id, (0, 0))
        left_out = sorted(self._spans[each.id] for each in without if each.id in self._spans)
        for start, end in (*left_out, (last, last)):
            for position in range(first, min(start, last)):
                text, scope = self._texts[position], self._owners[position]
                yield text, (KEPT if scope == KEPT else self._owner(text, scope))
            first = max(first, end)

    def _enter(self, cursor: TreeCursor) -> bool:
        node = cursor.node
        if node is None:
            return False
        kind = self._kinds.name(node)
        if kind in self._profile.comments:
            self._note_comment(node)
            return False
        if node.id in self._skipped:
            return False
        if node.child_count == 0 or kind in self._profile.atoms:
            self._leaf(node, kind, cursor.field_name or "")
            return False
        self._open(node, kind, cursor.field_name or "")
        return True

    def _open(self, node: Node, kind: str, place: str) -> None:
        parent, profile = self._frames[-1], self._profile
        parent.comma = False
        at = (parent.kind, place)
        verbatim = parent.verbatim or kind in profile.verbatim
        silent = parent.silent or (not verbatim and kind in profile.annotations)
        if parent.kind in profile.first_only:
            silent = silent or parent.spent
            parent.spent = True
        shown = not silent and kind not in profile.transparent and kind not in profile.first_only
        frame = _Frame(
            node.id,
            kind,
            parent.kind,
            self._scope_in(kind, parent.scope),
            self._binding(parent, at),
            at in profile.members,
            silent,
            verbatim,
            closes=shown,
            comma=kind in profile.holes,
            first=len(self._texts),
        )
        self._frames.append(frame)
        if shown:
            self._emit(f"{profile.alike.get(kind, kind)}(", KEPT)

    def _leave(self) -> None:
        frame = self._frames.pop()
        if frame.closes:
            self._emit(")", KEPT)
        if frame.node in self._wanted:
            self._spans[frame.node] = (frame.first, len(self._texts))

    def _leaf(self, node: Node, kind: str, place: str) -> None:
        first = len(self._texts)
        if node.is_named:
            self._named_leaf(node, kind, place)
        else:
            self._mark(kind)
        if node.id in self._wanted:
            self._spans[node.id] = (first, len(self._texts))

    def _mark(self, kind: str) -> None:
        """Take a keyword, an operator or a punctuation mark."""
        parent, profile = self._frames[-1], self._profile
        at = (parent.kind, kind)
        if kind == "," and parent.kind in profile.holes:
            if parent.comma:
                self._emit("hole", KEPT)
            parent.comma = True
        is_dropped = kind in profile.dropped and at not in profile.kept
        is_silent = parent.silent or parent.kind in profile.first_only or at in profile.silent
        if not (is_dropped or is_silent):
            self._emit(kind, KEPT)

    def _named_leaf(self, node: Node, kind: str, place: str) -> None:
        parent, profile = self._frames[-1], self._profile
        text = self._source[node.start_byte : node.end_byte].decode(errors="replace")
        if kind in profile.normal:
            text = profile.normal[kind](text)
        parent.comma = False
        silent = parent.silent or (kind in profile.annotations and not parent.verbatim)
        if parent.kind in profile.first_only:
            silent = silent or parent.spent
            parent.spent = True
        if kind.endswith("identifier") or kind in profile.shorthands:
            self._identifier(text, kind, place, silent=silent)
            return
        if kind in profile.strings:
            self._note_string(text)
        if kind == profile.positional:
            self._bind_positional(parent.scope)
        if not silent and kind not in profile.dropped:
            self._emit(text, KEPT)

    def _identifier(self, text: str, kind: str, place: str, *, silent: bool) -> None:
        self.names.add(text)
        if silent:
            return
        parent, profile = self._frames[-1], self._profile
        at = (parent.kind, place)
        binding = self._binding(parent, at)
        if binding is not None:
            self._bind(text, binding, parent)
        is_shorthand = kind in profile.shorthands or parent.kind in profile.shorthands
        long_form = profile.long_forms.get(kind, "")
        if long_form:
            self._emit(f"{long_form}(", KEPT)
        if is_shorthand:
            self._emit(text, KEPT)
        is_variable = kind == "identifier" or is_shorthand
        is_member = parent.member or at in profile.members
        use = self._scope_of_use(binding, parent.scope)
        self._emit(text, use if is_variable and not is_member else KEPT)
        if long_form:
            self._emit(")", KEPT)

    def _scope_of_use(self, binding: Reach | None, scope: int) -> int:
        if binding is Reach.OUTER and scope != _NO_SCOPE:
            return self._scopes[scope].parent
        return scope

    def _emit(self, text: str, scope: int) -> None:
        self._texts.append(text)
        self._owners.append(scope)

    def _binding(self, parent: _Frame, at: Place) -> Reach | None:
        reach = self._profile.binders.get(at)
        if reach is not None:
            return Reach.FUNCTION if parent.place in self._profile.hoisted else reach
        return parent.binding if at in self._profile.patterns else None

    def _scope_in(self, kind: str, around: int) -> int:
        opens = self._profile.scopes.get(kind)
        if opens is None or (around == _NO_SCOPE and opens is Opens.CLASS):
            return around
        self._scopes.append(_Scope(around, opens))
        return len(self._scopes) - 1

    def _bind(self, name: str, reach: Reach, frame: _Frame) -> None:
        number = self._bound_scope(reach, frame.scope)
        if number == _NO_SCOPE or (self._profile.capitals_are_fixed and name[:1].isupper()):
            return
        scope = self._scopes[number]
        if reach is Reach.GLOBAL or (reach is Reach.PARAMETER and self._is_outermost(scope)):
            scope.free.add(name)
            scope.reserved.append(name)
        elif reach is Reach.NONLOCAL:
            scope.reserved.append(name)
        elif scope.opens is not Opens.CLASS and name not in scope.reserved:
            scope.bound.add(name)

    def _bound_scope(self, reach: Reach, scope: int) -> int:
        if reach is Reach.OUTER and scope != _NO_SCOPE:
            scope = self._scopes[scope].parent
        if reach is not Reach.HERE:
            while scope != _NO_SCOPE and self._scopes[scope].opens is Opens.BLOCK:
                scope = self._scopes[scope].parent
        return scope

    def _is_outermost(self, scope: _Scope) -> bool:
        number = scope.parent
        while number != _NO_SCOPE:
            if self._scopes[number].opens is Opens.FUNCTION:
                return False
            number = self._scopes[number].parent
        return True

    def _bind_positional(self, number: int) -> None:
        if number != _NO_SCOPE:
            scope = self._scopes[number]
            scope.bound.update(scope.reserved)
            scope.free.difference_update(scope.reserved)
            scope.reserved.clear()

    def _owner(self, name: str, scope: int) -> int:
        while scope != _NO_SCOPE:
            known = self._scopes[scope]
            if name in known.free:
                return KEPT
            if name in known.bound:
                return scope
            scope = known.parent
        return KEPT

    def _note_string(self, text: str) -> None:
        inner = text.strip("\"'`")
        if _NAME_LIKE.fullmatch(inner):
            self.names.add(inner)

    def _note_comment(self, node: Node) -> None:
        first, column = node.start_byte, node.start_point.column
        before = self._source[first - min(column, _MAX_INDENT) : first]
        row, end = node.end_point
        takes_break = end == 0 and row > node.start_point.row
        self.comments.append(
            Comment(
                self._source[first : node.end_byte - takes_break].decode(errors="replace"),
                node.start_point.row,
                row - takes_break,
                first,
                node.end_byte - takes_break,
                column <= _MAX_INDENT and not before.strip(b" \t\xef\xbb\xbf"),
            )
        )
