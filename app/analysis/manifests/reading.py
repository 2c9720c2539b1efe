"""What the readers of manifests share."""

import re
from collections.abc import Mapping
from typing import Any

MAX_ITEMS = 500
_LONGEST_LICENSE = 60
"""What is longer, or on several lines, is the licence's text and not its name."""

Table = Mapping[str, Any]


def table(data: object, key: str) -> dict[str, Any]:
    """Return a table within a table; an empty one when there is none."""
    value = data.get(key) if isinstance(data, Mapping) else None
    return value if isinstance(value, dict) else {}


def text_of(value: object) -> str:
    """Return a text; an empty one for anything else."""
    return value if isinstance(value, str) else ""


def license_of(value: object) -> str:
    """Return the name of a licence, however it is given."""
    if isinstance(value, Mapping):
        value = text_of(value.get("text")) or text_of(value.get("type"))
    name = text_of(value).strip()
    return "" if "\n" in name or len(name) > _LONGEST_LICENSE else name


def line_of(text: str, pattern: str, start: int = 1) -> int:
    """Find the line that a pattern begins on, at or after a line; the first line when none is."""
    match = re.compile(pattern, re.MULTILINE)
    for number, line in enumerate(text.splitlines(), start=1):
        if number >= start and match.match(line):
            return number
    return start


def texts_of(value: object) -> tuple[str, ...]:
    """Return the texts of a list."""
    items = value if isinstance(value, list) else []
    return tuple(item for item in items if isinstance(item, str))[:MAX_ITEMS]
