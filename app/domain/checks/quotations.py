"""Block quotations of a draft: they must be the repository's own words.

White space and Markdown's marks may differ, nothing else: neither a digit's point nor a capital.
What is quoted begins and ends where a sentence or passage of the source does, so that no half of a
sentence says the opposite of the whole.
"""

import re
from collections.abc import Iterator

from markdown_it.tree import SyntaxTreeNode

from app.domain.wiki.markdown import parse_page, plain_text
from app.domain.wiki.narrative.briefing import Briefing
from app.domain.wiki.words.prose import CITATION, quote, quote_inline, rebuild

_ENDS = re.compile(r"(?<!\be\.g)(?<!\bi\.e)(?<!\betc)(?<!\bvs)[.!?][\"')\u201d\u2019]*$")
_CONTINUES = re.compile(r"[a-z]")


def quotation_problems(text: str, briefing: Briefing) -> Iterator[str]:
    """Find quoted passages that no fact of the briefing holds as whole sentences."""
    if ">" not in text:
        return
    quotations = [node for node in parse_page(rebuild(text)).walk() if node.type == "blockquote"]
    if not quotations:
        return
    sources = [source for fact in briefing.facts if fact.text for source in _sources(fact.text)]
    for passage in (passage for node in quotations for passage in _passages(node)):
        quoted = _plain(CITATION.sub("", passage))
        if quoted and not any(_holds(source, quoted) for source in sources):
            yield f"“{passage[:80]}” is not a quotation of whole sentences of the given facts"


def _sources(text: str) -> Iterator[str]:
    """Give a fact's passages one by one, and in a line as a table's cell shows them."""
    for shown in (quote(text), quote_inline(text)):
        for passage in _passages(parse_page(shown)):
            yield _plain(CITATION.sub("", passage))


def _passages(node: SyntaxTreeNode) -> Iterator[str]:
    """Take a text's paragraphs, items and whole tables apart."""
    for child in node.children:
        if child.type in ("paragraph", "heading", "table"):
            yield " ".join(plain_text(each) for each in child.walk() if each.type == "inline")
        elif child.children:
            yield from _passages(child)
        else:
            yield child.content


def _plain(text: str) -> str:
    return " ".join(text.split())


def _holds(source: str, quoted: str) -> bool:
    """Say whether a source has these words between two borders of its sentences."""
    start = source.find(quoted)
    while start >= 0:
        end = start + len(quoted)
        if _is_border(source, start) and _is_border(source, end):
            return True
        start = source.find(quoted, start + 1)
    return False


def _is_border(source: str, place: int) -> bool:
    """Say whether a sentence ends before a place and another one begins after it."""
    before, after = source[:place].rstrip(), source[place:].lstrip()
    if not before or not after:
        return True
    is_apart = source[place - 1].isspace() or source[place].isspace()
    return is_apart and bool(_ENDS.search(before)) and not _CONTINUES.match(after)
