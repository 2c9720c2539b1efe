"""The files that an agent may read, and the evidence that it earns by reading."""

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Protocol

from app.domain.code.digest import DIGEST_RECIPE, text_digest
from app.domain.code.evidence import Evidence, evidence_of
from app.domain.code.facts import FileFacts, ImportEdge
from app.domain.code.symbol import Digests, Symbol
from app.domain.wiki.narrative.briefing import Briefing
from app.domain.wiki.narrative.call_targets import Definitions

NAME = re.compile(r"[A-Za-z_$][\w$]*(?:[.\-/:][A-Za-z_$][\w$]*)*")
MAX_NAMES = 20_000


class BlobReader(Protocol):
    """Whatever gives the content of blobs, such as a snapshot."""

    async def read(self, blob_ids: Sequence[str]) -> Mapping[str, bytes]:
        """Return the bytes of each blob; those that are missing are not in the answer."""


class Files:
    """The text files of one commit: no file system, so nothing outside the commit exists."""

    def __init__(
        self,
        blobs: BlobReader,
        blob_ids: Mapping[str, str],
        facts: Mapping[str, FileFacts],
        edges: Iterable[ImportEdge] = (),
    ) -> None:
        self._blobs = blobs
        self._blob_ids = blob_ids
        self._facts = facts
        self.code = Definitions(facts, edges)
        self.paths: tuple[str, ...] = tuple(sorted(blob_ids))

    def facts(self, path: str) -> FileFacts | None:
        """Return what is known about a source file."""
        return self._facts.get(path)

    async def lines(self, paths: Sequence[str]) -> dict[str, list[str]]:
        """Return the lines of those files that the commit has, read at once."""
        wanted = {path: self._blob_ids[path] for path in paths if path in self._blob_ids}
        contents = await self._blobs.read(list(dict.fromkeys(wanted.values())))
        return {
            path: split_lines(contents[blob_id])
            for path, blob_id in wanted.items()
            if blob_id in contents
        }


def split_lines(content: bytes) -> list[str]:
    """Split as git and editors count: the last line may end with a newline or not."""
    lines = content.decode("utf-8", "replace").split("\n")
    return lines[:-1] if lines[-1] == "" else lines


class Register:
    """Numbers what one agent reads, after the evidence of its briefing."""

    def __init__(self, briefing: Briefing) -> None:
        self._briefing = briefing
        numbers = [int(e.id[1:]) for e in briefing.evidence if e.id[1:].isdecimal()]
        self._next = max(numbers, default=0) + 1
        self._read: dict[tuple[str, int, int], Evidence] = {}
        self._names: set[str] = set()

    @property
    def read(self) -> tuple[Evidence, ...]:
        """List what has been read."""
        return tuple(self._read.values())

    def add(self, files: Files, path: str, first: int, lines: Sequence[str]) -> Evidence:
        """Make lines citable; the same lines keep their id."""
        last = first + len(lines) - 1
        place = (path, first, last)
        if place not in self._read:
            self._read[place] = self._number(files, place, lines)
        if len(self._names) < MAX_NAMES:
            self._names.update(NAME.findall("\n".join(lines)))
        return self._read[place]

    def widened(self) -> Briefing:
        """Return the briefing with all that was read: what stands in the commit may be named."""
        if not self._read:
            return self._briefing
        return self._briefing.model_copy(
            update={
                "evidence": self._briefing.evidence + self.read,
                "names": self._briefing.names | self._names | {e.path for e in self.read},
            }
        )

    def _number(self, files: Files, place: tuple[str, int, int], lines: Sequence[str]) -> Evidence:
        path, first, last = place
        number, self._next = self._next, self._next + 1
        symbol = _enclosing(files.facts(path), first, last)
        if symbol is not None:
            whole = evidence_of(number, path, symbol, DIGEST_RECIPE)
            return whole.model_copy(update={"first_line": first, "last_line": last})
        digest = text_digest("\n".join(lines))
        digests = Digests(
            recipe=DIGEST_RECIPE, code=digest, wording=digest, place=f"{path}:{first}-{last}"
        )
        return Evidence(
            id=f"E{number}", path=path, first_line=first, last_line=last, digests=digests
        )


def _enclosing(facts: FileFacts | None, first: int, last: int) -> Symbol | None:
    around = [s for s in (facts.symbols if facts else ()) if s.first_line <= first <= s.last_line]
    around = [s for s in around if last <= s.last_line]
    return min(around, key=lambda s: s.last_line - s.first_line, default=None)
