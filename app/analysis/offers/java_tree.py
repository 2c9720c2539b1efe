"""What the readers of Java's frameworks ask of a tree: annotations, above all."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from tree_sitter import Node

from app.analysis.offers.view import Enclosing, View

TYPES = ("class_declaration", "interface_declaration", "record_declaration", "enum_declaration")


@dataclass(frozen=True)
class Annotation:
    """An annotation and what it is given."""

    node: Node
    name: str
    """Without its package."""
    given: Mapping[str, Node]
    """Its values by their keys; a value without a key is `value`."""


def annotations(view: View, node: Node) -> dict[str, Annotation]:
    """Read the annotations of a declaration, by their names."""
    found = {}
    for modifiers in node.children:
        for each in modifiers.named_children if modifiers.type == "modifiers" else ():
            if each.type in ("annotation", "marker_annotation"):
                name = view.text(each.child_by_field_name("name")).rpartition(".")[2]
                found[name] = Annotation(each, name, _given(view, each))
    return found


def _given(view: View, node: Node) -> dict[str, Node]:
    listed = node.child_by_field_name("arguments")
    found = {}
    for each in listed.named_children if listed is not None else ():
        if each.type == "element_value_pair":
            value = each.child_by_field_name("value")
            if value is not None:
                found[view.text(each.child_by_field_name("key"))] = value
        elif "comment" not in each.type:
            found["value"] = each
    return found


def elements(node: Node | None) -> list[Node]:
    """Return the values of `{a, b}`, or a value by itself."""
    if node is None:
        return []
    return list(node.named_children) if node.type == "element_value_array_initializer" else [node]


def literals(view: View, node: Node | None) -> list[str] | None:
    """Return the literals of a value; None when one is computed."""
    found = [view.literal(each) for each in elements(node) if "comment" not in each.type]
    plain = [each for each in found if each is not None]
    return plain if len(plain) == len(found) else None


@dataclass(frozen=True)
class Type:
    """A class or interface with its annotations."""

    node: Node
    name: str
    """Qualified within the file."""
    annotations: Mapping[str, Annotation]

    def members(self, kind: str) -> Iterator[Node]:
        """Give the members of a kind."""
        body = self.node.child_by_field_name("body")
        for each in body.named_children if body is not None else ():
            if each.type == kind:
                yield each


def types(view: View) -> list[Type]:
    """Find the types of a file."""
    around = Enclosing(view, TYPES)
    found = []
    for kind in TYPES:
        for node in view.nodes(kind):
            outer = [each.child_by_field_name("name") for each in around.of(node)][::-1]
            words = [*(view.text(each) for each in outer), view.text(name_of(node))]
            found.append(Type(node, ".".join(words), annotations(view, node)))
    return found


def name_of(node: Node) -> Node | None:
    """Return the node of a declaration's name."""
    declarator = node.child_by_field_name("declarator")
    return (declarator or node).child_by_field_name("name")
