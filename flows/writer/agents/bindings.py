"""Which names a function binds itself, so that a call of one does not mean the module's own."""

from collections.abc import Iterator, Sequence

from tree_sitter import Node

from app.domain.wiki.narrative.call_targets import OWN

FUNCTIONS = frozenset(
    (
        "arrow_function",
        "closure_expression",
        "constructor_declaration",
        "func_literal",
        "function_declaration",
        "function_definition",
        "function_expression",
        "function_item",
        "generator_function",
        "generator_function_declaration",
        "lambda",
        "lambda_expression",
        "method_declaration",
        "method_definition",
    )
)
"""What opens a scope, in any of the languages."""
_BINDING = {
    "as_pattern": ("alias",),
    "assignment": ("left",),
    "assignment_expression": ("left",),
    "catch_clause": ("parameter",),
    "catch_formal_parameter": ("name",),
    "const_spec": ("name",),
    "default_parameter": ("name",),
    "enhanced_for_statement": ("name",),
    "for_expression": ("pattern",),
    "for_in_clause": ("left",),
    "for_in_statement": ("left",),
    "for_statement": ("left",),
    "formal_parameter": ("name",),
    "let_condition": ("pattern",),
    "let_declaration": ("pattern",),
    "named_expression": ("name",),
    "optional_parameter": ("pattern",),
    "parameter": ("pattern",),
    "parameter_declaration": ("name",),
    "range_clause": ("left",),
    "receive_statement": ("left",),
    "required_parameter": ("pattern",),
    "resource": ("name",),
    "short_var_declaration": ("left",),
    "type_switch_statement": ("alias",),
    "typed_default_parameter": ("name",),
    "var_spec": ("name",),
    "variable_declarator": ("name",),
}
"""Which fields of a node hold names that it binds."""
_PARAMETERS = frozenset(
    (
        "closure_parameters",
        "formal_parameters",
        "inferred_parameters",
        "lambda_parameters",
        "parameters",
        "typed_parameter",
    )
)
_PATTERNS = frozenset(
    (
        "array_pattern",
        "assignment_pattern",
        "dictionary_splat_pattern",
        "list_splat_pattern",
        "object_pattern",
        "reference_pattern",
        "rest_pattern",
        "tuple_pattern",
    )
)
"""What may stand among parameters in the place of a name."""
_PARTS = frozenset(
    (
        "attribute",
        "call",
        "call_expression",
        "field_expression",
        "index_expression",
        "member_expression",
        "selector_expression",
        "subscript",
        "subscript_expression",
        "type",
    )
)
"""What is changed or read where it stands on the left, and binds no name."""
_NAMES = frozenset(("identifier", "shorthand_property_identifier_pattern"))
_CLASSES = frozenset(("class_declaration", "class_definition"))
_IMPORTS = frozenset(("import_statement", "import_from_statement"))


class Bound:
    """The names that a function binds, and the scope around it."""

    def __init__(self, around: "Bound | None" = None) -> None:
        self._around = around
        self._names: set[str] = set()
        self._imported: set[str] = set()
        self._typed: set[str] = set()

    def add(self, node: Node) -> None:
        """Take in the names that a node within the function binds."""
        if node.type in FUNCTIONS or node.type in _CLASSES:
            self._names.update(_texts(node.child_by_field_name("name")))
        elif node.type in _IMPORTS:
            self._imported.update(_imported(node))
        elif node.type in _PARAMETERS:
            self._add_parameters(node.children)
        elif not _is_receiver(node):
            names = self._typed if _has_known_type(node) else self._names
            for field in _BINDING.get(node.type, ()):
                for each in node.children_by_field_name(field):
                    names.update(_texts(each))

    def open(self, function: Node) -> None:
        """Take in the parameter of a function that has no parentheses around it."""
        fields = map(function.child_by_field_name, ("parameter", "parameters"))
        self._add_parameters([each for each in fields if each])

    def _add_parameters(self, nodes: Sequence[Node]) -> None:
        for each in nodes:
            if each.type in _NAMES or each.type in _PATTERNS:
                self._names.update(_texts(each))

    def hides(self, target: str, defined: frozenset[str]) -> bool:
        """Say whether the head of a call means something of the function's own.

        What it imports is told by the imports of the file, unless the file defines the name too;
        of what the head of a Go function declares, the type says which methods are called.
        """
        name, dot, _ = target.partition(".")
        if name in OWN:
            return False
        if name in self._names or (name in self._imported and name in defined):
            return True
        if name in self._typed:
            return not dot
        return self._around is not None and self._around.hides(target, defined)


def defined_in(module: Node) -> frozenset[str]:
    """List what the top of a file defines by name."""
    found: set[str] = set()
    for node in module.children:
        inner = (
            node.child_by_field_name("definition")
            or node.child_by_field_name("declaration")
            or node
        )
        if inner.type in FUNCTIONS or inner.type in _CLASSES:
            found.update(_texts(inner.child_by_field_name("name")))
    return frozenset(found)


def _is_receiver(node: Node) -> bool:
    """Say whether it is what a Go method calls its object."""
    if node.type != "parameter_declaration":
        return False
    held = node.parent.parent if node.parent else None
    return held is not None and held.child_by_field_name("receiver") == node.parent


def _has_known_type(node: Node) -> bool:
    """Say whether it is a parameter or a named result in the head of a Go function."""
    held = node.parent.parent if node.parent else None
    is_head = held is not None and held.type in ("function_declaration", "method_declaration")
    return node.type == "parameter_declaration" and is_head


def _imported(node: Node) -> Iterator[str]:
    for each in node.children_by_field_name("name"):
        alias = each.child_by_field_name("alias")
        yield _text(alias or each).partition(".")[0]


def _texts(node: Node | None) -> Iterator[str]:
    """List the names of a pattern."""
    row = [node] if node else []
    while row:
        each = row.pop()
        if each.type in _NAMES:
            yield _text(each)
        elif each.type not in _PARTS:
            row.extend(each.children)


def _text(node: Node) -> str:
    return (node.text or b"").decode(errors="replace")
