"""Go: receivers, capital letters, comments that touch a declaration."""

import re
from collections.abc import Iterator, Sequence

import tree_sitter_go
from tree_sitter import Language, Node
from typing_extensions import override

from app.analysis.languages.reader import (
    Definition,
    Reader,
    Source,
    dedent,
    head_with_value,
    line_of,
    unquoted,
)
from app.analysis.syntax import DROPPED, Opens, Profile, Reach
from app.analysis.walk import Comment
from app.domain.code.facts import EnvironmentVariable, Import
from app.domain.code.symbol import Parameter, SymbolKind

_DIRECTIVE = re.compile(r"//(go:|nolint|line |export |\s*\+build)")
_RECEIVER = re.compile(r"\(\s*+(?:\w++\s++)?\*?\s*+(\w+)")
_STRUCT = {"struct_type": SymbolKind.CLASS, "interface_type": SymbolKind.INTERFACE}
_KEYWORDS = {
    "type_spec": "type ",
    "type_alias": "type ",
    "const_spec": "const ",
    "var_spec": "var ",
}

_PROFILE = Profile(
    transparent=frozenset({"parenthesized_expression"}),
    atoms=frozenset({"interpreted_string_literal", "raw_string_literal"}),
    strings=frozenset({"interpreted_string_literal", "raw_string_literal"}),
    dropped=DROPPED | {"\n"},
    kept=frozenset({("slice_expression", ":")}),
    scopes={
        "function_declaration": Opens.FUNCTION,
        "method_declaration": Opens.FUNCTION,
        "func_literal": Opens.FUNCTION,
        "block": Opens.BLOCK,
        "if_statement": Opens.BLOCK,
        "for_statement": Opens.BLOCK,
        "expression_switch_statement": Opens.BLOCK,
        "type_switch_statement": Opens.BLOCK,
        "expression_case": Opens.BLOCK,
        "default_case": Opens.BLOCK,
        "type_case": Opens.BLOCK,
        "communication_case": Opens.BLOCK,
    },
    binders={
        ("parameter_declaration", "name"): Reach.HERE,
        ("variadic_parameter_declaration", "name"): Reach.HERE,
        ("short_var_declaration", "left"): Reach.HERE,
        ("var_spec", "name"): Reach.HERE,
        ("const_spec", "name"): Reach.HERE,
        ("range_clause", "left"): Reach.HERE,
        ("type_switch_statement", "alias"): Reach.HERE,
        ("receive_statement", "left"): Reach.HERE,
    },
    patterns=frozenset({("expression_list", "")}),
    members=frozenset({("keyed_element", "key")}),
)


class GoReader(Reader):
    """Reads Go."""

    name = "go"
    grammar = Language(tree_sitter_go.language())
    query_files = ("go.scm",)
    profile = _PROFILE
    result_field = "result"

    @override
    def kind(self, definition: Definition, source: Source) -> SymbolKind | None:
        shape = definition.node.child_by_field_name("type")
        if definition.kind is SymbolKind.TYPE and shape is not None:
            return _STRUCT.get(shape.type, SymbolKind.TYPE)
        return definition.kind

    @override
    def qualified(self, definition: Definition, source: Source) -> str:
        receiver = _receiver(definition.node, source)
        if receiver:
            return f"{receiver}.{definition.short_name}"
        return super().qualified(definition, source)

    @override
    def code(self, definition: Definition, source: Source) -> Iterator[Node | str]:
        yield definition.node
        if definition.node.type == "const_spec":
            group = definition.statement
            if group.id not in source.groups:
                source.groups[group.id] = _implied_values(group)
            yield from source.groups[group.id].get(definition.node.id, ())

    @override
    def place(self, definition: Definition) -> tuple[Node, Node]:
        if definition.wrappers and _is_alone(definition):
            return definition.statement, definition.statement
        return definition.node, definition.node

    @override
    def signature(self, definition: Definition, source: Source) -> str:
        node = definition.node
        body = node.child_by_field_name("body")
        value = node.child_by_field_name("value")
        prefix = _KEYWORDS.get(node.type, "")
        if body is not None:
            return source.bare(node.start_byte, body.start_byte)
        shape = node.child_by_field_name("type")
        if shape is not None and shape.type in _STRUCT:
            return prefix + source.bare(node.start_byte, _brace(shape))
        if value is None:
            names = node.children_by_field_name("name")
            if len(names) > 1:
                rest = source.bare(names[-1].end_byte, node.end_byte)
                return f"{prefix}{definition.short_name} {rest}"
            return prefix + source.bare(node.start_byte, node.end_byte)
        head = prefix + source.bare(node.start_byte, value.start_byte)
        return head_with_value(head, source.bare(value.start_byte, value.end_byte))

    @override
    def parameters(self, definition: Definition, source: Source) -> Iterator[Parameter]:
        listed = definition.node.child_by_field_name("parameters")
        for child in listed.named_children if listed is not None else ():
            if child.type not in ("comment", "ERROR"):
                yield from _parameters(child, source)

    @override
    def doc(self, definition: Definition, source: Source) -> str:
        nodes = [definition.node]
        if definition.wrappers and _is_alone(definition):
            nodes = [definition.statement]
        for node in nodes:
            comments = source.comments_before(node)
            if comments:
                return comment_text(comments)
        return _trailing_comment(definition, source)

    @override
    def is_public(self, definition: Definition, source: Source) -> bool:
        receiver = _receiver(definition.node, source)
        return definition.short_name[:1].isupper() and (not receiver or receiver[:1].isupper())

    @override
    def module_doc(self, source: Source) -> tuple[str, int]:
        clauses = source.captures.get("package", ())
        above = source.comments_above(clauses[0].start_point.row) if clauses else []
        return comment_text(above), above[0].first_row + 1 if above else 0

    @override
    def module(self, source: Source) -> str:
        clauses = source.captures.get("package", ())
        return source.text(clauses[0].named_children[0]) if clauses else ""

    @override
    def imports(self, node: Node, source: Source) -> Iterator[Import]:
        path = node.child_by_field_name("path")
        if path is not None:
            yield Import(target=unquoted(source.text(path)), line=line_of(node))

    @override
    def environment(self, node: Node, source: Source) -> Iterator[EnvironmentVariable]:
        arguments = node.child_by_field_name("arguments")
        if arguments is not None:
            name = unquoted(source.text(arguments.named_children[0]))
            yield EnvironmentVariable(name=name, line=line_of(node))


def comment_text(comments: Sequence[Comment]) -> str:
    """Take the marks off a comment; directives to the compiler are no part of it."""
    lines = []
    for comment in comments:
        if comment.text.startswith("/*"):
            lines.append(comment.text[2:].removesuffix("*/"))
        elif not _DIRECTIVE.match(comment.text):
            lines.append(comment.text[2:].removeprefix(" ").rstrip())
    return dedent("\n".join(lines))


def _receiver(node: Node, source: Source) -> str:
    receiver = node.child_by_field_name("receiver")
    match = _RECEIVER.match(source.text(receiver)) if receiver is not None else None
    return match[1] if match is not None else ""


def _is_alone(definition: Definition) -> bool:
    """Say whether a specification has its declaration for itself, without parentheses."""
    second = definition.statement.child(1)
    return second is not None and second.type not in ("(", "var_spec_list")


def _implied_values(group: Node) -> dict[int, Sequence[Node | str]]:
    """Give what each constant's value depends on elsewhere: its number, the last value given."""
    found: dict[int, Sequence[Node | str]] = {}
    value: Node | None = None
    specs = (one for one in group.named_children if one.type == "const_spec")
    for number, spec in enumerate(specs):
        own = spec.child_by_field_name("value")
        value = own or value
        counts = value is not None and b"iota" in (value.text or b"")
        implied = [value] if value is not None and own is None else []
        found[spec.id] = [*([str(number)] if counts else []), *implied]
    return found


def _brace(shape: Node) -> int:
    inner = next(
        (child for child in shape.children if child.type == "field_declaration_list"), None
    )
    brace = next((child for child in shape.children if child.type == "{"), None)
    found = inner or brace
    return found.start_byte if found is not None else shape.end_byte


def _parameters(node: Node, source: Source) -> Iterator[Parameter]:
    annotation = node.child_by_field_name("type")
    text = source.head(annotation.start_byte, annotation.end_byte) if annotation else ""
    is_variadic = node.type == "variadic_parameter_declaration"
    for name in node.children_by_field_name("name"):
        yield Parameter(name=source.text(name), annotation=text, variadic=is_variadic)


def _trailing_comment(definition: Definition, source: Source) -> str:
    if definition.node.type not in ("const_spec", "var_spec", "field_declaration"):
        return ""
    node = definition.node
    row = node.end_point.row
    line_end = source.content.find(b"\n", node.end_byte)
    found = source.comments_between(node.end_byte, line_end if line_end >= 0 else 1 << 40)
    return comment_text([one for one in found if one.first_row == row][:1])
