"""Renamed variables of a function, and symbols renamed with all that name them."""

from collections.abc import Iterator, Mapping

from tree_sitter import Node

from benchmarks.mutants.mutant import Site
from benchmarks.mutants.syntax import (
    GO,
    PYTHON,
    Definition,
    Edit,
    Module,
    rename,
    replace,
    uses,
    walk,
)

ANEW = "named_anew_9"
_TARGETS = {"assignment", "for_statement", "as_pattern_target", "named_expression"}
_UNSAFE = (b"locals", b"eval", b"exec", b"vars", b"globals")
_NAMING = {
    "global_statement", "nonlocal_statement", "parameters", "lambda_parameters",
    "import_statement", "import_from_statement",
}  # fmt: skip
_BINDERS = {
    "variable_declarator", "required_parameter", "optional_parameter", "pair_pattern",
    "array_pattern", "rest_pattern", "catch_clause", "function_declaration", "for_in_statement",
    "shorthand_property_identifier_pattern", "assignment_pattern", "object_assignment_pattern",
    "short_var_declaration", "var_spec", "range_clause", "parameter_declaration",
    "variadic_parameter_declaration", "const_spec", "type_switch_statement", "receive_statement",
}  # fmt: skip
_BOUND_BY = {
    "arrow_function": ("parameter",), "variable_declarator": ("name",), "var_spec": ("name",),
    "const_spec": ("name",), "for_in_statement": ("left",), "required_parameter": ("pattern",),
    "optional_parameter": ("pattern",),
}  # fmt: skip
_BLOCKS = {
    "statement_block", "for_statement", "for_in_statement", "arrow_function", "function_expression",
    "block", "if_statement", "expression_switch_statement", "expression_case", "func_literal",
    "function_declaration", "method_declaration", "method_definition", "communication_case",
    "type_switch_statement", "default_case", "type_case", "switch_case", "switch_default",
}  # fmt: skip
_NAMES = {
    "identifier", "property_identifier", "field_identifier", "type_identifier",
    "shorthand_property_identifier", "shorthand_property_identifier_pattern",
}  # fmt: skip
_SHORTEST, _MOST_FILES = 4, 12


def renamed_locals(module: Module, definition: Definition) -> Iterator[Site]:
    """Give the renamings of a variable that nothing outside a function knows."""
    if definition.kind not in ("function", "method") or definition.body is None:
        return
    find = _locals_of_python if module.language == PYTHON else _locals_of_others
    for name in find(definition):
        edits = tuple(rename(definition.node, name, ANEW))
        yield Site("local renamed", definition, edits, said=name)


def _locals_of_python(definition: Definition) -> Iterator[str]:
    every = list(walk(definition.node))
    if any(
        each.type == "class_definition" or (each.type == "identifier" and each.text in _UNSAFE)
        for each in every
    ):
        return
    kept = {name for each in every for name in _kept(each, definition.node)}
    # A recursive call, or a property that is read, names the function itself.
    own = definition.short.encode()
    bound = {target.text: None for each in every for target in _bound(each)}
    for name in bound:
        if name and name not in kept and name != own:
            yield name.decode()


def _kept(node: Node, function: Node) -> Iterator[bytes]:
    """Name what is known by its name elsewhere: parameters, imports, globals, inner functions."""
    if node.type in _NAMING:
        yield from (each.text for each in walk(node) if each.type == "identifier" and each.text)
    elif node.type == "function_definition" and node != function:
        name = node.child_by_field_name("name")
        yield from (name.text,) if name is not None and name.text else ()


def _bound(node: Node) -> Iterator[Node]:
    target = node.child_by_field_name("left") or node.child_by_field_name("name")
    if node.type == "as_pattern_target":
        target = node.named_children[0] if node.named_children else None
    if node.type not in _TARGETS or target is None:
        return
    if target.type == "identifier":
        yield target
    elif target.type in ("pattern_list", "tuple_pattern"):
        yield from (each for each in target.named_children if each.type == "identifier")


def _locals_of_others(definition: Definition) -> Iterator[str]:
    bindings: dict[str, list[Node]] = {}
    for each in walk(definition.node):
        if each.text and each != definition.node.child_by_field_name("name") and _is_binding(each):
            bindings.setdefault(each.text.decode(), []).append(each)
    receiver = definition.node.child_by_field_name("receiver")
    own = definition.node.child_by_field_name("parameters")
    result = definition.node.child_by_field_name("result")
    for name, places in bindings.items():
        binding = places[0]
        if len(places) > 1 or name in ("_", ANEW, definition.short) or binding.type != "identifier":
            continue
        if any(_is_in(binding, each) for each in (own, result)):
            continue
        scope = definition.node if receiver and _is_in(binding, receiver) else _block(binding)
        found = list(uses(definition.node, name))
        inside = all(_is_in(each, scope) for each in found)
        is_first = found[0] == binding and not _is_used_in_own_value(binding, name)
        if inside and is_first and not any(_is_key(each) for each in found):
            yield name


def _is_binding(node: Node) -> bool:
    parent = node.parent
    if node.type == "shorthand_property_identifier_pattern":
        return True
    if node.type != "identifier" or parent is None:
        return False
    above = parent.parent
    if parent.type == "expression_list" and above is not None:
        left = above.child_by_field_name("left") or above.child_by_field_name("alias")
        return above.type in _BINDERS and left == parent
    fields = _BOUND_BY.get(parent.type)
    if fields is not None:
        return any(node in parent.children_by_field_name(each) for each in fields)
    return parent.type in _BINDERS


def _block(node: Node) -> Node:
    around = node.parent
    while around is not None and around.type not in _BLOCKS:
        around = around.parent
    return around if around is not None else node


def _is_in(node: Node, around: Node | None) -> bool:
    return (
        around is not None
        and around.start_byte <= node.start_byte
        and node.end_byte <= around.end_byte
    )


def _is_used_in_own_value(binding: Node, name: str) -> bool:
    """Say whether a declaration reads another thing of the same name."""
    statement = binding.parent
    while statement is not None and statement.type in ("expression_list", "range_clause"):
        statement = statement.parent
    kinds = ("short_var_declaration", "variable_declarator", "var_spec", "for_in_statement")
    if statement is None or statement.type not in kinds:
        return False
    value = statement.child_by_field_name("right") or statement.child_by_field_name("value")
    return value is not None and any(True for _ in uses(value, name))


def _is_key(node: Node) -> bool:
    """Say whether a name may be that of a field in a literal of Go."""
    parent = node.parent
    above = parent.parent if parent is not None else None
    is_element = parent is not None and parent.type == "literal_element"
    return (
        is_element
        and above is not None
        and above.type == "keyed_element"
        and (above.named_children[0] == parent)
    )


def renamed(modules: Mapping[str, Module], path: str, definition: Definition) -> Site | None:
    """Rename a symbol wherever its name stands; None when the name may mean something else."""
    short, language = definition.short, modules[path].language
    same = [
        each for module in modules.values() for each in module.definitions if each.short == short
    ]
    if len(same) != 1 or len(short) < _SHORTEST or short.startswith("__"):
        return None
    new = f"{short}Anew" if language == GO or "_" not in short else f"{short}_anew"
    edits: dict[str, tuple[Edit, ...]] = {}
    for each, module in modules.items():
        if module.language == language and short.encode() in module.data:
            found = tuple(_renaming(module, short, new))
            if found:
                edits[each] = found
    own = edits.pop(path, ())
    if not own or len(edits) > _MOST_FILES:
        return None
    return Site("renamed", definition, own, edits, said=short)


def _renaming(module: Module, short: str, new: str) -> Iterator[Edit]:
    for each in walk(module.root):
        if each.type in _NAMES and each.text == short.encode():
            is_pair = each.type.startswith("shorthand")
            yield replace(each, f"{short}: {new}" if is_pair else new)
