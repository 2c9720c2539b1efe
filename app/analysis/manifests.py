"""Package manifests: who the package is, what it needs, which commands it gives."""

import configparser
import json
import re
import tomllib
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from app.domain.code.facts import Dependency, Manifest, Script

MAX_ITEMS = 500
_LONGEST_LICENSE = 60
"""What is longer, or on several lines, is the licence's text and not its name."""

_REQUIREMENT = re.compile(r"\s*([A-Za-z0-9][\w.-]*)\s*(?:\[[^\]]*\])?\s*(.*)", re.DOTALL)
_SETUP_FIELD = re.compile(
    r"^\s*(name|version|description|license|python_requires)\s*=\s*([\"'])(.+?)\2", re.MULTILINE
)
_GO_LINE = re.compile(
    r"(?:require\s+)?([^\s()]+\.[^\s()]+|[\w./-]+)\s+(v\S+)(?:\s*//\s*(indirect))?"
)

_Table = Mapping[str, Any]


def read_manifest(path: str, text: str) -> Manifest | None:
    """Read a manifest that its path names; None for any other file and for a broken one."""
    read = _READERS.get(path.rpartition("/")[2])
    if read is None:
        return None
    try:
        found = read(text)
    except (ValueError, TypeError, AttributeError, configparser.Error, RecursionError):
        return None
    if found is None:
        return None
    return found.model_copy(update={"path": path, "lines": len(text.splitlines())})


def is_manifest(path: str) -> bool:
    """Say whether a file is a manifest, by its path."""
    return path.rpartition("/")[2] in _READERS


def _read_pyproject(text: str) -> Manifest | None:
    data = tomllib.loads(text)
    poetry = _table(_table(data, "tool"), "poetry")
    project = _table(data, "project") or poetry
    if not project:
        return None
    return Manifest(
        path="",
        ecosystem="python",
        name=_text(project.get("name")),
        version=_text(project.get("version")),
        description=_text(project.get("description")),
        license=_license(project.get("license")),
        requires=_text(project.get("requires-python"))
        or _text(_table(poetry, "dependencies").get("python")),
        dependencies=tuple(
            [*_python_dependencies(data), *_poetry_dependencies(poetry)][:MAX_ITEMS]
        ),
        scripts=tuple(_python_scripts(project, text)),
    )


def _python_dependencies(data: _Table) -> Iterator[Dependency]:
    project = _table(data, "project")
    yield from _requirements(project.get("dependencies"), "")
    for group, given in _table(project, "optional-dependencies").items():
        yield from _requirements(given, group)
    for group, given in _table(data, "dependency-groups").items():
        yield from _requirements(given, group)


def _poetry_dependencies(poetry: _Table) -> Iterator[Dependency]:
    groups = {"": _table(poetry, "dependencies"), "dev": _table(poetry, "dev-dependencies")}
    for name, group in _table(poetry, "group").items():
        groups[name] = _table(group, "dependencies")
    for group_name, given in groups.items():
        for name, value in given.items():
            constraint = value.get("version", "") if isinstance(value, dict) else value
            if name != "python":
                yield Dependency(name=name, constraint=_text(constraint), group=group_name)


def _python_scripts(project: _Table, text: str) -> Iterator[Script]:
    for section in ("scripts", "gui-scripts"):
        for name, target in _table(project, section).items():
            if isinstance(target, str):
                line = _line_of(text, rf"^\s*[\"']?{re.escape(name)}[\"']?\s*=")
                yield Script(name=name, target=target, line=line, installed=True)


def _requirements(given: object, group: str) -> Iterator[Dependency]:
    for item in given if isinstance(given, list) else []:
        match = _REQUIREMENT.match(item) if isinstance(item, str) else None
        if match is not None:
            constraint = match[2].partition("#")[0].strip()
            yield Dependency(name=match[1], constraint=constraint, group=group)


def _read_setup_cfg(text: str) -> Manifest | None:
    parser = configparser.ConfigParser(interpolation=None, strict=False)
    parser.read_string(text)
    if not parser.has_section("metadata"):
        return None
    metadata = parser["metadata"]
    options = parser["options"] if parser.has_section("options") else {}
    extras = "options.extras_require"
    groups = {"": options.get("install_requires", "")}
    groups.update(parser[extras] if parser.has_section(extras) else {})
    return Manifest(
        path="",
        ecosystem="python",
        name=metadata.get("name", ""),
        version=metadata.get("version", ""),
        description=metadata.get("description", ""),
        license=metadata.get("license", ""),
        requires=options.get("python_requires", ""),
        dependencies=tuple(
            dependency
            for group, given in groups.items()
            for dependency in _requirements(given.strip().splitlines(), group)
        ),
        scripts=tuple(_entry_points(parser, text)),
    )


def _entry_points(parser: configparser.ConfigParser, text: str) -> Iterator[Script]:
    points = parser.get("options.entry_points", "console_scripts", fallback="")
    for item in points.strip().splitlines():
        name, _, target = (part.strip() for part in item.partition("="))
        if name and target:
            line = _line_of(text, rf"^\s*{re.escape(name)}\s*=")
            yield Script(name=name, target=target, line=line, installed=True)


def _read_setup_py(text: str) -> Manifest | None:
    """Take literals alone: the file is a program, and nobody runs it."""
    found = {match[1]: match[3] for match in _SETUP_FIELD.finditer(text)}
    if "name" not in found:
        return None
    return Manifest(
        path="",
        ecosystem="python",
        name=found["name"],
        version=found.get("version", ""),
        description=found.get("description", ""),
        license=found.get("license", ""),
        requires=found.get("python_requires", ""),
    )


def _read_package_json(text: str) -> Manifest | None:
    data = json.loads(text.lstrip("\ufeff"))
    groups = {
        "dependencies": "",
        "devDependencies": "dev",
        "peerDependencies": "peer",
        "optionalDependencies": "optional",
    }
    dependencies = [
        Dependency(name=name, constraint=_text(constraint), group=group)
        for key, group in groups.items()
        for name, constraint in _table(data, key).items()
    ]
    return Manifest(
        path="",
        ecosystem="npm",
        name=_text(data.get("name")),
        version=_text(data.get("version")),
        description=_text(data.get("description")),
        license=_license(data.get("license")),
        requires=_text(_table(data, "engines").get("node")),
        dependencies=tuple(dependencies[:MAX_ITEMS]),
        scripts=tuple(_npm_scripts(data, text)),
    )


def _npm_scripts(data: _Table, text: str) -> Iterator[Script]:
    start = _line_of(text, r'^\s*"scripts"\s*:')
    for name, command in _table(data, "scripts").items():
        if isinstance(command, str):
            line = _line_of(text, rf'^\s*"{re.escape(name)}"\s*:', start)
            yield Script(name=name, target=command, line=line)
    given = data.get("bin")
    own = _text(data.get("name")).rpartition("/")[2]
    start = _line_of(text, r'^\s*"bin"\s*:')
    for name, target in ({own: given} if isinstance(given, str) else _table(data, "bin")).items():
        line = _line_of(text, rf'^\s*"{re.escape(name)}"\s*:', start) if given else start
        yield Script(name=name, target=_text(target), line=max(line, start), installed=True)


def _read_go_mod(text: str) -> Manifest | None:
    module = re.search(r"^module\s+(\S+)", text, re.MULTILINE)
    version = re.search(r"^go\s+(\S+)", text, re.MULTILINE)
    if module is None:
        return None
    return Manifest(
        path="",
        ecosystem="go",
        name=module[1].strip('"'),
        requires=version[1] if version else "",
        dependencies=tuple(_go_requirements(text.splitlines()))[:MAX_ITEMS],
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


def _table(data: object, key: str) -> dict[str, Any]:
    value = data.get(key) if isinstance(data, Mapping) else None
    return value if isinstance(value, dict) else {}


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""


def _license(value: object) -> str:
    if isinstance(value, Mapping):
        value = _text(value.get("text")) or _text(value.get("type"))
    name = _text(value).strip()
    return "" if "\n" in name or len(name) > _LONGEST_LICENSE else name


def _line_of(text: str, pattern: str, start: int = 1) -> int:
    """Find the line that a pattern begins on, at or after a line; the first line when none is."""
    match = re.compile(pattern, re.MULTILINE)
    for number, line in enumerate(text.splitlines(), start=1):
        if number >= start and match.match(line):
            return number
    return start


_READERS: Mapping[str, Callable[[str], Manifest | None]] = {
    "pyproject.toml": _read_pyproject,
    "setup.cfg": _read_setup_cfg,
    "setup.py": _read_setup_py,
    "package.json": _read_package_json,
    "go.mod": _read_go_mod,
}
