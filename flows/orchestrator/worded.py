"""What people said of pages in comments, on its way into the records of the pages."""

from collections.abc import Mapping, Sequence
from posixpath import join

from app.domain.wiki.merge.folder import living_acks, records_in
from app.domain.wiki.people_acks import living
from app.domain.wiki.record import Ack, write_record
from app.domain.wiki.site.publication import sidecar_path
from flows.orchestrator.proposed import Proposed


def with_words(
    folders: Sequence[Proposed], said: Mapping[str, Sequence[Ack]]
) -> Sequence[Proposed]:
    """Record it where there is anything else to propose; `said` is by the page's path.

    For the words alone nobody is asked for a review: the database remembers them.
    """
    if not said or not any(map(_is_change, folders)):
        return folders
    return [each.model_copy(update={"pages": _worded(each, said)}) for each in folders]


def _is_change(folder: Proposed) -> bool:
    return (
        bool(folder.retired)
        or any(folder.committed.get(path) != data for path, data in folder.pages.items())
        or any(folder.guided.get(name) != data for name, data in folder.guides.files.items())
    )


def _worded(folder: Proposed, said: Mapping[str, Sequence[Ack]]) -> dict[str, bytes]:
    pages = dict(folder.pages)
    for record in records_in(pages):
        words = said.get(join(folder.publication.output, record.spec.path), ())
        newest = tuple({each.key: each for each in words}.values())
        text = pages[record.spec.path].decode(errors="replace")
        alive = living_acks(record.model_copy(update={"acks": newest}), record, text)
        new = [each for each in alive if each not in record.acks]
        if new:
            update = {"acks": living(record.acks, new)}
            pages[sidecar_path(record.spec.id)] = write_record(record.model_copy(update=update))
    return pages
