"""Manifests of Go modules."""

import re
from collections.abc import Iterable, Iterator
from itertools import islice

from app.analysis.manifests.reading import MAX_ITEMS
from app.domain.code.facts import Dependency, Manifest

_GO_LINE = re.compile(r"(?:require\s++)?([^\s()]++)\s++(v\S++)(?:\s*+//\s*+(indirect))?")
_USE = re.compile(r"^use\s*+(?:\(([^()]*+)\)|(\S++))", re.MULTILINE)
_COMMENT = re.compile(r"//.*")


def read_go_mod(text: str) -> Manifest | None:
    """Read a `go.mod`."""
    module = re.search(r"^module\s+(\S+)", text, re.MULTILINE)
    version = re.search(r"^go\s+(\S+)", text, re.MULTILINE)
    if module is None:
        return None
    return Manifest(
        path="",
        ecosystem="go",
        name=module[1].strip('"'),
        requires=version[1] if version else "",
        dependencies=tuple(islice(_go_requirements(text.splitlines()), MAX_ITEMS)),
    )


def _go_requirements(lines: Iterable[str]) -> Iterator[Dependency]:
    block = ""
    for line in (one.strip() for one in lines):
        word = line.partition(" ")[0]
        if line.endswith("("):
            block = word
        elif line == ")":
            block = ""
        elif "require" in (block, word):
            match = _GO_LINE.match(line)
            if match is not None:
                group = match[3] or ""
                yield Dependency(name=match[1], constraint=match[2], group=group)


def read_go_work(text: str) -> Manifest | None:
    """Read which modules are members of a workspace."""
    version = re.search(r"^go\s+(\S+)", text, re.MULTILINE)
    bare = _COMMENT.sub("", text)
    members = [member for match in _USE.finditer(bare) for member in (match[1] or match[2]).split()]
    if not members:
        return None
    return Manifest(
        path="",
        ecosystem="go",
        requires=version[1] if version else "",
        workspaces=tuple(members)[:MAX_ITEMS],
    )
