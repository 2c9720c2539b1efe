"""The inline marks of Sphinx, JSDoc, Go and rustdoc in doc comments, as the words that they show.

What stands in code is left as it is; a mark that is torn is taken for text.
"""

import re
from collections.abc import Callable

from app.domain.wiki.words.doc_html import from_html, is_html

_MARKS = re.compile(
    r"(?<![\w`]):(?P<role>(?:[A-Za-z][\w+-]*:)?[A-Za-z][\w+-]*):"
    r"`(?P<shown>[^`<]{1,300}?)(?<!:)(?:\s{0,9}<(?P<target>[^`>\n]*)>)?`"
    r"|(?P<torn>(?<![\w`]):[A-Za-z][\w+-]*:`)(?=[^`]*:[A-Za-z][\w+-]*:`)"
    r"|(?<!`)`(?P<link>[^`<\n]+?)\s{0,9}(?:<[^`>\n]+>)?`__?(?!\w)"
    r"|(?P<ticks>`+)(?!`)[^`].*?(?<!`)(?P=ticks)(?!`)"
    r"|\{@(?:link|linkcode|linkplain|see)\s+(?P<name>[^}\s|]+)(?:[\s|]+(?P<label>[^}]*))?\}"
    r"|\{@\w+\}"
    r"|(?<![\w`\]!])\[(?P<rust>`[^`\n]+`)\](?:\[[^\]\n]*\]|\([^()\n]*\)|(?!:))"
    r"|(?<![\w`\]!'\"])\[(?P<go>\*?(?:[a-z]\w*(?:\.|::))*[A-Z]\w*(?:(?:\.|::)\w+)*(?:\(\))?)\]"
    r"(?![(\[:\w`'\"])",
    re.DOTALL,
)
_NUMBERED = {"rfc": "RFC", "pep": "PEP"}
_NAME = re.compile(r"[\w.*$~!/:-]+(?:\(\))?")
_FENCE = re.compile(r"\s*(`{3,}|~{3,})")
_ABOUT = re.compile(
    r"^[ \t]*@(?:module[ \t]+\S+[ \t]*$|(?:file|fileoverview|overview|packageDocumentation|module|"
    r"description|desc|summary|classdesc|remarks)\b[ \t]*)",
    re.MULTILINE,
)
_BANNERS = re.compile(r"^[ \t]*([-=*#~/])\1{3,}[ \t]*\w.*?([-=*#~/])\2{3,}[ \t]*$", re.MULTILINE)
"""Lines that divide a file into parts, `---- types ----`, and belong to no definition."""
_TAG_NAMES = """
param arg argument property prop return returns throws exception example template type typedef
default deprecated see link since fires async internal private public yields author version
apiNote implNote implSpec
"""
TAGS = frozenset(_TAG_NAMES.split())
"""Tags of JSDoc that end the prose above them."""
_INLINE_TAG = re.compile(
    r"(?<=\S)[ \t]+(?=@(?:param|arg|property|returns?|throws|yields|type)\s*\{"
    r"|@param\s+[\w$]+\s+-\s)"
)
TAG = re.compile(r"\s*@(\w+)\b\s*(\{(?!@)(?:[^{}]|\{[^{}]*\})*\})?\s*(.*)")
FIELD = re.compile(r"\s*:(\w+)((?:\s+[^:\n]+?)?):(?:\s+(.*)|$)")


def plain_references(text: str) -> str:
    """Write cross-references as code or as their words, outside of code."""
    return _outside_code(text, lambda prose: _MARKS.sub(_shown, prose))


def without_about(doc: str) -> str:
    """Take away banners, the tags that only say that a comment is about its file, and HTML.

    A tag that stands in the middle of a line, as in a comment of one line, gets its own.
    """
    if is_html(doc):
        doc = from_html(doc)
    if _BANNERS.search(doc):
        doc = _outside_code(doc, lambda prose: _BANNERS.sub("", prose)).strip()
    return _INLINE_TAG.sub("\n", _ABOUT.sub("", doc)).strip() if "@" in doc else doc


def _shown(found: re.Match[str]) -> str:
    if found["role"]:
        return _role(found["role"].rpartition(":")[2], found["shown"], found["target"])
    if found["link"] or found["go"] or found["rust"]:
        return found["link"] or found["rust"] or f"`{found['go']}`"
    if found["name"]:
        is_name = not found["label"] and "://" not in found["name"]
        return f"`{found['name']}`" if is_name else (found["label"] or found["name"]).strip()
    if found["torn"]:
        return ""
    return found[0] if found["ticks"] else ""


def _role(role: str, shown: str, target: str | None) -> str:
    words = "".join(shown.split("\n")) if _NAME.fullmatch("".join(shown.split())) else shown
    words = " ".join(words.split())
    if role in _NUMBERED:
        return words if target else f"{_NUMBERED[role]} {words}"
    if not _NAME.fullmatch(words.replace(" ", "")) or target is not None:
        return words
    return f"`{words.replace(' ', '').lstrip('~!.') or words}`"


def _outside_code(text: str, change: Callable[[str], str]) -> str:
    """Change the lines that are neither fenced nor indented as code, those together that touch."""
    parts: list[str] = []
    prose: list[str] = []
    fence, indented, before = "", False, ""
    for line in text.split("\n"):
        mark = _FENCE.match(line)
        indented = line.startswith(("    ", "\t")) and (indented or not before.strip())
        is_code = bool(fence or mark or indented)
        if fence:
            fence = "" if mark and line.strip() == fence else fence
        elif mark:
            fence = mark[1]
        if is_code and prose:
            parts.append(change("\n".join(prose)))
            prose = []
        if is_code:
            parts.append(line)
        else:
            prose.append(line)
        before = line
    return "\n".join([*parts, change("\n".join(prose))] if prose else parts)
