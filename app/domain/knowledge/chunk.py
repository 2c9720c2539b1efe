"""A passage of a published page, ready to be searched."""

from app.domain.value import Value


class PageChunk(Value):
    """A passage that answers on its own."""

    index: int
    title: str
    heading_path: tuple[str, ...]
    content: str
    start_char: int
    end_char: int
    tokens: int
    has_code: bool = False
    content_digest: str


class Cut(Value):
    """How the passages of a version are made, and which of its pages need none anew."""

    recipe: str = ""
    kept: frozenset[str] = frozenset()
    """Paths of the pages that the published version has too, with their passages."""
