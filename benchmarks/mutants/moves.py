"""Functions moved to another file, with what imports them adapted."""

import re
from collections.abc import Iterator, Mapping
from posixpath import basename, dirname
from random import Random

from tree_sitter import Node

from benchmarks.mutants.mutant import Site
from benchmarks.mutants.syntax import (
    GO,
    PYTHON,
    Definition,
    Edit,
    Module,
    line_end,
    walk,
    with_comments,
)

_NAMES = {"identifier", "type_identifier", "shorthand_property_identifier"}
_STEM = "moved_here_9"


def moved(
    modules: Mapping[str, Module], path: str, definition: Definition, draw: Random
) -> Site | None:
    """Move a function to a new file or to another one of its folder; None when it cannot go."""
    module = modules[path]
    node = definition.statement
    is_plain = node.type in ("function_definition", "decorated_definition", "export_statement")
    if module.language == GO:
        return _moved_in_go(modules, module, definition, draw)
    is_plain &= definition.node.type in ("function_definition", "function_declaration")
    if definition.kind != "function" or not is_plain or node.parent != module.root:
        return None
    needed = _needed(module, definition)
    write = _moved_in_python if module.language == PYTHON else _moved_in_typescript
    return write(module, definition, needed) if needed is not None else None


def _needed(module: Module, definition: Definition) -> list[Node] | None:
    """List the imports that a function needs; None when it needs something else of its file."""
    used = {each.text for each in walk(definition.statement) if each.type in _NAMES}
    used.discard(definition.short.encode())
    if used & {b"__name__", b"__file__", b"globals"}:
        return None
    imports: list[Node] = []
    for each in module.root.named_children:
        if each == definition.statement or each.type == "comment":
            continue
        if each.type.startswith(("import", "future_import")):
            if each.type == "future_import_statement" or used & _bound(each):
                imports.append(each)
        elif (used | {definition.short.encode()}) & _declared(each):
            return None
    return imports


def _bound(node: Node) -> set[bytes]:
    return {each.text for each in walk(node) if each.type in ("identifier",) and each.text}


def _declared(node: Node) -> set[bytes]:
    """List what a statement at the top of a file may bind, rather more than less."""
    named = node.child_by_field_name("name")
    if named is not None and named.text:
        return {named.text}
    if node.type in ("decorated_definition", "export_statement", "ambient_declaration"):
        return {name for each in node.named_children for name in _declared(each)}
    if node.type in (
        "if_statement",
        "try_statement",
        "lexical_declaration",
        "variable_declaration",
    ):
        return _bound(node)
    left = node.named_children[0].child_by_field_name("left") if node.named_children else None
    return _bound(left) if left is not None else set()


def _text(module: Module, definition: Definition) -> tuple[int, int, str]:
    start = with_comments(module, definition.statement)
    end = line_end(module.data, definition.statement.end_byte)
    return start, end, module.data[start:end].decode()


def _moved_in_python(module: Module, definition: Definition, needed: list[Node]) -> Site | None:
    start, end, text = _text(module, definition)
    folder = dirname(module.path)
    imports = "\n".join(module.text(each) for each in needed)
    new = f"{imports}\n\n\n{text}" if imports else text
    after = [
        each
        for each in module.root.named_children
        if each.type in ("import_statement", "import_from_statement") and each.end_byte < start
    ]
    if not after or basename(module.path) in ("__main__.py", "setup.py", "conftest.py"):
        return None
    at = line_end(module.data, after[-1].end_byte)
    line = f"from .{_STEM} import {definition.short}\n".encode()
    target = f"{folder}/{_STEM}.py".lstrip("/")
    edits = (Edit(at, at, line), Edit(start, end, b""))
    return Site("moved to another file", definition, edits, {target: (Edit(0, 0, new.encode()),)})


def _moved_in_typescript(module: Module, definition: Definition, needed: list[Node]) -> Site | None:
    start, end, text = _text(module, definition)
    is_open = definition.statement.type == "export_statement"
    if not is_open or "default" in text[: text.find("(")]:
        return None
    short = definition.short
    imports = "\n".join(module.text(each) for each in needed)
    new = f"{imports}\n\n{text}" if imports else text
    style = re.search(rb"""from ['"]\.[^'"]*(\.[jt]s)['"]""", module.data)
    source = f"./{_STEM}{style[1].decode() if style else ''}"
    rest = module.data[:start] + module.data[end:]
    line = f"export {{ {short} }} from '{source}'\n"
    if re.search(rb"\b" + short.encode() + rb"\b", rest):
        line = f"import {{ {short} }} from '{source}'\nexport {{ {short} }}\n"
    target = f"{dirname(module.path)}/{_STEM}.ts".lstrip("/")
    edits = (Edit(start, end, line.encode()),)
    return Site("moved to another file", definition, edits, {target: (Edit(0, 0, new.encode()),)})


def _moved_in_go(
    modules: Mapping[str, Module], module: Module, definition: Definition, draw: Random
) -> Site | None:
    start, end, text = _text(module, definition)
    if _is_bound_to_a_build(module) or definition.short == "init":
        return None
    imports = dict(_imports_of_go(module))
    used = {each.text for each in walk(definition.node) if each.type == "identifier"}
    needed = {name: line for name, line in imports.items() if name.encode() in used}
    rest = module.data[:start] + module.data[end:]
    if any(rest.count(name.encode() + b".") < 1 for name in needed):
        return None
    folder, edits = dirname(module.path), (Edit(start, end, b""),)
    others = [
        each
        for each in modules.values()
        if dirname(each.path) == folder
        and each != module
        and each.path.endswith(".go")
        and not _is_bound_to_a_build(each)
        and _package(each) == _package(module)
        and needed.items() <= dict(_imports_of_go(each)).items()
    ]
    if others and draw.random() < 0.5:
        other = draw.choice(others)
        last = len(other.data)
        there = (Edit(last, last, f"\n{text}".encode()),)
        return Site("moved to another file", definition, edits, {other.path: there})
    listed = "".join(f"\t{each}\n" for each in needed.values())
    head = f"package {_package(module)}\n\n" + (f"import (\n{listed})\n\n" if listed else "")
    target = f"{folder}/{_STEM}.go".lstrip("/")
    there = (Edit(0, 0, f"{head}{text}".encode()),)
    return Site("moved to another file", definition, edits, {target: there})


def _is_bound_to_a_build(module: Module) -> bool:
    """Say whether a file is read on some systems, or in tests, only."""
    stem = basename(module.path).removesuffix(".go")
    return "_" in stem or b"//go:build" in module.data or b'import "C"' in module.data


def _package(module: Module) -> str:
    found = re.search(rb"^package (\w+)", module.data, re.MULTILINE)
    return found[1].decode() if found else ""


def _imports_of_go(module: Module) -> Iterator[tuple[str, str]]:
    for each in walk(module.root):
        if each.type != "import_spec":
            continue
        named, path = each.child_by_field_name("name"), each.child_by_field_name("path")
        text = module.text(path).strip('"') if path is not None else ""
        last = re.sub(r"/v\d+$", "", text).rpartition("/")[2]
        name = module.text(named) if named is not None else last.rpartition("-")[2]
        yield name, module.text(each)
