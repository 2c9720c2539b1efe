"""What a model is told of files whose source is more than its prompt may hold."""

import json
from collections.abc import Sequence

from app.domain.code.facts import FileFacts
from app.domain.wiki.narrative.briefing import Part
from app.domain.wiki.words.quotations import first_sentence

MOST_FILES = 12
"""So many files have one summary, so that a changed file costs one small call."""
MOST_SYMBOLS = 40
MAX_SUMMARY = 4_000
SHARE_OF_SOURCES = 2
"""A model without tools gets so many times its evidence as source text."""


def told(path: str, file: FileFacts | None) -> str:
    """Say what a file says of itself and defines, as one line."""
    if file is None:
        return ""
    symbols = [
        {"name": each.name, "head": each.signature, "says": first_sentence(each.doc)}
        for each in file.symbols[:MOST_SYMBOLS]
    ]
    entry = {"path": path, "says": file.doc[:MAX_SUMMARY], "defines": symbols}
    return json.dumps(entry, ensure_ascii=False)


def pieces(part: Part) -> Sequence[Part]:
    """Divide a part into what one summary each is made of."""
    if len(part.files) <= MOST_FILES:
        return (part,)
    return tuple(
        Part(name=part.name, files=part.files[first : first + MOST_FILES])
        for first in range(0, len(part.files), MOST_FILES)
    )
