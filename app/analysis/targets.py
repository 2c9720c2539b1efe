"""Targets that a person may call: of a Taskfile and of a justfile."""

import re
from collections.abc import Iterator

from app.analysis.yaml_tree import compose, entries, find, scalar
from app.domain.code.facts import MakeTarget

MAX_TARGETS = 500
LONGEST_LINE = 1_000

_TASKFILE = re.compile(r"(?:^|/)[Tt]askfile(?:\.dist)?\.ya?ml$")
_JUSTFILE = re.compile(r"(?:^|/)(?:\.?[Jj]ustfile|[\w.-]+\.just)$")
_RECIPE = re.compile(r"^@?([A-Za-z][\w-]*+)(?:[ \t][^:\n]*+)?+:(?!=)")
_WORDS = frozenset({"alias", "export", "import", "mod", "set", "unexport"})
_HIDING = re.compile(r"^\[[^\]]*\bprivate\b[^\]]*\]\s*$")


def is_taskfile(path: str) -> bool:
    """Say whether a file is for `task`, by its path."""
    return _TASKFILE.search(path) is not None


def read_taskfile(path: str, text: str) -> Iterator[MakeTarget]:
    """Read the tasks of a Taskfile that are not internal; nothing of a broken one."""
    for task in entries(find(compose(text), "tasks")):
        is_internal = scalar(find(task.value, "internal")).lower() == "true"
        if not is_internal:
            doc = " ".join(scalar(find(task.value, "desc", "summary")).split())
            yield MakeTarget(runner="task", name=task.key, path=path, line=task.line, doc=doc)


def is_justfile(path: str) -> bool:
    """Say whether a file is for `just`, by its path."""
    return _JUSTFILE.search(path) is not None


def read_justfile(path: str, text: str) -> Iterator[MakeTarget]:
    """Read the recipes of a justfile that are not private."""
    found = 0
    above: list[str] = []
    is_private = False
    for number, line in enumerate(text.splitlines(), start=1):
        match = _RECIPE.match(line) if len(line) <= LONGEST_LINE else None
        if match is not None and match[1] not in _WORDS and not is_private and found < MAX_TARGETS:
            found += 1
            doc = above[-1] if above else ""
            yield MakeTarget(runner="just", name=match[1], path=path, line=number, doc=doc)
        if line.startswith("#"):
            above.append(line.lstrip("#! ").strip())
        elif line.startswith("["):
            is_private = is_private or _HIDING.match(line) is not None
        else:
            above, is_private = [], False
