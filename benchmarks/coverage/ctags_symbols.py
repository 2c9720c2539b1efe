"""Definitions of Java, Kotlin, Rust and C, by universal-ctags; which are public, by keywords.

What ctags does not say (`pub`, a Kotlin `internal`) is read off the source line.
"""

import json
import re
import shutil
import subprocess
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks.coverage.symbols import PublicSymbol

TIMEOUT = 300
_COMMAND = (
    "ctags",
    "--output-format=json",
    "--fields=+neKSsaf",
    "--kinds-C=+p",
    "-L",
    "-",
    "-f",
    "-",
)


@dataclass(frozen=True)
class Tag:
    """A definition that ctags found."""

    path: str
    name: str
    kind: str
    line: int
    scope: str
    scope_kind: str
    access: str
    local: bool
    end: int


@dataclass(frozen=True)
class File:
    """The definitions of a file with its lines."""

    lines: Sequence[str]
    tags: Sequence[Tag]

    def text(self, tag: Tag) -> str:
        """Give the line of a definition."""
        return self.lines[tag.line - 1] if tag.line <= len(self.lines) else ""


Judge = Callable[[Tag, File], bool]


def ctags_symbols(language: str, root: Path, paths: Iterable[str]) -> Iterator[PublicSymbol]:
    """List what a language's keywords make public.

    Raises SystemExit when universal-ctags is missing.
    """
    if shutil.which("ctags") is None:
        raise SystemExit("Install universal-ctags: it counts what has no parser of its own here.")
    listing = "\n".join(paths).encode()
    command = (*_COMMAND, f"--languages={language}", *_AS_C.get(language, ()))
    done = subprocess.run(
        command, input=listing, cwd=root, capture_output=True, check=True, timeout=TIMEOUT
    )
    tags: dict[str, list[Tag]] = {}
    for line in done.stdout.decode(errors="replace").splitlines():
        tag = _tag(json.loads(line))
        tags.setdefault(tag.path, []).append(tag)
    for path, found in tags.items():
        text = (root / path).read_text(errors="replace")
        yield from _public(File(text.split("\n"), found), _JUDGES[language])


def _tag(entry: Mapping[str, object]) -> Tag:
    return Tag(
        path=str(entry["path"]),
        name=str(entry["name"]),
        kind=str(entry["kind"]),
        line=int(str(entry.get("line", 0))),
        scope=str(entry.get("scope", "")),
        scope_kind=str(entry.get("scopeKind", "")),
        access=str(entry.get("access", "")),
        local=bool(entry.get("file", False)),
        end=int(str(entry.get("end", 0))),
    )


def _public(file: File, judge: Judge) -> Iterator[PublicSymbol]:
    for tag in file.tags:
        if judge(tag, file):
            owner = re.split(r"::|\.", tag.scope)[-1] if tag.scope_kind in _TYPES else ""
            name = f"{owner}.{tag.name}" if owner else tag.name
            yield PublicSymbol(tag.path, name, tag.kind, tag.line)


_TYPES = frozenset(
    {"class", "interface", "enum", "annotation", "struct", "trait", "implementation", "module"}
)
_AS_C = {"C": ("--langmap=C:.c.h",)}


def _java(tag: Tag, file: File) -> bool:
    """`public`, or written in an interface; so is all around it; constructors go by their class."""
    if tag.kind not in {"class", "interface", "enum", "annotation", "method"}:
        return False
    if tag.kind == "method" and tag.name == tag.scope.rpartition(".")[2]:
        return False
    around = [
        each
        for each in file.tags
        if each.kind in _TYPES and each is not tag and each.line <= tag.line <= each.end
    ]
    inherited = any(each.kind in {"interface", "annotation"} for each in _innermost(around))
    own = inherited or re.search(r"\bpublic\b", _declaration(tag, file)) is not None
    return own and all(_java(each, file) for each in _innermost(around))


def _innermost(around: Sequence[Tag]) -> Sequence[Tag]:
    return sorted(around, key=lambda each: each.line)[-1:]


def _declaration(tag: Tag, file: File) -> str:
    """Give the text before a name on its line."""
    return file.text(tag).partition(tag.name)[0]


_HIDDEN_KOTLIN = re.compile(r"\b(?:private|internal|protected)\b")
_KOTLIN_TYPE = re.compile(r"\b(?:class|interface|object)\b")


def _kotlin(tag: Tag, file: File) -> bool:
    """Neither it nor a type around it is private, internal or protected; no local of a function."""
    if tag.kind == "package" or tag.name not in file.text(tag):
        return False  # ctags names what has no name: a lambda, a companion
    if _HIDDEN_KOTLIN.search(_declaration(tag, file)):
        return False
    return all(
        _KOTLIN_TYPE.search(line) and not _HIDDEN_KOTLIN.search(line)
        for line in _around(file.lines, tag.line)
    )


def _around(lines: Sequence[str], number: int) -> Iterator[str]:
    """Go up to the lines that open what a line stands in, by their indent."""
    indent = _indent(lines[number - 1])
    for line in reversed(lines[: number - 1]):
        bare = line.strip()
        if not bare or bare.startswith(("*", "/", "@", ")", "}", "#")):
            continue
        if _indent(line) < indent:
            indent = _indent(line)
            yield line


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip())


_PUB = re.compile(r"^\s*pub\s+(?!\()")
_PUB_TYPE = re.compile(r"^\s*pub\s+(?:unsafe\s+)?(?:struct|enum|trait|type|union)\s+(\w+)")
_RUST_KINDS = frozenset(
    {"function", "struct", "enum", "interface", "typedef", "method", "variable"}
)


def _rust(tag: Tag, file: File) -> bool:
    """Its line says `pub`, or it is of an open trait; the type around it is open, too."""
    if tag.kind == "macro":
        return any("macro_export" in line for line in file.lines[max(0, tag.line - 4) : tag.line])
    if tag.kind not in _RUST_KINDS or re.match(r"tests?\b", tag.scope):
        return False
    open_types = {match.group(1) for line in file.lines if (match := _PUB_TYPE.match(line))}
    owner = tag.scope.rpartition("::")[2]
    if tag.scope_kind == "interface":
        return owner in open_types
    defined = any(each.name == owner and each.kind in {"struct", "enum"} for each in file.tags)
    if tag.scope_kind == "implementation" and defined and owner not in open_types:
        return False
    return _PUB.match(file.text(tag)) is not None


def _c(tag: Tag, file: File) -> bool:
    """A function that is not static, or what a header declares, but no guard and no member."""
    if tag.local or tag.kind in {"member", "enumerator", "variable", "externvar"}:
        return False
    if tag.name.startswith("__anon"):
        return False
    if tag.path.endswith(".h"):
        guard = re.match(rf"^\s*#\s*define\s+{re.escape(tag.name)}\s*$", file.text(tag))
        return guard is None
    return tag.kind == "function"


_JUDGES: Mapping[str, Judge] = {
    "Java": _java,
    "Kotlin": _kotlin,
    "Rust": _rust,
    "C": _c,
}
