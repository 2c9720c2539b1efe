"""Which file an import of Rust or Java means: modules by their tree, packages by their clause."""

import posixpath
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence

from app.domain.code.facts import FileFacts, Import, Manifest

_ROOTS = ("lib", "main")
_OWN_FOLDER = frozenset({"mod", "lib", "main", "build"})
"""Files whose modules lie beside them and not in a folder of their name."""
MAX_PARENTS = 100


class RustModules:
    """Follows paths along the tree that `mod x;` makes of a crate's files."""

    def __init__(self, files: Mapping[str, FileFacts], manifests: Sequence[Manifest]) -> None:
        self._paths = {path for path, facts in files.items() if facts.language == "rust"}
        self._children: dict[str, dict[str, str]] = defaultdict(dict)
        self._parents: dict[str, str] = {}
        for is_nested, places in ((False, 2), (False, 4), (True, 4)):
            self._declare(files, is_nested=is_nested, places=places)
        self._crates = dict(self._named_crates(manifests))

    def targets(self, path: str, one: Import) -> Sequence[str]:
        """Name the files that an import in a file means."""
        if one.target.startswith("./"):
            found = posixpath.normpath(posixpath.join(_folder(path), one.target))
            return [found] if found in self._paths else []
        first, *rest = one.target.split("::")
        start = self._start(path, first)
        if not start:
            return []
        module, inside = self._follow(start, rest)
        inner = [self._children[module].get("::".join((*inside, name)), "") for name in one.names]
        submodules = [name for name in inner if name]
        others = len(submodules) < len(one.names) or not one.names
        return [*submodules, *([module] if others else [])]

    def _declare(self, files: Mapping[str, FileFacts], *, is_nested: bool, places: int) -> None:
        """Take `mod a;`, or `mod a { mod b; }`, for files that no clearer declaration has taken.

        A `use self::a::*` may look the same, and means a module within the file then.
        """
        taken = frozenset(self._parents)
        for path in sorted(self._paths, key=_root_first):
            for one in files[path].imports:
                first, *names = one.target.split("::")
                if first != "self" or one.names or not names or (len(names) > 1) != is_nested:
                    continue
                bases = list(_bases(path, "/".join(names)))[:places]
                found = next((base for base in bases if base in self._paths), path)
                if found != path and found not in taken:
                    self._children[path].setdefault("::".join(names), found)
                    self._parents.setdefault(found, path)

    def _start(self, path: str, first: str) -> str:
        if first in ("self", "crate"):
            return path if first == "self" else self._root(path)
        if first == "super":
            return self._parents.get(path, "")
        return self._children[path].get(first, "") or self._crates.get(first, "")

    def _root(self, path: str) -> str:
        for _ in range(MAX_PARENTS):
            if path not in self._parents:
                break
            path = self._parents[path]
        return path

    def _follow(self, module: str, names: Sequence[str]) -> tuple[str, Sequence[str]]:
        """Go down as far as there are files, and give what is left: modules within the last."""
        inside: list[str] = []
        for name in names:
            above = self._parents.get(module, "") if name == "super" else ""
            below = above or self._children[module].get("::".join((*inside, name)), "")
            if below:
                module, inside = below, []
            else:
                inside.append(name)
        return module, inside

    def _named_crates(self, manifests: Sequence[Manifest]) -> Iterator[tuple[str, str]]:
        """Give each crate's root by the name under which others use it."""
        names = {
            _folder(manifest.path): manifest.name.replace("-", "_")
            for manifest in manifests
            if manifest.ecosystem == "cargo" and manifest.name
        }
        for path in sorted(self._paths):
            if f"/{path}".endswith("/src/lib.rs"):
                name = names.get(_folder(_folder(path)))
                if name is not None:
                    yield name, path


def _root_first(path: str) -> tuple[bool, str]:
    stem = posixpath.splitext(posixpath.basename(path))[0]
    return stem not in _ROOTS, path


def _bases(path: str, name: str) -> Iterator[str]:
    """Give the places where the file of a module may lie, the customary one first."""
    folder, stem = _folder(path), posixpath.splitext(posixpath.basename(path))[0]
    own = posixpath.join(folder, stem)
    for base in (folder, own) if stem in _OWN_FOLDER else (own, folder):
        yield posixpath.join(base, f"{name}.rs")
        yield posixpath.join(base, name, "mod.rs")


class JavaPackages:
    """Finds classes by their package and name, nearest first."""

    def __init__(self, files: Mapping[str, FileFacts]) -> None:
        self._files = files
        self._classes: dict[str, list[str]] = defaultdict(list)
        self._packages: dict[str, list[str]] = defaultdict(list)
        for path in sorted(path for path, facts in files.items() if facts.language == "java"):
            package = files[path].module
            self._packages[package].append(path)
            self._classes[f"{package}.{_stem(path)}"].append(path)

    def targets(self, path: str, one: Import) -> Sequence[str]:
        """Name the files of a class, or of those classes of a package that the importer uses."""
        if one.target in self._packages:
            used = set(self._files[path].names)
            return [each for each in self._packages[one.target] if _stem(each) in used]
        name = one.target
        while "." in name:
            if name in self._classes:
                return [max(self._classes[name], key=lambda each: _nearness(each, path))]
            name = name.rpartition(".")[0]
        return []


def _nearness(one: str, path: str) -> int:
    return len(posixpath.commonpath(["/" + one, "/" + path]))


def _stem(path: str) -> str:
    return posixpath.splitext(posixpath.basename(path))[0]


def _folder(path: str) -> str:
    return path.rpartition("/")[0]
