"""What Java offers."""

import re
from collections.abc import Iterator

from tree_sitter import Node

from app.analysis.languages.reader import line_of
from app.analysis.offers.java_picocli import picocli_commands
from app.analysis.offers.java_routes import routes
from app.analysis.offers.java_tree import Type, annotations, name_of, types
from app.analysis.offers.view import Offers, View
from app.domain.code.artifacts import NamedTest, Setting

_GATE = re.compile(rb"org\.springframework|\.ws\.rs\b|picocli|org\.junit|org\.testng|kotlin\.test")
_TESTS = frozenset({"Test", "ParameterizedTest", "RepeatedTest", "TestFactory", "TestTemplate"})
_PROPERTY = re.compile(r"\$\{([\w.\-\[\]]+)(?::([^{}]*))?\}")


def offers(view: View) -> Offers:
    """Ask each framework's reader; a file that imports none of them is not looked at."""
    if _GATE.search(view.content) is None:
        return Offers()
    found = types(view)
    told = [test for one in found for test in _tests(view, one)]
    if told:
        return Offers(tests=told)
    return Offers(
        commands=list(picocli_commands(view, found)),
        routes=list(routes(view, found)),
        settings=list(_properties(view)),
    )


def _tests(view: View, one: Type) -> Iterator[NamedTest]:
    for method in one.members("method_declaration"):
        if annotations(view, method).keys() & _TESTS:
            name = name_of(method)
            yield NamedTest(name=f"{one.name}.{view.text(name)}", line=line_of(name or method))


def _properties(view: View) -> Iterator[Setting]:
    """Read Spring's `@Value("${shop.url:default}")` on fields and parameters."""
    if b"@Value(" not in view.content or b"springframework" not in view.content:
        return
    for kind in ("field_declaration", "formal_parameter"):
        for node in view.nodes(kind):
            yield from _property(view, node)


def _property(view: View, node: Node) -> Iterator[Setting]:
    annotation = annotations(view, node).get("Value")
    text = view.literal(annotation.given.get("value")) if annotation is not None else None
    match = _PROPERTY.fullmatch(text or "")
    if match is not None and annotation is not None:
        yield Setting(
            name=match[1],
            line=line_of(annotation.node),
            annotation=view.text(node.child_by_field_name("type")),
            default=match[2],
            required=match[2] is None,
        )
