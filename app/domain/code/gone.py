"""Names that changed files defined, and that they define no more.

Whoever asks gets candidates: a name that left the changed files may live on in one that did not
change. `searched` says which words decide that, and `confirmed` takes the answer.
"""

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from collections.abc import Set as AbstractSet
from itertools import chain

from app.domain.code.change import GoneName
from app.domain.code.facts import FileFacts
from app.domain.code.symbol import Symbol, SymbolKind

_LEAST_NAME = 3
"""A shorter word means too many things."""
_OWNERS = frozenset({SymbolKind.CLASS, SymbolKind.INTERFACE, SymbolKind.ENUM, SymbolKind.TYPE})
_CLOSED_HEAD = re.compile(
    r"(?:export |default |abstract |public |final |data )*(?:class|interface|enum|type)\s+\w+"
    r"(?:\s*\(\s*(?:object|ABC)?\s*\)|\s+struct\b.*)?\s*:?\s*\{?\s*$"
)
"""The head of a class without any base that could bring members."""
_LONG = 2
"""So many lines after its first: two such definitions are hardly alike by chance."""
_PART = re.compile(r"[A-Z]?[a-z\d]+|[A-Z\d]+(?![a-z])")
_MIXING = (".go", ".rb", ".php")
"""Files in which the body of a class can bring members: embedded structs, modules, traits."""
_DYNAMIC = frozenset({"__getattr__", "__getattribute__", "method_missing", "__call"})
_WORD = re.compile(r"[\w$]+")

_Names = dict[str, GoneName]


def gone_names(
    before: Mapping[str, FileFacts],
    now: Mapping[str, FileFacts],
    *,
    removed: Collection[str] = (),
    renames: Mapping[str, str] | None = None,
) -> tuple[GoneName, ...]:
    """Name what the changed files defined at the base and define no more, sorted by name.

    `before` holds the old versions by old path, `now` the new versions of changed and added files
    by new path; `removed` lists all files that are gone, source or not, `renames` new paths by old
    ones. A member is named with its owner, `Cart.total`, and alone, `total`, when no changed file
    even mentions it any more.
    """
    renamed = renames or {}
    old: _Names = {}
    for path, facts in before.items():
        for each in _defined(path, facts):
            old.setdefault(each.name, each)
    kept = {each.name for path, facts in now.items() for each in _defined(path, facts)}
    words = {word for facts in now.values() for word in facts.names}
    found = {
        name: each
        for name, each in old.items()
        if name not in kept and (name not in words or "." in name)
    }
    found |= {path: _file(path, "") for path in removed}
    found |= {path: _file(path, new) for path, new in renamed.items()}
    successors = _Successors(before, now, renamed)
    closed = _closed_owners(now)
    return tuple(
        each.model_copy(
            update={
                "now": each.now or successors.of(each),
                "certain": each.certain or _is_lost_member(each.name, closed, words),
            }
        )
        for _, each in sorted(found.items())
    )


def named_in(texts: Iterable[str], candidates: Iterable[GoneName]) -> tuple[GoneName, ...]:
    """Keep the candidates of which a text could speak, for a search that costs time."""
    words: set[str] = set()
    for text in texts:
        words.update(_WORD.findall(text))
    return tuple(each for each in candidates if set(_WORD.findall(each.name)) <= words)


def searched(candidate: GoneName) -> tuple[str, ...]:
    """Name the words without which a candidate cannot exist; none when it is certainly gone."""
    if candidate.certain:
        return ()
    if candidate.kind == "route":
        return (candidate.name,)
    if candidate.name.startswith("-"):
        return (candidate.name.lstrip("-"),)
    return tuple(dict.fromkeys(candidate.name.split(".")))


def confirmed(candidates: Iterable[GoneName], there: AbstractSet[str]) -> dict[str, GoneName]:
    """Keep what is certainly gone, given which of the `searched` words the source still holds."""
    return {
        each.name: each
        for each in candidates
        if each.certain or any(word not in there for word in searched(each))
    }


def _file(path: str, now: str) -> GoneName:
    return GoneName(name=path, path=path, kind="file", now=now, certain=True)


def _defined(path: str, facts: FileFacts) -> Iterator[GoneName]:
    """Name all that a file defines and that prose could speak of."""
    for names, line, kind in chain(_definitions(facts), _offers(facts)):
        for name in names:
            if len(name.lstrip("-")) >= _LEAST_NAME:
                yield GoneName(name=name, path=path, line=line, kind=kind)


def _definitions(facts: FileFacts) -> Iterator[tuple[Iterable[str], int, str]]:
    for symbol in facts.symbols:
        names = dict.fromkeys((symbol.name, symbol.short_name))
        yield names, symbol.first_line, symbol.kind.value
    for setting in facts.settings:
        short = setting.name.rpartition(".")[2]
        yield (setting.name, short, setting.environment), setting.line, "setting"
    for variable in facts.environment:
        yield (variable.name,), variable.line, "environment variable"


def _offers(facts: FileFacts) -> Iterator[tuple[Iterable[str], int, str]]:
    for command in facts.commands:
        yield (command.name,), command.line, "command"
        for flag in command.flags:
            yield [name for name in flag.names if name.startswith("--")], flag.line, "flag"
    for route in facts.routes:
        yield (route.path,), route.line, "route"


class _Successors:
    """What has taken the place of what is gone, where only one thing can have."""

    def __init__(
        self,
        before: Mapping[str, FileFacts],
        now: Mapping[str, FileFacts],
        renames: Mapping[str, str],
    ) -> None:
        self._old = {
            (path, each.name): each for path, facts in before.items() for each in facts.symbols
        }
        self._new = {path: _by_name(facts) for path, facts in now.items()}
        self._known = {name for _, name in self._old}
        self._renames = renames

    def of(self, gone: GoneName) -> str:
        """Return the new name of a symbol whose code is the same under one other name."""
        symbol = self._old.get((gone.path, gone.name))
        here = self._new.get(self._renames.get(gone.path, gone.path), {})
        if symbol is None:
            return ""
        heirs = [each for each in here.values() if self._is_heir(symbol, each)]
        rivals = [
            each
            for (path, _), each in self._old.items()
            if path == gone.path and each.name not in here and _is_same(symbol, each)
        ]
        return heirs[0].name if len(heirs) == len(rivals) == 1 else ""

    def _is_heir(self, old: Symbol, new: Symbol) -> bool:
        """Say whether one definition is another renamed; short ones have to sound alike."""
        is_long = new.last_line - new.first_line >= _LONG
        sounds = bool(_sounds(old.short_name) & _sounds(new.short_name))
        return _is_same(old, new) and new.name not in self._known and (is_long or sounds)


def _is_same(one: Symbol, other: Symbol) -> bool:
    return one.code_digest == other.code_digest and one.kind == other.kind


def _sounds(name: str) -> frozenset[str]:
    """Split a name into its words, `is_empty` and `isEmpty` alike."""
    return frozenset(part.lower() for part in _PART.findall(name))


def _by_name(facts: FileFacts) -> dict[str, Symbol]:
    return {each.name: each for each in facts.symbols}


def _closed_owners(now: Mapping[str, FileFacts]) -> frozenset[str]:
    """Name the classes of which every member is seen: no bases, nothing dynamic, one definition."""
    closed: dict[str, bool] = {}
    for path, facts in now.items():
        members: dict[str, set[str]] = {}
        for symbol in facts.symbols:
            members.setdefault(symbol.name.rpartition(".")[0], set()).add(symbol.short_name)
        for symbol in facts.symbols:
            if symbol.kind in _OWNERS:
                is_closed = bool(_CLOSED_HEAD.match(" ".join(symbol.signature.split())))
                is_closed &= not members.get(symbol.name, set()) & _DYNAMIC
                is_closed &= not symbol.decorators and not facts.fault
                is_closed &= not path.endswith(_MIXING)
                closed[symbol.name] = is_closed and symbol.name not in closed
    return frozenset(name for name, is_closed in closed.items() if is_closed)


def _is_lost_member(name: str, closed: AbstractSet[str], words: AbstractSet[str]) -> bool:
    """Say whether a member left a class that is known in full.

    What a constructor sets is no definition, so the word must have left the changed files too.
    """
    owner, _, member = name.rpartition(".")
    return owner in closed and member not in words
