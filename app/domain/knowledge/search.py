"""What a question finds."""

from enum import StrEnum

from app.domain.knowledge.marks import Mark
from app.domain.value import Value


class SearchType(StrEnum):
    """Which rankings take part."""

    HYBRID = "hybrid"
    SEMANTIC = "semantic"
    TEXT = "text"


class SearchHit(Value):
    """A page that answers, with the passage that answers best."""

    page: str
    """The page's path within the documentation."""
    title: str
    heading_path: tuple[str, ...]
    excerpt: str
    score: float
    source: str
    """Where the page can be read: its permalink, or its path."""
    commit: str
    stale: tuple[Mark, ...] = ()
    """What of the section is not true any more, each with the current code."""


class RepositoryHit(Value):
    """A repository whose documentation can be searched."""

    id: int
    name: str
    url: str
    provider: str
    branches: tuple[str, ...]
    """The documented branches."""


class PublishedPage(Value):
    """A page of a published version."""

    path: str
    title: str
    text: str
    """With a notice under the heading of each stale section."""
    commit: str
    source: str = ""
    stale: tuple[Mark, ...] = ()
    """What of the page is not true any more, each with the current code."""
