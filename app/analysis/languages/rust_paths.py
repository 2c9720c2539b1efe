"""What a `use` or `mod` of Rust names, seen from the file and not from a module inside of it."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from tree_sitter import Node

from app.analysis.languages.reader import Source, line_of

MAX_MODULES = 40
"""So many levels around an import are looked through for modules."""

Path = tuple[str, ...]


class Used(NamedTuple):
    """A module, and what is taken from it; without names, the module itself or all that it has."""

    path: Path
    names: Path
    line: int


def used(argument: Node, source: Source) -> Iterator[Used]:
    """Flatten the argument of a `use` declaration."""
    pending: list[tuple[Path, Node]] = [((), argument)]
    while pending:
        prefix, node = pending.pop()
        if node.type in ("scoped_use_list", "use_list"):
            path = node.child_by_field_name("path")
            listed = node.child_by_field_name("list") or node
            around = (*prefix, *_segments(path, source))
            names, inner = _split(listed, source)
            if names:
                yield Used(around, names, line_of(node))
            pending += [(around, child) for child in reversed(inner)]
        elif node.type == "use_wildcard":
            inner_path = node.named_children[0] if node.named_children else None
            yield Used((*prefix, *_segments(inner_path, source)), (), line_of(node))
        else:
            yield _single(prefix, node, source)


def _split(listed: Node, source: Source) -> tuple[Path, Sequence[Node]]:
    """Part the plain names of a list from what must be looked into."""
    names, inner = [], []
    for child in listed.named_children:
        named = child.child_by_field_name("path") if child.type == "use_as_clause" else child
        if named is not None and named.type == "identifier":
            names.append(_segments(named, source)[0])
        elif not child.type.endswith("comment"):
            inner.append(child)
    return tuple(names), inner


def _single(prefix: Path, node: Node, source: Source) -> Used:
    named = node.child_by_field_name("path") if node.type == "use_as_clause" else node
    path = (*prefix, *_segments(named, source))
    if path[-1:] == ("self",) and len(path) > 1:
        return Used(path[:-1], (), line_of(node))
    if len(path) == 1:
        return Used(path, (), line_of(node))
    return Used(path[:-1], path[-1:], line_of(node))


def _segments(node: Node | None, source: Source) -> Path:
    if node is None:
        return ()
    parts = source.text(node).split("::")
    return tuple(part.strip().removeprefix("r#") for part in parts if part.strip())


def inline_modules(node: Node, source: Source) -> Path:
    """Name the modules that a file opens around a node, from the outside inwards."""
    names: list[str] = []
    around = node.parent
    for _ in range(MAX_MODULES):
        if around is None:
            break
        name = around.child_by_field_name("name")
        if around.type == "mod_item" and name is not None:
            names.append(source.text(name))
        around = around.parent
    return tuple(reversed(names))


def path_in_file(path: Path, around: Path) -> Path:
    """Say from the file's own module what is said from a module inside of it."""
    if not around or path[:1] not in (("self",), ("super",)):
        return path
    if path[0] == "self":
        return ("self", *around, *path[1:])
    rest = list(path)
    inner = list(around)
    while rest[:1] == ["super"] and inner:
        rest.pop(0)
        inner.pop()
    return tuple(rest) if rest[:1] == ["super"] else ("self", *inner, *rest)
