"""Classes and the members that they have, as far as that is certain."""

import re
from collections import defaultdict
from collections.abc import Iterator

from app.domain.code.facts import FileFacts, RepositoryFacts
from app.domain.code.symbol import Symbol, SymbolKind
from app.domain.value import Value
from app.domain.wiki.roles import is_test

_KINDS = frozenset({SymbolKind.CLASS, SymbolKind.INTERFACE})
_SCRIPT = frozenset({"javascript", "typescript", "tsx"})
_LANGUAGES = frozenset({"python", "java"}) | _SCRIPT
_EMPTY_BASES = frozenset({"object", "ABC", "Protocol", "Generic", "Object", ""})
"""Bases that bring no member of which people write."""
_GIVEN = """
Response Request Headers Promise Map Set WeakMap Error Event EventTarget Element Node Document
Array Object String Number Boolean Date Function Symbol Blob File URL FormData WebSocket Window
Worker Buffer Stream List Iterator Iterable Exception Thread Component Context Config
"""
_PLATFORM = frozenset(_GIVEN.split())
"""Names that prose may use for what a platform or another library brings."""
_DYNAMIC = frozenset({"__getattr__", "__getattribute__"})
_HARMLESS = re.compile(
    r"@(?:\w+\.)*(?:dataclass|final|runtime_checkable|Deprecated|SuppressWarnings|Documented|"
    r"FunctionalInterface|Retention|Target)\b"
)
"""Decorators that bring no members."""
_PYTHON_BASES = re.compile(r"class\s+\w+(?:\[[^\]]*\])?\s*\((?P<named>.*)\)\s*:?\s*$", re.DOTALL)
_OTHER_BASES = re.compile(r"\b(?:extends|implements)\b(?P<named>.*)$", re.DOTALL)
_GENERIC = re.compile(r"<[^<>]*>|\[[^\[\]]*\]|\([^()]*\)")
_SEPARATOR = re.compile(r",|\b(?:extends|implements|permits)\b")
_LAST_NAME = re.compile(r"[\w$]+$")
_MOST_BASES = 40
"""A class with more ancestors is not followed."""


class _Class(Value):
    """What one definition of a class says of its members."""

    bases: tuple[str, ...]
    members: frozenset[str]
    is_open: bool
    """Whether it may have members that nobody sees."""


class Owners:
    """The classes of a commit by their short names; those of one name count together."""

    def __init__(self, facts: RepositoryFacts) -> None:
        self._classes: dict[str, list[_Class]] = defaultdict(list)
        self._member_names = _member_names(facts)
        for path, file in facts.files.items():
            self._add(path, file)

    def forms(self) -> Iterator[str]:
        """Give the names of all members, and the marks of those owners that have no others."""
        yield from (f".{each}" for each in self._member_names)
        for name in self._classes:
            family = self._family(name)
            if name not in _PLATFORM and family and not any(each.is_open for each in family):
                yield f"{name}.*"
                yield from (f"{name}.{member}" for each in family for member in each.members)

    def _add(self, path: str, file: FileFacts) -> None:
        members: dict[str, set[str]] = defaultdict(set)
        for symbol in file.symbols:
            owner, _, name = symbol.name.rpartition(".")
            if owner:
                members[owner].add(name)
        # What a constructor sets is no definition: any name in the file may be such an attribute.
        is_exact = file.language == "java"
        named = frozenset() if is_exact else self._member_names.intersection(file.names)
        for symbol in file.symbols:
            if symbol.kind in (*_KINDS, SymbolKind.ENUM, SymbolKind.TYPE):
                own = members[symbol.name]
                self._classes[symbol.short_name].append(
                    _Class(
                        bases=_bases(symbol, file.language),
                        members=named | own,
                        is_open=_is_open(path, file, symbol, own),
                    )
                )

    def _family(self, name: str) -> list[_Class]:
        """Return what has a name, and all ancestors; nothing when one of them is not known."""
        found: list[_Class] = []
        waiting, seen = [name], {name}
        while waiting:
            here = self._classes.get(waiting.pop())
            if here is None or len(seen) > _MOST_BASES:
                return []
            found += here
            bases = {base for each in here for base in each.bases} - seen - _EMPTY_BASES
            seen |= bases
            waiting += sorted(bases)
        return found


def _member_names(facts: RepositoryFacts) -> frozenset[str]:
    return frozenset(
        symbol.short_name
        for file in facts.files.values()
        for symbol in file.symbols
        if "." in symbol.name
    )


def _is_open(path: str, file: FileFacts, symbol: Symbol, own: set[str]) -> bool:
    if file.language not in _LANGUAGES or symbol.kind not in _KINDS or file.fault or is_test(path):
        return True
    is_odd = "metaclass" in symbol.signature or bool(own & _DYNAMIC)
    return is_odd or not all(map(_HARMLESS.match, symbol.decorators))


def _bases(symbol: Symbol, language: str) -> tuple[str, ...]:
    """Read what a class is made from out of its head, each by its last name."""
    pattern = _PYTHON_BASES if language == "python" else _OTHER_BASES
    head = symbol.signature.rstrip(" {")
    found = pattern.search(head if language == "python" else _bare(head))
    named = _bare(found["named"]) if found else ""
    return tuple(
        last[0] if (last := _LAST_NAME.search(each.strip())) else each.strip()
        for each in _SEPARATOR.split(named)
    )


def _bare(text: str) -> str:
    """Leave out type arguments, however deep they are."""
    before = None
    while before != text:
        before, text = text, _GENERIC.sub("", text)
    return text
