"""Manifests of Rust crates."""

import re
from collections.abc import Iterator
from itertools import islice

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

_BLOCK = re.compile(r"[ \t]*+\[\[(bin)\]\]")
_NAME = re.compile(r"[ \t]*+name[ \t]*+=[ \t]*+[\"']([^\"']*+)[\"']")
_GROUPS = {"dependencies": "", "dev-dependencies": "dev", "build-dependencies": "build"}


def read_cargo(text: str) -> Manifest | None:
    """Read a crate's manifest, or that of a workspace alone."""
    data = parse_toml(text)
    package, workspace = table(data, "package"), table(data, "workspace")
    if not (package or workspace):
        return None
    return Manifest(
        path="",
        ecosystem="cargo",
        name=text_of(package.get("name")),
        version=text_of(package.get("version")),
        description=text_of(package.get("description")).strip(),
        license=license_of(package.get("license")),
        requires=text_of(package.get("rust-version")),
        dependencies=tuple(islice(_dependencies(data), MAX_ITEMS)),
        scripts=tuple(islice(_binaries(data, text), MAX_ITEMS)),
        workspaces=texts_of(workspace.get("members")),
    )


def _dependencies(data: Table) -> Iterator[Dependency]:
    features = _optional(data)
    tables = [data, *(one for one in table(data, "target").values() if isinstance(one, dict))]
    for one in tables:
        for key, group in _GROUPS.items():
            for name, given in table(one, key).items():
                is_table = isinstance(given, dict)
                asked = text_of(given.get("version") if is_table else given)
                is_optional = is_table and given.get("optional") is True
                feature = features.get(name, name) if is_optional else group
                yield Dependency(name=name, constraint=asked, group=feature)


def _optional(data: Table) -> dict[str, str]:
    """Find the feature that asks for each optional dependency; the first by name has it."""
    return {
        one.removeprefix("dep:").partition("/")[0].removesuffix("?"): feature
        for feature, asked in sorted(table(data, "features").items(), reverse=True)
        for one in texts_of(asked)
    }


def _binaries(data: Table, text: str) -> Iterator[Script]:
    """Give the programs that the manifest names; those found by Cargo's layout are not in it."""
    given = data.get("bin")
    blocks, names = Lines(text, _BLOCK), Lines(text, _NAME)
    start = 1
    for one in given if isinstance(given, list) else []:
        name = text_of(one.get("name")) if isinstance(one, dict) else ""
        if name:
            target = text_of(one.get("path")) or f"src/bin/{name}.rs"
            line = names.of(name, blocks.of("bin", start))
            start = line + 1
            yield Script(name=name, target=target, line=line, installed=True)
