"""What a package offers under its own name although other files define it."""

import posixpath
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property

from app.domain.code.facts import EVERY_NAME, Import, RepositoryFacts
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


class Surface:
    """What the packages of a repository offer, each looked up once."""

    def __init__(self, facts: RepositoryFacts) -> None:
        self._facts = facts
        self._known: dict[str, tuple[Offer, ...]] = {}

    def offers(self, path: str) -> tuple[Offer, ...]:
        """List what a front module offers, in alphabetical order; of any other file, nothing."""
        if path not in self._known:
            self._known[path] = self._find(path)
        return self._known[path]

    def _find(self, path: str) -> tuple[Offer, ...]:
        if posixpath.basename(path) not in _FRONTS or path not in self._facts.files:
            return ()
        imports = [each for each in self._facts.files[path].imports if not each.typing]
        if not any(each.offered for each in imports):
            return ()
        self._known[path] = ()  # A circle of star imports brings nothing more.
        targets = self._targets.get(path, ())
        found = {
            name: offer
            for each in imports
            for name in self._names(each, targets)
            if (offer := self._origin(name, targets, _DEEPEST)) is not None
        }
        return tuple(found[name] for name in sorted(found, key=lambda name: (name.lower(), name)))

    def _names(self, taken: Import, targets: Sequence[str]) -> Iterator[str]:
        """Name what an import may offer; of a star, what the modules of its name define."""
        if EVERY_NAME not in taken.offered:
            yield from taken.offered
            return
        end = taken.target.rpartition(".")[2]
        for target in targets:
            if not end or end in _module_names(target):
                symbols = self._facts.files[target].symbols
                yield from (each.name for each in symbols if each.public and "." not in each.name)
                yield from (each.name for each in self.offers(target))

    @cached_property
    def _targets(self) -> Mapping[str, Sequence[str]]:
        """Map each file to those that it imports."""
        found: dict[str, list[str]] = {}
        for edge in self._facts.edges:
            found.setdefault(edge.source, []).append(edge.target)
        return found

    def _origin(self, name: str, targets: Sequence[str], depth: int) -> Offer | None:
        for target in targets:
            for symbol in self._facts.files[target].symbols:
                if symbol.name == name:
                    return Offer(name=name, path=target, symbol=symbol)
        for target in targets:
            if name in _module_names(target):
                return Offer(name=name, path=target)
        fronts = [target for target in targets if posixpath.basename(target) in _FRONTS]
        for target in fronts if depth else ():
            found = self._origin(name, self._targets.get(target, ()), depth - 1)
            if found is not None:
                return found
        return None


def offers(path: str, facts: RepositoryFacts) -> tuple[Offer, ...]:
    """List what one front module offers; whoever asks for many keeps a `Surface`."""
    return Surface(facts).offers(path)


def _module_names(path: str) -> Iterator[str]:
    stem = posixpath.splitext(path)[0]
    yield posixpath.basename(stem)
    yield posixpath.basename(posixpath.dirname(stem))
