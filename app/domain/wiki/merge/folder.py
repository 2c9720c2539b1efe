"""A documentation folder put together: pages as generated now, and as people have them there."""

from collections.abc import Collection, Iterable, Iterator, Mapping

from app.domain.value import Value
from app.domain.wiki.merge.notes import gather
from app.domain.wiki.merge.page import Conflict, ConflictKind, Merged, merge_page
from app.domain.wiki.navigation import section_texts
from app.domain.wiki.page import RenderedPage, RenderedSection
from app.domain.wiki.record import Ack, Note, PageRecord, read_record, write_record
from app.domain.wiki.render import section_digest
from app.domain.wiki.site.ownership import Holder, Ownership, digest_of, digests_of
from app.domain.wiki.site.publication import SIDECARS, sidecar_path
from app.domain.wiki.site.unmoved import says_the_same

_SHOWN = 200
"""Characters of what would have been written."""


class Folder(Value):
    """One version of the folder: files by their paths in it, and what its records say."""

    files: Mapping[str, bytes] = {}
    records: Mapping[str, PageRecord] = {}
    """By the id of the page."""
    on_branch: bool = False
    """Whether it is our own branch, where only what people did after us is theirs."""

    @classmethod
    def read(cls, files: Mapping[str, bytes], *, on_branch: bool = False) -> "Folder":
        """Read the records of a folder."""
        found = (
            (path, read_record(data))
            for path, data in sorted(files.items())
            if path.startswith(f"{SIDECARS}/") and path.endswith(".json")
        )
        records = {
            record.spec.id: record
            for path, record in found
            if record is not None and path == sidecar_path(record.spec.id)
        }
        return cls(files=files, records=records, on_branch=on_branch)

    def page_of(self, record: PageRecord) -> tuple[str, bytes | None]:
        """Find the page that a record is about: where it is written now, or where it was."""
        old = self.records.get(record.spec.id)
        paths = [record.spec.path, *([old.spec.path] if old else [])]
        return next(((path, self.files[path]) for path in paths if path in self.files), ("", None))

    def base_digest(self, page_id: str) -> str:
        """Name the text that a person's edits are told from: it may be searched for."""
        record = self.records.get(page_id)
        if record is None:
            return ""
        return (record.published if self.on_branch else "") or record.digest

    @property
    def changed(self) -> dict[str, str]:
        """List the ids of the pages that people changed, with their paths."""
        found = {}
        for page_id, record in self.records.items():
            data = self.files.get(record.spec.path)
            if data is not None and not self.is_own(page_id, data):
                found[page_id] = record.spec.path
        return found

    def edited(self, files: Mapping[str, bytes]) -> dict[str, str]:
        """List those among them that some files would replace."""
        replaced = {each.spec.id: files[each.spec.path] for each in records_in(files)}
        return {
            page_id: path
            for page_id, path in self.changed.items()
            if replaced.get(page_id, self.files[path]) != self.files[path]
        }

    def is_own(self, page_id: str, data: bytes) -> bool:
        """Say whether a page is as AutoDoc left it."""
        record = self.records[page_id]
        own = {record.digest, record.published} if self.on_branch else {record.digest}
        return not own.isdisjoint(digests_of(data))


class Merge(Value):
    """What becomes of the files."""

    files: Mapping[str, bytes]
    merged: tuple[str, ...] = ()
    """Pages that hold what people wrote as well as what is generated."""
    kept: tuple[str, ...] = ()
    """Files that are left as people have them."""
    gone: tuple[str, ...] = ()
    """Pages that people changed and that are written at another place now."""
    conflicts: tuple[Conflict, ...] = ()
    generated: Mapping[str, str] = {}
    """Pages as generated, by digest: the bases of the next merge."""


def merge_folder(
    files: Mapping[str, bytes], there: Folder, bases: Mapping[str, str] | None = None
) -> Merge:
    """Put what is generated together with what people made of the folder.

    `bases` gives pages as they were generated, by the id of the page, as far as they are known. A
    file of a person's own is left; so is one without record that bears AutoDoc's stamp.
    """
    merging = _Merging(files, there, bases or {})
    for record in records_in(files):
        merging.page(record)
    merging.others()
    return Merge(
        files=merging.files,
        merged=tuple(merging.merged),
        kept=tuple(merging.kept),
        gone=tuple(merging.gone),
        conflicts=tuple(merging.conflicts),
        generated=merging.generated,
    )


def records_in(files: Mapping[str, bytes]) -> tuple[PageRecord, ...]:
    """Read the records among files, those of pages that are to be."""
    records = Folder.read(files).records.values()
    return tuple(each for each in records if not each.withdrawn and each.spec.path in files)


class _Merging:
    """One merge of one folder."""

    def __init__(self, files: Mapping[str, bytes], there: Folder, bases: Mapping[str, str]) -> None:
        self.files = dict(files)
        self.merged: list[str] = []
        self.kept: list[str] = []
        self.gone: list[str] = []
        self.conflicts: list[Conflict] = []
        self.generated: dict[str, str] = {}
        self._there = there
        self._bases = bases
        self._own = Ownership(there.files)

    def page(self, record: PageRecord) -> None:
        """Put one page together."""
        path, place = record.spec.path, sidecar_path(record.spec.id)
        old = self._there.records.get(record.spec.id)
        where, data = self._there.page_of(record)
        new = self.files[path]
        is_known = data is not None and self._base(record.spec.id, data) == _decoded(data)
        if data is None or data == new or (old is None and is_known):
            self._take(record, old, new)
        elif old is None:
            self.files[path] = data
            del self.files[place]
            self.kept.append(where)
        elif not self._there.is_own(record.spec.id, data) or self._notes(old):
            self._merge(record, old, data, where)
        else:
            self._take(record, old, new)

    def others(self) -> None:
        """Leave files without a record that people wrote or changed."""
        recorded = {each.spec.path for each in records_in(self.files)}
        for path in [each for each in self.files if each not in recorded]:
            is_record = path.startswith(f"{SIDECARS}/") and path.endswith(".json")
            is_theirs = self._own.holder(path) in (Holder.EDITED, Holder.PERSON)
            there = self._there.files.get(path)
            if not is_record and is_theirs and there not in (None, self.files[path]):
                self.files |= {path: there} if there is not None else {}
                self.kept.append(path)

    def _take(self, record: PageRecord, old: PageRecord | None, new: bytes) -> None:
        """Take a page as it is generated."""
        text = new.decode(errors="replace")
        if digest_of(text) == record.digest:
            self.generated[record.digest] = text
        if old is not None and (old.acks or old.notes):
            acks = dict.fromkeys((*record.acks, *living_acks(old, record, text)))
            notes = gather((*record.notes, *self._notes(old)))
            update = {"acks": tuple(acks), "notes": notes}
            self._write(record.model_copy(update=update))

    def _base(self, page_id: str, data: bytes) -> str | None:
        """Return a page as it was generated, if that is known."""
        known = page_id in self._there.records
        return (
            _decoded(data)
            if known and self._there.is_own(page_id, data)
            else self._bases.get(page_id)
        )

    def _merge(self, record: PageRecord, old: PageRecord, data: bytes, where: str) -> None:
        path, new = record.spec.path, self.files[record.spec.path]
        theirs = data.decode(errors="surrogateescape")
        base = self._base(record.spec.id, data)
        merged = merge_page(base or old.sections, theirs, new.decode(), self._notes(old))
        text = merged.text.encode(errors="surrogateescape")
        self._report(path, merged.conflicts)
        place = sidecar_path(record.spec.id)
        if says_the_same(text, data) and where == path and not merged.conflicts:
            self.files |= {path: data, place: self._there.files[place]}
            if merged.notes != old.notes:
                self._write(old.model_copy(update={"notes": merged.notes}))
        else:
            self.files[path] = text
            if self._there.on_branch:
                self._write(_on_top(record, old, merged))
            else:
                self._write(as_generated(record, old, merged, text))
        self.merged += [path] if text != new else []
        self.gone += [where] if where != path else []
        if not self._there.on_branch:
            self.generated[digest_of(merged.generated)] = merged.generated

    def _notes(self, old: PageRecord) -> tuple[Note, ...]:
        """Give the corrections that bind; those on our branch are told from its edits each time."""
        return () if self._there.on_branch else old.notes

    def _write(self, record: PageRecord) -> None:
        self.files[sidecar_path(record.spec.id)] = write_record(record)

    def _report(self, path: str, conflicts: Iterable[Conflict]) -> None:
        self.conflicts += [each.model_copy(update={"page": path}) for each in conflicts]


def as_generated(
    record: PageRecord, old: PageRecord, merged: Merged, published: bytes
) -> PageRecord:
    """Record a merged page: its digests are those of what the machine alone says.

    Where that is not known of a section, its digest stays the old one, which the text that is
    there does not have: the section goes on to be known as a person's.
    """
    page = RenderedPage(spec=record.spec, markdown=merged.generated, sections=record.sections)
    texts = section_texts(page)
    before = {each.anchor: each for each in old.sections}

    def recorded(section: RenderedSection) -> RenderedSection:
        if section.anchor in merged.refused and section.anchor in before:
            # What it relies on is what it relied on: it is not brought up to date.
            return before[section.anchor]
        if section.anchor in merged.unknown and section.anchor in before:
            digest = before[section.anchor].digest
        else:
            digest = section_digest(texts.get(section.anchor, ""))
        return section.model_copy(update={"digest": digest})

    sections = tuple(map(recorded, record.sections))
    digest = digest_of(merged.generated)
    if merged.unknown:
        digest = digest_of("\0".join(each.digest for each in sections))
    own = digest_of(published.decode(errors="surrogateescape"))
    return record.model_copy(
        update={
            "digest": digest,
            "sections": sections,
            "acks": living_acks(old, record, merged.text),
            "notes": merged.notes,
            "published": own if own != digest else "",
        }
    )


def _on_top(record: PageRecord, old: PageRecord, merged: Merged) -> PageRecord:
    """Record what people changed on our branch, on top of what the documented branch has."""
    acks = dict.fromkeys((*record.acks, *living_acks(old, record, merged.text)))
    return record.model_copy(
        update={"acks": tuple(acks), "notes": gather((*record.notes, *merged.notes))}
    )


def settle(files: Mapping[str, bytes], earlier: Folder, paths: Collection[str]) -> dict[str, bytes]:
    """Take merged pages as they were published, where they say the same."""
    settled = dict(files)
    for record in records_in(files):
        path, place = record.spec.path, sidecar_path(record.spec.id)
        old, data = earlier.records.get(record.spec.id), earlier.files.get(path)
        if path in paths and old and data and says_the_same(files[path], data):
            settled[path] = data
            update = {"acks": record.acks, "notes": record.notes}
            settled[place] = write_record(old.model_copy(update=update))
    return settled


def living_acks(old: PageRecord, new: PageRecord, text: str) -> tuple[Ack, ...]:
    """Choose the acknowledgements that still speak of what the page relies on.

    One dies when its section relies on a version that is neither the acknowledged one nor the one
    before; that of a name, when the page does not mention it any more. The key of one
    of lines outside all symbols holds their digest: it lives while lines of that file are cited as
    they were before.
    """
    before = {each.code for section in old.sections for each in section.cited}
    now: dict[str, set[str]] = {}
    for each in (one for section in new.sections for one in section.cited):
        now.setdefault(each.key, set()).update((each.code, each.wording))
    unchanged = {version for version, _ in _places(old)}
    paths = {path for version, path in _places(new) if version in unchanged}
    return tuple(
        ack
        for ack in old.acks
        if (ack.digest == "gone" and ack.key in text)
        or not now.get(ack.key, set()).isdisjoint({ack.digest, *before})
        or ack.key in {f"{path}:{ack.digest}" for path in paths}
    )


def _places(record: PageRecord) -> Iterator[tuple[tuple[str, str], str]]:
    """List the versions of what is cited but is no symbol, with the paths."""
    for each in (one for section in record.sections for one in section.cited):
        if not each.symbol:
            yield (each.code, each.wording), each.path


def told_of(conflict: Conflict) -> str:
    """Say in a sentence what stays as a person has it, and what AutoDoc would have written."""
    place = f"`{conflict.page}`"
    place += f", section {conflict.heading}" if conflict.heading else ""
    ours = " ".join(conflict.ours.split())
    shown = f"{ours[:_SHOWN]} …" if len(ours) > _SHOWN else ours
    if conflict.kind is ConflictKind.RETIRED:
        return f"{place}: stays as a person has it, though the code that it was about is gone"
    if conflict.kind is ConflictKind.CORRECTED:
        return f"{place}: stays as a person has it; a new text would undo a correction: {shown}"
    if not ours:
        return f"{place}: lines stay as a person has them; AutoDoc would have removed them"
    return f"{place}: stays as a person has it; AutoDoc would have written: {shown}"


def _decoded(data: bytes) -> str:
    return data.decode(errors="surrogateescape").replace("\r\n", "\n")
