"""What the readers of Go's frameworks ask of a tree."""

import re
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from tree_sitter import Node

from app.analysis.offers.view import Call, Enclosing, View
from app.domain.code.artifacts import Flag

FUNCTIONS = ("function_declaration", "method_declaration", "func_literal")
MODULE = 0
_BINDINGS = (
    ("short_var_declaration", "left", "right"),
    ("var_spec", "name", "value"),
    ("assignment_statement", "left", "right"),
)
_RECEIVER = re.compile(r"\(\s*+(\w++)\s++\*?(\w+)")
_TYPES = (
    "Bool|Bytes(?:Base64|Hex)|Count|Duration|Float(?:32|64)|Func|BoolFunc|IP(?:Mask|Net)?|Text|Time"
    "|U?[iI]nt(?:8|16|32|64)?|String(?:Array|To(?:Int|Int64|String))?"
)
_METHOD = re.compile(rf"(?P<type>(?:{_TYPES})(?:Slice)?)?(?P<var>Var)?(?P<short>P)?")
_WITHOUT_DEFAULT = ("", "Count", "Func", "BoolFunc")


def bound_names(view: View) -> Mapping[int, str]:
    """Find the name to which a value, or the address of one, is bound, by the value's node."""
    found: dict[int, str] = {}
    for kind, left, right in _BINDINGS:
        for node in view.nodes(kind):
            names = _listed(node.children_by_field_name(left))
            values = _listed(node.children_by_field_name(right))
            if len(names) == len(values):
                found.update(
                    (pointed(value).id, view.text(name))
                    for name, value in zip(names, values, strict=True)
                )
    return found


def _listed(nodes: Sequence[Node]) -> list[Node]:
    named = [node for node in nodes if node.is_named]
    if len(named) == 1 and named[0].type == "expression_list":
        return list(named[0].named_children)
    return named


def pointed(node: Node) -> Node:
    """Return what stands behind an `&`."""
    inner = node.child_by_field_name("operand") if node.type == "unary_expression" else None
    return inner if inner is not None else node


def fields(view: View, literal: Node) -> Mapping[str, Node]:
    """Find the values of a composite literal by their keys."""
    body = literal if literal.type == "literal_value" else literal.child_by_field_name("body")
    found = {}
    for each in body.named_children if body is not None else ():
        pair = each.named_children
        if each.type == "keyed_element" and len(pair) == 2 and pair[1].named_children:
            found[view.text(pair[0])] = pair[1].named_children[0]
    return found


def handler_of(view: View, node: Node, around: Enclosing) -> str:
    """Name the function or method of the file that a value is."""
    text = view.text(node)
    if node.type == "identifier":
        return view.handler(text)
    owner, dot, name = text.partition(".")
    if node.type != "selector_expression" or not dot or "." in name:
        return ""
    for outer in around.of(node):
        receiver = _RECEIVER.match(view.text(outer.child_by_field_name("receiver")))
        if receiver is not None and receiver[1] == owner:
            return view.handler(f"{receiver[2]}.{name}")
    return ""


class Shape(NamedTuple):
    """How a package names flags."""

    dashes: str
    shorts: bool
    """Whether it knows methods with a shorthand, such as `StringP`."""


PFLAG = Shape("--", shorts=True)
STANDARD = Shape("-", shorts=False)


def flag(view: View, call: Call, shape: Shape) -> Flag | None:
    """Read a call of `flag` or `pflag` that declares a flag."""
    match = _METHOD.fullmatch(call.name)
    if match is None or not call.name or (match["short"] and not shape.shorts):
        return None
    kind = match["type"] or ""
    if not kind and not match["var"]:
        return None
    place = 1 if match["var"] and kind not in ("Func", "BoolFunc") else 0
    given = list(call.positional[place:])
    name = view.literal(given[0]) if given else None
    if not name:
        return None
    names, rest = [f"{shape.dashes}{name}"], given[1:]
    if match["short"] and rest:
        short = view.literal(rest.pop(0))
        names += [f"-{short}"] if short else []
    default = rest.pop(0) if kind not in _WITHOUT_DEFAULT and len(rest) > 1 else None
    is_switch = kind in ("Bool", "Count", "BoolFunc", "Func")
    return Flag(
        names=tuple(names),
        line=given[0].start_point.row + 1,
        value="" if is_switch else uncapitalized(kind),
        default=view.default(default),
        help=view.words(rest[0]) if rest else "",
    )


def uncapitalized(kind: str) -> str:
    """Name a kind of flag as its value: `URL` is `url`, `StringSlice` is `stringSlice`."""
    return kind.lower() if kind.isupper() else f"{kind[:1].lower()}{kind[1:]}"
