"""What a person asked of a page in a comment."""

import hashlib

from app.domain.value import Value

MOST_NOTES = 10
"""So many instructions of one page are told to its writers, the newest."""


class PageNote(Value):
    """An instruction for a page."""

    page: str
    """By `page_key`."""
    instruction: str
    said_by: str

    @property
    def digest(self) -> str:
        """Name it where its words do not belong."""
        said = f"{self.said_by}\0{self.instruction}"
        return hashlib.sha256(said.encode(errors="surrogatepass")).hexdigest()[:16]
