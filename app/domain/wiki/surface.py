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
_LONGEST_CHAIN = 20
"""So many front modules in a row may hand names on by star imports."""


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

    def offers(self, path: str) -> tuple[Offer, ...]:
        """List what a front module offers, in alphabetical order; of any other file, nothing."""
        return self._offered.get(path, ())

    @cached_property
    def _offered(self) -> Mapping[str, tuple[Offer, ...]]:
        """Look all up in one go: threads that ask at once must not see each other's half."""
        known: dict[str, tuple[Offer, ...]] = {}
        for path in self._facts.files:
            self._look_up(path, known, _LONGEST_CHAIN)
        return known

    def _look_up(
        self, path: str, known: dict[str, tuple[Offer, ...]], depth: int
    ) -> tuple[Offer, ...]:
        if path in known or not depth:
            return known.get(path, ())
        known[path] = ()  # A circle of star imports brings nothing more.
        imports = [each for each in self._facts.files[path].imports if not each.typing]
        if posixpath.basename(path) not in _FRONTS or not any(each.offered for each in imports):
            return ()
        targets = self._targets.get(path, ())
        found = {
            name: offer
            for each in imports
            for name in self._names(each, targets, known, depth - 1)
            if (offer := self._origin(name, targets, _DEEPEST)) is not None
        }
        known[path] = tuple(
            found[name] for name in sorted(found, key=lambda name: (name.lower(), name))
        )
        return known[path]

    def _names(
        self,
        taken: Import,
        targets: Sequence[str],
        known: dict[str, tuple[Offer, ...]],
        depth: int,
    ) -> Iterator[str]:
        """Name what an import may offer; of a star, what the modules of its name define."""
        if EVERY_NAME not in taken.offered:
            yield from taken.offered
            return
        end = taken.target.rpartition(".")[2]
        for target in targets:
            if not end or end in _module_names(target):
                symbols = self._facts.files[target].symbols
                yield from (each.name for each in symbols if each.public and "." not in each.name)
                yield from (each.name for each in self._look_up(target, known, depth))

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
