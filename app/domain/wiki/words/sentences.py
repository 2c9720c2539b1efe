"""Where one sentence of a draft ends and the next begins."""

import re
from collections.abc import Iterator

_LINE_UNIT = re.compile(r"\s*(?:\||>|[-*+]\s|\d+[.)]\s)")
_FENCE = re.compile(r"\s*(`{3,}(?=[^`]*$)|~{3,})")
_END = re.compile(
    r"(?<!\be\.g)(?<!\bi\.e)(?<!\betc)(?<!\bvs)[.!?][\"')*_`\u201d\u2019]*"
    r"(?:\s*\[E\d+(?:\s*[,;]\s*E\d+)*\][.,]?)*(?=\s|$)"
)


def units(text: str) -> Iterator[str]:
    """Cut a text into rows, list items, code blocks and sentences; joined, they are the text again.

    What stands between two units belongs to the one before it; a sentence owns the citations after
    its full stop.
    """
    block = ""
    fence = ""
    for line in text.splitlines(keepends=True):
        mark = _FENCE.match(line)
        if fence:
            block += line
            if mark and mark[1].startswith(fence) and not line.strip(" `~\n"):
                yield block
                fence = block = ""
        elif mark:
            fence, block = mark[1], line
        elif _LINE_UNIT.match(line):
            yield line
        else:
            yield from _sentences(line)
    if block:
        yield block


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
