"""A mutant: one change to a commit, and what is known of it without asking the product."""

import difflib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from benchmarks.mutants.syntax import Definition, Edit

CHANGING = (
    "default changed", "parameter removed", "parameter renamed", "parameter newly required",
    "parameter order", "return value", "raised error", "condition", "constant", "setting default",
    "flag", "route", "removed", "renamed",
)  # fmt: skip
NEUTRAL = (
    "comment added", "comment changed", "comment removed", "line breaks", "indentation", "quotes",
    "trailing comma", "blank lines", "lines inserted above", "moved within the file",
    "moved to another file", "local renamed", "doc comment re-wrapped",
)  # fmt: skip
REWORDING = ("annotation", "doc comment changed")
"""No code changes, but what a reference page quotes: not stale, and counted apart."""


@dataclass(frozen=True)
class Site:
    """A place where one class of change can be made, by edits of one file or of several."""

    kind: str
    definition: Definition
    edits: tuple[Edit, ...] = ()
    """Of the definition's own file."""
    elsewhere: Mapping[str, tuple[Edit, ...]] | None = None
    """Of other files, by path; a new file has one edit of nothing."""
    said: str = ""
    """What a page may say that is no longer so: the parameter, the flag, the path."""


@dataclass(frozen=True)
class Mutant:
    """What one change makes of the files of a commit."""

    kind: str
    language: str
    path: str
    symbol: str
    files: Mapping[str, bytes]
    """Changed or new files, as they become."""
    before: Mapping[str, bytes]
    """The same files as they were; a new one is missing."""
    said: str = ""

    @property
    def is_changing(self) -> bool:
        return self.kind in CHANGING

    def diff(self) -> str:
        """Show the change as a unified diff."""
        parts: list[str] = []
        for path, after in sorted(self.files.items()):
            old, new = (
                each.decode(errors="replace").splitlines()
                for each in (self.before.get(path, b""), after)
            )
            parts += difflib.unified_diff(old, new, path, path, n=1, lineterm="")
        return "\n".join(parts)

    def touched(self, path: str) -> Sequence[tuple[int, int]]:
        """List the first and last old line of each changed place.

        What is only put in lies between two lines: the first is then one more than the last.
        """
        return self._touched.get(path, ())

    @cached_property
    def _touched(self) -> Mapping[str, Sequence[tuple[int, int]]]:
        return {path: self._replaced(path) for path in self.files}

    def _replaced(self, path: str) -> list[tuple[int, int]]:
        old, new = (
            each.decode(errors="replace").splitlines()
            for each in (self.before.get(path, b""), self.files[path])
        )
        matcher = difflib.SequenceMatcher(None, old, new, autojunk=False)
        return [
            (first + 1, last) for tag, first, last, _, _ in matcher.get_opcodes() if tag != "equal"
        ]
