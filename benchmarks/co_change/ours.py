"""What the product says of the pages of people, by its functions on a commit and its parent."""

from collections.abc import Iterable, Mapping
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

from app.analysis.extract import extract
from app.analysis.languages.registry import language_of
from app.domain.code.change import Changes, GoneName
from app.domain.code.facts import FileFacts
from app.domain.code.gone import confirmed, gone_names, named_in, searched
from app.domain.wiki.impact import PageImpact
from app.domain.wiki.people_names import PeoplePage
from app.domain.wiki.people_pages import judge_people_pages
from app.git.words import still_there
from benchmarks.co_change.history import Case, History, Touched, is_code

REMEMBERED_PAGES = 2_000
REMEMBERED_FILES = 300


class Told(NamedTuple):
    """What is told of one commit: pages with something to say of them."""

    default: tuple[PageImpact, ...]
    strict: tuple[PageImpact, ...]


class Product:
    """The product's functions, for one repository."""

    def __init__(self, repository: Path, history: History) -> None:
        self._repository = repository
        self._history = history
        self._last: tuple[Mapping[str, str], frozenset[str]] = ({}, frozenset())
        self._page = lru_cache(REMEMBERED_PAGES)(self._read)
        self._facts = lru_cache(REMEMBERED_FILES)(self._extract)

    async def tell(self, case: Case, *, strictly: bool = True) -> Told:
        """Judge the pages of the parent against the commit.

        Tests are not parsed: nothing is told of what they define.
        """
        pages = {path: self._page(path, blob) for path, blob in case.pages.items()}
        before = self._sides((each.old_path, each.old_blob) for each in _old(case))
        now = self._sides((each.new_path, each.new_blob) for each in _new(case))
        renames = {each.old_path: each.new_path for each in case.touched if each.status == "R"}
        gone = await self._gone(case, before, now, renames)
        changes = Changes(base=case.parent, head=case.commit, renames=renames)

        def judged(*, strict: bool) -> tuple[PageImpact, ...]:
            found = judge_people_pages(pages, changes, gone, before, now, strict=strict)
            return tuple(each for each in found if each.sections)

        if not strictly:
            return Told(default=judged(strict=False), strict=())
        strict = judged(strict=True)
        # What is told by default is told strictly too.
        return Told(default=judged(strict=False) if strict else (), strict=strict)

    def words(self, case: Case) -> frozenset[str]:
        """Collect the words of all pages of the parent."""
        if case.pages != self._last[0]:
            pages = (self._page(path, blob) for path, blob in case.pages.items())
            self._last = (case.pages, frozenset().union(*(page.words for page in pages)))
        return self._last[1]

    async def _gone(
        self,
        case: Case,
        before: Mapping[str, FileFacts],
        now: Mapping[str, FileFacts],
        renames: Mapping[str, str],
    ) -> dict[str, GoneName]:
        removed = [each.old_path for each in case.touched if each.status == "D"]
        names = gone_names(before, now, removed=removed, renames=renames)
        mentioned = named_in(self.words(case), names) if names else ()
        words = {word for each in mentioned for word in searched(each)}
        there = await still_there(self._repository, case.commit, words)
        return confirmed(mentioned, there)

    def _sides(self, blobs: Iterable[tuple[str, str]]) -> dict[str, FileFacts]:
        read = ((path, language_of(path), blob) for path, blob in blobs)
        return {
            path: self._facts(language, blob)
            for path, language, blob in read
            if language and is_code(path)
        }

    def _extract(self, language: str, blob: str) -> FileFacts:
        return extract(language, self._history.content(blob))

    def _read(self, path: str, blob: str) -> PeoplePage:
        return PeoplePage(path, self._history.text(blob))


def _old(case: Case) -> Iterable[Touched]:
    return (each for each in case.touched if each.status != "A")


def _new(case: Case) -> Iterable[Touched]:
    return (each for each in case.touched if each.status != "D")
