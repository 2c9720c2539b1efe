"""What people decided about a documentation folder as a whole: pages deleted, pages added."""

import re
from collections.abc import Iterable, Mapping

from app.domain.value import Value
from app.domain.wiki.front_matter import blank_front_matter
from app.domain.wiki.markdown import read_headings
from app.domain.wiki.merge.folder import Folder
from app.domain.wiki.navigation import PeoplePage
from app.domain.wiki.page import PageSpec
from app.domain.wiki.record import PageRecord, write_record
from app.domain.wiki.site import llms
from app.domain.wiki.site.ownership import Holder, Ownership
from app.domain.wiki.site.publication import SIDECARS, sidecar_path

MOST_PEOPLE_PAGES = 50
"""More are not linked, in the order of their paths."""
_MOST_TITLE = 100
_LISTED = re.compile(r"^- \[.*\]\(([^)\s]+\.md)\)", re.MULTILINE)


class Around(Value):
    """What a folder holds beside generated pages, and lacks of them."""

    withdrawn: frozenset[str] = frozenset()
    """Ids of pages that a person deleted."""
    people: tuple[PeoplePage, ...] = ()
    """Pages that people wrote themselves."""


def withdrawn_from(specs: Iterable[PageSpec], there: Folder) -> frozenset[str]:
    """Name the pages that a person deleted: their record is there, or the index lists them.

    Without its record, and when the index does not list it any more, a page is written again. Where
    not one page is left, everything is: whoever empties the folder wants to begin anew.
    """
    alive = [each for each in there.records.values() if not each.withdrawn]
    withdrawn = {each.spec.id for each in there.records.values() if each.withdrawn}
    specs = tuple(specs)
    planned = {spec.id: PageRecord(spec=spec, digest="") for spec in specs}
    missing = {each for each, record in planned.items() if there.page_of(record)[1] is None}
    if not any(there.page_of(each)[1] is not None for each in alive):
        return frozenset(withdrawn & missing)
    listed = _listed(there)
    forgotten = {spec.id for spec in specs if spec.id not in there.records and spec.path in listed}
    return frozenset(missing & (there.records.keys() | forgotten))


def record_withdrawn(specs: Iterable[PageSpec], there: Folder) -> dict[str, bytes]:
    """Write the records by which pages are known as deleted."""
    records = (there.records.get(each.id) or PageRecord(spec=each, digest="") for each in specs)
    return {
        sidecar_path(each.spec.id): write_record(each.model_copy(update={"withdrawn": True}))
        for each in records
    }


def people_in(files: Mapping[str, bytes]) -> tuple[PeoplePage, ...]:
    """List the pages that people wrote themselves, with their titles."""
    own = Ownership(files)
    paths = [
        path
        for path in sorted(files)
        if path.endswith(".md")
        and SIDECARS not in path.split("/")
        and own.holder(path) is Holder.PERSON
    ]
    return tuple(
        PeoplePage(path=path, title=_title(files[path]) or path)
        for path in paths[:MOST_PEOPLE_PAGES]
    )


def told_withdrawn(spec: PageSpec) -> str:
    """Say that a page stays deleted, and how it comes back."""
    record = sidecar_path(spec.id)
    return (
        f"`{spec.path}` stays deleted, as a person deleted it; delete `{record}` too to have it"
        " written again"
    )


def _listed(there: Folder) -> frozenset[str]:
    index = there.files.get(llms.INDEX, b"")
    is_ours = Ownership(there.files).holder(llms.INDEX) is Holder.AUTODOC
    return frozenset(_LISTED.findall(index.decode(errors="replace"))) if is_ours else frozenset()


def _title(page: bytes) -> str:
    text = page.decode(errors="replace").removeprefix("\ufeff").replace("\r\n", "\n")
    headings = read_headings(blank_front_matter(text))
    return headings[0].text.strip()[:_MOST_TITLE] if headings else ""
