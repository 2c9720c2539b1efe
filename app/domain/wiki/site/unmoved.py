"""Pages that say what they said before: only the places that they point at have moved.

A permalink points at the commit that it was made from, and stays true when lines move. So a page
that differs in nothing but commits and lines is not written again: it rides along with its next
true change.
"""

import re
from collections.abc import Mapping, Sequence

_STAMPS = (
    (re.compile(r"/blob/[0-9a-f]{7,64}/"), "/blob/"),
    (re.compile(r"from commit `[0-9a-f]{7,64}`"), "from a commit"),
    (re.compile(r"(<!-- autodoc page=\S+) commit=\S+ recipe=\S+ -->"), r"\1 -->"),
)
_PLACES = (
    (re.compile(r"#L\d+(?:-L\d+)?(?=\))"), ""),
    (re.compile(r"(?<=[\w.\]_\\-]):\d+\]\("), "]("),
)
_PERMALINK = re.compile(rb"/blob/[0-9a-f]{7,64}/")
_RECORDS = ".autodoc/"


def essence(text: str) -> str:
    """Leave out of a page what moves with every commit."""
    return _without(text, (*_STAMPS, *_PLACES))


def _without(text: str, moving: Sequence[tuple[re.Pattern[str], str]]) -> str:
    for pattern, replacement in moving:
        text = pattern.sub(replacement, text)
    return text


def keep_unmoved(
    files: Mapping[str, bytes], earlier: Sequence[Mapping[str, bytes]]
) -> dict[str, bytes]:
    """Take each page as it was, with its record, where it says the same; first found wins.

    Pages with relative links are taken anew when lines moved: their links would point elsewhere.
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
    now, before = new.decode(), old.decode(errors="replace")
    if _without(now, _STAMPS) == _without(before, _STAMPS):
        return True
    are_fixed = _PERMALINK.search(new) is not None and _PERMALINK.search(old) is not None
    return are_fixed and essence(now) == essence(before)


def _records_of(
    page: bytes, files: Mapping[str, bytes], before: Mapping[str, bytes]
) -> dict[str, bytes]:
    found = re.search(rb"<!-- autodoc page=(\S+) ", page)
    record = f"{_RECORDS}{found[1].decode()}.json" if found else ""
    return {record: before[record]} if record in files and record in before else {}
