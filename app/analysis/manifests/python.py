"""Manifests of Python packages."""

import configparser
import re
from collections.abc import Iterator
from itertools import chain, islice

from app.analysis.manifests.reading import (
    MAX_ITEMS,
    Lines,
    Table,
    license_of,
    parse_toml,
    table,
    text_of,
    texts_of,
)
from app.domain.code.facts import Dependency, Manifest, Script

_LONGEST_LINE = 2_000
"""The parser of INI takes the square of a line."""
_REQUIREMENT = re.compile(r"\s*([A-Za-z0-9][\w.-]*)\s*(?:\[[^\]]*\])?\s*(.*)", re.DOTALL)
_SETUP_FIELD = re.compile(
    r"^[ \t]*(name|version|description|license|python_requires)\s*=\s*([\"'])(.+?)\2", re.MULTILINE
)
_REQUIREMENTS = re.compile(r"requirements(?:[-_.](?P<group>[\w-]+))?\.txt$")
_IN_REQUIREMENTS = re.compile(r"(?:^|/)requirements/(?P<group>[\w-]+)\.txt$")
_ALWAYS = frozenset({"", "base", "main", "prod", "production", "core", "common", "requirements"})


def read_pyproject(text: str) -> Manifest | None:
    """Read a `pyproject.toml` with a project, or one of Poetry's."""
    data = parse_toml(text)
    poetry = table(table(data, "tool"), "poetry")
    project = table(data, "project") or poetry
    if not (project or _uv_workspace(data)):
        return None
    return Manifest(
        path="",
        ecosystem="python",
        name=text_of(project.get("name")),
        version=text_of(project.get("version")),
        description=text_of(project.get("description")),
        license=license_of(project.get("license")),
        requires=text_of(project.get("requires-python"))
        or text_of(table(poetry, "dependencies").get("python")),
        dependencies=tuple(
            islice(chain(_python_dependencies(data), _poetry_dependencies(poetry)), MAX_ITEMS)
        ),
        scripts=tuple(islice(_python_scripts(project, text), MAX_ITEMS)),
        workspaces=texts_of(_uv_workspace(data).get("members")),
    )


def _uv_workspace(data: Table) -> Table:
    return table(table(table(data, "tool"), "uv"), "workspace")


def _python_dependencies(data: Table) -> Iterator[Dependency]:
    project = table(data, "project")
    yield from _requirements(project.get("dependencies"), "")
    for group, given in table(project, "optional-dependencies").items():
        yield from _requirements(given, group)
    for group, given in table(data, "dependency-groups").items():
        yield from _requirements(given, group)


def _poetry_dependencies(poetry: Table) -> Iterator[Dependency]:
    groups = {"": table(poetry, "dependencies"), "dev": table(poetry, "dev-dependencies")}
    for name, group in table(poetry, "group").items():
        groups[name] = table(group, "dependencies")
    for group_name, given in groups.items():
        for name, value in given.items():
            constraint = value.get("version", "") if isinstance(value, dict) else value
            if name != "python":
                yield Dependency(name=name, constraint=text_of(constraint), group=group_name)


def _python_scripts(project: Table, text: str) -> Iterator[Script]:
    lines = Lines(text)
    for section in ("scripts", "gui-scripts"):
        for name, target in table(project, section).items():
            if isinstance(target, str):
                yield Script(name=name, target=target, line=lines.of(name), installed=True)


def _requirements(given: object, group: str) -> Iterator[Dependency]:
    for item in given if isinstance(given, list) else []:
        match = _REQUIREMENT.match(item) if isinstance(item, str) else None
        if match is not None:
            constraint = match[2].partition("#")[0].strip()
            yield Dependency(name=match[1], constraint=constraint, group=group)


def read_setup_cfg(text: str) -> Manifest | None:
    """Read a `setup.cfg` with metadata."""
    if max(map(len, text.splitlines()), default=0) > _LONGEST_LINE:
        return None
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
            islice(
                chain.from_iterable(
                    _requirements(given.strip().splitlines(), group)
                    for group, given in groups.items()
                ),
                MAX_ITEMS,
            )
        ),
        scripts=tuple(islice(_entry_points(parser, text), MAX_ITEMS)),
    )


def _entry_points(parser: configparser.ConfigParser, text: str) -> Iterator[Script]:
    lines = Lines(text)
    points = parser.get("options.entry_points", "console_scripts", fallback="")
    for item in points.strip().splitlines():
        name, _, target = (part.strip() for part in item.partition("="))
        if name and target:
            yield Script(name=name, target=target, line=lines.of(name), installed=True)


def read_setup_py(text: str) -> Manifest | None:
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


def is_requirements(path: str) -> bool:
    """Say whether a file is a list for pip, by its path."""
    return bool(_REQUIREMENTS.match(path.rpartition("/")[2]) or _IN_REQUIREMENTS.search(path))


def read_requirements(path: str, text: str) -> Manifest | None:
    """Read a list for pip; what it includes from elsewhere or fetches by address is left out."""
    match = _REQUIREMENTS.match(path.rpartition("/")[2]) or _IN_REQUIREMENTS.search(path)
    group = (match["group"] or "") if match is not None else ""
    lines = [line.split(" --hash", 1)[0].rstrip(" \\") for line in text.splitlines()]
    wanted = [line for line in lines if "://" not in line and not line.lstrip().startswith("-")]
    found = _requirements(wanted, "" if group in _ALWAYS else group)
    dependencies = tuple(islice(found, MAX_ITEMS))
    return (
        Manifest(path="", ecosystem="python", dependencies=dependencies) if dependencies else None
    )
