"""What people corrected, as demands that later versions of a page must satisfy."""

import html
import re
from collections.abc import Iterable, Iterator, Sequence
from difflib import SequenceMatcher

from app.domain.wiki.navigation import FENCE
from app.domain.wiki.record import Note
from app.domain.wiki.site.unmoved import essence
from app.domain.wiki.words.sentences import units

MOST_NOTES = 40
"""Of one page; the oldest go first."""
_MOST_CHARACTERS = 1_000
_ALIKE = 0.4
"""Sentences that share so much, of 1, are one that was changed."""
_LINE_UNIT = re.compile(r"\s*(?:\||>|[-*+]\s|\d+[.)]\s|#{1,6}\s|<!--)")
_OPEN_END = re.compile(r"\s*(?:\||#{1,6}\s|<!--)")
"""Lines that the next one does not continue."""
_COMMENT = re.compile(r"<!--.*?-->")
_CITED = re.compile(r"\s*\((?:\[(?:\\.|[^\]\\])*\]\([^)\s]*\)(?:,\s*)?)+\)")
_LINK = re.compile(r"(?<!!)\[((?:\\.|[^\]\\])*)\]\([^)\s]*\)")
_MARKUP = re.compile(r"[`*_\\]")


def find_notes(section: str, before: str, after: str) -> Iterator[Note]:
    """Tell which sentences of a section a person changed, removed or added."""
    old, new = sentences(before), sentences(after)
    was, now = [normalised(each) for each in old], [normalised(each) for each in new]
    for kind, i, j, k, m in SequenceMatcher(None, was, now, autojunk=False).get_opcodes():
        if kind == "equal":
            continue
        gone = [old[place] for place in range(i, j) if was[place] and was[place] not in now[k:m]]
        came = [new[place] for place in range(k, m) if now[place] and now[place] not in was[i:j]]
        yield from (
            Note(section=section, before=_short(x), after=_short(y)) for x, y in _paired(gone, came)
        )


def _paired(gone: Sequence[str], came: Sequence[str]) -> Iterator[tuple[str, str]]:
    """Pair each sentence with the one that it became; what became of others is nothing."""
    left = list(came)
    for each in gone:
        likeness = {other: SequenceMatcher(None, each, other).ratio() for other in left}
        best = max(left, key=lambda other: likeness[other], default="")
        if best and likeness[best] >= _ALIKE:
            left.remove(best)
            yield each, best
        else:
            yield each, ""
    yield from (("", each) for each in left)


def violates(note: Note, text: str) -> bool:
    """Say whether a section undoes a correction.

    It does when what the person took away is there again, or what they wrote is not.
    """
    told = [normalised(each) for each in sentences(text)]
    wanted = [normalised(each) for each in sentences(note.after)]
    unwanted = {normalised(each) for each in sentences(note.before)}.difference(wanted, {""})
    every = " ".join(told)
    return not unwanted.isdisjoint(told) or any(each not in every for each in wanted)


def gather(notes: Iterable[Note]) -> tuple[Note, ...]:
    """Leave out what says the same as another, and the oldest where they are too many."""
    found = {
        (each.section, normalised(each.before), normalised(each.after)): each for each in notes
    }
    return tuple(each for each in found.values() if each.before or each.after)[-MOST_NOTES:]


def sentences(text: str) -> list[str]:
    """Cut a text into sentences, rows, items and code blocks, however its lines are wrapped."""
    found = (_COMMENT.sub("", unit).strip() for unit in units("\n".join(_unwrapped(text))))
    return [each for each in found if each]


def normalised(sentence: str) -> str:
    """Leave out what does not matter to what a sentence says: places, links, markup, spaces."""
    plain = _MARKUP.sub("", _LINK.sub(r"\1", _CITED.sub("", html.unescape(essence(sentence)))))
    return " ".join(plain.split()).casefold().strip(" .,;:!?")


def _short(text: str) -> str:
    """Leave out whole lines where a text is too long."""
    short = text[:_MOST_CHARACTERS]
    return text if short == text else short.rpartition("\n")[0]


def _unwrapped(text: str) -> Iterator[str]:
    """Write each paragraph and each item on one line."""
    open_ = fence = ""
    for line in text.replace("\r", "").split("\n"):
        mark = FENCE.match(line)
        if fence or mark or not line.strip() or _LINE_UNIT.match(line):
            yield from filter(None, [open_])
            open_ = ""
        if fence:
            fence = "" if mark and line.strip() == fence else fence
            yield line
        elif mark:
            fence = mark[1]
            yield line
        elif _OPEN_END.match(line) or not line.strip():
            yield line
        else:
            open_ = f"{open_} {line.strip()}" if open_ else line.rstrip()
    yield from filter(None, [open_])
