"""Published Markdown reduced to what it says: without the links that were added to it."""

import re
from urllib.parse import unquote

_LINK = re.compile(r"(?<!!)\[((?:\\.|`[^`\n]*`|[^\[\]\\`]){0,500})\]\(([^)\s]{0,2000})\)")
"""Bounded, as what is no link would be looked through to its end from each bracket."""
_PLACE = re.compile(r"([^\s`]+?)(?::\d+)?")
_EMPTY_GROUP = re.compile(r"(?:(?<![ \t])[ \t]+)?\((?:\0(?:, )?)+\)")
_CITATIONS = re.compile(r"(?:(?<![ \t])[ \t]+)?\[E\d+(?:\s*[,;]\s*E\d+)*\]")
_UNIT_MARK = re.compile(r"^\s*(?:[-*+>]|\d+[.)])\s+")
_WORD = re.compile(r"\w+")


def plain_text(markdown: str) -> str:
    """Leave out links to sources, and turn other links into their words."""
    text = _LINK.sub(_label, _CITATIONS.sub("", markdown))
    return _EMPTY_GROUP.sub("", text).replace("\0", "").strip()


def words_of(markdown: str) -> str:
    """Return the words alone, so that the same sentence is found however it is laid out."""
    return " ".join(_WORD.findall(plain_text(_UNIT_MARK.sub("", markdown))))


def _label(found: re.Match[str]) -> str:
    return "\0" if _is_place(found[1], found[2]) else found[1]


def _is_place(label: str, target: str) -> bool:
    """Say whether a link only says where in the sources something is."""
    place = _PLACE.fullmatch(re.sub(r"\\(.)", r"\1", label))
    path = unquote(target.partition("#")[0])
    is_page = path.endswith(".md") and "/blob/" not in path and "#L" not in target
    return place is not None and not is_page and f"/{path}".endswith(f"/{place[1]}")
