"""Verdicts on the pages that people wrote."""

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from app.domain.code.verdict import Verdict
from app.domain.value import Value
from app.domain.wiki.impact import PageImpact
from app.domain.wiki.people_names import PeoplePage
from app.domain.wiki.people_pages import is_people_page, judge_people_pages
from app.domain.wiki.record import Ack
from app.domain.wiki.site.guide_block import without_block
from app.git.snapshot import Entry
from app.impact.assessment import (
    Acknowledged,
    acknowledgements,
    stamp_of,
    without_acknowledged,
)
from app.impact.folders import PageFile, Place, decoded
from app.impact.sides import Comparing, Since


class PeopleImpact(Value):
    """What became of them."""

    pages: Mapping[str, PageImpact] = {}
    """Those that are not fresh, by path from the root."""
    fresh: int = 0
    acknowledged: tuple[Acknowledged, ...] = ()


@dataclass(frozen=True)
class People:
    """Judges the pages of people from one commit to another."""

    comparing: Comparing
    place: Place
    since: str
    head: str
    strict: bool

    async def judge(
        self,
        entries: Sequence[Entry],
        pages: Sequence[PageFile],
        acks: Mapping[str, Sequence[Ack]],
    ) -> PeopleImpact:
        """Judge what people wrote among the files of the head."""
        ours = {each.path for each in pages}
        listed = [each for each in entries if is_people_page(each.path) and each.path not in ours]
        if not listed:
            return PeopleImpact()
        read = await self.place.read(listed)
        # A page of AutoDoc that lost its record is still none of theirs.
        files = {path: data for path, data in read.items() if not stamp_of(data)[0]}
        since = await self.comparing.since(self.since, self.head, [*files.values()])
        judged = await asyncio.to_thread(lambda: dict(self._judged(files, since)))
        told = without_acknowledged(judged, acks)
        return PeopleImpact(
            pages=told,
            fresh=len(files) - len(told),
            acknowledged=acknowledgements(judged, acks),
        )

    def _judged(self, files: Mapping[str, bytes], since: Since) -> Iterable[tuple[str, PageImpact]]:
        pages = {
            path: PeoplePage(path, without_block(decoded(data))) for path, data in files.items()
        }
        sides = since.sides
        for judged in judge_people_pages(
            pages, sides.changes, since.gone, sides.before, sides.now, strict=self.strict
        ):
            if judged.verdict is not Verdict.FRESH:
                yield judged.page, judged
