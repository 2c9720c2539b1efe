"""Why pages are written anew: the sentences that became false, and what made them so."""

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import groupby
from urllib.parse import quote

from app.domain.code.verdict import Verdict
from app.domain.value import Value
from app.domain.wiki.impact import PageImpact, Reason
from app.domain.wiki.words.prose import code_span, escape

SHORT_COMMIT = 12
MOST_SENTENCE = 160
"""Characters of an old sentence that are repeated."""
MOST_SHOWN = 10
"""Lines that a maintainer sees without opening anything."""
MOST_OF_PAGE = 3
"""Sentences of one page among them."""
_MOST_CLAUSES = 3
"""Reasons that are told of one sentence."""
_TOLD = frozenset((Verdict.REWORDED, Verdict.STALE, Verdict.NEW))
_GONE = "All that it is about is gone."
_CLAUSES = ("its ", "the ", "what ", "changed (")
"""How what is said begins when it is no predicate of the symbol."""


class Web(Value):
    """Where people look at a repository; without an address nothing is linked."""

    address: str = ""
    commit: str = ""

    def commit_link(self, commit: str, anchor: str = "") -> str:
        """Link a commit, or a place in what it changed."""
        text = f"`{commit[:SHORT_COMMIT]}`"
        return f"[{text}]({self.address}/commit/{commit}{anchor})" if self.address else text

    def place_link(self, path: str, first: int, last: int) -> str:
        """Link lines of a file as the documented commit has them."""
        lines = f"{first}-{last}" if last > first else str(first)
        text = code_span(f"{path}:{lines}" if first else path)
        if not self.address:
            return text
        anchor = f"#L{first}" if first else ""
        anchor += f"-L{last}" if first and last > first else ""
        return f"[{text}]({self.address}/blob/{self.commit}/{quote(path)}{anchor})"


class Ground(Value):
    """A page that is not true any more, and the lines that say why."""

    page: str
    title: str
    lines: tuple[str, ...]
    substance: tuple[str, ...] = ()
    """The lines without what changes with every commit."""
    is_left: bool = False
    """Whether it stays as it is, false as it is."""


def grounds(
    impacts: Iterable[PageImpact], changed: Iterable[str], removed: Iterable[str], web: Web
) -> tuple[Ground, ...]:
    """Say of each page of the documented branch that is not true what made it so.

    `changed` and `removed` are the paths of the pages that are proposed otherwise. Pages of which
    no sentence became false are left out.
    """
    written, gone = frozenset(changed), frozenset(removed)
    found = []
    for page in sorted(impacts, key=lambda each: each.page):
        told = tuple(_lines(page, web))
        is_left = page.page not in written | gone
        if not told and page.page in gone:
            told = ((_GONE, ""),)
        if told and not (is_left and page.verdict is Verdict.REWORDED):
            lines, kept = (tuple(each) for each in zip(*told, strict=True))
            found.append(
                Ground(
                    page=page.page, title=page.title, lines=lines, substance=kept, is_left=is_left
                )
            )
    return tuple(found)


def told_reasons(page: PageImpact) -> list[Reason]:
    """Give the reasons that a reader of the page has to know, each once."""
    reasons = [
        each
        for section in page.sections
        for each in section.reasons
        if each.verdict in _TOLD and not each.acknowledged
    ]
    once = {(each.sentence, each.path, each.symbol, each.detail): each for each in reasons}
    return sorted(once.values(), key=lambda each: each.sentence)


def in_brief(found: Sequence[Ground]) -> list[str]:
    """Choose what is seen at once: a few sentences of the first pages."""
    shown: list[str] = []
    left = 0
    for each in found:
        lines = _item(each, MOST_OF_PAGE)
        if len(shown) + len(lines) > MOST_SHOWN:
            left += len(each.lines)
            continue
        shown += lines
        left += len(each.lines) - len(lines) + 1
    if left:
        shown.append(f"- {left} more below")
    return shown


def in_full(found: Sequence[Ground]) -> list[str]:
    """List everything."""
    return [line for each in found for line in _item(each)]


def _item(ground: Ground, most: int | None = None) -> list[str]:
    left = ", which stays as it is" if ground.is_left else ""
    title = f" {escape(ground.title)}" if ground.title else ""
    lines = (f"  - {line}" for line in ground.lines[:most])
    return [f"- {code_span(ground.page)}{title}{left}", *lines]


def _lines(page: PageImpact, web: Web) -> Iterator[tuple[str, str]]:
    """Write a line for each sentence, and what of it is no commit and no place."""
    reasons = told_reasons(page)
    for sentence, group in groupby(reasons, key=lambda each: each.sentence):
        said = f"“{_told(_short(_spoken(sentence)))}”" if sentence else "What it lists"
        clauses = list(group)
        more = len(clauses) - _MOST_CLAUSES
        told = [_clause(each, web) for each in clauses[:_MOST_CLAUSES]]
        told += [f"and {more} more"] if more > 0 else []
        kept = said if sentence else "; ".join(map(_said, clauses))
        yield f"{said}: {'; '.join(told)}", kept


def _spoken(sentence: str) -> str:
    """Read a row of a table as a sentence."""
    if not sentence.startswith("|"):
        return sentence
    return ": ".join(cell for cell in map(str.strip, sentence.split("|")) if cell)


def _short(text: str) -> str:
    text = " ".join(text.split())
    return text if len(text) <= MOST_SENTENCE else f"{text[: MOST_SENTENCE - 1]}…"


def _clause(reason: Reason, web: Web) -> str:
    """Say what became of what the sentence cites, by which commit, and where it is now."""
    said, where = _said(reason), ", ".join(_where(reason, web))
    return f"{said} ({where})" if where else said


def _said(reason: Reason) -> str:
    name = reason.symbol or reason.path
    detail = " ".join(reason.detail.split()) or f"changed ({reason.cause})"
    joint = ": " if detail.startswith(_CLAUSES) else " "
    said = _told(detail)
    if name and not detail.startswith((name, f"`{name}`")):
        said = f"{code_span(name)}{joint}{said}"
    return said


def _told(text: str) -> str:
    """Write a sentence of ours or of a page; what stands in backticks is code."""
    parts = text.split("`")
    if len(parts) % 2 == 0:
        return escape(text)
    return "".join(
        code_span(part) if number % 2 else _spaced(part) for number, part in enumerate(parts)
    )


def _spaced(text: str) -> str:
    """Escape words and keep the spaces around them."""
    before = " " if text.startswith(" ") else ""
    after = " " if text.endswith(" ") and text.strip() else ""
    return f"{before}{escape(text)}{after}"


def _where(reason: Reason, web: Web) -> Iterator[str]:
    hunk = reason.hunk
    path = hunk.path if hunk is not None else reason.now_path
    if reason.commit:
        yield web.commit_link(reason.commit, _file_anchor(path) if path else "")
    if hunk is not None and hunk.new_lines and reason.now_path:
        yield web.place_link(path, hunk.new_first, hunk.new_first + hunk.new_lines - 1)
    elif reason.now_path:
        yield web.place_link(reason.now_path, reason.first_line, reason.last_line)


def _file_anchor(path: str) -> str:
    """Name a file on the page of a commit as GitHub does: by the digest of its path.

    Lines have other numbers there than they have by now.
    """
    return f"#diff-{hashlib.sha256(path.encode(errors='surrogateescape')).hexdigest()}"


def substance(found: Sequence[Ground], rows: Mapping[str, Sequence[str]]) -> str:
    """Write what is worth telling again when it is another one: no line numbers, no figures."""
    told = [f"{what}\0{path}" for what in rows for path in rows[what]]
    for each in found:
        told += [f"{each.page}\0{each.is_left}", *each.substance]
    return "\n".join(told)
