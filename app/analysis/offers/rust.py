"""What Rust offers."""

from collections.abc import Iterator

from app.analysis.languages.reader import line_of
from app.analysis.offers.rust_builder import builder_commands, builder_variables
from app.analysis.offers.rust_derive import derive_commands, derive_variables
from app.analysis.offers.rust_routes import routes
from app.analysis.offers.rust_tree import attribute_name, test_ranges
from app.analysis.offers.view import Enclosing, Offers, View
from app.domain.code.artifacts import NamedTest

_MARKS = frozenset({"test", "rstest", "test_case", "wasm_bindgen_test", "proptest"})


def offers(view: View) -> Offers:
    """Ask each framework's reader; what stands in a module of tests is no offer."""
    rows = [
        (view.content.count(b"\n", 0, first) + 1, view.content.count(b"\n", 0, last) + 1)
        for first, last in test_ranges(view)
    ]

    def is_offered(line: int) -> bool:
        return not any(first <= line <= last for first, last in rows)

    commands = [*derive_commands(view), *builder_commands(view)]
    return Offers(
        commands=[one for one in commands if is_offered(one.line)],
        routes=[one for one in routes(view) if is_offered(one.line)],
        tests=list(_tests(view)),
        environment=[*derive_variables(view), *builder_variables(view)],
    )


def _tests(view: View) -> Iterator[NamedTest]:
    """Read the functions under `#[test]`, named with the modules around them."""
    if b"test" not in view.content:
        return
    modules = Enclosing(view, ["mod_item"])
    for node in view.nodes("attribute_item"):
        if attribute_name(view, node).rpartition("::")[2] not in _MARKS:
            continue
        after = node.next_named_sibling
        while after is not None and after.type in ("attribute_item", "line_comment"):
            after = after.next_named_sibling
        if after is not None and after.type == "function_item":
            around = [each.child_by_field_name("name") for each in modules.of(after)][::-1]
            words = [
                *(view.text(each) for each in around),
                view.text(after.child_by_field_name("name")),
            ]
            yield NamedTest(name="::".join(words), line=line_of(after))
