"""What the readers of Rust's frameworks ask of a tree."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from tree_sitter import Node

from app.analysis.offers.view import MAX_HELP, View

_COMMENTS = frozenset({"line_comment", "block_comment"})
_WORD_END = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")


@dataclass
class Item:
    """A node with the attributes and the doc comment above it."""

    node: Node
    attributes: list[Node] = field(default_factory=list)
    doc: str = ""


def items(view: View, nodes: Sequence[Node]) -> Iterator[Item]:
    """Group the children of a list: each with what stands above it."""
    attributes: list[Node] = []
    doc: list[str] = []
    for node in nodes:
        if node.type == "attribute_item":
            attributes.append(node)
        elif node.type in _COMMENTS:
            doc += _doc_lines(view.text(node))
        elif node.is_named:
            yield Item(node, attributes, first_paragraph(doc))
            attributes, doc = [], []


def item_of(view: View, node: Node) -> Item:
    """Collect what stands above a node."""
    above: list[Node] = []
    before = node.prev_named_sibling
    while before is not None and (before.type == "attribute_item" or before.type in _COMMENTS):
        above.insert(0, before)
        before = before.prev_named_sibling
    return next(items(view, [*above, node]))


def _doc_lines(text: str) -> list[str]:
    if text.startswith("///") and not text.startswith("////"):
        return [text[3:].strip()]
    if text.startswith("/**"):
        return [line.strip(" *\t") for line in text[3:].removesuffix("*/").strip().split("\n")]
    return []


def first_paragraph(lines: Sequence[str]) -> str:
    """Return the first paragraph on one line, as a short help shows it."""
    kept: list[str] = []
    for line in lines:
        if not line and kept:
            break
        kept += [line] if line else []
    return " ".join(kept)[:MAX_HELP]


def attribute_name(view: View, node: Node) -> str:
    """Name an attribute, `tokio::test` for example."""
    inner = node.named_children[0] if node.named_children else None
    path = inner.named_children[0] if inner is not None and inner.named_children else None
    return view.text(path)


def tokens(node: Node) -> list[list[Node]]:
    """Split what an attribute is given at its commas."""
    inner = node.named_children[0] if node.named_children else None
    tree = inner.child_by_field_name("arguments") if inner is not None else None
    parts: list[list[Node]] = [[]]
    for child in tree.children[1:-1] if tree is not None else ():
        if child.type == ",":
            parts.append([])
        elif child.type not in _COMMENTS:
            parts[-1].append(child)
    return [part for part in parts if part]


@dataclass(frozen=True)
class Told:
    """One entry of an attribute: its source text, and what it says if it is a literal."""

    node: Node
    text: str | None
    """None for an entry without a value."""
    literal: str | None


def told(view: View, attributes: Sequence[Node], names: Sequence[str]) -> Mapping[str, Told]:
    """Read the entries of the attributes of some names: `long`, `help = "x"`, `default(3)`."""
    found: dict[str, Told] = {}
    for attribute in attributes:
        if attribute_name(view, attribute) not in names:
            continue
        for part in tokens(attribute):
            key, value = view.text(part[0]), part[2:] if len(part) > 2 else []
            given = value[0] if len(value) == 1 else None
            text = view.source.slice(value[0].start_byte, value[-1].end_byte) if value else None
            if len(part) == 2:
                text = view.text(part[1])
            found[key] = Told(part[0], text, view.literal(given))
    return found


def kebab(name: str) -> str:
    """Write a name of Rust as clap does by default."""
    words = _WORD_END.sub("_", name.removeprefix("r#")).split("_")
    return "-".join(word.lower() for word in words if word)


def test_ranges(view: View) -> list[tuple[int, int]]:
    """Find the modules that are compiled for tests alone."""
    if b"cfg(test)" not in view.content:
        return []
    return [
        (node.start_byte, node.end_byte)
        for node in view.nodes("mod_item")
        if any(view.text(each) == "#[cfg(test)]" for each in item_of(view, node).attributes)
    ]
