"""What the rest of AutoDoc needs of an embedding model."""

from collections.abc import Sequence
from typing import Protocol


class Embedder(Protocol):
    """Turns texts into vectors that can be compared by cosine."""

    @property
    def name(self) -> str:
        """Name the model; vectors of different names are never compared."""

    @property
    def dimensions(self) -> int:
        """Say how long each vector is."""

    async def embed(self, texts: Sequence[str]) -> list[list[float]]:
        """Return one vector of length 1 for each text; of an empty text it may be all zeros."""

    def count_tokens(self, text: str) -> int:
        """Count the tokens of a text as the model sees it, or as a near relative does."""
