"""Java: modifiers, Javadoc, overloads, members of interfaces, which are public."""

import re
from collections.abc import Iterator, Sequence
from itertools import takewhile

import tree_sitter_java
from tree_sitter import Language, Node
from typing_extensions import override

from app.analysis.languages.java_profile import PROFILE
from app.analysis.languages.reader import (
    Definition,
    Reader,
    Source,
    dedent,
    head_with_value,
    line_of,
    unquoted,
)
from app.domain.code.facts import EnvironmentVariable, Import
from app.domain.code.symbol import Parameter, SymbolKind

MAX_COMMENTS = 50
"""So many comments above a declaration are looked at."""

_ANNOTATIONS = frozenset({"annotation", "marker_annotation"})
_INTERFACES = frozenset({"interface_declaration", "annotation_type_declaration"})
_DECLARATIONS = frozenset({"field_declaration", "constant_declaration"})
_PREAMBLE = frozenset(
    {"package_declaration", "import_declaration", "line_comment", "block_comment"}
)
_STAR = re.compile(r"^[ \t]*\*+[ \t]?", re.MULTILINE)


class JavaReader(Reader):
    """Reads Java."""

    name = "java"
    grammar = Language(tree_sitter_java.language())
    query_files = ("java.scm",)
    profile = PROFILE
    result_field = "type"

    @override
    def kind(self, definition: Definition, source: Source) -> SymbolKind | None:
        if definition.kind is SymbolKind.FIELD and definition.wrappers:
            words = _modifiers(definition.statement)
            return SymbolKind.CONSTANT if {"static", "final"} <= words else SymbolKind.FIELD
        return definition.kind

    @override
    def overloads(self, group: Sequence[Definition], source: Source) -> Sequence[Definition]:
        chosen = self.primary(group, source)
        return [one for one in group if one.public == chosen.public]

    @override
    def primary(self, group: Sequence[Definition], source: Source) -> Definition:
        """Prefer what everybody may use, then a method, then what has a doc comment."""
        seen = [one for one in group if one.public] or group
        seen = [one for one in seen if one.kind is SymbolKind.METHOD] or seen
        return next((one for one in seen if self.doc(one, source)), seen[0])

    @override
    def decorators(self, definition: Definition) -> Sequence[Node]:
        modifiers = _modifiers_of(definition.statement)
        children = modifiers.children if modifiers is not None else ()
        return [child for child in children if child.type in _ANNOTATIONS]

    @override
    def code(self, definition: Definition, source: Source) -> Iterator[Node]:
        if not definition.wrappers or _is_alone(definition):
            yield definition.statement
            return
        statement = definition.statement
        shared = (statement.named_child(number) for number in range(statement.named_child_count))
        yield from takewhile(
            lambda child: child is not None and child.type != "variable_declarator", shared
        )
        yield definition.node

    @override
    def place(self, definition: Definition) -> tuple[Node, Node]:
        if definition.wrappers and not _is_alone(definition):
            return definition.node, definition.node
        return _first(definition.statement), definition.statement

    @override
    def signature(self, definition: Definition, source: Source) -> str:
        node, statement = definition.node, definition.statement
        first = _first(statement).start_byte
        if statement.type in _DECLARATIONS:
            declarator = statement.child_by_field_name("declarator") or node
            return _variable(source.bare(first, declarator.start_byte), node, source)
        body = node.child_by_field_name("body")
        if body is None or node.type == "enum_constant":
            end = body.start_byte if body is not None else node.end_byte
            return source.bare(first, end).rstrip("; \n")
        return source.bare(first, body.start_byte)

    @override
    def parameters(self, definition: Definition, source: Source) -> Iterator[Parameter]:
        listed = definition.node.child_by_field_name("parameters")
        for child in listed.named_children if listed is not None else ():
            if child.type == "formal_parameter":
                kind, name = child.child_by_field_name("type"), child.child_by_field_name("name")
                if kind is not None and name is not None:
                    text = source.head(kind.start_byte, kind.end_byte)
                    yield Parameter(name=source.text(name), annotation=text)
            elif child.type == "spread_parameter":
                yield from _variadic(child, source)

    @override
    def throws(self, definition: Definition, source: Source) -> Iterator[str]:
        for child in definition.node.children:
            if child.type == "throws":
                for one in child.named_children:
                    if not one.type.endswith("comment"):
                        yield source.head(one.start_byte, one.end_byte)

    @override
    def raised(self, node: Node, source: Source) -> str:
        return super().raised(node, source).partition("<")[0]

    @override
    def doc(self, definition: Definition, source: Source) -> str:
        if definition.node.type in ("formal_parameter", "spread_parameter"):
            return ""
        return _javadoc(definition.statement, source)[0]

    @override
    def is_public(self, definition: Definition, source: Source) -> bool:
        owner = definition.owner
        words = _modifiers(definition.statement)
        if owner is not None and owner.node.type in _INTERFACES:
            return "private" not in words
        if owner is not None and owner.node.type == "enum_constant":
            return False
        is_component = definition.node.type in ("formal_parameter", "spread_parameter")
        return is_component or definition.node.type == "enum_constant" or "public" in words

    @override
    def module(self, source: Source) -> str:
        clauses = source.captures.get("package", ())
        return _dotted(clauses[0], source) if clauses else ""

    @override
    def module_doc(self, source: Source) -> tuple[str, int]:
        """Read the comment of a package, which stands in its `package-info.java`."""
        clauses = source.captures.get("package", ())
        others = (child for child in source.root.named_children if child.type not in _PREAMBLE)
        return _javadoc(clauses[0], source) if clauses and not any(others) else ("", 0)

    @override
    def imports(self, node: Node, source: Source) -> Iterator[Import]:
        target = _dotted(node, source)
        is_static = any(child.type == "static" for child in node.children)
        is_whole = any(child.type == "asterisk" for child in node.children)
        module, _, name = target.rpartition(".")
        if is_static and module and not is_whole:
            yield Import(target=module, names=(name,), line=line_of(node))
        elif target:
            yield Import(target=target, line=line_of(node))

    @override
    def environment(self, node: Node, source: Source) -> Iterator[EnvironmentVariable]:
        arguments = node.child_by_field_name("arguments")
        given = arguments.named_children if arguments is not None else []
        if given:
            default = given[1] if len(given) > 1 else None
            text = source.head(default.start_byte, default.end_byte) if default else None
            name = unquoted(source.text(given[0]))
            yield EnvironmentVariable(name=name, line=line_of(node), default=text)


def _dotted(node: Node, source: Source) -> str:
    """Return the dotted name in a clause."""
    names = (child for child in node.named_children if child.type.endswith("identifier"))
    name = next(names, None)
    return "".join(source.text(name).split()) if name is not None else ""


def _modifiers_of(node: Node) -> Node | None:
    for number in range(min(3, node.named_child_count)):
        child = node.named_child(number)
        if child is not None and child.type == "modifiers":
            return child
    return None


def _modifiers(node: Node) -> set[str]:
    found = _modifiers_of(node)
    return {child.type for child in found.children} if found is not None else set()


def _first(node: Node) -> Node:
    """Find where a declaration begins behind its annotations."""
    modifiers = _modifiers_of(node)
    if modifiers is None:
        return node
    words = [child for child in modifiers.children if child.type not in _ANNOTATIONS]
    words = [child for child in words if not child.type.endswith("comment")]
    if words:
        return words[0]
    later = modifiers.next_sibling
    while later is not None and later.type.endswith("comment"):
        later = later.next_sibling
    return later or node


def _is_alone(definition: Definition) -> bool:
    """Say whether a variable has its declaration for itself."""
    node = definition.node
    around = (node.prev_named_sibling, node.next_named_sibling)
    return all(each is None or each.type != "variable_declarator" for each in around)


def _variable(head: str, node: Node, source: Source) -> str:
    value = node.child_by_field_name("value")
    end = value.start_byte if value is not None else node.end_byte
    declared = f"{head} {source.bare(node.start_byte, end)}"
    if value is None:
        return declared
    return head_with_value(declared, source.bare(value.start_byte, value.end_byte))


def _variadic(node: Node, source: Source) -> Iterator[Parameter]:
    children = [child for child in node.named_children if child.type != "modifiers"]
    if len(children) >= 2:
        kind, name = children[0], children[-1]
        text = source.head(kind.start_byte, kind.end_byte)
        yield Parameter(name=source.text(name), annotation=text, variadic=True)


def _javadoc(node: Node, source: Source) -> tuple[str, int]:
    """Read the last Javadoc comment above a declaration, and its line."""
    before = node.prev_sibling
    for _ in range(MAX_COMMENTS):
        if before is None or not before.type.endswith("comment"):
            break
        text = source.text(before)
        if text.startswith("/**") and text != "/**/":
            inner = text.removeprefix("/**").removesuffix("*/").replace("\r\n", "\n")
            return dedent(_STAR.sub("", inner)), line_of(before)
        before = before.prev_sibling
    return "", 0
