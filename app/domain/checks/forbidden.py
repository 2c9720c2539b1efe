"""What no page of ours and no draft may hold: HTML, images, addresses, hand-made references."""

import re
from collections.abc import Iterator

from markdown_it.tree import SyntaxTreeNode

from app.domain.checks.finding import Finding
from app.domain.checks.site import Site, SitePage
from app.domain.wiki.markdown import clean, line_of, parse_page, read_outline

_URL = re.compile(r"\b(?:https?|ftp)://|\bwww\.", re.IGNORECASE)
_HAND_MADE = re.compile(r"[\w/-]+\.[A-Za-z]{1,5}(?::\d+|#L\d+)")


def check_forbidden(page: SitePage, _site: Site) -> Iterator[Finding]:
    """Find what could hide something from a reader of a page of ours, or fetch from elsewhere."""
    if not page.is_ours:
        return
    for line in page.outline.html_lines:
        yield Finding(rule="html", page=page.path, line=line, message="the page holds raw HTML")
    for link in page.outline.links:
        if link.image:
            yield Finding(
                rule="image", page=page.path, line=link.line, message="the page holds an image"
            )
    for line in _bare_urls(page.root):
        yield Finding(
            rule="link", page=page.path, line=line, message="the page holds a bare address"
        )
    if clean(page.text) != page.text:
        yield Finding(rule="hidden", page=page.path, message="the page holds invisible characters")


def draft_problems(text: str) -> Iterator[tuple[str, str]]:
    """Find in a draft what only the renderer may write; pairs of rule and message."""
    outline = read_outline(text)
    for fence in outline.fences:
        yield (
            "code-block",
            f"a code block ({fence.info or 'plain'}); name a snippet by its id",
        )
    for link in outline.links:
        kind = "image" if link.image else "link"
        yield kind, f"a {kind} to `{link.target}`; cite evidence by its id instead"
    if outline.html_lines:
        yield "html", "raw HTML; write Markdown"
    if outline.headings:
        yield "heading", f"a heading (“{outline.headings[0].text}”) inside a section"
    yield from _written_references(text)


def _written_references(text: str) -> Iterator[tuple[str, str]]:
    root = parse_page(text)
    if any(node.type == "code_block" for node in root.walk()):
        yield "code-block", "an indented code block; name a snippet by its id"
    if any(True for _ in _bare_urls(root)):
        yield "link", "an address; cite evidence by its id instead"
    for node in root.walk():
        if node.type in ("text", "code_inline"):
            for found in _HAND_MADE.finditer(node.content):
                yield "citation", f"`{found[0]}` is a hand-made reference; cite evidence by its id"


def _bare_urls(root: SyntaxTreeNode) -> Iterator[int]:
    for node in root.walk():
        is_text = node.type in ("text", "text_special")
        if is_text and _URL.search(node.content) and not _is_linked(node):
            yield line_of(node)


def _is_linked(node: SyntaxTreeNode) -> bool:
    return node.parent is not None and node.parent.type == "link"
