"""What the analysis needs of others: the blobs of a commit, and a memory for facts."""

from collections.abc import Collection, Mapping, Sequence
from typing import Literal, Protocol

from app.domain.code.digest import DIGEST_RECIPE
from app.domain.code.facts import FileFacts

FACTS_VERSION = "6"
"""Changes whenever the same bytes give other facts, so that stored facts are not used again."""


class BlobEntry(Protocol):
    """One leaf of a commit's tree."""

    @property
    def path(self) -> str:
        """Name the file; bytes that are not UTF-8 are lone surrogates."""

    @property
    def blob_id(self) -> str:
        """Name the content."""

    @property
    def size(self) -> int:
        """Count the bytes; -1 when the content is missing."""

    @property
    def kind(self) -> Literal["file", "executable", "symlink", "submodule"]:
        """Say what the leaf is."""


class Blobs(Protocol):
    """The files of one commit."""

    commit: str

    async def entries(self) -> Sequence[BlobEntry]:
        """List every leaf, sorted by path."""

    async def read(self, blob_ids: Sequence[str]) -> Mapping[str, bytes]:
        """Read blobs; those that are missing are not in the answer."""

    async def attributes(
        self, paths: Sequence[str], names: Collection[str]
    ) -> Mapping[str, Mapping[str, str]]:
        """Look git attributes up: `set`, `unset` or a value, by path and name."""


class FactCache(Protocol):
    """Whatever remembers the facts of a blob by recipe and id."""

    async def find(self, recipe: str, blob_ids: Collection[str]) -> Mapping[str, FileFacts]:
        """Return what is known of these blobs."""

    async def add(self, recipe: str, facts: Mapping[str, FileFacts]) -> None:
        """Remember facts; adding them twice is harmless."""


class MemoryFactCache:
    """Remembers for the life of one process."""

    def __init__(self) -> None:
        self._facts: dict[tuple[str, str], FileFacts] = {}

    def __len__(self) -> int:
        return len(self._facts)

    async def find(self, recipe: str, blob_ids: Collection[str]) -> Mapping[str, FileFacts]:
        """Return what is known of these blobs."""
        return {
            blob_id: self._facts[recipe, blob_id]
            for blob_id in blob_ids
            if (recipe, blob_id) in self._facts
        }

    async def add(self, recipe: str, facts: Mapping[str, FileFacts]) -> None:
        """Remember facts."""
        self._facts.update({(recipe, blob_id): fact for blob_id, fact in facts.items()})


def facts_recipe(language: str) -> str:
    """Name how facts of a language are made, for a cache."""
    return f"{DIGEST_RECIPE}.{FACTS_VERSION}/{language}"
