"""HTTP routes in JavaScript and TypeScript: Express, Fastify, Hono, Koa's router, NestJS."""

import re
from collections.abc import Iterator

from tree_sitter import Node

from app.analysis.languages.reader import line_of
from app.analysis.offers.javascript_tree import (
    FUNCTIONS,
    bound_names,
    made,
    properties,
)
from app.analysis.offers.paths import joined
from app.analysis.offers.view import Call, View, whole_chains
from app.domain.code.artifacts import Route

_FRAMEWORK = re.compile(
    rb"""(?:from|require\(|import)\s*['"](?:[^'"\n]*/)?"""
    rb"""(?:express|fastify|hono|koa|router|polka|restify|find-my-way|itty-router|elysia)"""
    rb"""(?:[-./][^'"\n]*)?['"]"""
)
_CALL = re.compile(rb"\.(?:get|post|put|patch|delete|head|options|del|all|on|route)\(\s*[\"'`{]")
_NEST = re.compile(rb"""['"]@nestjs/common['"]""")
_NAMES = re.compile(r"(?:^|[a-z_.])(?:app|router|routes?|server|api|fastify|hono)$", re.I)
_MAKERS = frozenset({"express", "Router", "fastify", "Fastify", "polka", "createServer"})
_CLASSES = re.compile(r"(?:Hono|Router|Elysia|App|Server)$")
_VERBS = {
    **{name: (name.upper(),) for name in ("get", "post", "put", "patch", "delete", "head")},
    "options": ("OPTIONS",),
    "del": ("DELETE",),
    "all": (),
}
_HANDLERS = FUNCTIONS | {"identifier", "member_expression", "call_expression", "array"}
_NEST_VERBS = {name.title(): methods for name, methods in _VERBS.items() if name != "del"}


def routes(view: View) -> Iterator[Route]:
    """Read the routes of a file."""
    if _FRAMEWORK.search(view.content) is not None and _CALL.search(view.content) is not None:
        servers = _servers(view)
        for chain in whole_chains(view):
            if _is_server(view, chain[0], servers):
                yield from _chained(view, chain)
    if _NEST.search(view.content) is not None:
        yield from _controllers(view)


def _servers(view: View) -> frozenset[str]:
    """Name the variables that hold a server or a router."""
    names = bound_names(view)
    found = set()
    for chain in whole_chains(view):
        base = made(view, chain[0].receiver)
        if chain[0].name in _MAKERS or (base is not None and _CLASSES.search(base[0])):
            found.add(names.get(chain[-1].node.id, ""))
    for node in view.nodes("new_expression"):
        base = made(view, node)
        if base is not None and _CLASSES.search(base[0]):
            found.add(names.get(node.id, ""))
    return frozenset(found - {""})


def _is_server(view: View, first: Call, servers: frozenset[str]) -> bool:
    receiver = first.receiver
    if receiver is None:
        return first.name in _MAKERS
    base = made(view, receiver)
    if base is not None:
        return _CLASSES.search(base[0]) is not None
    if receiver.type not in ("identifier", "member_expression", "this"):
        return False
    return first.on in servers or first.name in _MAKERS or _NAMES.search(first.on) is not None


def _chained(view: View, chain: list[Call]) -> Iterator[Route]:
    path: Node | None = None
    for call in chain:
        first = call.argument(0)
        if call.name == "route" and len(call.positional) == 1:
            path = first
            yield from _described(view, first)
        elif call.name in _VERBS and path is not None and call.positional:
            if view.literal(first) is None:
                yield from _route(view, path, _VERBS[call.name], call.positional[-1])
        elif call.name in _VERBS and len(call.positional) > 1:
            yield from _route(view, first, _VERBS[call.name], call.positional[-1])
        elif call.name == "on" and len(call.positional) > 2:
            method = view.literal(first) or ""
            if method.isupper():
                yield from _route(view, call.positional[1], (method,), call.positional[-1])


def _route(
    view: View, path: Node | None, methods: tuple[str, ...], handler: Node
) -> Iterator[Route]:
    text = view.literal(path)
    if path is None or not text or text[0] not in "/*:" or handler.type not in _HANDLERS:
        return
    name = view.text(handler) if handler.type in ("identifier", "member_expression") else ""
    yield Route(path=text, methods=methods, line=line_of(path), handler=view.handler(name))


def _described(view: View, node: Node | None) -> Iterator[Route]:
    """Read Fastify's `route({method, url, handler})`."""
    told = properties(view, node)
    url, method, handler = told.get("url"), told.get("method"), told.get("handler")
    if url is None or method is None:
        return
    listed = method.named_children if method.type == "array" else [method]
    methods = [view.literal(each) for each in listed]
    if None not in methods:
        plain = tuple(each.upper() for each in methods if each)
        yield from _route(view, url, plain, handler if handler is not None else url.parent or url)
        if handler is None or handler.type not in _HANDLERS:
            text = view.literal(url)
            if text:
                yield Route(path=text, methods=plain, line=line_of(url))


def _controllers(view: View) -> Iterator[Route]:
    """Read NestJS: a class's `@Controller("cats")`, its methods' `@Get(":id")`."""
    for node in view.nodes("class_declaration"):
        around = node.parent
        given = list(node.children)
        if around is not None and around.type == "export_statement":
            given = [*around.children, *given]
        base = next((call for call in _decorators(view, given) if call.name == "Controller"), None)
        prefix = _prefix(view, base) if base is not None else None
        body = node.child_by_field_name("body")
        if prefix is not None and body is not None:
            name = view.text(node.child_by_field_name("name"))
            yield from _methods(view, body, name, prefix)


def _decorators(view: View, nodes: list[Node]) -> Iterator[Call]:
    for node in nodes:
        call = view.call(node.named_children[0]) if node.type == "decorator" else None
        if call is not None:
            yield call


def _prefix(view: View, base: Call) -> str | None:
    given = base.argument(0)
    if given is None:
        return ""
    if given.type == "object":
        path = properties(view, given).get("path")
        return view.literal(path) if path is not None else ""
    return view.literal(given)


def _methods(view: View, body: Node, owner: str, prefix: str) -> Iterator[Route]:
    above: list[Node] = []
    for each in body.named_children:
        if each.type == "decorator":
            above.append(each)
            continue
        if each.type == "method_definition":
            handler = f"{owner}.{view.text(each.child_by_field_name('name'))}"
            for call in _decorators(view, above):
                given = call.argument(0)
                path = "" if given is None else view.literal(given)
                if call.name in _NEST_VERBS and path is not None:
                    yield Route(
                        path=joined(prefix, path),
                        methods=_NEST_VERBS[call.name],
                        line=call.line,
                        handler=view.handler(handler),
                    )
        if each.type != "comment":
            above = []
