"""JSON from outside, read field by field: only what AutoDoc uses has to be there."""

from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from app.errors import AutoDocError

T = TypeVar("T")


class Document:
    """One JSON value; a path such as `repository.full_name` names a field within it.

    A missing or strange field raises what `complain` makes of its path.
    """

    def __init__(self, value: Any, complain: Callable[[str], AutoDocError], at: str = "") -> None:
        self._value = value
        self._complain = complain
        self._at = at

    def text(self, path: str) -> str:
        """Read a string."""
        return self._typed(path, str)

    def number(self, path: str) -> int:
        """Read an integer."""
        value = self._typed(path, int)
        if isinstance(value, bool):
            raise self._complain(self._place(path))
        return value

    def flag(self, path: str) -> bool:
        """Read a boolean; an absent one is false."""
        return self._find(path) is True

    def optional_text(self, path: str) -> str:
        """Read a string that may be absent or null, which is the empty one."""
        value = self._find(path)
        return value if isinstance(value, str) else ""

    def optional_number(self, path: str) -> int | None:
        """Read an integer that may be absent."""
        return None if self._find(path) is None else self.number(path)

    def has(self, path: str) -> bool:
        """Say whether a field is there and not null."""
        return self._find(path) is not None

    def parts(self, path: str = "") -> list["Document"]:
        """Read a list; its members are read like this value."""
        items = self._typed(path, list)
        place = self._place(path)
        return [
            Document(item, self._complain, f"{place}[{number}]")
            for number, item in enumerate(items)
        ]

    def _typed(self, path: str, kind: type[T]) -> T:
        value = self._find(path)
        if not isinstance(value, kind):
            raise self._complain(self._place(path))
        return value

    def _find(self, path: str) -> Any:
        value = self._value
        for name in path.split(".") if path else ():
            if not isinstance(value, Mapping):
                return None
            value = value.get(name)
        return value

    def _place(self, path: str) -> str:
        return ".".join(part for part in (self._at, path) if part)
