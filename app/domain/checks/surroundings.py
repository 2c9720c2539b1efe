"""What is known about the place in which pages lie, beside the commit."""

from app.domain.value import Value


class Surroundings(Value):
    """Where the pages come from, and how strictly those are judged that people wrote."""

    home: str | None = None
    """The folder of the pages from the repository's root, empty for the root; None when they lie
    outside the repository or nobody knows."""
    assets: frozenset[str] = frozenset()
    """Other files that lie among the pages."""
    beside: frozenset[str] = frozenset()
    """Pages of other scopes, as links lead to them from the folder of the pages."""
    branches: frozenset[str] = frozenset({"HEAD"})
    """Names that links use for the documented commit."""
    strict: bool = False
    """Whether what is only probably wrong in a page of people is reported too, as a warning."""
