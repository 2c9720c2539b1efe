"""What an update made of pages: told from the files as they were and as they are."""

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from app.domain.value import Value
from app.domain.wiki.impact import PageImpact
from app.domain.wiki.navigation import section_texts
from app.domain.wiki.page import RenderedPage, RenderedSection
from app.domain.wiki.record import PageRecord, read_record
from app.domain.wiki.site.publication import sidecar_path
from app.domain.wiki.site.unmoved import essence

_STAMP = re.compile(rb"<!-- autodoc page=(\S+) ")
_RELOCATED = {"relocated"}


class Became(StrEnum):
    """What became of the file of a page."""

    ADDED = "added"
    REMOVED = "removed"
    WRITTEN = "written"
    KEPT = "kept"
    """It stays as a person has it."""
    LEFT = "left"
    """It stays as it was published."""


class PageUpdate(Value):
    """What became of one page."""

    page: str
    verdicts: Mapping[str, int]
    """How many of its sections are stale, reworded and so on."""
    became: Became = Became.LEFT
    rewritten: tuple[str, ...] = ()
    """Headings of the sections whose text is another one now, in a page that was there before."""
    dropped: tuple[str, ...] = ()
    """Headings of the sections that are gone."""


class PageUpdates(Value):
    """What became of the pages of a run."""

    pages: tuple[PageUpdate, ...] = ()
    moved: int = 0
    """Pages that stay as they are, as only lines moved that they point at."""
    damaged: tuple[str, ...] = ()
    """Records that are needed to bring their pages up to date, and are damaged or gone."""


@dataclass(frozen=True)
class ComparedFolder:
    """A documentation folder before and after an update, as files by their path in it."""

    before: Mapping[str, bytes]
    after: Mapping[str, bytes]
    """Of a dry run: as it would be."""
    impacts: Mapping[str, PageImpact] = field(default_factory=dict)
    """By the path of the page."""
    kept: frozenset[str] = frozenset()
    """Paths of pages that are left to a person."""
    name: str = ""
    """What goes before the paths of its pages, where there are several folders."""


def compare_pages(folder: ComparedFolder) -> PageUpdates:
    """Tell of each page that is not fresh, or that is another one now."""
    paths = {each for each in (*folder.before, *folder.after) if each.endswith(".md")}
    updates = [_update(path, folder) for path in sorted(paths | folder.impacts.keys())]
    told = [each for each in updates if _is_telling(each)]
    moved = sum(_is_only_moved(each) for each in updates)
    return PageUpdates(pages=tuple(told), moved=moved, damaged=damaged_records(folder.after))


def damaged_records(files: Mapping[str, bytes]) -> tuple[str, ...]:
    """Name the records of generated pages that nobody can read, or that are of other pages."""
    pages = [(path, data) for path, data in sorted(files.items()) if path.endswith(".md")]
    stamps = [(path, stamp) for path, data in pages if (stamp := _STAMP.search(data)) is not None]
    named = [(path, sidecar_path(stamp[1].decode(errors="replace"))) for path, stamp in stamps]
    return tuple(record for path, record in named if not _is_of(files.get(record), path))


def _is_of(record: bytes | None, path: str) -> bool:
    read = read_record(record) if record is not None else None
    return read is not None and read.spec.path == path


def _update(path: str, folder: ComparedFolder) -> PageUpdate:
    became = _became(path, folder)
    rewritten, dropped = tuple[str, ...](), tuple[str, ...]()
    if became is Became.WRITTEN:
        rewritten, dropped = _differing(folder.before, folder.after, path)
    return PageUpdate(
        page=f"{folder.name}{path}",
        verdicts=_counted(folder.impacts.get(path)),
        became=became,
        rewritten=rewritten,
        dropped=dropped,
    )


def _became(path: str, folder: ComparedFolder) -> Became:
    before, after = folder.before.get(path), folder.after.get(path)
    if before == after:
        return Became.KEPT if path in folder.kept else Became.LEFT
    if before is None:
        return Became.ADDED
    return Became.REMOVED if after is None else Became.WRITTEN


def _is_telling(update: PageUpdate) -> bool:
    is_other = update.became in (Became.ADDED, Became.REMOVED)
    if is_other or update.rewritten or update.dropped:
        return True
    return bool(update.verdicts) and not _is_only_moved(update)


def _is_only_moved(update: PageUpdate) -> bool:
    is_relocated = update.verdicts.keys() == _RELOCATED
    return is_relocated and update.became in (Became.KEPT, Became.LEFT)


def _counted(impact: PageImpact | None) -> dict[str, int]:
    counts = Counter(str(each.verdict) for each in impact.sections) if impact else Counter[str]()
    return {verdict: number for verdict, number in sorted(counts.items()) if verdict != "fresh"}


def _differing(
    before: Mapping[str, bytes], after: Mapping[str, bytes], path: str
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Name the sections of a page that say something else, and those that are gone.

    What moves with every commit, and what navigation adds, is none of what a section says.
    """
    records = [each for files in (after, before) if (each := _record(files, path)) is not None]
    sections = {one.anchor: one for each in reversed(records) for one in each.sections}
    if not records:
        return (), ()
    old, new = (
        _texts(files[path], records[0], tuple(sections.values())) for files in (before, after)
    )
    rewritten = [sections[each].heading for each, text in new.items() if text != old.get(each)]
    gone = [sections[each].heading for each in old if each not in new]
    return tuple(rewritten), tuple(gone)


def _record(files: Mapping[str, bytes], path: str) -> PageRecord | None:
    stamp = _STAMP.search(files[path])
    name = sidecar_path(stamp[1].decode(errors="replace")) if stamp else ""
    return read_record(files[name]) if name in files else None


def _texts(
    page: bytes, record: PageRecord, sections: tuple[RenderedSection, ...]
) -> dict[str, str]:
    text = page.decode(errors="replace").replace("\r\n", "\n")
    cut = section_texts(RenderedPage(spec=record.spec, markdown=text, sections=sections))
    return {anchor: essence(each) for anchor, each in cut.items()}
