"""What the product says of the pages of people, asked as `autodoc impact` asks it."""

from collections import OrderedDict
from collections.abc import Collection, Mapping
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

from app.domain.code.facts import FileFacts
from app.domain.wiki.impact import PageImpact
from app.domain.wiki.people_names import PeoplePage
from app.domain.wiki.people_pages import judge_people_pages
from app.git.history import History
from app.impact.sides import Comparing
from benchmarks.co_change.history import Case
from benchmarks.co_change.history import History as Commits

REMEMBERED_PAGES = 2_000
REMEMBERED_FILES = 600


class Told(NamedTuple):
    """What is told of one commit: pages with something to say of them."""

    default: tuple[PageImpact, ...]
    strict: tuple[PageImpact, ...]


class _Cache:
    """The facts of the files that were asked for last."""

    def __init__(self) -> None:
        self._facts: OrderedDict[tuple[str, str], FileFacts] = OrderedDict()

    async def find(self, recipe: str, blob_ids: Collection[str]) -> Mapping[str, FileFacts]:
        return {
            blob: self._facts[recipe, blob] for blob in blob_ids if (recipe, blob) in self._facts
        }

    async def add(self, recipe: str, facts: Mapping[str, FileFacts]) -> None:
        for blob, each in facts.items():
            self._facts[recipe, blob] = each
        while len(self._facts) > REMEMBERED_FILES:
            self._facts.popitem(last=False)


class Product:
    """The product's own way from two commits to verdicts, for one repository."""

    def __init__(self, repository: Path, commits: Commits) -> None:
        self._commits = commits
        self._comparing = Comparing(
            repository, History(repository), _Cache(), outputs=(), cited=frozenset()
        )
        self._page = lru_cache(REMEMBERED_PAGES)(self._read)

    async def tell(self, case: Case, pages: Mapping[str, str]) -> Told:
        """Judge the pages of the parent, given by path with their blobs, against the commit."""
        read = {path: self._page(path, blob) for path, blob in pages.items()}
        texts = [self._commits.content(blob) for blob in pages.values()]
        since = await self._comparing.since(case.parent, case.commit, texts)
        sides = since.sides

        def judged(*, strict: bool) -> tuple[PageImpact, ...]:
            found = judge_people_pages(
                read, sides.changes, since.gone, sides.before, sides.now, strict=strict
            )
            return tuple(each for each in found if each.sections)

        return Told(default=judged(strict=False), strict=judged(strict=True))

    def _read(self, path: str, blob: str) -> PeoplePage:
        return PeoplePage(path, self._commits.text(blob))
