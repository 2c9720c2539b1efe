"""Changes after which a sentence about a definition may be false."""

import re
from collections.abc import Iterator
from random import Random

from tree_sitter import Node

from benchmarks.mutants.mutant import Site
from benchmarks.mutants.syntax import (
    GO,
    PYTHON,
    TYPESCRIPT,
    Definition,
    Edit,
    Module,
    apply,
    calls,
    line_end,
    name_of,
    parameters,
    rename,
    replace,
    walk,
    with_comments,
)

_NUMBERS = {"integer", "float", "number", "int_literal", "float_literal"}
_CONTENTS = {"string_content", "string_fragment", "interpreted_string_literal_content"}
_STRINGS = {"string", "interpreted_string_literal"}
_NOTHING = {PYTHON: "None", TYPESCRIPT: "undefined", GO: "nil"}
_BOUNDARIES = {"<": "<=", "<=": "<", ">": ">=", ">=": ">", "==": "!=", "!=": "==", "===": "!=="}
_ANNOTATIONS = {"type", "type_annotation", "type_arguments", "type_parameters"}
_TYPING = re.compile(rb"(?:\w+\.)?(?:cast|TypeVar|NewType|ParamSpec|TypedDict)$")
_ZERO = {"int": "0", "int64": "0", "string": '""', "bool": "false", "error": "nil", "any": "nil"}
_POINTED = {"pointer_type", "slice_type", "map_type", "function_type", "interface_type"}
_ERRORS = re.compile(r"(?:Err|err)[A-Z]\w*$")


def changes(module: Module, definition: Definition, draw: Random) -> Iterator[Site]:
    """Give every single change of a definition that this benchmark can make."""
    if definition.kind == "place":
        return
    if definition.kind != "constant":
        yield from _signature(module, definition)
        yield from _returns(module, definition)
        yield from _errors(module, definition)
        yield from _conditions(definition)
    yield from _constants(definition, draw)
    yield from _removal(module, definition)


def altered(node: Node, language: str) -> Edit | None:
    """Give a literal another value; None for what is no literal."""
    text = node.text.decode() if node.text else ""
    if node.type in _NUMBERS and re.fullmatch(r"\d+(?:\.\d+)?", text):
        return replace(node, f"{text.rstrip('0') or '1'}7" if "." in text else str(int(text) + 1))
    flipped = {"true": "false", "false": "true", "True": "False", "False": "True"}
    if text in flipped:
        return replace(node, flipped[text])
    if node.type in ("none", "null", "undefined"):
        return replace(node, "False" if language == PYTHON else "false")
    if node.type in _STRINGS:
        return _other_string(node, text)
    return None


def _other_string(node: Node, text: str) -> Edit | None:
    content = [each for each in node.children if each.type in _CONTENTS]
    if content:
        return Edit(content[-1].end_byte, content[-1].end_byte, b"X")
    is_empty = text in ('""', "''")
    return replace(node, text[0] + "X" + text[0]) if is_empty else None


def _signature(module: Module, definition: Definition) -> Iterator[Site]:
    found = parameters(definition)
    for number, each in enumerate(found):
        name = name_of(each)
        if name is None or name.text is None:
            continue
        said = name.text.decode()
        for kind, edits in _of_parameter(module, definition, each, said):
            yield Site(kind, definition, edits, said=said)
        following = found[number + 1] if number + 1 < len(found) else None
        if following is not None and _can_swap(module, each, following):
            swap = (
                replace(each, module.text(following)),
                replace(following, module.text(each)),
            )
            yield Site("parameter order", definition, swap, said=said)


def _of_parameter(
    module: Module, definition: Definition, each: Node, said: str
) -> Iterator[tuple[str, tuple[Edit, ...]]]:
    value = each.child_by_field_name("value")
    if value is not None:
        other = altered(value, module.language) or replace(value, _NOTHING[module.language])
        yield "default changed", (other,)
    if definition.node.type != "arrow_function" or each.parent is not definition.node:
        yield "parameter removed", (_without(each),)
        if not _is_by_place_only(each):
            yield "parameter renamed", tuple(rename(definition.node, said, f"{said}_given"))
    yield from _required(each, value)


def _required(each: Node, value: Node | None) -> Iterator[tuple[str, tuple[Edit, ...]]]:
    mark = next((child for child in each.children if child.type in ("?", "...")), None)
    if mark is not None:
        text = b"[]" if mark.type == "..." else b""
        yield "parameter newly required", (Edit(mark.start_byte, mark.end_byte, text),)
    elif value is not None and value.prev_sibling is not None:
        before = value.prev_sibling.prev_sibling
        start = before.end_byte if before is not None else value.prev_sibling.start_byte
        yield "parameter newly required", (Edit(start, value.end_byte, b""),)


def _without(node: Node) -> Edit:
    """Take a node of a list away, with one comma."""
    after, before = node.next_sibling, node.prev_sibling
    if after is not None and after.type == ",":
        end = after.next_sibling.start_byte if after.next_sibling is not None else after.end_byte
        return Edit(node.start_byte, end, b"")
    if before is not None and before.type == ",":
        return Edit(before.start_byte, node.end_byte, b"")
    return Edit(node.start_byte, node.end_byte, b"")


def _is_by_place_only(node: Node) -> bool:
    """Say whether no caller of Python can name a parameter."""
    after = node.next_sibling
    while after is not None and after.type != "positional_separator":
        after = after.next_sibling
    return after is not None


def _can_swap(module: Module, one: Node, other: Node) -> bool:
    """Say whether two parameters are told apart by their order alone."""
    between = one.next_sibling
    is_next = between is not None and between.next_sibling == other
    before = one.prev_sibling
    while before is not None and before.type not in ("keyword_separator", "list_splat_pattern"):
        before = before.prev_sibling
    named = (one.type.startswith(("default", "typed_default")), other.type.startswith("typed_def"))
    variadic = "variadic" in other.type or (other.named_child_count and _is_rest(other))
    return (
        is_next
        and before is None
        and not variadic
        and not named[0]
        and not named[1]
        and other.type != "default_parameter"
        and module.text(one) != module.text(other)
    )


def _is_rest(node: Node) -> bool:
    return any(each.type in ("rest_pattern", "list_splat_pattern") for each in walk(node))


def _returns(module: Module, definition: Definition) -> Iterator[Site]:
    body = definition.body
    if (
        body is not None
        and definition.node.type == "arrow_function"
        and body.type
        not in (
            "statement_block",
            "parenthesized_expression",
        )
    ):
        yield from _returned(module, definition, body)
    for each in walk(body) if body is not None else ():
        if each.type == "return_statement" and each.named_child_count == 1:
            value = each.named_children[0]
            if value.type != "expression_list" or module.language == PYTHON:
                yield from _returned(module, definition, value)
            elif definition.node == _function_around(each):
                yield from _returned_in_go(module, definition, value)


def _returned(module: Module, definition: Definition, value: Node) -> Iterator[Site]:
    nothing = _NOTHING[module.language]
    edit = altered(value, module.language) or replace(value, nothing)
    if module.text(value) != nothing and value.type != "comment":
        yield Site("return value", definition, (edit,))


def _returned_in_go(module: Module, definition: Definition, values: Node) -> Iterator[Site]:
    result = definition.node.child_by_field_name("result")
    types = [result] if result is not None else []
    if result is not None and result.type == "parameter_list":
        types = [
            declared
            for each in result.named_children
            if (declared := each.child_by_field_name("type")) is not None
            for _ in range(max(1, len(each.children_by_field_name("name"))))
        ]
    if len(types) != len(values.named_children):
        return
    for value, type_ in zip(values.named_children, types, strict=True):
        zero = "nil" if type_.type in _POINTED else _ZERO.get(module.text(type_), "")
        edit = altered(value, GO) or (replace(value, zero) if zero else None)
        if edit is not None and module.text(value) != edit.text.decode():
            yield Site("return value", definition, (edit,))


def _function_around(node: Node) -> Node | None:
    around = node.parent
    kinds = ("function_declaration", "method_declaration", "func_literal")
    while around is not None and around.type not in kinds:
        around = around.parent
    return around


def _errors(module: Module, definition: Definition) -> Iterator[Site]:
    for each in walk(definition.body) if definition.body else ():
        if each.type == "raise_statement" and each.named_child_count:
            edit = _other_error(module, each.named_children[0], "TypeError", "RuntimeError")
            yield Site("raised error", definition, (edit,))
        elif each.type == "throw_statement" and each.named_child_count:
            edit = _other_error(module, each.named_children[0], "RangeError", "TypeError")
            yield Site("raised error", definition, (edit,))
    if module.language == GO and definition.body is not None:
        yield from _errors_of_go(module, definition, definition.body)


def _other_error(module: Module, raised: Node, one: str, other: str) -> Edit:
    named = raised.child_by_field_name("function") or raised.child_by_field_name("constructor")
    target = named if named is not None else raised
    name = other if module.text(target) == one else one
    is_made = named is not None or module.language == PYTHON
    return replace(target, name if is_made else f'new {name}("changed")')


def _errors_of_go(module: Module, definition: Definition, body: Node) -> Iterator[Site]:
    for function, given in calls(body):
        called = module.text(function)
        if called in ("errors.New", "fmt.Errorf", "panic") and given.named_child_count:
            first = given.named_children[0]
            edit = altered(first, GO) or replace(first, '"changed"')
            yield Site("raised error", definition, (edit,))
    for each in walk(body):
        if each.type == "return_statement":
            for value in each.named_children[0].named_children if each.named_children else ():
                if _ERRORS.fullmatch(module.text(value).rpartition(".")[2]):
                    edit = replace(value, "errors.ErrUnsupported")
                    yield Site("raised error", definition, (edit,))


def _conditions(definition: Definition) -> Iterator[Site]:
    kinds = ("if_statement", "while_statement", "elif_clause", "ternary_expression")
    for each in walk(definition.body) if definition.body else ():
        condition = each.child_by_field_name("condition") if each.type in kinds else None
        if condition is not None and condition.text:
            yield Site("condition", definition, (_negated(condition),))
        if each.type in ("binary_expression", "comparison_operator") and each.child_count == 3:
            sign = each.children[1]
            is_same = each.children[0].text == each.children[2].text
            if sign.type in _BOUNDARIES and not is_same:
                yield Site("condition", definition, (replace(sign, _BOUNDARIES[sign.type]),))


def _negated(condition: Node) -> Edit:
    text = condition.text.decode() if condition.text else ""
    if (
        condition.parent is not None
        and condition.parent.type in ("if_statement",)
        and (condition.type == "parenthesized_expression")
    ):
        return replace(condition, f"(!{text})")
    is_python = (
        condition.parent is not None
        and any(each.type in (":", "elif") for each in condition.parent.children)
        and condition.type != "parenthesized_expression"
        and b"?" not in _signs(condition.parent)
    )
    return replace(condition, f"not ({text})" if is_python else f"!({text})")


def _signs(node: Node) -> bytes:
    return b" ".join(each.type.encode() for each in node.children)


def _constants(definition: Definition, draw: Random) -> Iterator[Site]:
    whole = definition.node if definition.kind == "constant" else definition.body
    for each in walk(whole) if whole is not None else ():
        if each.type in _NUMBERS | _STRINGS and not _is_told(each):
            # Whatever is read of a literal as such needs no language.
            edit = altered(each, "")
            if edit is not None and draw.random() < 0.5:
                yield Site("constant", definition, (edit,))


def _is_told(literal: Node) -> bool:
    """Say whether a literal is no value: a doc comment, or part of a type."""
    around: Node | None = literal
    while around is not None and around.parent is not None:
        parent = around.parent
        is_typing = parent.type == "call" and bool(_TYPING.match(parent.children[0].text or b""))
        is_docs = parent.type == "expression_statement" and around.type == "string"
        if is_docs or is_typing or parent.type in _ANNOTATIONS or parent.type.endswith("_type"):
            return True
        if parent.type in ("type_alias_declaration", "interface_declaration"):
            return True
        around = parent
    return False


def _removal(module: Module, definition: Definition) -> Iterator[Site]:
    statement = definition.statement
    siblings = statement.parent.named_children if statement.parent is not None else []
    alone = len([each for each in siblings if each.type != "comment"]) < 2
    overloaded = any(
        each.type in ("function_signature", "method_signature")
        and each.child_by_field_name("name") is not None
        and module.text(each).find(definition.short) >= 0
        for each in siblings
    )
    if alone or overloaded:
        return
    start = with_comments(module, statement)
    end = line_end(module.data, statement.end_byte)
    after = apply(module.data, [Edit(start, end, b"")])
    if after != module.data:
        yield Site("removed", definition, (Edit(start, end, b""),), said=definition.short)
