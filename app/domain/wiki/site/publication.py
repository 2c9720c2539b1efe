"""The documentation folder: every file of it, as bytes that depend on nothing but the pages."""

import hashlib
from collections.abc import Sequence

from app.domain.wiki.configuration.config import Publish, SiteKind
from app.domain.wiki.navigation import PeoplePage, connect, keep_links, section_texts
from app.domain.wiki.page import PageKind, RenderedPage
from app.domain.wiki.record import PageRecord, write_record
from app.domain.wiki.render import section_digest
from app.domain.wiki.site import docusaurus, llms, mkdocs
from app.domain.wiki.site.seal import seal_yaml

SIDECARS = ".autodoc"
_LAYERS = {
    Publish.README: frozenset({PageKind.HOME}),
    Publish.NARRATIVE: frozenset({PageKind.HOME, PageKind.NARRATIVE}),
    Publish.ALL: frozenset(PageKind),
}


def select(pages: Sequence[RenderedPage], publish: Publish) -> tuple[RenderedPage, ...]:
    """Return the pages to commit; a link to a page that is not among them becomes its words."""
    return only(pages, [page for page in pages if page.spec.kind in _LAYERS[publish]])


def only(pages: Sequence[RenderedPage], chosen: Sequence[RenderedPage]) -> tuple[RenderedPage, ...]:
    """Take the chosen ones of some pages; a link to another of them becomes its words."""
    if len(chosen) == len(pages):
        return tuple(pages)
    kept = frozenset(page.spec.path for page in chosen)
    known = frozenset(page.spec.path for page in pages)
    return tuple(keep_links(page, kept, known) for page in chosen)


def finish(
    structure_title: str,
    pages: Sequence[RenderedPage],
    kind: SiteKind = SiteKind.NONE,
    people: Sequence[PeoplePage] = (),
) -> tuple[RenderedPage, ...]:
    """Connect the pages with one another, and fingerprint their sections as they now stand."""
    connected = connect(structure_title, pages, framed=kind is not SiteKind.NONE, people=people)
    if kind is SiteKind.MKDOCS:
        connected = mkdocs.translated(connected)
    finished = []
    for page in connected:
        texts = section_texts(page)
        sections = tuple(
            section.model_copy(update={"digest": section_digest(texts.get(section.anchor, ""))})
            for section in page.sections
        )
        finished.append(page.model_copy(update={"sections": sections}))
    return tuple(finished)


def place(pages: Sequence[RenderedPage], kind: SiteKind) -> tuple[RenderedPage, ...]:
    """Give pages the names under which a generator of sites publishes them."""
    return docusaurus.placed(pages) if kind is SiteKind.DOCUSAURUS else tuple(pages)


def build_site(
    structure_title: str,
    pages: Sequence[RenderedPage],
    kind: SiteKind = SiteKind.NONE,
    people: Sequence[PeoplePage] = (),
) -> dict[str, bytes]:
    """Return every file of the documentation folder by its path in it.

    The pages of `people` are listed, and are not among the files.
    """
    files: dict[str, bytes] = {}
    finished = finish(structure_title, place(pages, kind), kind, people)
    for page in _headed(finished, kind):
        files[page.spec.path] = page.markdown.encode()
        files[sidecar_path(page.spec.id)] = _sidecar(page)
    files[llms.INDEX] = llms.index_text(structure_title, finished, people).encode()
    files[llms.FULL] = llms.full_text(structure_title, place(pages, kind)).encode()
    if kind is SiteKind.MKDOCS:
        text = mkdocs.config_text(structure_title, finished)
        files[f"{SIDECARS}/{mkdocs.CONFIG}"] = seal_yaml(text).encode()
    elif kind is SiteKind.DOCUSAURUS:
        files |= docusaurus.categories(structure_title, finished)
    return dict(sorted(files.items()))


def _headed(pages: Sequence[RenderedPage], kind: SiteKind) -> list[RenderedPage]:
    """Put front matter above the pages."""
    if kind is SiteKind.MKDOCS:
        return [mkdocs.headed(page) for page in pages]
    if kind is SiteKind.DOCUSAURUS:
        return [docusaurus.headed(page, number) for number, page in enumerate(pages, 1)]
    return list(pages)


def sidecar_path(page_id: str) -> str:
    """Return where the record of a page lies."""
    return f"{SIDECARS}/{page_id}.json"


def _sidecar(page: RenderedPage) -> bytes:
    """Record what a page relies on; all that a later check needs beside the page itself."""
    digest = hashlib.sha256(page.markdown.encode()).hexdigest()[:16]
    return write_record(
        PageRecord(
            spec=page.spec,
            digest=digest,
            sections=page.sections,
            writer=page.writer,
            stand_in=page.stand_in,
        )
    )
