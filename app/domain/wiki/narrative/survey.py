"""What many questions about a repository need, gathered once for all of them."""

import re
from collections import Counter
from collections.abc import Mapping
from functools import cached_property
from itertools import chain

from app.domain.code.facts import RepositoryFacts
from app.domain.wiki.names import known_names
from app.domain.wiki.narrative.evidence_choice import neighbours
from app.domain.wiki.narrative.subsystems import Subsystem, find_subsystems
from app.domain.wiki.roles import is_test
from app.domain.wiki.surface import Surface

_THROUGH_PACKAGE = re.compile(r"(?<![\w./])([A-Za-z_]\w*)\.([A-Za-z_]\w*)")


class Survey:
    """Answers about the whole of a repository, each worked out when it is first asked for."""

    def __init__(self, facts: RepositoryFacts) -> None:
        self._facts = facts
        self.surface = Surface(facts)

    @cached_property
    def names(self) -> frozenset[str]:
        """Return every name that exists in the commit, in the forms in which prose writes it."""
        return known_names(self._facts)

    @cached_property
    def subsystems(self) -> tuple[Subsystem, ...]:
        """Return the parts of the repository."""
        return find_subsystems(self._facts)

    @cached_property
    def importers(self) -> Counter[str]:
        """Count for each file the files that import it, tests left out."""
        pairs = {
            (edge.source, edge.target) for edge in self._facts.edges if not is_test(edge.source)
        }
        return Counter(target for _, target in pairs)

    @cached_property
    def taken(self) -> Counter[str]:
        """Count the files that import a name; a method of the same name does not mislead it."""
        return Counter(
            name
            for file in self._facts.files.values()
            for name in {name for each in file.imports for name in each.names}
        )

    @cached_property
    def shown(self) -> Counter[str]:
        """Count how often documents use a name through the package that offers it: `shop.Cart`."""
        packages = {
            path.split("/")[-2]
            for path in self._facts.files
            if "/" in path and self.surface.offers(path)
        }
        used = (
            found
            for document in self._facts.documents
            for found in _THROUGH_PACKAGE.findall(document.text)
        )
        return Counter(name for package, name in used if package in packages)

    @cached_property
    def mentions(self) -> Counter[str]:
        """Count for each name the files that hold it."""
        return Counter(chain.from_iterable(file.names for file in self._facts.files.values()))

    @cached_property
    def around(self) -> Mapping[str, Mapping[str, float]]:
        """Return for each file its neighbours in the import graph."""
        return neighbours(self._facts)
