"""What a call as written means: the definition that it calls, where that can be told.

That is a definition of the same file or Go package, one that the file imports by name or by its
module, or a member of the caller's own class or of a base class of it.
"""

import posixpath
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property

from app.domain.code.facts import FileFacts, ImportEdge
from app.domain.code.symbol import Symbol, SymbolKind
from app.domain.value import Value
from app.domain.wiki.roles import is_product

OWN = frozenset(("self", "this", "cls", "Self"))
"""What a method calls its object or its class."""
_BASE = frozenset(("super()", "super"))
_DEEPEST_BASE = 4
_CONSTRUCTORS = ("__init__", "constructor", "new", "__call__")
_BASES = re.compile(r"\(([^)]*)\)|extends\s+([\w.]+)")
_RECEIVER = re.compile(r"func\s*\(\s*(\w+)\s")
_RESULT = re.compile(r"(?<=[(,])\s*(\w+)\s+(\*?[\w.]+)\s*(?=[,)])")
"""A name and its type among the results of Go."""
_CALLABLE = frozenset((SymbolKind.FUNCTION, SymbolKind.METHOD, SymbolKind.FIELD, SymbolKind.CLASS))


class Call(Value):
    """One call in a file, as written: `total`, `self.total`, `db.open`."""

    line: int
    target: str


class Place(Value):
    """A symbol and its file."""

    path: str
    symbol: Symbol

    @property
    def subject(self) -> str:
        """Return what a page's subject calls it."""
        return f"{self.path}:{self.symbol.name}"


class Definitions:
    """The definitions of a commit, sorted once for many questions."""

    def __init__(self, files: Mapping[str, FileFacts], edges: Iterable[ImportEdge] = ()) -> None:
        self._files = files
        self._edges = edges
        self._symbols: dict[str, dict[str, Place]] = {}

    def find(self, path: str, name: str) -> Place | None:
        """Find a definition that can be called, by its file and name."""
        if path not in self._symbols:
            file = self._files.get(path)
            found = [each for each in (file.symbols if file else ()) if is_code(each)]
            # Of several with one name the first one counts.
            self._symbols[path] = {
                each.name: Place(path=path, symbol=each) for each in reversed(found)
            }
        return self._symbols[path].get(name)

    def called(self, caller: Place, calls: Sequence[Call]) -> Iterator[tuple[int, Place]]:
        """Tell what a definition calls, each with its line; `calls` are all those of its file."""
        body = self._body(caller)
        for call in calls:
            if body.first_line <= call.line <= body.last_line:
                target = self._target(call.target, caller)
                if target is not None and target.subject != caller.subject:
                    yield call.line, target

    @cached_property
    def _edges_from(self) -> Mapping[str, Sequence[ImportEdge]]:
        found: dict[str, list[ImportEdge]] = {}
        for edge in self._edges:
            found.setdefault(edge.source, []).append(edge)
        return found

    @cached_property
    def _packages(self) -> Mapping[str, Sequence[str]]:
        """List the Go files of each folder."""
        found: dict[str, list[str]] = {}
        for path, file in self._files.items():
            if file.language == "go" and is_product(path):
                found.setdefault(posixpath.dirname(path), []).append(path)
        return found

    def _body(self, place: Place) -> Symbol:
        """Return what runs when a symbol is called: of a class, its constructor."""
        if place.symbol.kind is not SymbolKind.CLASS:
            return place.symbol
        for name in _CONSTRUCTORS:
            found = self.find(place.path, f"{place.symbol.name}.{name}")
            if found:
                return found.symbol
        return place.symbol.model_copy(update={"last_line": place.symbol.first_line})

    def _target(self, call: str, caller: Place) -> Place | None:
        head, dot, name = call.rpartition(".")
        if not dot:
            if any(each.name == name for each in caller.symbol.parameters):
                return None
            return self._named(name, caller.path)
        owner = caller.symbol.name.rpartition(".")[0]
        if head in _BASE:
            return self._inherited(caller.path, owner, name, _DEEPEST_BASE)
        receiver = _RECEIVER.match(caller.symbol.signature)
        is_own = head in OWN or (receiver and receiver[1] == head)
        kind = owner if is_own else self._declared(head, caller)
        if kind:
            return self._member(caller.path, kind, name, _DEEPEST_BASE)
        return self._of_module(head, name, caller.path) if "." not in head else None

    def _declared(self, variable: str, caller: Place) -> str:
        """Return the type of the package that a head of Go gives a parameter or named result."""
        if self._files[caller.path].language != "go":
            return ""
        symbol = caller.symbol
        declared = [(each.name, each.annotation) for each in symbol.parameters]
        declared += _RESULT.findall(symbol.returns)
        kinds = [kind.removeprefix("*") for name, kind in declared if name == variable]
        return kinds[0] if len(kinds) == 1 and kinds[0].isidentifier() else ""

    def _named(self, name: str, path: str) -> Place | None:
        own = self.find(path, name)
        if own or self._files[path].language == "go":
            return own or self._beside(path, name)
        return self._first(self._imported(path, name), name, _DEEPEST_BASE)

    def _beside(self, path: str, name: str) -> Place | None:
        """Look in the other files of a Go package."""
        siblings = self._packages.get(posixpath.dirname(path), ())
        return next(filter(None, (self.find(each, name) for each in siblings)), None)

    def _imported(self, path: str, name: str) -> list[str]:
        """List the files from which a file may import a name."""
        file = self._files.get(path)
        lines = {each.line for each in (file.imports if file else ()) if name in each.names}
        return self._at(path, lines)

    def _at(self, path: str, lines: set[int]) -> list[str]:
        if not lines:
            return []
        found = (each.target for each in self._edges_from.get(path, ()) if each.line in lines)
        return list(dict.fromkeys(found))

    def _of_module(self, head: str, name: str, path: str) -> Place | None:
        """Find `name` in a module that the file imports as `head`."""
        lines = {
            each.line
            for each in self._files[path].imports
            if head in each.names or (not each.names and re.split(r"[./]", each.target)[-1] == head)
        }
        fitting = [each for each in self._at(path, lines) if _is_module(head, each)]
        return self._first(fitting, name, 1)

    def _first(self, targets: Iterable[str], name: str, depth: int) -> Place | None:
        """Find a name in the first of some files that define it, or that pass it on."""
        seen: set[str] = set()
        row = list(targets)
        for _ in range(depth):
            found = next(filter(None, (self.find(each, name) for each in row)), None)
            if found:
                return found
            seen.update(row)
            further = dict.fromkeys(to for each in row for to in self._imported(each, name))
            row = [each for each in further if each not in seen]
        return None

    def _member(self, path: str, owner: str, name: str, depth: int) -> Place | None:
        """Find a member of a class or of its bases."""
        own = self.find(path, f"{owner}.{name}")
        if own is None and self._files[path].language == "go":
            own = self._beside(path, f"{owner}.{name}")
        return own or self._inherited(path, owner, name, depth)

    def _inherited(self, path: str, owner: str, name: str, depth: int) -> Place | None:
        """Find a member of the bases of a class."""
        holder = self.find(path, owner) if depth else None
        for base in _bases(holder.symbol) if holder else ():
            place = self._named(base, path)
            if place is None or place == holder:
                continue
            found = self._member(place.path, place.symbol.name, name, depth - 1)
            if found:
                return found
        return None


def is_code(symbol: Symbol) -> bool:
    """Say whether a symbol can run: of fields, only those that hold a function."""
    is_field = symbol.kind is SymbolKind.FIELD
    return symbol.kind in _CALLABLE and (not is_field or "=>" in symbol.signature)


def _is_module(head: str, path: str) -> bool:
    stem = posixpath.splitext(path)[0]
    return head in (posixpath.basename(stem), posixpath.basename(posixpath.dirname(stem)))


def _bases(symbol: Symbol) -> Iterator[str]:
    found = _BASES.search(symbol.signature)
    for base in re.split(r"\s*,\s*", (found[1] or found[2] or "") if found else ""):
        name = re.split(r"[\[<]", base)[0].strip()
        if re.fullmatch(r"\w+", name):
            yield name
