"""The documentation folder: every file of it, as bytes that depend on nothing but the pages."""

import hashlib
import json
from collections.abc import Sequence

from markdown_it.tree import SyntaxTreeNode

from app.domain.wiki.config import Publish
from app.domain.wiki.markdown import parse_page, plain_text
from app.domain.wiki.navigation import MODULES, connect, keep_links, section_texts
from app.domain.wiki.page import PageKind, RenderedPage
from app.domain.wiki.prose import escape
from app.domain.wiki.render import section_digest

SIDECARS = ".autodoc"
_LAYERS = {
    Publish.README: frozenset({PageKind.HOME}),
    Publish.NARRATIVE: frozenset({PageKind.HOME, PageKind.NARRATIVE}),
    Publish.ALL: frozenset(PageKind),
}


GENERATED = "Documentation generated from the code by AutoDoc."
"""By this line `llms.txt` is known as ours."""


def select(pages: Sequence[RenderedPage], publish: Publish) -> tuple[RenderedPage, ...]:
    """Return the pages to commit; a link to a page that is not among them becomes its words."""
    chosen = [page for page in pages if page.spec.kind in _LAYERS[publish]]
    kept = frozenset(page.spec.path for page in chosen)
    known = frozenset(page.spec.path for page in pages)
    return tuple(keep_links(page, kept, known) for page in chosen)


def finish(structure_title: str, pages: Sequence[RenderedPage]) -> tuple[RenderedPage, ...]:
    """Connect the pages with one another, and fingerprint their sections as they now stand."""
    finished = []
    for page in connect(structure_title, pages):
        texts = section_texts(page)
        sections = tuple(
            section.model_copy(update={"digest": section_digest(texts.get(section.anchor, ""))})
            for section in page.sections
        )
        finished.append(page.model_copy(update={"sections": sections}))
    return tuple(finished)


def build_site(structure_title: str, pages: Sequence[RenderedPage]) -> dict[str, bytes]:
    """Return every file of the documentation folder by its path in it."""
    files: dict[str, bytes] = {}
    finished = finish(structure_title, pages)
    for page in finished:
        files[page.spec.path] = page.markdown.encode()
        files[sidecar_path(page.spec.id)] = _sidecar(page)
    files["llms.txt"] = _llms_text(structure_title, finished).encode()
    return dict(sorted(files.items()))


def sidecar_path(page_id: str) -> str:
    """Return where the record of a page lies."""
    return f"{SIDECARS}/{page_id}.json"


def _sidecar(page: RenderedPage) -> bytes:
    """Record what a page relies on; all that a later check needs beside the page itself."""
    record = {
        **page.spec.model_dump(mode="json"),
        "digest": hashlib.sha256(page.markdown.encode()).hexdigest()[:16],
        "sections": [section.model_dump(mode="json") for section in page.sections],
        "acks": [],
    }
    return (json.dumps(record, indent=1, sort_keys=True, ensure_ascii=False) + "\n").encode()


def _llms_text(title: str, pages: Sequence[RenderedPage]) -> str:
    """Write the index for language models in the form of llmstxt.org."""
    home = next((page for page in pages if page.spec.kind is PageKind.HOME), None)
    summary = _summary(home) if home else ""
    parts = [f"# {escape(title)}"]
    if summary:
        parts.append(f"> {escape(summary)}")
    # No commit: this file must not change when the pages do not.
    parts.append(GENERATED)
    sections: dict[str, list[str]] = {}
    for page in pages:
        spec = page.spec
        name = "Optional" if spec.section == MODULES else spec.section or "Pages"
        purpose = f": {escape(spec.purpose)}" if spec.purpose else ""
        sections.setdefault(name, []).append(f"- [{escape(spec.title)}]({spec.path}){purpose}")
    parts += [f"## {escape(name)}\n\n" + "\n".join(lines) for name, lines in sections.items()]
    return "\n\n".join(parts) + "\n"


def _summary(page: RenderedPage) -> str:
    """Return the first words under a page's title, without links to places."""
    root = parse_page(page.markdown)
    nodes = [node for node in root.children if node.type in ("paragraph", "blockquote")]
    if not nodes:
        return ""
    first = nodes[0].children[0] if nodes[0].type == "blockquote" else nodes[0]
    words = "".join(plain_text(node) for node in first.walk() if _is_word(node))
    return " ".join(words.replace(" ()", "").split())


def _is_word(node: SyntaxTreeNode) -> bool:
    parent = node.parent
    in_link = parent is not None and parent.type == "link" and not parent.attrs.get("title")
    return node.type in ("text", "code_inline", "softbreak") and not in_link
