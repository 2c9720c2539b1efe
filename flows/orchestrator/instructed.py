"""What people asked of pages in comments, told with the proposal that follows it."""

from collections.abc import Awaitable, Callable, Mapping, Sequence

from app.domain.wiki.merge.folder import Folder, records_in
from app.domain.wiki.naming import page_key
from app.domain.wiki.record import PageRecord, write_record
from app.domain.wiki.revision import LOCAL
from app.domain.wiki.site.publication import sidecar_path
from app.domain.work.note import MOST_NOTES, PageNote
from flows.orchestrator.proposed import Proposed

FindNotes = Callable[[], Awaitable[Mapping[str, Sequence[PageNote]]]]
"""Gives what people asked of pages in comments, by `page_key`."""

_MOST_HEARD = 2 * MOST_NOTES


async def no_notes() -> Mapping[str, Sequence[PageNote]]:
    """Know of no comments."""
    return {}


def with_instructions(folder: Proposed, said: Mapping[str, Sequence[PageNote]]) -> Proposed:
    """Find the instructions that a proposal follows, and record that it told of them.

    Told are those of which the documented branch has no record yet, so that every proposal tells of
    them until one is merged, and none does afterwards. Those of pages without a model's words wait.
    """
    merged = Folder.read(folder.committed).records
    pages = dict(folder.pages)
    asked: dict[str, tuple[PageNote, ...]] = {}
    for record in records_in(pages):
        path, old = record.spec.path, merged.get(record.spec.id)
        before = old.heard if old else ()
        notes = said.get(page_key(folder.publication.scope, record.spec.id), ())
        new = {each.digest: each for each in notes if each.digest not in before}
        if not _follows(record, folder):
            new = {}
        if new:
            asked[path] = tuple(new.values())
        heard = (*before, *new)[-_MOST_HEARD:]
        if heard != record.heard:
            told = record.model_copy(update={"heard": heard})
            pages[sidecar_path(record.spec.id)] = write_record(told)
    return folder.model_copy(update={"pages": pages, "asked": asked})


def _follows(record: PageRecord, folder: Proposed) -> bool:
    """Say whether a page is proposed otherwise, by somebody who could follow an instruction."""
    path = record.spec.path
    return folder.pages[path] != folder.committed.get(path) and record.writer not in ("", LOCAL)
