"""What stands elsewhere of pages that people changed: in the lists for models, and in the index."""

from collections.abc import Mapping, Sequence

from app.domain.wiki.front_matter import has_front_matter
from app.domain.wiki.merge.folder import Merge
from app.domain.wiki.merge.lines import text_of
from app.domain.wiki.merge.parts import cut_text
from app.domain.wiki.navigation import CONTENTS, disconnect
from app.domain.wiki.page import RenderedPage
from app.domain.wiki.site import docusaurus, llms, mkdocs
from app.domain.wiki.site.unmoved import keep_unmoved


def as_published(
    pages: Sequence[RenderedPage], files: Mapping[str, bytes], paths: Sequence[str]
) -> tuple[RenderedPage, ...]:
    """Give the pages of some paths the words that were published, without what connects pages."""
    return tuple(
        page.model_copy(update={"markdown": _unconnected(page, files[page.spec.path])})
        if page.spec.path in paths
        else page
        for page in pages
    )


def relisted(
    merge: Merge, pages: Sequence[RenderedPage], earlier: Sequence[Mapping[str, bytes]]
) -> Merge:
    """Let the lists of all pages say what the merged pages say.

    A list that says what it said in one of the `earlier` folders stays as it is there.
    """
    lists = {
        path: merge.files[path]
        for path in (llms.INDEX, llms.FULL)
        if path in merge.files and path not in merge.kept
    }
    if not merge.merged or not lists:
        return merge
    now = as_published(pages, merge.files, merge.merged)
    told = {
        path: llms.told_anew(data.decode(), pages, now).encode() for path, data in lists.items()
    }
    return merge.model_copy(update={"files": {**merge.files, **keep_unmoved(told, earlier)}})


def _unconnected(page: RenderedPage, published: bytes) -> str:
    text = published.decode(errors="replace").replace("\r\n", "\n")
    cut = cut_text(text)
    body = "".join(text_of(each.lines) for each in cut.parts if each.heading != CONTENTS)
    if has_front_matter(text) and not docusaurus.is_for(text):
        body = mkdocs.from_python_markdown(body)
    return f"{disconnect(page.spec.path, body).rstrip()}\n{llms.footer_of(page.markdown)}"
