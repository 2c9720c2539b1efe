"""Manifests of Maven and Gradle: of a Gradle build, which is a program, its literals alone."""

import re
from collections.abc import Iterator
from itertools import islice
from xml.etree.ElementTree import Element

from app.analysis.manifests.reading import MAX_ITEMS
from app.analysis.manifests.xml import child, child_text, parse
from app.domain.code.facts import Dependency, Manifest

_COMMENT = re.compile(
    r"\"(?:\\.|[^\"\\\n])*+(?:\"|(?=\n)|\Z)|'(?:\\.|[^'\\\n])*+(?:'|(?=\n)|\Z)"
    r"|//[^\n]*|/\*.*?(?:\*/|\Z)",
    re.DOTALL,
)
_FIELD = re.compile(r"^(version|description)\s*+=?\s*+([\"'])([^\"'$\n]+)\2", re.MULTILINE)
_ROOT_NAME = re.compile(r"^rootProject\.name\s*=\s*([\"'])([^\"'$\n]+)\1", re.MULTILINE)
_INCLUDE = re.compile(
    r"^[ \t]*include\b[ \t]*+\(?((?:\s*+[\"'][^\"'\n]++[\"']\s*+,?)++)\)?", re.MULTILINE
)
_QUOTED = re.compile(r"[\"']([^\"'\n]+)[\"']")
_DEPENDENCY = re.compile(
    r"^[ \t]*(api|implementation|compileOnly|runtimeOnly|annotationProcessor|kapt|ksp"
    r"|test\w*|androidTest\w*|\w+(?:Implementation|Api|CompileOnly|RuntimeOnly))"
    r"[ \t]*+\(?[ \t]*+([\"'])([\w.-]+:[\w.-]+)(?::([^\"'\n:]*))?\2",
    re.MULTILINE,
)
_SCOPES = {"compile": "", "runtime": ""}
_NEEDED = frozenset({"api", "implementation", "compileOnly", "runtimeOnly"})


def read_pom(text: str) -> Manifest | None:
    """Read a `pom.xml`; properties are left as they are written."""
    root = parse(text)
    if root is None or not root.tag.endswith("project"):
        return None
    parent = child(root, "parent")
    license_ = child(child(root, "licenses"), "license")
    modules = child(root, "modules")
    return Manifest(
        path="",
        ecosystem="maven",
        name=child_text(root, "artifactId"),
        version=child_text(root, "version") or child_text(parent, "version"),
        description=" ".join(child_text(root, "description").split()),
        license=child_text(license_, "name"),
        dependencies=tuple(islice(_maven_dependencies(root), MAX_ITEMS)),
        workspaces=tuple((one.text or "").strip() for one in modules or ())[:MAX_ITEMS],
    )


def _maven_dependencies(root: Element) -> Iterator[Dependency]:
    for one in child(root, "dependencies") or ():
        group, name = child_text(one, "groupId"), child_text(one, "artifactId")
        if group and name:
            scope = child_text(one, "scope")
            is_optional = child_text(one, "optional") == "true"
            yield Dependency(
                name=f"{group}:{name}",
                constraint=child_text(one, "version"),
                group="optional" if is_optional else _SCOPES.get(scope, scope),
            )


def read_gradle(text: str) -> Manifest | None:
    """Read what a build script says in plain literals."""
    bare = _without_comments(text)
    fields = {match[1]: match[3] for match in _FIELD.finditer(bare)}
    dependencies = tuple(
        Dependency(
            name=match[3],
            constraint="" if "$" in (match[4] or "") else match[4] or "",
            group="" if match[1] in _NEEDED else match[1],
        )
        for match in islice(_DEPENDENCY.finditer(bare), MAX_ITEMS)
    )
    if not (fields or dependencies):
        return None
    return Manifest(
        path="",
        ecosystem="gradle",
        version=fields.get("version", ""),
        description=fields.get("description", ""),
        dependencies=dependencies,
    )


def read_gradle_settings(text: str) -> Manifest | None:
    """Read the name of a Gradle build and the projects that it includes."""
    bare = _without_comments(text)
    name = _ROOT_NAME.search(bare)
    members = [
        member.removeprefix(":").replace(":", "/")
        for match in _INCLUDE.finditer(bare)
        for member in _QUOTED.findall(match[1])
    ]
    if name is None and not members:
        return None
    return Manifest(
        path="",
        ecosystem="gradle",
        name=name[2] if name is not None else "",
        workspaces=tuple(members)[:MAX_ITEMS],
    )


def _without_comments(text: str) -> str:
    return _COMMENT.sub(lambda match: match[0] if match[0][0] in "\"'" else "", text)
