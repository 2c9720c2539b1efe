"""What a class has from the classes of the repository that it extends."""

import re
from collections.abc import Iterator
from typing import NamedTuple

from app.domain.code.facts import ImportEdge, RepositoryFacts
from app.domain.code.symbol import Symbol, SymbolKind
from app.domain.wiki.surface import Surface

_CLASSES = frozenset({SymbolKind.CLASS, SymbolKind.INTERFACE})
_MEMBERS = frozenset({SymbolKind.METHOD, SymbolKind.FIELD})
_LISTED = re.compile(r"class\s+\w+(?:\[.*?\])?\((.*)\)", re.DOTALL)
_EXTENDED = re.compile(r"\bclass\s+\w+(?:<.*?>)?\s+extends\s+([\w$]+)", re.DOTALL)
_BASE = re.compile(r"[A-Za-z_]\w*")
_BRACKETS = re.compile(r"\[[^\[\]]*\]|\([^()]*\)")
_READ = frozenset({"python", "javascript", "typescript", "tsx"})


class Inherited(NamedTuple):
    """The public members that a class has from one other and does not define itself."""

    path: str
    base: Symbol
    members: tuple[Symbol, ...]


class Inheritance:
    """Finds the classes that those of a page extend; the imports of a file are looked up once."""

    def __init__(self, facts: RepositoryFacts) -> None:
        self._facts = facts
        self._surface = Surface(facts)
        self._edges: dict[str, list[ImportEdge]] = {}

    def of(self, path: str, symbol: Symbol) -> Iterator[Inherited]:
        """List what a class inherits, nearest base first; bases of other packages are left out."""
        taken = {each.short_name for each in _members(path, symbol, self._facts)}
        seen = {(path, symbol.name)}
        unread = [(path, symbol)]
        while unread:
            place, current = unread.pop(0)
            for base_path, base in self._found_bases(place, current):
                if (base_path, base.name) in seen:
                    continue
                seen.add((base_path, base.name))
                unread.append((base_path, base))
                members = _members(base_path, base, self._facts)
                new = {each.short_name: each for each in members if each.short_name not in taken}
                taken |= new.keys()
                if new:
                    yield Inherited(base_path, base, tuple(new.values()))

    def _found_bases(self, path: str, symbol: Symbol) -> Iterator[tuple[str, Symbol]]:
        for name in _bases(path, symbol, self._facts):
            found = self._find(name, path)
            if found is not None:
                yield found

    def _find(self, name: str, path: str) -> tuple[str, Symbol] | None:
        """Find the class that a name means in a file: its own, or the one an import brings."""
        own = _class_in(path, name, self._facts)
        if own is not None:
            return path, own
        lines = {each.line for each in self._facts.files[path].imports if name in each.names}
        for target in (each.target for each in self._imports(path) if each.line in lines):
            there = _class_in(target, name, self._facts)
            if there is not None:
                return target, there
            for offer in self._surface.offers(target):
                if offer.name == name and offer.symbol is not None:
                    return offer.path, offer.symbol
        return None

    def _imports(self, path: str) -> list[ImportEdge]:
        if path not in self._edges:
            self._edges[path] = [each for each in self._facts.edges if each.source == path]
        return self._edges[path]


def _bases(path: str, symbol: Symbol, facts: RepositoryFacts) -> Iterator[str]:
    """Name what a class's head says that it extends, where that is a plain name."""
    if symbol.kind not in _CLASSES or facts.files[path].language not in _READ:
        return
    extended = _EXTENDED.search(symbol.signature)
    if extended:
        yield extended[1]
    listed = _LISTED.match(symbol.signature)
    plain = _BRACKETS.sub("", listed[1]) if listed else ""
    for part in plain.split(","):
        base = _BASE.fullmatch(part.strip())
        if base:
            yield base[0]


def _class_in(path: str, name: str, facts: RepositoryFacts) -> Symbol | None:
    found = [each for each in facts.files[path].symbols if each.name == name]
    return found[0] if len(found) == 1 and found[0].kind in _CLASSES else None


def _members(path: str, owner: Symbol, facts: RepositoryFacts) -> list[Symbol]:
    """List a class's public members; of a Python class that is private, what is not marked so."""
    is_python = facts.files[path].language == "python"
    return [
        each
        for each in facts.files[path].symbols
        if each.kind in _MEMBERS
        and each.name.rpartition(".")[0] == owner.name
        and (not each.short_name.startswith("_") if is_python else each.public)
    ]
