"""What a publisher needs to put people's edits and generated pages together."""

from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from app.domain.wiki.merge.folder import Folder, records_in
from app.domain.wiki.site.ownership import digest_of, digests_of

Versions = Callable[[str], Awaitable[Sequence[bytes]]]
"""Reads what a file of the repository was at earlier commits, the newest first."""


class Bases(Protocol):
    """Whatever remembers pages as they were generated."""

    async def find(self, digest: str) -> str | None:
        """Return the page with a digest."""

    async def keep(self, texts: Mapping[str, str]) -> None:
        """Remember pages by their digests."""


async def no_versions(_path: str) -> Sequence[bytes]:
    """Read the history of what is in no repository."""
    return ()


@dataclass(frozen=True)
class EditHistory:
    """Where it can be looked up what was generated before people changed it."""

    bases: Bases | None = None
    versions: Versions = no_versions

    async def find(
        self, files: Mapping[str, bytes], there: Folder, place: Callable[[str], str]
    ) -> dict[str, str]:
        """Return the pages that people changed as they were generated, by id, as far as known.

        `place` names a page from the root of the repository.
        """
        found: dict[str, str] = {}
        for page_id, path in there.edited(files).items():
            text = await self._base(there, page_id, path, place(path))
            found |= {page_id: text} if text is not None else {}
        for record in records_in(files):
            _, data = there.page_of(record)
            if data is not None and record.spec.id not in there.records:
                text = await self._as_generated(digest_of(_decoded(data)))
                found |= {record.spec.id: text} if text is not None else {}
        return found

    async def keep(self, texts: Mapping[str, str]) -> None:
        """Remember what is generated now."""
        if self.bases is not None:
            await self.bases.keep({key: each for key, each in texts.items() if _is_plain(each)})

    async def _as_generated(self, digest: str) -> str | None:
        return await self.bases.find(digest) if self.bases is not None else None

    async def keep_merged(self, texts: Iterable[str]) -> None:
        """Remember pages that hold people's edits: no such page is one that was generated."""
        await self.keep({_merged_key(digest_of(each)): each for each in texts})

    async def _base(self, there: Folder, page_id: str, path: str, place: str) -> str | None:
        record, digest = there.records[page_id], there.base_digest(page_id)
        if there.on_branch and record.published:
            text = await self._as_generated(_merged_key(digest))
        elif there.on_branch:
            text = await self._as_generated(digest)
        else:
            # A run that was killed can have left a page whose record is not there yet.
            own = digest_of(_decoded(there.files[path]))
            text = await self._as_generated(own) or await self._as_generated(digest)
        versions = await self.versions(place) if text is None else ()
        found = (data for data in versions if digest in digests_of(data))
        return text or next((_decoded(data) for data in found), None)


def _merged_key(digest: str) -> str:
    return f"merged-{digest}"


def _is_plain(text: str) -> bool:
    """Say whether a database can hold a text; people write bytes of all kinds."""
    return "\0" not in text and text.encode(errors="replace").decode() == text


def _decoded(data: bytes) -> str:
    return data.decode(errors="surrogateescape").replace("\r\n", "\n")
