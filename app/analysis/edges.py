"""Which file of the repository an import means."""

import json
import posixpath
import re
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Protocol

from app.analysis.module_trees import JavaPackages, RustModules
from app.domain.code.facts import FileFacts, Import, ImportEdge, Manifest

_EXTENSIONS = (".ts", ".tsx", ".js", ".jsx", ".mjs", ".cjs", ".mts", ".cts", ".d.ts")
_WRITTEN_FOR = {".js": (".ts", ".tsx"), ".jsx": (".tsx",), ".mjs": (".mts",), ".cjs": (".cts",)}
_COMMENT = re.compile(r'("(?:\\.|[^"\\])*")|//[^\n]*|/\*.*?(?:\*/|\Z)', re.DOTALL)
_TRAILING_COMMA = re.compile(r",(\s*[}\]])")


class _Resolver(Protocol):
    def targets(self, path: str, one: Import) -> Sequence[str]:
        """Name the files that an import in a file means."""


def import_edges(
    files: Mapping[str, FileFacts], manifests: Sequence[Manifest], configs: Mapping[str, str]
) -> tuple[ImportEdge, ...]:
    """Resolve imports; `configs` are the texts of the repository's `tsconfig.json` files."""
    web = _WebResolver(files.keys(), configs)
    resolvers: Mapping[str, _Resolver] = {
        "python": _PythonResolver(files.keys()),
        "javascript": web,
        "typescript": web,
        "tsx": web,
        "go": _GoResolver(files, manifests),
        "rust": RustModules(files, manifests),
        "java": JavaPackages(files),
    }
    return tuple(_edges(files, resolvers))


def _edges(
    files: Mapping[str, FileFacts], resolvers: Mapping[str, _Resolver]
) -> Iterator[ImportEdge]:
    for path in sorted(files):
        lines: dict[str, int] = {}
        for one in (each for each in files[path].imports if not each.typing):
            for target in resolvers[files[path].language].targets(path, one):
                if target != path:
                    lines[target] = min(one.line, lines.get(target, one.line))
        for target in sorted(lines):
            yield ImportEdge(source=path, target=target, line=lines[target])


class _PythonResolver:
    """Finds modules under every folder that could be on the path, nearest first."""

    def __init__(self, paths: Collection[str]) -> None:
        self._modules: dict[str, list[str]] = defaultdict(list)
        self._files = {path for path in paths if path.endswith((".py", ".pyi"))}
        packages = {path.rpartition("/")[0] for path in self._files if _is_package(path)}
        for path in sorted(self._files):
            folder = path.rpartition("/")[0]
            while folder in packages:
                folder = folder.rpartition("/")[0]
            roots = {"", folder}
            for root in roots:
                inner = path.removeprefix(f"{root}/") if root else path
                self._modules[_module_name(inner)].append(path)

    def targets(self, path: str, one: Import) -> list[str]:
        dots = len(one.target) - len(one.target.lstrip("."))
        if dots:
            return self._relative(path, dots, one)
        found = self._absolute(path, one.target)
        return self._with_names(
            found, [self._absolute(path, f"{one.target}.{name}") for name in one.names]
        )

    def _relative(self, path: str, dots: int, one: Import) -> list[str]:
        folder = path
        for _ in range(dots):
            folder = folder.rpartition("/")[0]
        tail = one.target.lstrip(".").replace(".", "/")
        base = "/".join(part for part in (folder, tail) if part)
        names = [self._file("/".join(filter(None, (base, name)))) for name in one.names]
        return self._with_names(self._file(base), names)

    def _with_names(self, module: str, names: Sequence[str]) -> list[str]:
        """Prefer the submodules that are named to the package that holds them."""
        submodules = [name for name in names if name]
        others = len(submodules) < len(names) or not names
        return [*submodules, *([module] if module and others else [])]

    def _absolute(self, path: str, module: str) -> str:
        """Choose, of modules with one name, the one nearest to the importer."""
        candidates = self._modules.get(module, [])
        return max(
            candidates,
            key=lambda one: (
                len(posixpath.commonpath(["/" + one, "/" + path])),
                one.endswith(".py"),
            ),
            default="",
        )

    def _file(self, base: str) -> str:
        choices = (f"{base}.py", f"{base}/__init__.py", f"{base}.pyi", f"{base}/__init__.pyi")
        return next((one.lstrip("/") for one in choices if one.lstrip("/") in self._files), "")


def _is_package(path: str) -> bool:
    return path.endswith(("/__init__.py", "/__init__.pyi"))


def _module_name(path: str) -> str:
    return path.rpartition(".")[0].removesuffix("/__init__").replace("/", ".")


class _WebResolver:
    """Finds relative modules, those of a `paths` table, and those under a `baseUrl`."""

    def __init__(self, paths: Collection[str], configs: Mapping[str, str]) -> None:
        self._files = set(paths)
        self._aliases = sorted(
            (alias for path, text in configs.items() for alias in _aliases(path, text)),
            key=lambda alias: (-len(alias[0]), alias),
        )

    def targets(self, path: str, one: Import) -> list[str]:
        folder = path.rpartition("/")[0]
        if one.target.startswith("."):
            return self._found([posixpath.normpath(posixpath.join(folder, one.target))])
        return self._found(
            [
                posixpath.normpath(target.replace("*", one.target[len(prefix) :], 1))
                for prefix, root, target in self._aliases
                if one.target.startswith(prefix) and _is_under(path, root)
            ]
        )

    def _found(self, bases: Sequence[str]) -> list[str]:
        for base in bases:
            for choice in _choices(base):
                if choice in self._files:
                    return [choice]
        return []


def _choices(base: str) -> Iterator[str]:
    yield base
    stem, extension = posixpath.splitext(base)
    for written in _WRITTEN_FOR.get(extension, ()):
        yield stem + written
    for extension in _EXTENSIONS:
        yield base + extension
    for extension in _EXTENSIONS:
        yield posixpath.normpath(f"{base}/index{extension}")


def _is_under(path: str, root: str) -> bool:
    return not root or path.startswith(f"{root}/")


def _aliases(path: str, text: str) -> Iterator[tuple[str, str, str]]:
    """Give (prefix, folder of the configuration, target with a star) of a simple `paths` table."""
    bare = _COMMENT.sub(lambda match: match[1] or "", text)
    try:
        options = json.loads(_TRAILING_COMMA.sub(r"\1", bare))["compilerOptions"]
        table = dict(options.get("paths") or {})
        base_url = options.get("baseUrl")
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return
    folder = path.rpartition("/")[0]
    base = posixpath.join(folder, base_url if isinstance(base_url, str) else "")
    for pattern, targets in table.items():
        for target in targets if isinstance(targets, list) else []:
            if isinstance(target, str) and pattern.count("*") <= 1:
                yield pattern.partition("*")[0], folder, posixpath.join(base, target)
    if isinstance(base_url, str):
        yield "", folder, posixpath.join(base, "*")


class _GoResolver:
    """Finds the files of the package that a path below a module names."""

    def __init__(self, files: Mapping[str, FileFacts], manifests: Sequence[Manifest]) -> None:
        self._modules = [
            (manifest.name, manifest.path.rpartition("/")[0])
            for manifest in manifests
            if manifest.ecosystem == "go" and manifest.name
        ]
        self._modules.sort(key=lambda module: -len(module[0]))
        self._packages: dict[str, list[str]] = defaultdict(list)
        for path in sorted(files):
            if path.endswith(".go") and not path.endswith("_test.go"):
                self._packages[path.rpartition("/")[0]].append(path)

    def targets(self, path: str, one: Import) -> Sequence[str]:
        del path
        for module, root in self._modules:
            if one.target == module or one.target.startswith(f"{module}/"):
                inner = one.target[len(module) :].strip("/")
                return self._packages.get("/".join(filter(None, (root, inner))), ())
        return ()
