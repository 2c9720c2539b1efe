"""What changed since the commits that pages were made from, each read once."""

import asyncio
import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from app.analysis.changes import BothSides, read_both_sides
from app.analysis.facts import FactCache
from app.domain.code.change import GoneName
from app.domain.code.gone import confirmed, searched
from app.domain.value import Value
from app.git.history import History
from app.git.words import still_there

MANY = 100
"""More names than this are sooner looked up among all words than each in the whole text."""
_WORD = re.compile(rb"\w+")
MAX_GONE = 2_000
"""Of more names that may be gone, those that sort first are looked for."""


class Since(Value):
    """What is different at a commit, and which names nothing has any more."""

    sides: BothSides
    gone: Mapping[str, GoneName] = {}


@dataclass(frozen=True)
class Comparing:
    """Compares commits of one repository."""

    root: Path
    history: History
    cache: FactCache
    outputs: tuple[str, ...]
    """Folders of generated pages, whose words prove nothing."""
    cited: frozenset[str]
    """What any page cites; of these files the hunks are read."""
    _known: dict[tuple[str, str, frozenset[str]], BothSides] = field(default_factory=dict)

    async def since(self, base: str, head: str, pages: Sequence[bytes]) -> Since:
        """Read what changed, and which gone names these pages mention."""
        sides = await self.sides(base, head)
        return Since(sides=sides, gone=await self.gone(sides, head, pages))

    async def sides(self, base: str, head: str, cited: frozenset[str] | None = None) -> BothSides:
        """Read what changed; `cited` is what is read of a base that is not at hand."""
        wanted = self.cited if cited is None else cited
        key = (base, head, wanted)
        if key not in self._known:
            self._known[key] = await read_both_sides(self.history, base, head, wanted, self.cache)
        return self._known[key]

    async def gone(
        self, sides: BothSides, head: str, pages: Sequence[bytes]
    ) -> dict[str, GoneName]:
        """Find the names that are gone and that a page may mention; the whole tree is asked."""
        found = await asyncio.to_thread(_candidates, sides, pages)
        words = {word for each in found for word in searched(each)}
        there = await still_there(self.root, head, words, self.outputs)
        return confirmed(found, there)


def _candidates(sides: BothSides, pages: Sequence[bytes]) -> list[GoneName]:
    return mentioned(sides.gone_names, pages)[:MAX_GONE]


def mentioned(candidates: Collection[GoneName], pages: Sequence[bytes]) -> list[GoneName]:
    """Keep the names whose last part stands on a page."""
    if not candidates:
        return []
    everything = b"\n".join(pages)
    words = frozenset(_WORD.findall(everything)) if len(candidates) > MANY else frozenset()

    def stands(part: bytes) -> bool:
        is_listed = bool(words) and _WORD.fullmatch(part) is not None
        return part in (words if is_listed else everything)

    return [each for each in candidates if stands(sought(each))]


def sought(gone: GoneName) -> bytes:
    """Return what a page holds that mentions a name, however it is qualified there."""
    is_whole = gone.kind in ("file", "route")
    name = gone.name if is_whole else re.split(r"[.:#]", gone.name)[-1]
    return name.encode(errors="replace")
