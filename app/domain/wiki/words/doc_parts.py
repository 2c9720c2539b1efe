"""Doc comments taken apart: what is said of parameters, results and errors, and all the rest."""

import re
import textwrap
from collections.abc import Sequence
from typing import NamedTuple

from app.domain.value import Value
from app.domain.wiki.markdown import clean
from app.domain.wiki.words.doc_words import FIELD, TAG, TAGS, without_about

SECTIONS = (
    "args|arguments|parameters|params|other parameters|attributes|keyword args|keyword arguments|"
    "returns?|yields?|raises|throws|warns|methods|notes?|warnings?|examples?|usage|references|"
    "see also|todo"
)
GOOGLE = re.compile(rf"\s*({SECTIONS})\s*:\s*$", re.IGNORECASE)
NUMPY = re.compile(rf"\s*({SECTIONS})\s*$", re.IGNORECASE)
NUMPY_RULE = re.compile(r"\s*-{3,}\s*")
OPENER = re.compile(r"\s*(`{3,}|~{3,})\s*(\S*)")
_ITEM = re.compile(r"([*\w.$-]+)(?:\s*\(((?:[^()]|\([^()]*\))*)\))?\s*:(?:\s+(.*)|$)")
_TYPED = re.compile(r"([\w.\[\](){}|,]+(?: +[\w.\[\](){}|,]+)*)\s*:(?:\s+(.*)|\s*$)", re.DOTALL)
_ERROR = re.compile(r"[A-Z][\w.]*")
_OPTIONAL = re.compile(r",\s*(?:optional|default\b.*)$", re.IGNORECASE)
_GROUPS = {
    **dict.fromkeys(("args", "arguments", "parameters", "params"), "parameters"),
    **dict.fromkeys(("other parameters", "keyword args", "keyword arguments"), "parameters"),
    **dict.fromkeys(("param", "arg", "argument", "parameter", "key", "keyword"), "parameters"),
    **dict.fromkeys(("return", "returns", "rtype"), "returns"),
    **dict.fromkeys(("yield", "yields"), "yields"),
    **dict.fromkeys(("raises", "raise", "except", "throws", "throw", "exception"), "raises"),
}  # fmt: skip
"""Titles of sections, fields of Sphinx and tags of JSDoc and Javadoc, by what they speak of."""
_RUST_CODE = re.compile(
    r"(?:rust|ignore\S*|no_run|should_panic|compile_fail|standalone|E\d+|edition\d+|,)*"
)


class DocEntry(Value):
    """What a doc comment says of one parameter, result or error."""

    name: str = ""
    kind: str = ""
    """The type, as the comment writes it."""
    default: str = ""
    words: str = ""
    """In the markup of the comment; it may have several paragraphs."""


class DocParts(Value):
    """A doc comment, each part in the markup of its author."""

    lead: str = ""
    """What stands above the first parameter, result or error."""
    deprecated: str | None = None
    """What a tag says about what to use instead."""
    parameters: tuple[DocEntry, ...] = ()
    returns: tuple[DocEntry, ...] = ()
    yields: tuple[DocEntry, ...] = ()
    raises: tuple[DocEntry, ...] = ()
    rest: str = ""


class _Found(NamedTuple):
    """What some lines say, and the place of the line after them."""

    group: str
    entries: Sequence[DocEntry]
    end: int
    after: Sequence[str] = ()
    """Lines that followed, and belong to the prose."""


def prepare(doc: str, language: str = "") -> str:
    """Return a doc comment as plain Markdown or markup, without marks about the file."""
    text = without_about(textwrap.dedent(clean(doc)).strip())
    return _without_hidden_lines(text) if language == "rust" else text


def split_doc(doc: str, language: str = "") -> DocParts:
    """Take a doc comment apart."""
    return _split(prepare(doc, language).split("\n"))


def google_entries(body: Sequence[str]) -> list[DocEntry]:
    """Read `name (type): words`, with the lines below that are indented deeper."""
    entries: list[DocEntry] = []
    for line in body:
        found = None if line[:1].isspace() else _ITEM.match(line)
        if found:
            kind = _OPTIONAL.sub("", found[2] or "")
            entries.append(DocEntry(name=found[1], kind=kind, words=found[3] or ""))
        elif entries:
            entries[-1] = _longer(entries[-1], line)
        elif line.strip():
            entries.append(DocEntry(words=line.strip()))
    return [_tidy(each) for each in entries]


def numpy_entries(body: Sequence[str], *, named: bool = True) -> list[DocEntry]:
    """Read items: an unindented line names one, the indented lines below it speak about it.

    Without `named`, such a line is a type, unless it is `name : type`.
    """
    entries: list[DocEntry] = []
    for line in body:
        if line.strip() and not line[0].isspace():
            name, colon, kind = line.partition(" :")
            is_named = named or bool(colon)
            kind = _OPTIONAL.sub("", kind.strip()) if is_named else line.strip()
            entries.append(DocEntry(name=name.strip() if is_named else "", kind=kind))
        elif entries:
            entries[-1] = _longer(entries[-1], line)
    return [_tidy(each) for each in entries]


def numpy_end(lines: Sequence[str], place: int) -> int:
    """Return the place after a section of NumPy's form that starts here; 0 when none does."""
    if not _starts_numpy(lines, place):
        return 0
    end = place + 2
    while end < len(lines) and not _starts_numpy(lines, end):
        end += 1
    return end


def body_below(lines: Sequence[str], place: int) -> tuple[list[str], int]:
    """Return the lines below that are indented deeper, dedented, and the place after them."""
    depth = _indent(lines[place])
    end = place + 1
    while end < len(lines) and (not lines[end].strip() or _indent(lines[end]) > depth):
        end += 1
    return textwrap.dedent("\n".join(lines[place + 1 : end])).split("\n"), end


def code_end(lines: Sequence[str], place: int) -> int:
    """Return the place after the code block or the doctest that starts here, or the same place."""
    opener = OPENER.match(lines[place])
    end = place
    if opener:
        end += 1
        while end < len(lines) and not lines[end].strip().startswith(opener[1]):
            end += 1
        return min(end + 1, len(lines))
    if lines[place].lstrip().startswith(">>>"):
        while end < len(lines) and lines[end].strip():
            end += 1
    return end


def _split(lines: Sequence[str]) -> DocParts:
    found: dict[str, list[DocEntry]] = {}
    lead: list[str] = []
    rest: list[str] = []
    place = 0
    while place < len(lines):
        end = code_end(lines, place)
        taken = None if end > place else _take(lines, place)
        prose = rest if found else lead
        if taken:
            found.setdefault(taken.group, []).extend(taken.entries)
            rest += taken.after
            place = taken.end
        else:
            end = max(end, place + 1)
            prose += lines[place:end]
            place = end
    return _parts(found, lead, rest)


def _parts(found: dict[str, list[DocEntry]], lead: list[str], rest: list[str]) -> DocParts:
    kinds = {each.name: each.kind for each in found.get("types", ())}
    parameters = tuple(
        each if each.kind else each.model_copy(update={"kind": kinds.get(each.name, "")})
        for each in found.get("parameters", ())
    )
    deprecated = found.get("deprecated")
    return DocParts(
        lead="\n".join(lead).strip("\n"),
        deprecated=" ".join(each.words for each in deprecated) if deprecated else None,
        parameters=parameters,
        returns=tuple(_joined(found.get("returns", ()))),
        yields=tuple(_joined(found.get("yields", ()))),
        raises=tuple(found.get("raises", ())),
        rest=textwrap.dedent("\n".join(rest)).strip("\n"),
    )


def _joined(entries: Sequence[DocEntry]) -> list[DocEntry]:
    """Bring a result's words and its type together when two fields tell them."""
    if len(entries) == 2 and [bool(each.words) for each in entries] in (
        [True, False],
        [False, True],
    ):
        words, kind = sorted(entries, key=lambda each: not each.words)
        if not words.kind:
            return [words.model_copy(update={"kind": kind.kind})]
    return list(entries)


def _take(lines: Sequence[str], place: int) -> _Found | None:
    for form in (_numpy, _google, _field, _tag):
        found = form(lines, place)
        if found:
            return found
    return None


def _numpy(lines: Sequence[str], place: int) -> _Found | None:
    end = numpy_end(lines, place)
    group = _GROUPS.get(lines[place].strip().lower(), "")
    if not end or not group:
        return None
    body = textwrap.dedent("\n".join(lines[place + 2 : end])).strip("\n").split("\n")
    if group == "parameters":
        return _Found(group, numpy_entries(body), end)
    is_prose = len(body) > 1 and not any(line[:1].isspace() for line in body if line)
    if is_prose or (len(body) == 1 and len(body[0].split()) > 4):
        return _Found(group, [DocEntry(words="\n".join(body))], end)
    return _Found(group, numpy_entries(body, named=False), end)


def _google(lines: Sequence[str], place: int) -> _Found | None:
    title = GOOGLE.match(lines[place])
    group = _GROUPS.get(title[1].lower(), "") if title else ""
    if not group:
        return None
    body, end = body_below(lines, place)
    if not any(line.strip() for line in body):
        return None
    if group in ("parameters", "raises"):
        return _Found(group, google_entries(body), end)
    text = "\n".join(body).strip()
    typed = _TYPED.match(text)
    is_type = typed and not re.search(r"[a-z] [a-z]", typed[1])
    if typed and is_type:
        return _Found(group, [DocEntry(kind=typed[1].strip(), words=typed[2] or "")], end)
    return _Found(group, [DocEntry(words=text)], end)


def _field(lines: Sequence[str], place: int) -> _Found | None:
    """`:param type name: words`, with the indented lines that go on."""
    found = FIELD.match(lines[place])
    if not found:
        return None
    body, end = body_below(lines, place)
    words = "\n".join([found[3] or "", *body]).strip()
    *kind, name = found[2].split() or [""]
    if found[1] == "type":
        return _Found("types", [DocEntry(name=name, kind=" ".join(words.split()))], end)
    group = _GROUPS.get(found[1], "")
    if not group:
        return None
    if found[1] == "rtype":
        return _Found(group, [DocEntry(kind=" ".join(words.split()))], end)
    return _Found(group, [DocEntry(name=name, kind=" ".join(kind), words=words)], end)


def _tag(lines: Sequence[str], place: int) -> _Found | None:
    """`@param {type} name words`, up to the next tag or an empty line."""
    found = TAG.match(lines[place])
    group = _tag_group(found[1]) if found else ""
    if not found or not group:
        return None
    end = place + 1
    while end < len(lines) and not _is_tag(lines[end]) and code_end(lines, end) == end:
        end += 1
    body = lines[place + 1 : end]
    gap = next((at for at, line in enumerate(body) if not line.strip()), len(body))
    text = "\n".join([found[3], *(line.strip() for line in body[:gap])]).strip()
    entry = _tagged(group, (found[2] or "")[1:-1].strip(), text)
    return _Found(group, [entry], end, ["", *body[gap:]] if any(body[gap:]) else ())


def _tag_group(tag: str) -> str:
    return tag if tag == "deprecated" else _GROUPS.get(tag, "") if tag in TAGS else ""


def _is_tag(line: str) -> bool:
    found = TAG.match(line)
    return bool(found) and line.lstrip().startswith("@")


def _tagged(group: str, kind: str, text: str) -> DocEntry:
    if group == "parameters":
        name, default, words = _named(text)
        return DocEntry(name=name, kind=kind.removesuffix("="), default=default, words=_told(words))
    first, _, words = text.partition(" ")
    if group == "raises" and not kind and _ERROR.fullmatch(first):
        return DocEntry(name=first, words=_told(words))
    if group == "raises":
        return DocEntry(name=kind, words=_told(text))
    return DocEntry(kind=kind, words=_told(text))


def _named(text: str) -> tuple[str, str, str]:
    """Split `name words`, `[name=default] words` and `<T> words`."""
    found = re.match(r"\[\s*([\w.$]+)\s*(?:=\s*([^\]]*))?\]\s*(.*)", text, re.DOTALL)
    if found:
        return found[1], (found[2] or "").strip(), found[3]
    name, _, words = text.replace("\n", " \n", 1).partition(" ")
    return name, "", words.strip()


def _told(words: str) -> str:
    return re.sub(r"\A[-\u2013\u2014:]\s+", "", words.strip())


def _longer(entry: DocEntry, line: str) -> DocEntry:
    return entry.model_copy(update={"words": f"{entry.words}\n{line.rstrip()}"})


def _tidy(entry: DocEntry) -> DocEntry:
    first, newline, rest = entry.words.partition("\n")
    return entry.model_copy(update={"words": (first + newline + textwrap.dedent(rest)).strip()})


def _starts_numpy(lines: Sequence[str], place: int) -> bool:
    return place + 1 < len(lines) and bool(
        NUMPY.match(lines[place]) and NUMPY_RULE.fullmatch(lines[place + 1])
    )


def _without_hidden_lines(text: str) -> str:
    """Show the examples of rustdoc as it does: without the lines that only make them compile."""
    made: list[str] = []
    lines = text.split("\n")
    place = 0
    while place < len(lines):
        end = code_end(lines, place)
        opener = OPENER.match(lines[place])
        if end == place or not opener or not _RUST_CODE.fullmatch(opener[2]):
            made += lines[place : max(end, place + 1)]
            place = max(end, place + 1)
            continue
        made.append(f"{opener[1]}rust")
        made += [_unhidden(line) for line in lines[place + 1 : end] if not _is_hidden(line)]
        place = end
    return "\n".join(made)


def _is_hidden(line: str) -> bool:
    return line.strip() == "#" or line.lstrip().startswith("# ")


def _unhidden(line: str) -> str:
    return line.replace("##", "#", 1) if line.lstrip().startswith("##") else line


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip())
