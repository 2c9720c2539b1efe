"""Pages that say what they said before: only the places that they point at have moved.

A permalink points at the commit that it was made from, and stays true when lines move. So a page
that differs in nothing but commits and lines is not written again: it rides along with its next
true change.
"""

import re
from collections.abc import Mapping, Sequence

from app.domain.code.citation import CitedSymbol, Reliance
from app.domain.wiki.page import RenderedSection
from app.domain.wiki.record import read_record, write_record

_STAMPS = (
    (re.compile(r"/blob/[0-9a-f]{7,64}/"), "/blob/"),
    (re.compile(r"from commit `[0-9a-f]{7,64}`"), "from a commit"),
    (re.compile(r"(<!-- autodoc page=\S+) commit=\S+ recipe=\S+ -->"), r"\1 -->"),
    (re.compile(r"<!-- autodoc digest=[0-9a-f]+ -->"), ""),
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

    The record learns the digests of what such a page relies on, where they are others by now: it is
    known to be true of these. Pages with relative links are taken anew when lines moved: their
    links would point elsewhere.
    """
    kept = dict(files)
    for record, data in files.items():
        if record.startswith(_RECORDS):
            continue
        for before in earlier:
            old = before.get(record)
            if old is not None and says_the_same(data, old):
                kept[record] = old
                kept |= _records_of(data, files, before)
                break
    return kept


def says_the_same(new: bytes, old: bytes) -> bool:
    """Say whether a page differs in nothing but what moves with every commit."""
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
    if record not in files or record not in before:
        return {}
    return {record: _settled(before[record], files[record])}


def _settled(old: bytes, new: bytes) -> bytes:
    """Let the record of a page that stays name the versions of which it is known to be true."""
    before, now = read_record(old), read_record(new)
    if before is None or now is None or len(before.sections) != len(now.sections):
        return old
    sections = tuple(map(_settled_section, before.sections, now.sections))
    if sections == before.sections:
        return old
    return write_record(before.model_copy(update={"sections": sections}))


def _settled_section(old: RenderedSection, new: RenderedSection) -> RenderedSection:
    if len(old.cited) != len(new.cited):
        return old
    relied = _relied_on(old)
    cited = tuple(
        _settled_citation(before, now, relied[before.key])
        for before, now in zip(old.cited, new.cited, strict=True)
    )
    return old if cited == old.cited else old.model_copy(update={"cited": cited})


def _relied_on(section: RenderedSection) -> dict[str, Reliance]:
    """Say how much a section relies on each key: what is told of one line counts for them all."""
    stated = [(key, each.relies) for each in section.sentences for key in each.cites]
    stated += [(each.key, each.relies) for each in section.cited]
    relied: dict[str, Reliance] = {}
    for key, relies in stated:
        relied[key] = max(relied.get(key, relies), relies, key=lambda each: each.rank)
    return relied


def _settled_citation(old: CitedSymbol, new: CitedSymbol, relies: Reliance) -> CitedSymbol:
    is_same = (old.path, old.symbol, old.whole) == (new.path, new.symbol, new.whole)
    if not is_same or not _differ(old, new, relies):
        return old
    # The page's links, and so the keys of its sentences, still name the lines of its own commit.
    return new.model_copy(update={"first_line": old.first_line, "last_line": old.last_line})


def _differ(old: CitedSymbol, new: CitedSymbol, relies: Reliance) -> bool:
    """Say whether that changed on which the page relies."""
    if old.recipe != new.recipe:
        return True
    if not old.symbol:
        return old.wording != new.wording if old.wording else old.code != new.code
    if relies is Reliance.EXISTENCE:
        return False
    is_worded = old.wording != new.wording or old.parameters != new.parameters
    return is_worded or (relies is Reliance.BEHAVIOUR and old.code != new.code)
