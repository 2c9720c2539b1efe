"""Doc comments as Markdown: Google, NumPy, Sphinx, JSDoc, rustdoc, Javadoc and plain ones.

What is recognised becomes a list or a code block; what is not stays prose, or a block of plain text
where its layout carries the meaning. Everything passes `quote`, so nothing can break a page.
"""

import re
import textwrap
from collections.abc import Callable, Sequence

from app.domain.code.symbol import Symbol
from app.domain.wiki.markdown import clean
from app.domain.wiki.words.doc_parts import (
    GOOGLE,
    NUMPY,
    OPENER,
    DocEntry,
    body_below,
    google_entries,
    numpy_end,
    numpy_entries,
    split_doc,
)
from app.domain.wiki.words.doc_tables import Writer
from app.domain.wiki.words.doc_words import FIELD, TAG, TAGS, plain_references
from app.domain.wiki.words.prose import Known, code_span, fenced, quote, quote_inline
from app.domain.wiki.words.quotations import first_sentence

_Lines = list[str]
_Taken = tuple[_Lines, int] | None
"""The Markdown made of some lines, and the place of the next one; None when it is not that form."""

_ITEMISED = re.compile(
    r"(?:args|arguments|param|other|attr|keyword|raises|throws|warns|methods)", re.I
)
_CODED = re.compile(r"(?:examples?|usage)", re.IGNORECASE)
_DIRECTIVE = re.compile(r"(\s*)\.\. (?:[\w]+:)?([\w-]+)::\s*(.*)")
_TARGET = re.compile(r"\s*\.\. (?:_[^:]+|\[[^\]]+\]):?(?:\s|$)")
_OPTION = re.compile(r"\s*:[\w-]+:(?:\s|$)")
_CODE_DIRECTIVES = frozenset({"code-block", "code", "sourcecode", "parsed-literal", "math"})
_SILENT = re.compile(
    r"auto\w+|(?:current)?module|contents|toctree|highlight|index|only|include|image|figure|testsetup"
)
"""Directives that instruct Sphinx and say nothing to a reader."""
_HISTORY = {
    "versionadded": "Added in version",
    "versionchanged": "Changed in version",
    "versionremoved": "Removed in version",
    "deprecated": "Deprecated since version",
}
_TITLES = {"seealso": "See also", "rubric": ""}
_WORDS = {
    "param": "", "arg": "", "argument": "", "parameter": "", "property": "", "prop": "", "key": "",
    "return": "Returns", "returns": "Returns", "rtype": "Return type", "raises": "Raises",
    "raise": "Raises", "throws": "Throws", "exception": "Throws", "yields": "Yields",
    "type": "Type", "template": "Type parameter", "default": "Default", "see": "See", "link": "See",
    "since": "Since", "deprecated": "Deprecated", "author": "Author", "version": "Version",
    "apiNote": "Note", "implNote": "Note on this implementation", "implSpec": "Implementation",
}  # fmt: skip
"""How a reader knows the fields of Sphinx and the tags of JSDoc."""
_REFERRED = re.compile(r"[\w.]*#?[A-Za-z_]\w*(?:\([^()]*\))?")
_BARE = re.compile(r"\s*(?:[-*+]|\d{1,3}[.)])\s+")
_BULLET = re.compile(r"(\s*)(?:[-*+]|\d{1,3}[.)])\s+\S")
_ART = re.compile(r"\s*(?:[+|][-=+| ]{4,}|={3,}(?:\s+={3,})+|.*[\u2500-\u257f])")
_CODE_LINE = re.compile(
    r"\s*(?:\$ \S|assert \S|import \w|from [\w.]+ import |[A-Za-z_][\w.\[\]]* (?::|\+|-)?= \S|"
    r"(?:const|let|var) \w|[a-z_][\w.]*\([^()]*\);?$|.*[;{]$|[}\])]+[;,]?$)"
)


def render_doc(
    doc: str, known: Known | None = None, language: str = "", symbol: Symbol | None = None
) -> str:
    """Write a doc comment as safe Markdown, beside what the code of its symbol says."""
    parts = split_doc(doc, language)

    def prose(text: str) -> str:
        return _prose(text, known)

    writer = Writer(known, prose)
    blocks = (
        "" if parts.deprecated is None else f"**Deprecated** {writer.words(parts.deprecated)}",
        prose(parts.lead),
        writer.parameters(symbol, parts.parameters),
        writer.results("Yields", parts.yields),
        writer.results("Returns", parts.returns),
        writer.errors(symbol, parts.raises, language),
        prose(parts.rest),
    )
    return "\n\n".join(each.strip() for each in blocks if each.strip())


def doc_sentence(doc: str, known: Known | None = None) -> str:
    """Write a doc comment's first sentence as inline Markdown, for a table's cell."""
    return quote_inline(first_sentence(clean(doc)), known)


def _prose(text: str, known: Known | None) -> str:
    """Write what stands outside the parts that have a form of their own."""
    if not text.strip():
        return ""
    markdown = "\n".join(_markdown(text.split("\n")))
    return quote(plain_references(markdown), known, fences=True)


def _markdown(lines: Sequence[str]) -> _Lines:
    made: _Lines = []
    place = 0
    while place < len(lines):
        for form in _FORMS:
            taken = form(lines, place)
            if taken:
                made += taken[0]
                place = taken[1]
                break
        else:
            made.append(lines[place])
            place += 1
    return made


def _existing_fence(lines: Sequence[str], place: int) -> _Taken:
    opener = OPENER.match(lines[place])
    if not opener or (opener[1][0] == "~" and _is_underline(lines, place)):
        return None
    end = place + 1
    while end < len(lines) and not lines[end].strip().startswith(opener[1]):
        end += 1
    code = textwrap.dedent("\n".join(lines[place + 1 : end]))
    return ["", *fenced(code, opener[2]).split("\n"), ""], end + 1


def _is_underline(lines: Sequence[str], place: int) -> bool:
    """Say whether a line of tildes or the like stands below a title."""
    title = lines[place - 1].strip() if place else ""
    rule = lines[place].strip()
    is_rule = len(rule) > 2 and len(set(rule)) == 1 and rule[0] in "=-~^*#+\"'"
    above = lines[place - 2].strip() if place > 1 else ""
    return is_rule and bool(title) and not above and len(rule) >= len(title)


def _title(lines: Sequence[str], place: int) -> _Taken:
    """A title with its underline, as reStructuredText writes it."""
    if place + 1 >= len(lines) or not _is_underline(lines, place + 1):
        return None
    return [f"**{lines[place].strip()}**", ""], place + 2


def _doctest(lines: Sequence[str], place: int) -> _Taken:
    if not lines[place].lstrip().startswith(">>>"):
        return None
    end = place
    while end < len(lines) and lines[end].strip():
        end += 1
    return _code(lines[place:end], "python"), end


def _numpy_section(lines: Sequence[str], place: int) -> _Taken:
    end = numpy_end(lines, place)
    title = NUMPY.match(lines[place])
    if not end or not title:
        return None
    body = textwrap.dedent("\n".join(lines[place + 2 : end])).split("\n")
    content = _items(numpy_entries(body)) if _ITEMISED.match(title[1]) else _markdown(body)
    return ["", f"**{title[1]}**", "", *content, ""], end


def _google_section(lines: Sequence[str], place: int) -> _Taken:
    title = GOOGLE.match(lines[place])
    if not title:
        return None
    body, end = body_below(lines, place)
    if not any(line.strip() for line in body):
        return None
    if _ITEMISED.match(title[1]):
        content = _items(google_entries(body))
    elif _CODED.match(title[1]) and not any(
        line.lstrip().startswith((">>>", "```")) for line in body
    ):
        content = _code(body, "")
    else:
        content = _markdown(body)
    return ["", f"**{title[1]}**", "", *content, ""], end


def _items(entries: Sequence[DocEntry]) -> _Lines:
    """Write entries as a list; names are judged when it is quoted."""
    return "\n".join(Writer(None, lambda text: _prose(text, None)).items(entries)).split("\n")


def _field(lines: Sequence[str], place: int) -> _Taken:
    """`:param name: words`, with the indented lines that go on."""
    found = FIELD.match(lines[place])
    if not found:
        return None
    body, end = body_below(lines, place)
    words = " ".join([found[3] or "", *(line.strip() for line in body)]).strip()
    *kind, name = found[2].split() or [""]
    item = _item(found[1], name, " ".join(kind), words)
    return _among(item, lines, place, end, FIELD), end


def _among(item: str, lines: Sequence[str], place: int, end: int, kin: re.Pattern[str]) -> _Lines:
    """Set an item apart from what stands around its list."""
    before = [] if place and kin.match(lines[place - 1]) else [""]
    after = [] if end < len(lines) and kin.match(lines[end]) else [""]
    return [*before, item, *after]


def _item(field: str, name: str, kind: str, words: str) -> str:
    """Write a field as an item of a list: what it is, its name, its type, what is said of it."""
    label = _WORDS.get(field, field)
    typed = f"({code_span(kind)})" if kind else ""
    head = " ".join(filter(None, (label, code_span(name) if name else "", typed)))
    return f"- {head}: {words}" if words else f"- {head}"


def _tag(lines: Sequence[str], place: int) -> _Taken:
    """`@param {type} name words`, up to the next tag."""
    found = TAG.match(lines[place])
    if not found or found[1] not in TAGS:
        return None
    end = place + 1
    while end < len(lines) and not TAG.match(lines[end]):
        end += 1
    body = lines[place + 1 : end]
    if found[1] == "example":
        is_fenced = any(OPENER.match(line) for line in body)
        content = _markdown(body) if is_fenced else _code([found[3], *body], "")
        return ["", "**Example**", "", *content, ""], end
    is_named = _WORDS.get(found[1]) in ("", "Type parameter")
    name, _, rest = found[3].partition(" ") if is_named else ("", "", found[3])
    gap = next((at for at, line in enumerate(body) if not line.strip()), len(body))
    words = " ".join([rest.strip(), *(line.strip() for line in body[:gap])]).strip()
    words = words.removeprefix("- ").strip()
    if found[1] == "see" and _REFERRED.fullmatch(words):
        words = code_span(words.replace("#", ".").lstrip("."))
    item = _item(found[1], name, (found[2] or "")[1:-1], words)
    return [*_among(item, lines, place, end, TAG), *_markdown(body[gap:])], end


def _directive(lines: Sequence[str], place: int) -> _Taken:
    found = _DIRECTIVE.match(lines[place])
    if not found:
        return ([], place + 1) if _TARGET.match(lines[place]) else None
    body, end = body_below(lines, place)
    options = next((at for at, line in enumerate(body) if not _OPTION.match(line)), len(body))
    content = body[options:]
    if found[2] in _CODE_DIRECTIVES:
        return _code(content, found[3]), end
    if _SILENT.fullmatch(found[2]):
        return [""], end
    if found[2] in _HISTORY:
        return _history(found[2], found[3], content), end
    label = _TITLES.get(found[2], found[2].replace("-", " ").capitalize())
    title = f"**{label}** {found[3]}" if label else f"**{found[3]}**"
    return ["", title.strip(), "", *_markdown(content), ""], end


def _history(kind: str, rest: str, content: Sequence[str]) -> _Lines:
    """Tell in an item of a list what changed in which version."""
    version, _, words = rest.partition(" ")
    told = " ".join([words, *(line.strip() for line in content)]).strip()
    return [f"- {_HISTORY[kind]} {version}" + (f": {told}" if told else ".")]


def _literal(lines: Sequence[str], place: int) -> _Taken:
    """A paragraph that ends in `::` announces a block that is to be shown as it is."""
    line = lines[place].rstrip()
    if not line.endswith("::"):
        return None
    body, end = body_below(lines, place)
    if not any(each.strip() for each in body):
        return None
    return [line[:-1] if line.strip() != "::" else "", *_code(body, "")], end


def _art(lines: Sequence[str], place: int) -> _Taken:
    """Tables and drawings made of characters."""
    if not _ART.match(lines[place]) or "|-" in lines[place].replace(" ", ""):
        return None
    end = place
    while end < len(lines) and lines[end].strip():
        end += 1
    return _code(lines[place:end], "text"), end


def _unmarked_code(lines: Sequence[str], place: int) -> _Taken:
    """A paragraph that is code although nothing marks it, or whose columns carry the meaning."""
    if not lines[place].strip() or (place and lines[place - 1].strip()):
        return None
    end = place
    while end < len(lines) and lines[end].strip():
        end += 1
    paragraph = lines[place:end]
    code = [line for line in paragraph if _CODE_LINE.match(line) and not _BARE.match(line)]
    columns = [line for line in paragraph if re.search(r"\S {3,}\S", _BARE.sub("", line))]
    is_code = paragraph[0] in code and len(code) * 2 >= len(paragraph)
    if is_code or len(columns) > 1:
        return _code(paragraph, "" if is_code else "text"), end
    return None


def _list(lines: Sequence[str], place: int) -> _Taken:
    """A list that is indented; Markdown would take it for code."""
    found = _BULLET.match(lines[place])
    if not found or not found[1] or (place and _BULLET.match(lines[place - 1])):
        return None
    depth = len(found[1])
    end = place + 1
    while end < len(lines) and (not lines[end].strip() or _indent(lines[end]) >= depth):
        end += 1
    body = lines[place:end]
    firm = [line for line in body if line.strip() and _indent(line) == depth]
    if not all(_BULLET.match(line) for line in firm):
        return None
    return ["", *_markdown([line[depth:] for line in body]), ""], end


def _code(lines: Sequence[str], language: str) -> _Lines:
    code = textwrap.dedent("\n".join(lines)).strip("\n")
    return ["", *fenced(code, language).split("\n"), ""] if code.strip() else []


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip())


_FORMS: tuple[Callable[[Sequence[str], int], _Taken], ...] = (
    _existing_fence,
    _doctest,
    _numpy_section,
    _title,
    _google_section,
    _field,
    _tag,
    _directive,
    _literal,
    _list,
    _art,
    _unmarked_code,
)
