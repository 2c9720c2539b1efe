"""What a plain string literal says, in each grammar."""

import re

from tree_sitter import Node

from app.analysis.languages.reader import Source

_KINDS = frozenset(
    {"string", "template_string", "string_literal", "raw_string_literal", "char_literal"}
    | {"interpreted_string_literal", "rune_literal", "text_block"}
)
_HOLES = frozenset({"interpolation", "template_substitution", "template_expression"})
_JOINED = frozenset({"binary_expression", "binary_operator"})
_QUOTED = re.compile(
    r"(?P<prefix>[A-Za-z]*#*)(?P<quote>\"\"\"|'''|[\"'`])(?P<body>.*)(?P=quote)#*+", re.DOTALL
)
_ESCAPE = re.compile(
    r"\\(?:\r?\n(?P<margin>[ \t]*)|x(?P<x>[0-9a-fA-F]{2})|u(?P<u>[0-9a-fA-F]{4})|(?P<plain>.))"
)
_CONTROL = re.compile(r"[\x00-\x07\x0b\x0e-\x1f\x7f]")
"""Not `\\b` and `\\f`, with which click lays its helps out."""
_PLAIN = {"n": "\n", "t": "\t", "r": "\r", "b": "\b", "f": "\f", "0": ""}
_MAX_DEPTH = 60


def literal(node: Node, source: Source, depth: int = 0) -> str | None:
    """Return what a literal says; None for a computed one."""
    if depth > _MAX_DEPTH:
        return None
    if node.type in _KINDS:
        return _plain(node, source)
    if node.type in ("parenthesized_expression", "concatenated_string"):
        return _together([child for child in node.named_children if child.type != "comment"],
                         source, depth)  # fmt: skip
    if node.type in _JOINED and source.text(node.children[1]) == "+":
        return _together([node.children[0], node.children[-1]], source, depth)
    return None


def _together(nodes: list[Node], source: Source, depth: int) -> str | None:
    parts = [literal(node, source, depth + 1) for node in nodes]
    return "".join(part for part in parts if part is not None) if None not in parts else None


def _plain(node: Node, source: Source) -> str | None:
    if any(child.type in _HOLES for child in node.children):
        return None
    match = _QUOTED.fullmatch(source.text(node))
    if match is None or "b" in match["prefix"].lower():
        return None
    body = match["body"].replace("\r\n", "\n")
    is_raw = "r" in match["prefix"].lower() or node.type == "raw_string_literal"
    if is_raw or "\\" not in body:
        return _sound(body)
    is_rust = source.language == "rust"
    return _sound(_ESCAPE.sub(lambda found: _unescaped(found, strips=is_rust), body))


def _sound(text: str) -> str:
    """Join the halves of a character, and drop what no page and no database takes."""
    joined = text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return _CONTROL.sub("", joined)


def _unescaped(found: re.Match[str], *, strips: bool) -> str:
    if found["plain"] is not None:
        return _PLAIN.get(found["plain"], found["plain"])
    if found["margin"] is not None:
        return "" if strips else found["margin"]
    return chr(int(found["x"] or found["u"], 16))
