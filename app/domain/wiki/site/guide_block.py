"""AutoDoc's part of a file that people write: what stands between two marks, and nothing else.

A person's edit wins: a part that somebody changed or removed is left so. To know it, the record
among the pages says what was written, and what stood around it.
"""

import hashlib
import json
import re
from collections.abc import Mapping

from app.domain.value import Value
from app.domain.wiki.markdown import read_outline

BEGIN = "<!-- autodoc:begin -->"
END = "<!-- autodoc:end -->"
README = "README.md"
AGENTS = "AGENTS.md"
GUIDES = (AGENTS, README)
"""The only files outside the documentation folder that are ever written, in a scope's folder."""
RECORD = ".autodoc/root.guides.json"
"""No page can have this record: the id of a page holds no dot."""

_BEGIN = re.compile(rf"^{BEGIN}[ \t]*(?=\r?$)", re.MULTILINE)
_LINE_END = re.compile(r"\A[ \t]*\r?\n")
_END = re.compile(rf"^{END}[ \t]*(?=\r?$)", re.MULTILINE)


class Block(Value):
    """What is to stand between the marks."""

    text: str
    title: str = ""
    """The heading of the file, where there is none yet; empty if the text has one."""
    obstacle: str = ""
    """Why no file is made where there is none."""


class Mark(Value):
    """What was written: digests of the text between the marks, and of the one around them."""

    block: str
    around: str


class Joined(Value):
    """What becomes of a file."""

    content: bytes | None
    """As it should stand; None for no file."""
    mark: Mark | None = None
    """What is recorded; None when nothing of the file is AutoDoc's."""
    note: str = ""
    """Why it is left as it is."""


class Guides(Value):
    """What becomes of the files of one folder."""

    files: Mapping[str, bytes | None] = {}
    """Those that change; None removes one."""
    record: bytes | None = None
    notes: tuple[str, ...] = ()


class _Parts(Value):
    """A text cut at its marks."""

    before: str
    """With the first mark and its line end."""
    block: str
    after: str
    """From the second mark."""


class _Reading(Value):
    """A file as far as it matters here."""

    text: str = ""
    parts: _Parts | None = None
    """None without marks."""
    problem: str = ""
    """What keeps AutoDoc from writing into it."""

    @property
    def line(self) -> str:
        """Return how its lines end."""
        return "\r\n" if "\r\n" in self.text else "\n"


def join(name: str, present: bytes | None, wanted: Block | None, mark: Mark | None) -> Joined:
    """Put a block into a file, bring it up to date, or take it out again.

    `mark` is what the record says; None where AutoDoc wrote nothing yet.
    """
    if wanted is None:
        return _without(name, present, mark) if mark else Joined(content=present)
    if present is None:
        return _new(name, wanted, mark)
    reading = _read(present)
    note = f"`{name}` {reading.problem}" if reading.problem else ""
    if not note and mark and reading.parts is None:
        note = f"`{name}` has no part of AutoDoc any more: a person removed it"
    elif reading.parts and _is_edited(reading.parts, wanted, mark):
        note = _told(name) if mark else _unrecorded(name)
    if note:
        return Joined(content=present, mark=mark, note=note)
    return _marked(name, present, _filled(reading, wanted.text))


def join_all(
    present: Mapping[str, bytes | None], wanted: Mapping[str, Block], record: bytes | None
) -> Guides:
    """Join blocks into the files of a folder, given as they are; a file that is not given stays."""
    before, marks = read_record(record), dict[str, Mark]()
    files: dict[str, bytes | None] = {}
    notes = []
    for name in GUIDES:
        if name not in present:
            marks |= {name: before[name]} if name in before else {}
            continue
        joined = join(name, present[name], wanted.get(name), before.get(name))
        if joined.content != present[name]:
            files[name] = joined.content
        # A record that differs only in what people wrote around the part is not written anew.
        mark = joined.mark if name in files else before.get(name, joined.mark)
        marks |= {name: mark} if joined.mark and mark else {}
        notes += [joined.note] if joined.note else []
    return Guides(files=files, record=write_record(marks) if marks else None, notes=tuple(notes))


def is_changed(present: bytes | None, mark: Mark) -> bool:
    """Say whether a person changed anything in a file since AutoDoc wrote its part."""
    parts = None if present is None else _read(present).parts
    return parts is None or _mark_of(parts) != mark


def without_block(text: str) -> str:
    """Blank AutoDoc's part of a text, so that nobody takes it for words of people."""
    parts = _cut(text).parts
    if parts is None:
        return text
    before = parts.before[: parts.before.rindex(BEGIN)]
    blank = "\n" * text.count("\n", len(before), len(text) - len(parts.after))
    return before + blank + parts.after.removeprefix(END)


def read_record(data: bytes | None) -> dict[str, Mark]:
    """Read what the record says; a damaged one says nothing."""
    try:
        read = json.loads(data or b"{}")
        return {name: Mark(**read[name]) for name in GUIDES if name in read}
    except (ValueError, TypeError, RecursionError):
        return {}


def write_record(marks: Mapping[str, Mark]) -> bytes:
    """Write the record."""
    values = {name: mark.model_dump() for name, mark in marks.items()}
    return (json.dumps(values, indent=1, sort_keys=True) + "\n").encode()


def _new(name: str, wanted: Block, mark: Mark | None) -> Joined:
    if mark:
        return Joined(content=None, mark=mark, note=f"`{name}` was removed by a person")
    if wanted.obstacle:
        return Joined(content=None, note=f"`{name}` is not written: {wanted.obstacle}")
    heading = f"# {wanted.title}\n" if wanted.title else ""
    return _marked(name, None, _appended(heading, wanted.text))


def _without(name: str, present: bytes | None, mark: Mark) -> Joined:
    """Take out what nobody asks for any more, if it is still as it was written."""
    reading = _read(present or b"")
    if reading.parts is None:
        return Joined(content=present)
    if _digest(reading.parts.block) != mark.block:
        return Joined(content=present, note=_told(name))
    before = reading.parts.before[: reading.parts.before.rindex(BEGIN)]
    after = _LINE_END.sub("", reading.parts.after.removeprefix(END), count=1)
    if before.endswith(reading.line) and (not after or after.startswith(reading.line)):
        # The blank line above was added with the part, or the one below does for both.
        before = before.removesuffix(reading.line)
    rest = before + after
    return Joined(content=rest.encode() if rest.strip() else None)


def _is_edited(parts: _Parts, wanted: Block, mark: Mark | None) -> bool:
    """Say whether what stands there can be a person's; without a record, whatever is not ours."""
    written = mark.block if mark else _digest("")
    return _digest(parts.block) not in (written, _digest(wanted.text))


def _told(name: str) -> str:
    return f"the part between the marks of `{name}` stays as a person has it"


def _unrecorded(name: str) -> str:
    between = f"the part between the marks of `{name}`"
    return f"{between} stays, as nothing says who wrote it: empty it to have it written anew"


def _read(data: bytes) -> _Reading:
    try:
        return _cut(data.decode())
    except UnicodeDecodeError:
        return _Reading(problem="is no UTF-8 text")


def _cut(text: str) -> _Reading:
    """Cut a text at its marks; those that a code block shows are none."""
    if BEGIN not in text and END not in text:
        return _Reading(text=text)
    fences = [(each.line, each.last_line) for each in read_outline(text).fences]

    def is_shown(found: re.Match[str]) -> bool:
        line = text.count("\n", 0, found.start()) + 1
        return any(first <= line <= last for first, last in fences)

    begins, ends = (
        [found for found in pattern.finditer(text) if not is_shown(found)]
        for pattern in (_BEGIN, _END)
    )
    if not begins and not ends:
        return _Reading(text=text)
    if (len(begins), len(ends)) != (1, 1) or ends[0].start() < begins[0].end():
        pair = f"`{BEGIN}` and then `{END}`, each once"
        return _Reading(text=text, problem=f"has marks of AutoDoc that are no pair: write {pair}")
    start, end = text.index("\n", begins[0].end()) + 1, ends[0].start()
    parts = _Parts(before=text[:start], block=text[start:end], after=text[end:])
    return _Reading(text=text, parts=parts)


def _filled(reading: _Reading, block: str) -> str:
    if reading.parts is None:
        return _appended(reading.text, block)
    lines = _lines(block, reading.line)
    return f"{reading.parts.before}{lines}{reading.parts.after}"


def _appended(text: str, block: str) -> str:
    line = "\r\n" if "\r\n" in text else "\n"
    gap = "" if not text.strip() else line if text.endswith("\n") else line * 2
    return f"{text}{gap}{BEGIN}{line}{_lines(block, line)}{END}{line}"


def _lines(block: str, line: str) -> str:
    return "".join(f"{each}{line}" for each in block.strip("\n").split("\n"))


def _marked(name: str, present: bytes | None, text: str) -> Joined:
    parts = _cut(text).parts
    if parts is None:
        problem = f"`{name}` would hide AutoDoc's part, as in a code block that nothing closes"
        return Joined(content=present, note=f"{problem}: close it")
    return Joined(content=text.encode(), mark=_mark_of(parts))


def _mark_of(parts: _Parts) -> Mark:
    return Mark(block=_digest(parts.block), around=_digest(parts.before + parts.after))


def _digest(text: str) -> str:
    plain = text.replace("\r\n", "\n").strip("\n")
    return hashlib.sha256(plain.encode()).hexdigest()[:16]
