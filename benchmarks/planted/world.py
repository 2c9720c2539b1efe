"""What is real in a repository and its pages, as plain text tells it."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

WORD = re.compile(r"[A-Za-z_]\w{2,}")


@dataclass
class Page:
    """A page by its lines, each with what stands around it."""

    path: str
    lines: list[str]
    fences: dict[int, str] = field(default_factory=dict)
    """The kind of the code block in which a line stands: `mermaid`, `signature` or `code`."""
    first: dict[int, int] = field(default_factory=dict)


@dataclass
class World:
    """What is real in one repository and its pages."""

    files: Mapping[str, list[str]]
    pages: Mapping[str, Page]
    anchors: Mapping[str, Sequence[str]]
    names: Sequence[str]
    """Names that are defined somewhere, as a search for definitions finds them."""
    places: Mapping[str, frozenset[str]]
    """In which files a name is written."""


def read_world(
    files: Mapping[str, str], pages: Mapping[str, str], slug: Callable[[str], str]
) -> World:
    lines = {path: text.split("\n") for path, text in files.items()}
    defined = re.compile(
        r"^\s*(?:export\s+)?(?:async\s+)?(?:def|class|func|function|interface|type|const)\s+"
        r"(?:\([^)]*\)\s*)?([A-Za-z_]\w{2,})", re.MULTILINE
    )  # fmt: skip
    names = sorted({name for text in files.values() for name in defined.findall(text)})
    wanted = set(names)
    places: dict[str, set[str]] = {}
    for path, text in files.items():
        for word in set(WORD.findall(text)) & wanted:
            places.setdefault(word, set()).add(path)
    read = {path: _read_page(path, text) for path, text in pages.items()}
    anchors = {
        path: [slug(line.lstrip("# ")) for n, line in enumerate(page.lines)
               if line.startswith("#") and n not in page.fences]
        for path, page in read.items()
    }  # fmt: skip
    return World(lines, read, anchors, names, {k: frozenset(v) for k, v in places.items()})


def _read_page(path: str, text: str) -> Page:
    page = Page(path, text.split("\n"))
    opened = None
    for number, line in enumerate(page.lines):
        if opened is None and line.startswith("```"):
            opened = number
        elif opened is not None and line == "```":
            kind = _fence_kind(page.lines, opened, number)
            for each in range(opened, number + 1):
                page.fences[each] = kind
                page.first[each] = opened
            opened = None
    return page


def _fence_kind(lines: Sequence[str], first: int, last: int) -> str:
    if lines[first] == "```mermaid":
        return "mermaid"
    before = lines[first - 2] if first > 1 else ""
    after = lines[last + 2] if last + 2 < len(lines) else ""
    is_caption = before.startswith("[") and before.endswith("):")
    is_signature = after.startswith("[") and after.endswith(")") and "#L" in after
    return "signature" if is_signature and not is_caption else "captioned" if is_caption else "code"
