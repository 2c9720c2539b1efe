"""Files that git ignores: a link to one leads to what a build writes, not to nothing."""

import fnmatch
import posixpath
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence

NAME = ".gitignore"
_STARS = re.compile(r"\*+")


_MAX_LINE = 500


class Ignored:
    """The patterns of all `.gitignore` files of a commit; exceptions (`!`) are not read."""

    def __init__(self, texts: Mapping[str, str], paths: Iterable[str]) -> None:
        found = [
            _Pattern(posixpath.dirname(path), line.strip())
            for path in sorted(paths)
            if posixpath.basename(path) == NAME
            for line in texts.get(path, "").splitlines()
            if _is_pattern(line.strip())
        ]
        self._patterns = tuple(found)
        self._known: dict[str, bool] = {}

    def __contains__(self, path: str) -> bool:
        if path not in self._known:
            parts = tuple(path.split("/"))
            self._known[path] = any(each.matches(parts) for each in self._patterns)
        return self._known[path]


def _is_pattern(line: str) -> bool:
    return bool(line.strip("/")) and line[0] not in "#!" and len(line) <= _MAX_LINE


def _segments(line: str) -> list[str]:
    """Split a pattern at its slashes; many stars in a row say no more than one or two."""
    parts = (_STARS.sub("*", each) if each != "**" else each for each in line.split("/"))
    named = [each for each in parts if each]
    return [
        each
        for each, before in zip(named, ["", *named], strict=False)
        if not each == before == "**"
    ]


class _Pattern:
    """One line, matched segment by segment: what lies in an ignored folder is ignored too."""

    def __init__(self, folder: str, line: str) -> None:
        segments = _segments(line)
        is_anywhere = "/" not in line.rstrip("/")
        self._folder = tuple(folder.split("/")) if folder else ()
        self._segments = [
            None if each == "**" else re.compile(fnmatch.translate(each))
            for each in (["**", *segments] if is_anywhere else segments)
        ]

    def matches(self, path: Sequence[str]) -> bool:
        """Say whether the pattern means a path or a folder above it."""
        depth = len(self._folder)
        return tuple(path[:depth]) == self._folder and self._reaches(path[depth:])

    def _reaches(self, path: Sequence[str]) -> bool:
        """Follow all ways through the pattern at once, so that `**` needs no trying back."""
        states = {0}
        for name in path:
            states = {after for each in self._widened(states) for after in self._after(each, name)}
            if len(self._segments) in states:
                return True
        return False

    def _widened(self, states: set[int]) -> set[int]:
        """Add the states behind a `**` that stands for no folder; the last one needs a name."""
        widened = set(states)
        for each in range(len(self._segments) - 1):
            if each in widened and self._segments[each] is None:
                widened.add(each + 1)
        return widened

    def _after(self, state: int, name: str) -> Iterator[int]:
        if state >= len(self._segments):
            return
        pattern = self._segments[state]
        if pattern is None:
            yield state + (state == len(self._segments) - 1)
        elif pattern.fullmatch(name):
            yield state + 1
