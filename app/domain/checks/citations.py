"""Citations of a draft: every id must be evidence of the briefing."""

import re
from collections.abc import Iterator

from app.domain.wiki.narrative.briefing import Briefing
from app.domain.wiki.page import Section
from app.domain.wiki.words.prose import CITATION, cited_ids

_ALMOST = re.compile(r"\[\s*(?:[Ee]\s*\d|evidence\b)[^\]\n]*\]|【[^】]*】|(?<![\[\w,; ])\bE\d+\]")


def citation_problems(text: str, briefing: Briefing) -> Iterator[str]:
    """Find ids that are not evidence, and what only looks like a citation."""
    known = {each.id for each in briefing.evidence}
    for each in cited_ids(text):
        if each not in known:
            yield f"`{each}` is not evidence of this briefing"
    for found in _ALMOST.finditer(text):
        if not CITATION.fullmatch(found[0]):
            yield f"“{found[0]}” is not a citation; write `[E1]` or `[E1, E2]`"


def snippet_problems(section: Section, briefing: Briefing) -> Iterator[str]:
    """Find snippets that are not evidence."""
    known = {each.id for each in briefing.evidence}
    for each in section.snippets:
        if each not in known:
            yield f"the snippet `{each}` is not evidence of this briefing"
