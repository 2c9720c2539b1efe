"""The pages of a documentation folder as it was published, with their records."""

import hashlib
import re
from collections.abc import Iterable, Mapping

from app.domain.code.change import Changes, GoneName
from app.domain.value import Value
from app.domain.wiki.impact import PageImpact
from app.domain.wiki.judging import judge_page
from app.domain.wiki.markdown import read_headings
from app.domain.wiki.mentions import read_stamp
from app.domain.wiki.merge.page import corrections
from app.domain.wiki.page import PageKind
from app.domain.wiki.record import PageRecord, read_record
from app.domain.wiki.site import llms

_RECORDS = ".autodoc/"
_LISTED = re.compile(r"^- \[.*\]\(([^)\s]+\.md)\)", re.MULTILINE)


class PublishedPage(Value):
    """A page with the record that fits it."""

    record: PageRecord
    text: str
    """As it was generated; where nobody knows that any more, as it lies there."""
    commit: str
    """Of its stamp."""
    recipe: str
    edited: bool = False
    """Whether a person changed the text, and what was generated is not known."""

    @property
    def is_written(self) -> bool:
        """Say whether a writer wrote it; pages of the reference are rendered from facts."""
        return self.record.spec.kind is not PageKind.REFERENCE


class PublishedWiki(Value):
    """A documentation folder, taken apart."""

    pages: tuple[PublishedPage, ...] = ()
    """In the order in which they stand on the site."""
    lost: tuple[PageRecord, ...] = ()
    """Records whose page is not there, or not to be written again."""
    unrecorded: frozenset[str] = frozenset()
    """Paths of pages that bear AutoDoc's stamp and have no usable record."""
    title: str = ""
    """Of the whole."""
    files: Mapping[str, bytes] = {}
    """Every file as it lies there, by its path in the folder."""

    @property
    def commits(self) -> tuple[str, ...]:
        """List the commits of the stamps."""
        return tuple(sorted({each.commit for each in self.pages}))

    def cited(self, commit: str) -> frozenset[str]:
        """Collect the paths that the pages of one commit cite."""
        return frozenset(
            cited.path
            for page in self.pages
            if page.commit == commit
            for section in page.record.sections
            for cited in section.cited
        )


def digest_of(text: str) -> str:
    """Fingerprint a page as its record does."""
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def unknown_digests(files: Mapping[str, bytes]) -> frozenset[str]:
    """Name the generated pages, by digest, that people changed since."""
    return frozenset(
        record.digest
        for record in _records(files)
        if (path := record.spec.path) in files and digest_of(_decoded(files[path])) != record.digest
    )


def read_wiki(files: Mapping[str, bytes], bases: Mapping[str, str] | None = None) -> PublishedWiki:
    """Read the pages of a documentation folder, given by path in it.

    `bases` gives the texts that were generated, by digest, as far as they are known: they stand in
    for what people made of them, which is merged again with what is written now. A damaged record
    counts as none.
    """
    pages: list[PublishedPage] = []
    lost: list[PageRecord] = []
    recorded: set[str] = set()
    for record in _records(files):
        path = record.spec.path
        recorded.add(path)
        if record.withdrawn or path not in files:
            lost.append(record)
            continue
        page = _page(record, _decoded(files[path]), bases or {})
        if page is not None:
            pages.append(page)
        else:
            recorded.discard(path)
    order = _order(files)
    pages.sort(key=lambda each: (order.get(each.record.spec.path, len(order)), each.record.spec.id))
    return PublishedWiki(
        pages=tuple(pages),
        lost=tuple(lost),
        unrecorded=frozenset(
            path
            for path, data in files.items()
            if path.endswith(".md") and path not in recorded and read_stamp(_decoded(data))[0]
        ),
        title=_title(files),
        files=files,
    )


def judge_wiki(
    wiki: PublishedWiki,
    changes: Mapping[str, Changes],
    gone: Mapping[str, Mapping[str, GoneName]] | None = None,
) -> tuple[PageImpact, ...]:
    """Judge each page by what changed since the commit of its stamp."""
    return tuple(
        judge_page(each.record, each.text, changes[each.commit], (gone or {}).get(each.commit, {}))
        for each in wiki.pages
        if each.commit in changes
    )


def _records(files: Mapping[str, bytes]) -> Iterable[PageRecord]:
    for path, data in sorted(files.items()):
        if path.startswith(_RECORDS) and path.endswith(".json"):
            record = read_record(data)
            if record is not None and path == f"{_RECORDS}{record.spec.id}.json":
                yield record


def _page(record: PageRecord, there: str, bases: Mapping[str, str]) -> PublishedPage | None:
    is_ours = digest_of(there) == record.digest
    text = there if is_ours else bases.get(record.digest, there)
    commit, recipe = read_stamp(text)
    if not commit or not record.sections:
        return None
    is_edited = not is_ours and record.digest not in bases
    if not is_ours and not is_edited:
        # Whoever writes the page anew is to know at once what a person put right.
        notes = corrections(text, there, record.notes)
        record = record.model_copy(update={"notes": notes})
    return PublishedPage(record=record, text=text, commit=commit, recipe=recipe, edited=is_edited)


def _decoded(data: bytes) -> str:
    return data.decode(errors="replace").replace("\r\n", "\n")


def _order(files: Mapping[str, bytes]) -> dict[str, int]:
    """Read the order of the pages from the index for language models."""
    listed = _LISTED.findall(_decoded(files.get(llms.INDEX, b"")))
    return {path: number for number, path in enumerate(dict.fromkeys(listed))}


def _title(files: Mapping[str, bytes]) -> str:
    headings = read_headings(_decoded(files.get(llms.INDEX, b"")))
    return headings[0].text if headings else ""
