"""Where one sentence of a draft ends and the next begins."""

import re
from collections.abc import Iterator

_LINE_UNIT = re.compile(r"\s*(?:\||>|[-*+]\s|\d+[.)]\s)")
_END = re.compile(
    r"(?<!\be\.g)(?<!\bi\.e)(?<!\betc)(?<!\bvs)[.!?][\"')*_`\u201d\u2019]*"
    r"(?:\s*\[E\d+(?:\s*[,;]\s*E\d+)*\][.,]?)*(?=\s|$)"
)


def units(text: str) -> Iterator[str]:
    """Cut a text into rows, list items and sentences; joined, they are the text again.

    What stands between two units belongs to the one before it; a sentence owns the citations after
    its full stop.
    """
    for line in text.splitlines(keepends=True):
        if _LINE_UNIT.match(line):
            yield line
        else:
            yield from _sentences(line)


def _sentences(line: str) -> Iterator[str]:
    start = 0
    for found in _END.finditer(line):
        end = found.end()
        while end < len(line) and line[end].isspace():
            end += 1
        yield line[start:end]
        start = end
    if start < len(line):
        yield line[start:]
