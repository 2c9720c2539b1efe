"""What the readers of JavaScript's frameworks ask of a tree."""

from collections.abc import Mapping

from tree_sitter import Node

from app.analysis.offers.view import View

_BINDINGS = (("variable_declarator", "name", "value"), ("assignment_expression", "left", "right"))
_WRAPPERS = ("await_expression", "parenthesized_expression")
FUNCTIONS = frozenset({"arrow_function", "function_expression", "generator_function"})


def bound_names(view: View) -> Mapping[int, str]:
    """Find the name to which a value is bound, by the value's node."""
    found = {}
    for kind, left, right in _BINDINGS:
        for node in view.nodes(kind):
            value = node.child_by_field_name(right)
            while value is not None and value.type in _WRAPPERS and value.named_children:
                value = value.named_children[0]
            if value is not None:
                found[value.id] = view.text(node.child_by_field_name(left))
    return found


def properties(view: View, node: Node | None) -> Mapping[str, Node]:
    """Find the values of an object literal by their plain keys."""
    found = {}
    for pair in node.named_children if node is not None and node.type == "object" else ():
        key, value = pair.child_by_field_name("key"), pair.child_by_field_name("value")
        if pair.type == "pair" and key is not None and value is not None:
            found[view.literal(key) or view.text(key)] = value
    return found


def made(view: View, node: Node | None) -> tuple[str, list[Node]] | None:
    """Read `new Name(a, b)` or `new space.Name(a, b)`: the last name, and what is given."""
    if node is None or node.type != "new_expression":
        return None
    name = view.text(node.child_by_field_name("constructor")).rpartition(".")[2]
    listed = node.child_by_field_name("arguments")
    return name, list(listed.named_children) if listed is not None else []
