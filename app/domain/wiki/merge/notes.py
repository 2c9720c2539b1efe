"""What people corrected, as demands that later versions of a page must satisfy."""

import html
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from difflib import SequenceMatcher

from app.domain.wiki.merge.matching import find_differences
from app.domain.wiki.navigation import FENCE
from app.domain.wiki.record import Note
from app.domain.wiki.site.unmoved import essence
from app.domain.wiki.words.sentences import units

MOST_NOTES = 40
"""Of one page; the oldest go first."""
_MOST_CHARACTERS = 1_000
_ALIKE = 0.4
"""Sentences that share so much, of 1, are one that was changed."""
_MOST_PAIRS = 2_500
"""Of sentences in one place that are compared."""
_MOST_WORK = 10_000_000
"""Steps of all comparisons in one section: some hundreds of sentences."""
_LINE_UNIT = re.compile(r"\s*(?:\||>|[-*+]\s|\d+[.)]\s|#{1,6}\s|<!--)")
_OPEN_END = re.compile(r"\s*(?:\||#{1,6}\s|<!--)")
"""Lines that the next one does not continue."""
_COMMENT = re.compile(r"<!--.*?-->")
_CITED = re.compile(
    r"(?:(?<!\s)\s+)?\((?:\[(?:\\.|[^\]\\]){0,500}\]\([^)\s]{0,2000}\)(?:,\s*)?)+\)"
)
_LINK = re.compile(r"(?<!!)\[((?:\\.|[^\]\\]){0,500})\]\([^)\s]{0,2000}\)")
_MARKUP = re.compile(r"[`*_\\]")


def find_notes(section: str, before: str, after: str) -> Iterator[Note]:
    """Tell which sentences of a section a person changed, removed or added."""
    old, new = sentences(before), sentences(after)
    was, now = [normalised(each) for each in old], [normalised(each) for each in new]
    likeness = _Likeness()
    for i, j, k, m in find_differences(was, now):
        stays = {"", *was[i:j]} & {"", *now[k:m]}
        gone = [old[place] for place in range(i, j) if was[place] not in stays]
        came = [new[place] for place in range(k, m) if now[place] not in stays]
        yield from (
            Note(section=section, before=_short(x), after=_short(y))
            for x, y in _paired(gone, came, likeness)
        )


def _paired(
    gone: Sequence[str], came: Sequence[str], likeness: "_Likeness"
) -> Iterator[tuple[str, str]]:
    """Pair each sentence with the one that it became; what became of others is nothing.

    So it is said of all where there are too many to be compared.
    """
    left = list(came)
    are_few = len(gone) * len(came) <= _MOST_PAIRS
    for each in gone:
        best = likeness.best(each, left) if are_few else ""
        if best:
            left.remove(best)
            yield each, best
        else:
            yield each, ""
    yield from (("", each) for each in left)


class _Likeness:
    """Tells how alike sentences are, as long as that takes bounded time in all."""

    def __init__(self) -> None:
        self._left = _MOST_WORK

    def best(self, sentence: str, others: Sequence[str]) -> str:
        """Return the first of the most alike, empty if none is like it."""
        best, most = "", 0.0
        for each in others:
            found = self._of(sentence, each, max(most, _ALIKE))
            if found > most:
                best, most = each, found
        return best

    def _of(self, one: str, other: str, least: float) -> float:
        """Return 0 for what is less, and for what there is no time left for."""
        matcher = SequenceMatcher(None, one, other)
        if matcher.real_quick_ratio() < least or matcher.quick_ratio() < least:
            return 0.0
        # Of long texts the matcher leaves out what is frequent.
        counts, most = Counter(other), len(other) // 100 + 1 if len(other) >= 200 else len(other)
        pairs = sum(counts[each] for each in one if counts[each] <= most)
        work = pairs * min(len(one), len(other))
        if work > self._left:
            return 0.0
        self._left -= work
        found = matcher.ratio()
        return found if found >= least else 0.0


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
    found = (_without_comments(unit).strip() for unit in units("\n".join(_unwrapped(text))))
    return [each for each in found if each]


def _without_comments(unit: str) -> str:
    """Leave out comments of one line; what begins after a line's last end is none."""
    lines = (line.rpartition("-->") for line in unit.split("\n"))
    return "\n".join(_COMMENT.sub("", head + end) + tail for head, end, tail in lines)


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
