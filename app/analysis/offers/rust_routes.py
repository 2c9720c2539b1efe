"""HTTP routes in Rust: axum, actix, rocket."""

import re
from collections.abc import Iterator

from tree_sitter import Node

from app.analysis.languages.reader import line_of
from app.analysis.offers.rust_tree import attribute_name, tokens
from app.analysis.offers.view import Call, View, whole_chains
from app.domain.code.artifacts import Route

_FRAMEWORK = re.compile(rb"\b(?:axum|actix_web|actix|rocket)\b")
_VERBS = {
    **{name: (name.upper(),) for name in ("get", "post", "put", "patch", "delete", "head")},
    "options": ("OPTIONS",),
    "any": (),
}


def routes(view: View) -> Iterator[Route]:
    """Read the routes of a file."""
    if _FRAMEWORK.search(view.content) is None:
        return
    for node in view.nodes("attribute_item"):
        yield from _attribute(view, node)
    for chain in whole_chains(view):
        resource: Node | None = None
        for call in chain:
            first = call.argument(0)
            if call.name == "resource" and call.on == "web":
                resource = first
            elif call.name == "route" and len(call.positional) == 2:
                yield from _methods(view, first, call.positional[1])
            elif call.name == "route" and resource is not None and first is not None:
                yield from _methods(view, resource, first)


def _attribute(view: View, node: Node) -> Iterator[Route]:
    """Read `#[get("/cart")]` above a function."""
    name = attribute_name(view, node).rpartition("::")[2]
    parts = tokens(node) if name in _VERBS else []
    path = view.literal(parts[0][0]) if parts and len(parts[0]) == 1 else None
    after = node.next_named_sibling
    while after is not None and after.type in ("attribute_item", "line_comment", "block_comment"):
        after = after.next_named_sibling
    if path and path[0] == "/" and after is not None and after.type == "function_item":
        handler = view.handler(view.text(after.child_by_field_name("name")))
        yield Route(path=path, methods=_VERBS[name], line=line_of(node), handler=handler)


def _methods(view: View, path: Node | None, node: Node) -> Iterator[Route]:
    """Read `get(list).post(add)` of axum and `web::get().to(list)` of actix."""
    text = view.literal(path)
    last = view.call(node)
    if path is None or not text or text[0] != "/" or last is None:
        return
    chain = list(last.chain())[::-1]
    target = next((call for call in chain if call.name == "to"), None)
    for call in chain:
        if call.name in _VERBS and _is_verb(call):
            handler = (target or call).argument(0)
            is_plain = handler is not None and handler.type in ("identifier", "scoped_identifier")
            name = view.handler(view.text(handler)) if is_plain else ""
            yield Route(path=text, methods=_VERBS[call.name], line=line_of(path), handler=name)


def _is_verb(call: Call) -> bool:
    receiver = call.receiver
    if receiver is None or receiver.type == "call_expression":
        return True
    return call.on.rpartition("::")[2] in ("web", "routing")
