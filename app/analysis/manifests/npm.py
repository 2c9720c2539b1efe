"""Manifests of JavaScript packages."""

import json
from collections.abc import Iterator
from itertools import islice

from app.analysis.manifests.reading import (
    MAX_ITEMS,
    Lines,
    Table,
    license_of,
    table,
    text_of,
    texts_of,
)
from app.analysis.yaml_tree import compose, entries, items, scalar
from app.domain.code.facts import Dependency, Manifest, Script


def read_package_json(text: str) -> Manifest | None:
    """Read a `package.json`."""
    data = json.loads(text.lstrip("\ufeff"))
    groups = {
        "dependencies": "",
        "devDependencies": "dev",
        "peerDependencies": "peer",
        "optionalDependencies": "optional",
    }
    dependencies = [
        Dependency(name=name, constraint=text_of(constraint), group=group)
        for key, group in groups.items()
        for name, constraint in table(data, key).items()
    ]
    return Manifest(
        path="",
        ecosystem="npm",
        name=text_of(data.get("name")),
        version=text_of(data.get("version")),
        description=text_of(data.get("description")),
        license=license_of(data.get("license")),
        requires=text_of(table(data, "engines").get("node")),
        dependencies=tuple(dependencies[:MAX_ITEMS]),
        scripts=tuple(islice(_npm_scripts(data, text), MAX_ITEMS)),
        workspaces=_workspaces(data.get("workspaces")),
    )


def _npm_scripts(data: Table, text: str) -> Iterator[Script]:
    lines = Lines(text)
    start = lines.of("scripts")
    for name, command in table(data, "scripts").items():
        if isinstance(command, str):
            yield Script(name=name, target=command, line=lines.of(name, start))
    given = data.get("bin")
    own = text_of(data.get("name")).rpartition("/")[2]
    start = lines.of("bin")
    for name, target in ({own: given} if isinstance(given, str) else table(data, "bin")).items():
        line = lines.of(name, start)
        yield Script(name=name, target=text_of(target), line=line, installed=True)


def _workspaces(given: object) -> tuple[str, ...]:
    return texts_of(given.get("packages") if isinstance(given, dict) else given)


def read_pnpm_workspace(text: str) -> Manifest | None:
    """Read which folders are members of a pnpm workspace."""
    root = compose(text)
    members = [
        scalar(item)
        for entry in entries(root)
        if entry.key == "packages"
        for item in items(entry.value)
        if scalar(item)
    ]
    return Manifest(path="", ecosystem="npm", workspaces=tuple(members)) if members else None
