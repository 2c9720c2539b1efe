"""What the readers of Python's frameworks ask of a tree."""

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from tree_sitter import Node

from app.analysis.languages.reader import dedent, line_of
from app.analysis.offers.view import MAX_HELP, Call, View

_FUNCTION = "function_definition"
_HELP_ENDS = re.compile(r"\f.*", re.DOTALL)


class Decorated(NamedTuple):
    """A function or class with its decorators."""

    node: Node
    """The definition itself."""
    name: str
    symbol: str
    """Its name within the file; empty when it is no symbol."""
    calls: Sequence[Call]
    """The decorators that are calls, from the first to the last."""
    bare: Sequence[Node]
    """The decorators that are not."""


def decorated(view: View, kind: str = _FUNCTION) -> Iterator[Decorated]:
    """Give the definitions that have decorators."""
    for node in view.nodes("decorated_definition"):
        inner = node.child_by_field_name("definition")
        if inner is not None and inner.type == kind:
            given = [
                each.named_children[0]
                for each in node.named_children
                if each.type == "decorator" and each.named_children
            ]
            calls = [call for each in given if (call := view.call(each))]
            bare = [each for each in given if each.type in ("attribute", "identifier")]
            name = view.text(inner.child_by_field_name("name"))
            yield Decorated(inner, name, symbol_of(view, inner), calls, bare)


def symbol_of(view: View, node: Node) -> str:
    """Return the name of a definition within the file; empty for one inside a function."""
    name = view.text(node.child_by_field_name("name"))
    around = node.parent
    while around is not None:
        if around.type == _FUNCTION:
            return ""
        if around.type == "class_definition":
            name = f"{view.text(around.child_by_field_name('name'))}.{name}"
        around = around.parent
    return name if name in view.names else ""


def functions(view: View) -> dict[str, Node]:
    """Find the functions of the module itself by their names; of two of one name, the last."""
    return {
        view.text(node.child_by_field_name("name")): node
        for node in view.nodes(_FUNCTION)
        if _is_outermost(node)
    }


def _is_outermost(node: Node) -> bool:
    around = node.parent
    while around is not None and around.type in (
        *("decorated_definition", "block", "if_statement", "else_clause", "try_statement"),
        *("except_clause", "with_statement"),
    ):
        around = around.parent
    return around is not None and around.type == "module"


def docstring(view: View, node: Node) -> str:
    """Return the doc string as a program's help shows it: up to a form feed."""
    body = node.child_by_field_name("body")
    first = body.named_children[0] if body is not None and body.named_children else None
    if first is None or first.type != "expression_statement" or first.named_child_count != 1:
        return ""
    return help_of(view, first.named_children[0])


def help_of(view: View, node: Node | None) -> str:
    """Return a help text of several lines without its indentation."""
    text = _HELP_ENDS.sub("", view.literal(node) or "").replace("\b\n", "").replace("\b", "")
    return dedent(text)[:MAX_HELP] if text.strip() else ""


def class_value(view: View, body: Node, name: str) -> Node | None:
    """Return what a class assigns to a name."""
    for statement in body.named_children:
        for each in statement.named_children:
            is_named = view.text(each.child_by_field_name("left")) == name
            if each.type == "assignment" and is_named:
                return each.child_by_field_name("right")
    return None


def assigned_targets(view: View) -> dict[int, str]:
    """Find the text to which a value is plainly assigned, by the value's node."""
    found = {}
    for node in view.nodes("assignment"):
        left, right = node.child_by_field_name("left"), node.child_by_field_name("right")
        if left is not None and right is not None and left.type in ("identifier", "attribute"):
            found[right.id] = view.text(left)
    return found


def literals(view: View, node: Node | None) -> list[str]:
    """Return the literals of one literal, or of a list, tuple or set of nothing else."""
    if node is None:
        return []
    if node.type not in ("list", "tuple", "set"):
        one = view.literal(node)
        return [one] if one is not None else []
    found = [view.literal(each) for each in node.named_children if each.type != "comment"]
    return [each for each in found if each is not None] if None not in found else []


def is_true(view: View, node: Node | None) -> bool:
    """Say whether a value is `True` itself."""
    return view.text(node) == "True"


def type_name(view: View, node: Node | None) -> str:
    """Name a type that is given as a value: a plain name, or that of the call which makes it."""
    if node is None:
        return ""
    call = view.call(node)
    if call is not None:
        return call.name
    return view.text(node) if node.type in ("identifier", "attribute") else ""


def line_of_first(nodes: Sequence[Node], call: Call) -> int:
    """Return the line of the first argument, or else that of the call."""
    return line_of(nodes[0]) if nodes else call.line
