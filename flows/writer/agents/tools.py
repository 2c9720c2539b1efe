"""What an agent can do besides writing: look, never touch.

Each tool answers with a dict; a fault is an answer too, since a tool that raises ends the run.
The docstrings of the four methods that agents call are prompts.
"""

import posixpath
from collections.abc import Callable, Coroutine
from typing import Any

from flows.writer.agents.fence import clean, redact
from flows.writer.agents.files import Files, Register

Answer = dict[str, Any]
Tool = Callable[..., Coroutine[Any, Any, Answer]]

MAX_ENTRIES = 200
MAX_LINES = 300
MAX_CHARACTERS = 24_000
MAX_LINE = 1_000
MAX_HITS = 40
MAX_HIT = 200
MAX_SEARCHED = 400
SEARCHED_AT_ONCE = 50
MAX_SYMBOLS = 200


class Tools:
    """Read-only tools over one commit; every range that is read becomes evidence."""

    def __init__(self, files: Files, register: Register) -> None:
        self._files = files
        self._register = register

    def all(self) -> list[Tool]:
        """List the tools for an agent; none when there is nothing to read."""
        if not self._files.paths:
            return []
        return [self.list_directory, self.read_file, self.search_text, self.outline]

    async def list_directory(self, path: str) -> Answer:
        """List the files and folders in a folder of the repository; "" is its root."""
        folder = _normal(path)
        start = f"{folder}/" if folder else ""
        inside = [each[len(start) :] for each in self._files.paths if each.startswith(start)]
        if not inside:
            return _fault(f"there is no folder {path!r}")
        names = list(dict.fromkeys(_first_part(each) for each in inside))
        return {
            "entries": [_shown(each) for each in names[:MAX_ENTRIES]],
            "left_out": max(0, len(names) - MAX_ENTRIES),
        }

    async def read_file(self, path: str, first_line: int, max_lines: int) -> Answer:
        """Read lines of a file, from first_line (1 is the first), at most 300 at once.

        The answer has an evidence id: cite it for what these lines show.
        """
        name = _normal(path)
        lines = (await self._files.lines([name])).get(name)
        if lines is None:
            return _fault(f"there is no text file {path!r}; list its folder first")
        first = max(1, first_line)
        if first > len(lines):
            return _fault(f"{name} has only {len(lines)} lines")
        taken = _within(lines[first - 1 : first - 1 + min(max(1, max_lines), MAX_LINES)])
        evidence = self._register.add(self._files, name, first, taken)
        return {
            "evidence": evidence.id,
            "text": "\n".join(f"{first + n}: {_shown(each)}" for n, each in enumerate(taken)),
            "lines_of_file": len(lines),
        }

    async def search_text(self, text: str, folder: str) -> Answer:
        """Find lines that contain a text, exactly as written, in a folder; "" is everywhere.

        A hit is no evidence yet: read the lines around it to cite them.
        """
        if len(text.strip()) < 2:
            return _fault("search for two characters or more")
        start = _normal(folder)
        paths = [p for p in self._files.paths if not start or p.startswith((f"{start}/", start))]
        hits: list[Answer] = []
        for start_at in range(0, min(len(paths), MAX_SEARCHED), SEARCHED_AT_ONCE):
            batch = paths[start_at : start_at + SEARCHED_AT_ONCE]
            for path, lines in (await self._files.lines(batch)).items():
                hits += _hits(path, lines, text)
            if len(hits) >= MAX_HITS:
                break
        return {
            "hits": hits[:MAX_HITS],
            "files_not_searched": max(0, len(paths) - MAX_SEARCHED),
        }

    async def outline(self, path: str) -> Answer:
        """List what a source file defines, each with its lines and signature."""
        facts = self._files.facts(_normal(path))
        if facts is None:
            return _fault(f"{path!r} is not a source file that was parsed")
        return {
            "doc": _shown(facts.doc),
            "symbols": [
                {
                    "name": each.name,
                    "kind": each.kind.value,
                    "lines": f"{each.first_line}-{each.last_line}",
                    "signature": _shown(each.signature),
                }
                for each in facts.symbols[:MAX_SYMBOLS]
            ],
            "left_out": max(0, len(facts.symbols) - MAX_SYMBOLS),
        }


def _hits(path: str, lines: list[str], text: str) -> list[Answer]:
    return [
        {"path": _shown(path), "line": number, "text": _shown(line.strip()[:MAX_HIT])}
        for number, line in enumerate(lines, 1)
        if text in line
    ]


def _normal(path: str) -> str:
    normal = posixpath.normpath(path.strip().lstrip("/")) if path.strip("/ ") else ""
    return "" if normal == "." else normal


def _first_part(path: str) -> str:
    name, slash, _ = path.partition("/")
    return f"{name}{slash}"


def _within(lines: list[str]) -> list[str]:
    taken: list[str] = []
    room = MAX_CHARACTERS
    for line in lines:
        room -= min(len(line), MAX_LINE)
        if taken and room < 0:
            break
        taken.append(line)
    return taken


def _shown(text: str) -> str:
    return redact(clean(text))[:MAX_LINE]


def _fault(text: str) -> Answer:
    return {"error": text}
