"""What the readers of manifests share."""

import re
import tomllib
from bisect import bisect_left
from collections.abc import Mapping
from typing import Any

MAX_ITEMS = 500
_LONGEST_LICENSE = 60
"""What is longer, or on several lines, is the licence's text and not its name."""

_ENDLESS_KEY = re.compile(
    r"(?<![\w-])(?:(?:[\w-]++|\"[^\"\n]*+\"|'[^'\n]*+')[ \t]*+\.[ \t]*+){100}"
)
"""The parser takes the square of a key's parts."""
_KEY = re.compile(r"[ \t]*+(?:\"((?:[^\"\\]|\\.)*+)\"|'([^']*+)'|([^\s\"'=:]++))[ \t]*+[=:]")

Table = Mapping[str, Any]


def parse_toml(text: str) -> dict[str, Any]:
    """Parse TOML; ValueError for what is none, and for a key that has no end."""
    if _ENDLESS_KEY.search(text):
        raise ValueError("a key has too many parts")
    return tomllib.loads(text)


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


class Lines:
    """The lines that begin with a key, found in one pass over a text."""

    def __init__(self, text: str, pattern: re.Pattern[str] = _KEY) -> None:
        self._found: dict[str, list[int]] = {}
        for number, line in enumerate(text.splitlines(), start=1):
            match = pattern.match(line)
            if match is not None and match.lastindex is not None:
                self._found.setdefault(match[match.lastindex], []).append(number)

    def of(self, key: str, start: int = 1) -> int:
        """Return the first line of a key at or after a line; that line when there is none."""
        lines = self._found.get(key, [])
        place = bisect_left(lines, start)
        return lines[place] if place < len(lines) else start


def texts_of(value: object) -> tuple[str, ...]:
    """Return the texts of a list."""
    items = value if isinstance(value, list) else []
    return tuple(item for item in items if isinstance(item, str))[:MAX_ITEMS]
