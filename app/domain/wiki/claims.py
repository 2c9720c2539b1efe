"""What may be said of a name: its members, the arguments of a call, the default beside it.

Each is a form among the known names, so that whoever has the names can look it up:

- `Cart.*` says that the members of `Cart` are known, `Cart.total` that it has this one, and
  `.total` that something in the commit has a member of that name;
- `total(=)` says that the arguments of every `total` are known, `total(tax=)` names one;
- `tax=` says that all that is called `tax` has a literal as its default, `tax=0.2` names one.

What is not certain has no form and is not judged: classes whose bases, decorators or `__getattr__`
bring what nobody knows, callables that take any argument, defaults that are computed.
"""

import builtins
import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from collections.abc import Set as AbstractSet

from app.domain.code.facts import FileFacts, RepositoryFacts
from app.domain.code.symbol import Parameter, Symbol, SymbolKind
from app.domain.wiki.owners import Owners

_HARMLESS = re.compile(r"@(?:\w+\.)*(?:staticmethod|classmethod|overload|abstractmethod|override)$")
"""Decorators that leave the arguments of a callable as they are."""
_GIVEN = """
class this super self new prototype constructor name length call apply bind toString valueOf
hashCode equals getClass compareTo values ordinal mro
"""
_ALWAYS = frozenset(_GIVEN.split())
"""Members that a language gives to everything."""
_LITERAL = re.compile(r"-?\d[\d_.]*|True|False|true|false|\"[^\"\n]{0,60}\"|'[^'\n]{0,60}'")
_KEYWORD = re.compile(r"(?:^|,)\s*([A-Za-z_]\w*)\s*=(?!=)")
_NESTED = re.compile(r"\([^()]*\)|\[[^\[\]]*\]|\{[^{}]*\}|\"[^\"]*\"|'[^']*'")
_CALL = re.compile(r"(?P<name>[A-Za-z_][\w.]*)\((?P<arguments>.*)\)", re.DOTALL)
_BETWEEN = (
    r"(?:\s|,|\(|\[E\d+\]|\b(?:which|that|option|flag|parameter|argument|setting|variable|value|"
    r"its?)\b){0,8}"
)
_STATED = re.compile(
    rf"`(?P<name>[^`\n]+)`{_BETWEEN}(?:defaults? (?:to|is|of)|default(?: value)?[:=]?)\s*"
    r"`(?P<value>[^`\n]+)`"
    r"|`(?P<name2>[^`\n]+)`\s+is\s+`(?P<value2>[^`\n]+)`\s+by default"
    r"|default(?: value)? (?:of|for) `(?P<name3>[^`\n]+)` is `(?P<value3>[^`\n]+)`",
    re.IGNORECASE,
)
_NOT_CALLED = frozenset({SymbolKind.FIELD, SymbolKind.CONSTANT, SymbolKind.TYPE})
_LEAST_NAME = 3
"""A shorter name is not looked up by its default."""


def claim_forms(facts: RepositoryFacts) -> Iterator[str]:
    """Give the forms of a commit's members, arguments and defaults."""
    yield from Owners(facts).forms()
    yield from _argument_forms(facts)
    yield from _default_forms(facts)


def is_form(name: str) -> bool:
    """Say whether a known name is a mark that nobody writes."""
    return name.startswith(".") or name.endswith((".*", "=", "=)"))


def lacks_member(parts: Sequence[str], names: AbstractSet[str]) -> bool:
    """Say whether a dotted name ends in a member that its owner certainly does not have."""
    owner, member = ("", "", *parts)[-2:]
    if not owner or member in _ALWAYS or member.startswith("_"):
        return False
    is_judged = f"{owner}.*" in names and f".{member}" in names
    return is_judged and f"{owner}.{member}" not in names


def unknown_argument(text: str, names: AbstractSet[str]) -> str | None:
    """Return the first argument by name that what a code span calls certainly does not take."""
    call = _CALL.fullmatch(text.strip())
    if not call:
        return None
    owner, _, name = call["name"].rpartition(".")
    is_whose = not owner or f"{owner.rpartition('.')[2]}.{name}" in names
    if not is_whose or f"{name}(=)" not in names:
        return None
    said = _KEYWORD.findall(_without_nested(call["arguments"]))
    return next((each for each in said if f"{name}({each}=)" not in names), None)


def stated_defaults(text: str) -> Iterator[tuple[str, str]]:
    """Give each name with the default that a text states of it, both from code spans."""
    for found in _STATED.finditer(text) if "default" in text.lower() else ():
        name = found["name"] or found["name2"] or found["name3"]
        value = found["value"] or found["value2"] or found["value3"]
        yield name.strip(), value.strip()


def is_wrong_default(name: str, value: str, names: AbstractSet[str]) -> bool:
    """Say whether all that has a name certainly has another default than a literal value."""
    is_judged = f"{name}=" in names and bool(_LITERAL.fullmatch(value))
    return is_judged and f"{name}={_bare(value)}" not in names


def _bare(value: str) -> str:
    return value.strip().strip("\"'").lower()


def _without_nested(arguments: str) -> str:
    before = None
    while before != arguments:
        before, arguments = arguments, _NESTED.sub("0", arguments)
    return arguments


def _argument_forms(facts: RepositoryFacts) -> Iterator[str]:
    """Give the arguments of what only this repository can mean by a name."""
    taken: dict[str, set[str]] = defaultdict(set)
    unclear = _imported_from_elsewhere(facts) | frozenset(dir(builtins))
    unsure: set[str] = set(unclear)
    for file in facts.files.values():
        heads = {each.name for each in file.symbols}
        for symbol in file.symbols:
            name, arguments = _callable(file, symbol, heads)
            if arguments is None:
                unsure.add(name)
            else:
                taken[name].update(arguments)
    for name in taken.keys() - unsure - {""}:
        yield f"{name}(=)"
        yield from (f"{name}({each}=)" for each in taken[name])


def _callable(
    file: FileFacts, symbol: Symbol, heads: AbstractSet[str]
) -> tuple[str, list[str] | None]:
    """Return the name by which a definition is called, and what it takes; None for anything."""
    name = symbol.short_name
    if symbol.kind in _NOT_CALLED:
        return "", []
    is_class = symbol.kind not in (SymbolKind.FUNCTION, SymbolKind.METHOD)
    if file.language != "python" or not all(map(_HARMLESS.match, symbol.decorators)):
        return name, None
    if is_class:
        # Its constructor speaks for it.
        return ("", []) if f"{symbol.name}.__init__" in heads else (name, None)
    if name == "__init__":
        name = symbol.name.split(".")[-2] if "." in symbol.name else ""
    written = [symbol.signature, *(each.signature for each in symbol.overloads)]
    if any("**" in each for each in written):
        return name, None
    return name, [parameter.name for parameter in _parameters(symbol)]


def _parameters(symbol: Symbol) -> Iterator[Parameter]:
    yield from symbol.parameters
    for each in symbol.overloads:
        yield from each.parameters


def _imported_from_elsewhere(facts: RepositoryFacts) -> frozenset[str]:
    """Collect the names that a file takes from a module that is not in the repository."""
    parts = {part.rpartition(".")[0] or part for path in facts.paths for part in path.split("/")}
    return frozenset(
        name
        for file in facts.files.values()
        for each in file.imports
        if not each.target.startswith(".") and re.split(r"[./]", each.target)[0] not in parts
        for name in each.names
    )


def _default_forms(facts: RepositoryFacts) -> Iterator[str]:
    known: dict[str, set[str]] = defaultdict(set)
    unsure: set[str] = set()
    for name, default in _defaults(facts):
        # Where a secret was put out nobody knows the value any more.
        if default is not None and "…" not in default and _LITERAL.fullmatch(default.strip()):
            known[name].add(_bare(default))
        else:
            unsure.add(name)
    for name, values in known.items():
        if name not in unsure and len(name) >= _LEAST_NAME:
            yield f"{name}="
            yield from (f"{name}={value}" for value in values)
    # What a doc comment states may be repeated.
    for file in facts.files.values():
        for doc in (file.doc, *(each.doc for each in file.symbols)):
            yield from (f"{name}={_bare(value)}" for name, value in stated_defaults(doc))


def _defaults(facts: RepositoryFacts) -> Iterator[tuple[str, str | None]]:
    for file in facts.files.values():
        for symbol in file.symbols:
            yield from ((each.name, each.default) for each in _parameters(symbol))
            if symbol.kind in _NOT_CALLED:
                yield symbol.short_name, None
        yield from ((each.name, each.default) for each in file.environment)
        for setting in file.settings:
            yield setting.name.rpartition(".")[2], setting.default
            yield setting.environment, setting.default
        for command in file.commands:
            yield from ((name, flag.default) for flag in command.flags for name in flag.names)
