"""Public symbols of Python, by the standard library's `ast`."""

import ast
from collections.abc import Iterable, Iterator
from pathlib import Path

from benchmarks.coverage.symbols import PublicSymbol


def python_symbols(root: Path, paths: Iterable[str]) -> Iterator[PublicSymbol]:
    """List what modules define without a leading underscore, or name in `__all__`.

    Files that `ast` cannot read, and modules that are private by their name, offer nothing.
    """
    for path in paths:
        if any(_is_private(part) for part in path.removesuffix(".py").split("/")):
            continue
        try:
            tree = ast.parse((root / path).read_bytes())
        except (SyntaxError, ValueError):
            continue
        offered = _all_of(tree)
        for name, kind, line in _defined(tree.body):
            top = name.partition(".")[0]
            if top in offered if offered else not _is_private(top):
                yield PublicSymbol(path, name, kind, line)


def _is_private(name: str) -> bool:
    return name.startswith("_") and not name.startswith("__")


def _all_of(tree: ast.Module) -> frozenset[str]:
    for node in tree.body:
        targets = node.targets if isinstance(node, ast.Assign) else []
        if any(isinstance(each, ast.Name) and each.id == "__all__" for each in targets):
            values = ast.walk(node)
            return frozenset(
                each.value
                for each in values
                if isinstance(each, ast.Constant) and isinstance(each.value, str)
            )
    return frozenset()


def _defined(body: Iterable[ast.stmt]) -> Iterator[tuple[str, str, int]]:
    for node in body:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node.name, "function", node.lineno
        elif isinstance(node, ast.ClassDef):
            yield node.name, "class", node.lineno
            yield from _methods(node)
        elif isinstance(node, ast.Assign | ast.AnnAssign):
            yield from _assigned(node)
        elif isinstance(node, ast.If | ast.Try) and not _is_for_types(node):
            yield from _defined(node.body)


def _methods(node: ast.ClassDef) -> Iterator[tuple[str, str, int]]:
    functions = (
        each for each in node.body if isinstance(each, ast.FunctionDef | ast.AsyncFunctionDef)
    )
    for each in functions:
        if not each.name.startswith("_"):
            yield f"{node.name}.{each.name}", "method", each.lineno


def _assigned(node: ast.Assign | ast.AnnAssign) -> Iterator[tuple[str, str, int]]:
    targets = node.targets if isinstance(node, ast.Assign) else [node.target]
    for target in targets:
        if isinstance(target, ast.Name) and not target.id.startswith("__"):
            yield target.id, "variable", node.lineno


def _is_for_types(node: ast.stmt) -> bool:
    return isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test)
