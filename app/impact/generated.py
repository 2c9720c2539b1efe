"""Verdicts on the pages that AutoDoc wrote."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from app.domain.code.verdict import Verdict
from app.domain.wiki.impact import PageImpact
from app.domain.wiki.judging import judge_page
from app.domain.wiki.record import read_record
from app.domain.work.update_cost import StalePage
from app.impact.assessment import Tree, is_over, may_be_over, own_effect, pointed, size_of
from app.impact.folders import PageFile
from app.impact.sides import Comparing, Since, sought


@dataclass(frozen=True)
class Generated:
    """Judges pages from the commits that they were made from."""

    comparing: Comparing
    base: str
    """If it is one, only what became stale after it is told."""
    head: str
    tree: Tree
    """All files of the head."""

    async def judge(self, pages: Sequence[PageFile]) -> dict[str, PageImpact]:
        """Return what is not fresh, by path from the root."""
        found = await self._at(self.head, pages)
        if not self.base:
            return found
        told = [each for each in pages if each.path in found]
        before = await self._at(self.base, told)
        own = {path: own_effect(each, before.get(path)) for path, each in found.items()}
        return {path: each for path, each in own.items() if each.verdict is not Verdict.FRESH}

    async def _at(self, commit: str, pages: Sequence[PageFile]) -> dict[str, PageImpact]:
        found: dict[str, PageImpact] = {}
        for stamp in sorted({each.commit for each in pages} - {commit}):
            group = [each for each in pages if each.commit == stamp]
            since = await self._since(stamp, commit, group)
            found |= await asyncio.to_thread(self._judge_all, group, since)
        return found

    async def _since(self, stamp: str, commit: str, group: Sequence[PageFile]) -> Since:
        texts = [each.page for each in group]
        is_at_hand = await self.comparing.history.has(stamp)
        if is_at_hand:
            return await self.comparing.since(stamp, commit, texts)
        cited = frozenset(path for each in group for path in each.cited)
        if not self.base:
            return Since(sides=await self.comparing.sides("", commit, cited))
        # What did not change in between cannot be this change's doing, and need not be read.
        between = await self.comparing.sides(self.base, self.head)
        sides = await self.comparing.sides("", commit, cited & between.touched)
        is_head = commit == self.head
        gone = await self.comparing.gone(between, commit, texts) if is_head else {}
        return Since(sides=sides, gone=gone)

    def _judge_all(self, group: Sequence[PageFile], since: Since) -> dict[str, PageImpact]:
        changes, found = since.sides.changes, dict[str, PageImpact]()
        names = [sought(each) for each in since.gone.values()]
        for page in group:
            is_touched = not page.cited.isdisjoint(changes.files)
            if is_touched or any(name in page.page for name in names):
                impact = self._judge(page, since)
                if impact is not None and impact.verdict is not Verdict.FRESH:
                    found[page.path] = impact
        return found

    def _judge(self, page: PageFile, since: Since) -> PageImpact | None:
        record = read_record(page.record)
        if record is None:
            return None
        impact = pointed(judge_page(record, page.text, since.sides.changes, since.gone))
        if may_be_over(impact) and is_over(record.spec, self.tree):
            return impact.model_copy(update={"verdict": Verdict.RETIRED})
        return impact


def sizes(pages: Sequence[PageFile], judged: Mapping[str, PageImpact]) -> list[StalePage]:
    """Measure what an update would write anew."""
    found = []
    for page in pages:
        impact = judged.get(page.path)
        record = read_record(page.record) if impact is not None else None
        if impact is not None and record is not None and impact.verdict is not Verdict.RETIRED:
            size = size_of(impact, record, page.text)
            if size.sections:
                found.append(size)
    return found
