"""What a person asked of a page in a comment."""

from app.domain.value import Value

MOST_NOTES = 10
"""So many instructions of one page are told to its writers, the newest."""


class PageNote(Value):
    """An instruction for a page."""

    page: str
    """By `page_key`."""
    instruction: str
    said_by: str
