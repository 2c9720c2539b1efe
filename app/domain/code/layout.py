"""How the head of a definition stands on one line, or on the lines of its author."""

import re

WIDE = 96
"""A head longer than this is easier to read on the lines on which it was written."""

_BREAK = re.compile(r"\s*\n\s*")
_OPENED = re.compile(r"([(\[{])\s*\n\s*")
_CLOSED = re.compile(r",?\s*\n\s*([)\]}])")
_OPENING_ANGLE = re.compile(r"<\n")
_CLOSING_ANGLE = re.compile(r",?\n>")
_GOES_ON = re.compile(
    r"(?:[(\[{<,;|&=>:?+*/.-]|\b(?:extends|implements|keyof|typeof|readonly|return|new|async))$"
)
_CONTINUES = re.compile(
    r"[)\]}>|&?:.=,;+*/-]|(?:extends|implements|as|satisfies|is|in|instanceof|else|catch|finally)\b"
)
_BY_LINES = frozenset({"javascript", "typescript", "tsx", "go"})
"""Languages in which the end of a line separates statements and members."""


def fold(text: str) -> str:
    """Put text on one line, without the traces of having been on several."""
    text = _CLOSED.sub(r"\1", _OPENED.sub(r"\1", text))
    return " ".join(_BREAK.sub(" ", text).split())


def on_one_line(text: str, language: str) -> str:
    """Fold code so that it means the same: where the end of a line separated, a `;` does."""
    if language not in _BY_LINES or "\n" not in text:
        return fold(text)
    lines = [line.strip() for line in text.split("\n") if line.strip()]
    joined = lines[:1]
    for line in lines[1:]:
        separates = not _GOES_ON.search(joined[-1]) and not _CONTINUES.match(line)
        joined[-1] += ";" if separates else ""
        joined.append(line)
    return fold(_CLOSING_ANGLE.sub(">", _OPENING_ANGLE.sub("<", "\n".join(joined))))


def laid_out(text: str, language: str, indent: int = 0) -> str:
    """Fold what fits on a line and loses nothing; leave the rest on its own lines.

    `indent` is the column in which the text begins.
    """
    folded = on_one_line(text, language)
    if "\n" not in text.strip() or (len(folded) <= WIDE and folded == fold(text)):
        return folded
    first, *rest = (line.rstrip() for line in text.strip().split("\n"))
    margin = min((_depth(line) for line in rest if line), default=0)
    shift = min(indent, margin)
    return "\n".join([first, *(line[shift:] for line in rest if line)])


def _depth(line: str) -> int:
    return len(line) - len(line.lstrip())
