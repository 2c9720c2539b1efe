"""What a package offers under its own name although other files define it."""

import posixpath
from collections.abc import Iterator, Sequence

from app.domain.code.facts import RepositoryFacts
from app.domain.code.symbol import Symbol
from app.domain.value import Value

_FRONTS = frozenset(
    ("__init__.py", "__init__.pyi", "index.ts", "index.js", "index.tsx", "mod.ts", "mod.js")
)
_DEEPEST = 4


class Offer(Value):
    """A name that a package's front module takes from a file of the repository."""

    name: str
    path: str
    """The file that defines it, or that it is."""
    symbol: Symbol | None = None
    """None when the name is a module."""


def offers(path: str, facts: RepositoryFacts) -> tuple[Offer, ...]:
    """List what a front module offers, in alphabetical order; of any other file, nothing."""
    if posixpath.basename(path) not in _FRONTS or path not in facts.files:
        return ()
    if not any(each.offered and not each.typing for each in facts.files[path].imports):
        return ()
    targets = _targets(path, facts)
    found = {
        name: offer
        for each in facts.files[path].imports
        if not each.typing
        for name in each.offered
        if (offer := _origin(name, targets, facts, _DEEPEST)) is not None
    }
    return tuple(found[name] for name in sorted(found, key=lambda name: (name.lower(), name)))


def _targets(path: str, facts: RepositoryFacts) -> list[str]:
    return [edge.target for edge in facts.edges if edge.source == path]


def _origin(name: str, targets: Sequence[str], facts: RepositoryFacts, depth: int) -> Offer | None:
    for target in targets:
        for symbol in facts.files[target].symbols:
            if symbol.name == name:
                return Offer(name=name, path=target, symbol=symbol)
    for target in targets:
        if name in _module_names(target):
            return Offer(name=name, path=target)
    fronts = [target for target in targets if posixpath.basename(target) in _FRONTS]
    for target in fronts if depth else ():
        found = _origin(name, _targets(target, facts), facts, depth - 1)
        if found is not None:
            return found
    return None


def _module_names(path: str) -> Iterator[str]:
    stem = posixpath.splitext(path)[0]
    yield posixpath.basename(stem)
    yield posixpath.basename(posixpath.dirname(stem))
