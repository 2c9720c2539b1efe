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
