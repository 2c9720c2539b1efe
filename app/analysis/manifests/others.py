"""Manifests of Ruby, PHP, .NET and Swift packages: of programs among them, literals alone."""

import json
import re
from collections.abc import Iterator
from itertools import islice
from xml.etree.ElementTree import Element

from app.analysis.manifests.reading import MAX_ITEMS, Lines, license_of, table, text_of
from app.analysis.manifests.xml import child_text, children, parse
from app.domain.code.facts import Dependency, Manifest, Script

_GEM = re.compile(
    r"^([ \t]*)gem[ \t(]+([\"'])([\w.-]+)\2((?:[ \t]*,[ \t]*[\"'][^\"'\n]*[\"'])*)", re.MULTILINE
)
_GROUP = re.compile(r"^([ \t]*)group[ \t(]++:(\w++)[^\n]*\bdo\b", re.MULTILINE)
_GEMSPEC_FIELD = re.compile(
    r"^[ \t]*\w+\.(name|version|summary|description|license|required_ruby_version)\s*=\s*"
    r"([\"'])([^\"'\n#]*)\2(?:\.freeze)?[ \t]*$",
    re.MULTILINE,
)
_GEMSPEC_NEW = re.compile(r"\bGem::Specification\.new[ \t(]+([\"'])([\w.-]+)\1")
_GEMSPEC_DEPENDENCY = re.compile(
    r"^[ \t]*\w+\.add_(runtime_|development_)?dependency[ \t(]+([\"'])([\w.-]+)\2"
    r"((?:[ \t]*,[ \t]*[\"'][^\"'\n]*[\"'])*)",
    re.MULTILINE,
)
_QUOTED = re.compile(r"[\"']([^\"'\n]*)[\"']")
_SWIFT_NAME = re.compile(r"\bPackage\(\s*name:\s*\"([^\"\n\\]+)\"")
_SWIFT_TOOLS = re.compile(r"^//\s*swift-tools-version:\s*([\d.]+)")
_SWIFT_DEPENDENCY = re.compile(
    r"\.package\(\s*(?:name:\s*\"[^\"\n]*\"\s*,\s*)?url:\s*\"([^\"\n\\]+)\"\s*,\s*"
    r"((?:from|exact|branch|revision):\s*\"[^\"\n\\]*\"|\.\w+\([^()\"\n]*+\"[^\"\n\\]*+\"[^()\n]*+\))?"
)
_SWIFT_PROGRAM = re.compile(r"\.executable\(\s*name:\s*\"([^\"\n\\]+)\"")
_COMPOSER_GROUPS = {"require": "", "require-dev": "dev"}
_PLATFORM = re.compile(r"^(?:php|hhvm|ext-.+|lib-.+|composer(?:-.+)?)$")


def read_gemfile(text: str) -> Manifest | None:
    """Read the gems that a `Gemfile` asks for by plain literals."""
    groups = [
        (match.start(), match[1], match[2]) for match in islice(_GROUP.finditer(text), MAX_ITEMS)
    ]
    dependencies = [
        Dependency(name=match[3], constraint=_versions(match[4]), group=_group(text, match, groups))
        for match in islice(_GEM.finditer(text), MAX_ITEMS)
    ]
    if not dependencies:
        return None
    return Manifest(path="", ecosystem="rubygems", dependencies=tuple(dependencies))


def _group(text: str, match: re.Match[str], groups: list[tuple[int, str, str]]) -> str:
    """Name the group whose block a line is in, by the `end` at the block's own indentation."""
    around = [one for one in groups if one[0] < match.start()]
    if not around:
        return ""
    start, indent, name = around[-1]
    is_closed = re.search(rf"^{indent}end\b", text[start : match.start()], re.M)
    return "" if is_closed else name


def read_gemspec(text: str) -> Manifest | None:
    """Read what a gem says of itself in plain literals."""
    fields = {match[1]: match[3] for match in _GEMSPEC_FIELD.finditer(text)}
    given = _GEMSPEC_NEW.search(text)
    name = fields.get("name", given[2] if given is not None else "")
    if not name:
        return None
    return Manifest(
        path="",
        ecosystem="rubygems",
        name=name,
        version=fields.get("version", ""),
        description=fields.get("summary", "") or fields.get("description", ""),
        license=license_of(fields.get("license")),
        requires=fields.get("required_ruby_version", ""),
        dependencies=tuple(
            Dependency(
                name=match[3],
                constraint=_versions(match[4]),
                group="dev" if match[1] == "development_" else "",
            )
            for match in islice(_GEMSPEC_DEPENDENCY.finditer(text), MAX_ITEMS)
        ),
    )


def _versions(text: str) -> str:
    return ", ".join(_QUOTED.findall(text))


def read_composer(text: str) -> Manifest | None:
    """Read a `composer.json`."""
    data = json.loads(text.lstrip("\ufeff"))
    dependencies = [
        Dependency(name=name, constraint=text_of(constraint), group=group)
        for key, group in _COMPOSER_GROUPS.items()
        for name, constraint in table(data, key).items()
        if not _PLATFORM.match(name)
    ]
    return Manifest(
        path="",
        ecosystem="composer",
        name=text_of(data.get("name")),
        version=text_of(data.get("version")),
        description=text_of(data.get("description")),
        license=license_of(data.get("license")),
        requires=text_of(table(data, "require").get("php")),
        dependencies=tuple(dependencies[:MAX_ITEMS]),
        scripts=tuple(islice(_composer_scripts(table(data, "scripts"), text), MAX_ITEMS)),
    )


def _composer_scripts(scripts: dict[str, object], text: str) -> Iterator[Script]:
    lines = Lines(text)
    start = lines.of("scripts")
    for name, command in scripts.items():
        steps = command if isinstance(command, list) else [command]
        if steps and all(isinstance(step, str) for step in steps):
            target = " && ".join(map(str, steps))
            yield Script(name=name, target=target, line=lines.of(name, start))


def read_csproj(text: str) -> Manifest | None:
    """Read a project of .NET; its name is the file's unless it says another."""
    root = parse(text)
    if root is None or not root.tag.endswith("Project"):
        return None
    groups = children(root, "PropertyGroup")

    def said(*names: str) -> str:
        found = (_unconditional(groups, name) for name in names)
        return next((one for one in found if one and "$(" not in one), "")

    dependencies = [
        Dependency(
            name=one.get("Include", ""),
            constraint=one.get("Version", "") or child_text(one, "Version"),
        )
        for group in children(root, "ItemGroup")
        for one in children(group, "PackageReference")
        if one.get("Include")
    ]
    return Manifest(
        path="",
        ecosystem="nuget",
        name=said("PackageId", "AssemblyName"),
        version=said("Version", "VersionPrefix"),
        description=" ".join(said("Description").split()),
        license=license_of(said("PackageLicenseExpression")),
        requires=said("TargetFramework", "TargetFrameworks"),
        dependencies=tuple(dependencies[:MAX_ITEMS]),
    )


def _unconditional(groups: list[Element], name: str) -> str:
    """Return a property that is set once and whatever the build is for."""
    found = [(group, one) for group in groups for one in children(group, name)]
    if len(found) != 1 or any(element.get("Condition") for element in found[0]):
        return ""
    return (found[0][1].text or "").strip()


def read_swift_package(text: str) -> Manifest | None:
    """Read a `Package.swift` by its plain literals."""
    name = _SWIFT_NAME.search(text)
    tools = _SWIFT_TOOLS.search(text)
    if name is None:
        return None
    return Manifest(
        path="",
        ecosystem="swift",
        name=name[1],
        requires=tools[1] if tools is not None else "",
        dependencies=tuple(
            Dependency(
                name=match[1].rstrip("/").removesuffix(".git").rpartition("/")[2],
                constraint=" ".join((match[2] or "").split()),
            )
            for match in islice(_SWIFT_DEPENDENCY.finditer(text), MAX_ITEMS)
        ),
        scripts=tuple(
            Script(
                name=match[1],
                target=match[1],
                line=text.count("\n", 0, match.start()) + 1,
                installed=True,
            )
            for match in islice(_SWIFT_PROGRAM.finditer(text), MAX_ITEMS)
        ),
    )
