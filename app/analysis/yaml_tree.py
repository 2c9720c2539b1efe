"""YAML as a tree with line numbers: nothing is built from it, and nothing in it can grow."""

from collections.abc import Iterator
from typing import NamedTuple

import yaml

MAX_CHARACTERS = 300_000
MAX_DEPTH = 40
MAX_ALIASES = 200
MAX_ENTRIES = 1_000


class Entry(NamedTuple):
    """A key of a mapping, its 1-based line, and what it holds."""

    key: str
    line: int
    value: yaml.Node


def compose(text: str) -> yaml.Node | None:
    """Compose the first document; None for a broken one and for one beyond a cap."""
    if len(text) > MAX_CHARACTERS:
        return None
    try:
        if not _is_modest(text):
            return None
        return next(iter(yaml.compose_all(text, Loader=yaml.CSafeLoader)), None)
    except yaml.YAMLError:
        return None


def _is_modest(text: str) -> bool:
    """Say whether a text is neither deep nor full of aliases; events need no stack."""
    depth = aliases = 0
    for event in yaml.parse(text, Loader=yaml.CSafeLoader):
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1
        elif isinstance(event, yaml.AliasEvent):
            aliases += 1
        if depth > MAX_DEPTH or aliases > MAX_ALIASES:
            return False
    return True


def entries(node: yaml.Node | None) -> Iterator[Entry]:
    """Give the entries of a mapping; nothing for any other node."""
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value[:MAX_ENTRIES]:
            if isinstance(key, yaml.ScalarNode):
                yield Entry(key.value, key.start_mark.line + 1, value)


def find(node: yaml.Node | None, *keys: str) -> yaml.Node | None:
    """Return what stands under the first of some keys that a mapping has."""
    found = {entry.key: entry.value for entry in entries(node)}
    return next((found[key] for key in keys if key in found), None)


def items(node: yaml.Node | None) -> list[yaml.Node]:
    """Return the items of a list; nothing for any other node."""
    return list(node.value[:MAX_ENTRIES]) if isinstance(node, yaml.SequenceNode) else []


def scalar(node: yaml.Node | None) -> str:
    """Return a text as it is written; an empty one for any other node."""
    return str(node.value).strip() if isinstance(node, yaml.ScalarNode) else ""


def scalars(node: yaml.Node | None) -> tuple[str, ...]:
    """Return the texts of a list, the keys of a mapping, or a single text."""
    if isinstance(node, yaml.MappingNode):
        return tuple(entry.key for entry in entries(node))
    given = [node] if isinstance(node, yaml.ScalarNode) else items(node)
    return tuple(text for text in map(scalar, given) if text)
