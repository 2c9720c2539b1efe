"""How the head of a definition stands on one line, or on the lines of its author.

What stands between quotes is never touched: white space is part of it.
"""

import re

WIDE = 96
"""A head longer than this is easier to read on the lines on which it was written."""

_OPENED = re.compile(r"([(\[{])[^\S\n]*+\n\s*+")
_CLOSED = re.compile(r"(?:,|(?<!\s))[^\S\n]*+\n\s*+([)\]}])")
_OPENING_ANGLE = re.compile(r"<\n")
_CLOSING_ANGLE = re.compile(r",?\n>")
_GOES_ON = re.compile(
    r"(?:=>|[(\[{<,;|&=:?+*/.-]|\b(?:extends|implements|keyof|typeof|readonly|return|new|async))$"
)
_CONTINUES = re.compile(
    r"[)\]}>|&?:.=,;+*/-]|(?:extends|implements|as|satisfies|is|in|instanceof|else|catch|finally)\b"
)
_BY_LINES = frozenset({"javascript", "typescript", "tsx", "go"})
"""Languages in which the end of a line separates statements and members."""
_LITERAL = re.compile(
    r'"""(?:\\.|[^\\]){0,4000}?"""|\'\'\'(?:\\.|[^\\]){0,4000}?\'\'\'|`(?:\\.|[^`\\]){0,4000}+`'
    r'|"(?:\\.|[^"\\\n]){0,4000}+"|\'(?:\\.|[^\'\\\n]){0,4000}+\'',
    re.DOTALL,
)
"""Bounded, for the end of each quote that has none would be looked for in all of the text."""
_RUST_LITERAL = re.compile(r'"(?:\\.|[^"\\]){0,4000}+"', re.DOTALL)
_SPACES = re.compile(r"\s\s|[^\S ]")
_STAND_IN = re.compile("\ue000(\\d+)\ue001")
_QUOTES = re.compile(r'"""|\'\'\'|[`"\']')
_OPENING = "([{"
_CLOSING = {"(": ")", "[": "]", "{": "}"}
_NAME_END = re.compile(r"[\w$.]+$")


def fold(text: str) -> str:
    """Put text on one line, without the traces of having been on several.

    Of a literal that goes over several lines only the quotes stay.
    """
    if not _SPACES.search(text):
        return text.strip()
    masked, literals = _masked(text)
    return _unmasked(_fold(masked), [_on_a_line(each) for each in literals])


def on_one_line(text: str, language: str) -> str:
    """Fold code so that it means the same: where the end of a line separated, a `;` does."""
    if "\n" not in text:
        return fold(text)
    masked, literals = _masked(text, language)
    joined = _joined(masked) if language in _BY_LINES else masked
    return _unmasked(_fold(joined), [_on_a_line(each) for each in literals])


def laid_out(text: str, language: str, indent: int = 0) -> str:
    """Fold what fits on a line and loses nothing; leave the rest on its own lines.

    `indent` is the column in which the text begins.
    """
    folded = on_one_line(text, language)
    if "\n" not in text.strip():
        return folded
    masked, literals = _masked(text.strip(), language)
    is_whole = folded == fold(text) and not any("\n" in each for each in literals)
    if len(folded) <= WIDE and is_whole:
        return folded
    first, *rest = (line.rstrip() for line in masked.split("\n"))
    margin = min((_depth(line) for line in rest if line), default=0)
    shift = min(indent, margin)
    return _unmasked("\n".join([first, *(line[shift:] for line in rest if line)]), literals)


def has_long_literal(text: str) -> bool:
    """Say whether a literal in the text may go over several lines."""
    found = (each[0] for pattern in (_LITERAL, _RUST_LITERAL) for each in pattern.finditer(text))
    return "\n" in text and any("\n" in literal for literal in found)


def brief(text: str, limit: int) -> str:
    """Cut text that is longer than a limit, never within a name, and mark the cut."""
    if len(text) <= limit:
        return text
    cut = text[: limit - 2]
    return f"{_NAME_END.sub('', cut).rstrip() or cut} …"


def brief_call(text: str, limit: int) -> str:
    """Leave out the last arguments of a call that is longer than a limit, and mark the place."""
    opened = text.find("(")
    if len(text) <= limit or opened < 0:
        return brief(text, limit)
    closing = "".join(_CLOSING[each] for each in text[: opened + 1] if each in _OPENING)[::-1]
    cut = 0
    for place in _commas(text, opened + 1):
        if place + len(closing) + 3 <= limit:
            cut = place
    kept = f"{text[:cut]}, …" if cut else f"{text[: opened + 1]}…"
    return kept + closing


def _commas(text: str, start: int) -> list[int]:
    """Find the commas between the arguments of the call whose brackets begin before `start`."""
    found = []
    depth = 0
    masked = _LITERAL.sub(lambda each: "_" * len(each[0]), text[start:])
    whole = _QUOTES.split(masked, maxsplit=1)[0]
    for place, char in enumerate(whole):
        depth += (char in _OPENING) - (char in ")]}")
        if depth < 0:
            break
        if char == "," and depth == 0:
            found.append(start + place)
    return found


def _masked(text: str, language: str = "") -> tuple[str, list[str]]:
    """Put stand-ins without white space into the places of literals."""
    literals: list[str] = []

    def keep(found: re.Match[str]) -> str:
        literals.append(found[0])
        return f"\ue000{len(literals) - 1}\ue001"

    pattern = _RUST_LITERAL if language == "rust" else _LITERAL
    return pattern.sub(keep, text.replace("\ue000", "").replace("\ue001", "")), literals


def _unmasked(text: str, literals: list[str]) -> str:
    return _STAND_IN.sub(lambda found: literals[int(found[1])], text)


def _on_a_line(literal: str) -> str:
    if "\n" not in literal:
        return literal
    quote = _QUOTES.match(literal)
    mark = quote[0] if quote else ""
    return f"{mark}…{mark}"


def _fold(text: str) -> str:
    text = _CLOSED.sub(r"\1", _OPENED.sub(r"\1", text))
    return " ".join(text.split())


def _joined(text: str) -> str:
    """Write a `;` where the end of a line separated."""
    lines = [line.strip() for line in text.split("\n") if line.strip()]
    joined = lines[:1]
    for line in lines[1:]:
        separates = not _GOES_ON.search(joined[-1]) and not _CONTINUES.match(line)
        joined[-1] += ";" if separates else ""
        joined.append(line)
    return _CLOSING_ANGLE.sub(">", _OPENING_ANGLE.sub("<", "\n".join(joined)))


def _depth(line: str) -> int:
    return len(line) - len(line.lstrip())
