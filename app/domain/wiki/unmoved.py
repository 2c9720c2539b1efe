"""Pages that say what they said before: only the places that they point at have moved.

A permalink points at the commit that it was made from, and stays true when lines move. So a page
that differs in nothing but commits and lines is not written again: it rides along with its next
true change.
"""

import re
from collections.abc import Mapping, Sequence

_MOVING = (
    (re.compile(r"/blob/[0-9a-f]{7,64}/"), "/blob/"),
    (re.compile(r"#L\d+(?:-L\d+)?(?=\))"), ""),
    (re.compile(r"(?<=[\w.\]_\\-]):\d+\]\("), "]("),
    (re.compile(r"from commit `[0-9a-f]{7,64}`"), "from a commit"),
    (re.compile(r"(<!-- autodoc page=\S+) commit=\S+ recipe=\S+ -->"), r"\1 -->"),
)
_PERMALINK = re.compile(rb"/blob/[0-9a-f]{7,64}/")
_RECORDS = ".autodoc/"


def essence(text: str) -> str:
    """Leave out of a page what moves with every commit."""
    for pattern, replacement in _MOVING:
        text = pattern.sub(replacement, text)
    return text


def keep_unmoved(
    files: Mapping[str, bytes], earlier: Sequence[Mapping[str, bytes]]
) -> dict[str, bytes]:
    """Take each page as it was, with its record, where it says the same; first found wins.

    Pages with relative links are always taken anew: those links would point at moved lines.
    """
    kept = dict(files)
    for record, data in files.items():
        if record.startswith(_RECORDS):
            continue
        for before in earlier:
            old = before.get(record)
            if old is not None and _says_the_same(data, old):
                kept[record] = old
                kept |= _records_of(data, files, before)
                break
    return kept


def _says_the_same(new: bytes, old: bytes) -> bool:
    if new == old:
        return True
    are_fixed = _PERMALINK.search(new) is not None and _PERMALINK.search(old) is not None
    return are_fixed and essence(new.decode()) == essence(old.decode(errors="replace"))


def _records_of(
    page: bytes, files: Mapping[str, bytes], before: Mapping[str, bytes]
) -> dict[str, bytes]:
    found = re.search(rb"<!-- autodoc page=(\S+) ", page)
    record = f"{_RECORDS}{found[1].decode()}.json" if found else ""
    return {record: before[record]} if record in files and record in before else {}
