"""What a C preprocessor would take away, so that a grammar can read the rest.

Every change keeps each byte in its place: what goes becomes blanks.
"""

import re
from collections.abc import Callable

_MACRO_LINE = re.compile(
    rb"^[ \t]*[A-Z][A-Z0-9_]{3,}+(?:\([^()\n]*+\))?+[ \t]*+;?[ \t]*+\r?$", re.MULTILINE
)
_MACRO_WORD = re.compile(
    rb"(?<![\w.>])[A-Z][A-Z0-9]*_[A-Z0-9_]*(?:\([^()\n]*\))?(?=[ \t]+(?:[a-zA-Z_~]|\n|\{))"
)
_MACRO_AFTER = re.compile(rb"(?<=\))[ \t]+[A-Z][A-Z0-9_]{3,}(?:\([^()\n]*\))?(?=[ \t\r\n]*[;{])")
_ATTRIBUTE = re.compile(rb"__attribute__[ \t]*\(\((?:[^()\n]|\([^()\n]*\))*\)\)")
_DIRECTIVE = re.compile(
    rb"^[ \t]*#[ \t]*(if|ifdef|ifndef|elif|else|endif)\b(?:\\\r?\n|[^\n])*", re.MULTILINE
)
_NEVER = re.compile(rb"[ \t]*+#[ \t]*+if[ \t]++0\b")
_WORD = re.compile(rb"[^\r\n]")


def without_macros(content: bytes) -> bytes:
    """Blank what looks like a macro where C expects a word of its own."""
    for pattern in (_ATTRIBUTE, _MACRO_AFTER, _MACRO_LINE, _MACRO_WORD):
        content = pattern.sub(_blank_outside_directives(content), content)
    return content


def with_one_branch(content: bytes) -> bytes:
    """Keep the first branch of every condition, or the second of `#if 0`."""
    parts: list[bytes] = []
    kept: list[bool] = []
    position = 0
    for directive in _DIRECTIVE.finditer(content):
        between = content[position : directive.start()]
        parts += [between if all(kept) else _blank(between), _blank(directive[0])]
        position = directive.end()
        word = directive[1]
        if word.startswith(b"if"):
            kept.append(not _NEVER.match(directive[0]))
        elif word == b"endif" and kept:
            kept.pop()
        elif kept:
            kept[-1] = not kept[-1] and word == b"else"
    return b"".join((*parts, content[position:]))


def _blank(text: bytes) -> bytes:
    return _WORD.sub(b" ", text)


def _blank_outside_directives(content: bytes) -> Callable[[re.Match[bytes]], bytes]:
    def replace(match: re.Match[bytes]) -> bytes:
        line = content[content.rfind(b"\n", 0, match.start()) + 1 : match.start()]
        return match[0] if line.lstrip().startswith(b"#") else _blank(match[0])

    return replace
