"""Block quotations of a draft: they must be the repository's own words."""

import re
from collections.abc import Iterator

from app.domain.wiki.briefing import Briefing
from app.domain.wiki.markdown import parse_page, plain_text
from app.domain.wiki.prose import CITATION, quote, rebuild


def quotation_problems(text: str, briefing: Briefing) -> Iterator[str]:
    """Find quoted paragraphs that no fact of the briefing holds."""
    if ">" not in text:
        return
    sources = [_words(quote(fact.text)) for fact in briefing.facts if fact.text]
    root = parse_page(rebuild(text))
    for node in root.walk():
        if node.type != "blockquote":
            continue
        for child in node.children:
            quoted = _letters(CITATION.sub("", plain_text(child)))
            if quoted and not any(quoted in source for source in sources):
                yield f"“{plain_text(child)[:80]}” is not a quotation of the given facts"


def _words(markdown: str) -> str:
    return _letters(plain_text(parse_page(markdown)))


def _letters(text: str) -> str:
    """Compare letters and digits only; layout and marks may differ."""
    return re.sub(r"[\W_]+", "", text).lower()
