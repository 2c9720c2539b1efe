"""Which files are manifests, and who reads each."""

import re
from collections.abc import Callable, Mapping

from app.analysis.manifests.cargo import read_cargo
from app.analysis.manifests.go import read_go_mod, read_go_work
from app.analysis.manifests.jvm import read_gradle, read_gradle_settings, read_pom
from app.analysis.manifests.npm import read_package_json, read_pnpm_workspace
from app.analysis.manifests.others import (
    read_composer,
    read_csproj,
    read_gemfile,
    read_gemspec,
    read_swift_package,
)
from app.analysis.manifests.python import (
    is_requirements,
    read_pyproject,
    read_requirements,
    read_setup_cfg,
    read_setup_py,
)
from app.domain.code.facts import Manifest

MAX_CHARACTERS = 300_000
"""The parsers of TOML and INI take the square of some texts."""

_SUFFIX = re.compile(r"\.(?:gemspec|csproj|fsproj|vbproj)$")


def read_manifest(path: str, text: str) -> Manifest | None:
    """Read a manifest that its path names; None for any other file and for a broken one."""
    read = _READERS.get(_key(path))
    if len(text) > MAX_CHARACTERS:
        return None
    try:
        if read is not None:
            found = read(text)
        else:
            found = read_requirements(path, text) if is_requirements(path) else None
        if found is not None:
            found.model_dump_json()
    except Exception:  # noqa: BLE001 - anybody can commit any manifest; it ends only its own reading
        return None
    if found is None:
        return None
    name = found.name
    if found.ecosystem == "nuget":
        name = name or path.rpartition("/")[2].rpartition(".")[0]
    update = {"path": path, "name": name, "lines": len(text.splitlines())}
    return found.model_copy(update=update)


def is_manifest(path: str) -> bool:
    """Say whether a file is a manifest, by its path."""
    return _key(path) in _READERS or is_requirements(path)


def _key(path: str) -> str:
    name = path.rpartition("/")[2]
    suffix = _SUFFIX.search(name)
    return suffix[0] if suffix is not None else name


_READERS: Mapping[str, Callable[[str], Manifest | None]] = {
    "pyproject.toml": read_pyproject,
    "setup.cfg": read_setup_cfg,
    "setup.py": read_setup_py,
    "package.json": read_package_json,
    "pnpm-workspace.yaml": read_pnpm_workspace,
    "go.mod": read_go_mod,
    "go.work": read_go_work,
    "Cargo.toml": read_cargo,
    "pom.xml": read_pom,
    "build.gradle": read_gradle,
    "build.gradle.kts": read_gradle,
    "settings.gradle": read_gradle_settings,
    "settings.gradle.kts": read_gradle_settings,
    "Gemfile": read_gemfile,
    ".gemspec": read_gemspec,
    "composer.json": read_composer,
    ".csproj": read_csproj,
    ".fsproj": read_csproj,
    ".vbproj": read_csproj,
    "Package.swift": read_swift_package,
}
