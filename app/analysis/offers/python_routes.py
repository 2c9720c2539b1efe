"""HTTP routes in Python: Flask, FastAPI, Starlette, aiohttp, Django."""

import re
from collections.abc import Iterator

from tree_sitter import Node

from app.analysis.languages.reader import line_of
from app.analysis.offers.python_tree import decorated, literals
from app.analysis.offers.view import Call, View
from app.domain.code.artifacts import Route

_FRAMEWORK = re.compile(
    rb"\b(?:flask|quart|fastapi|starlette|aiohttp|django|sanic|litestar|bottle|blacksheep)\b", re.I
)
_DJANGO = re.compile(rb"^[ \t]*+(?:from|import)[ \t]++django\b", re.MULTILINE)
_VERBS = ("get", "post", "put", "patch", "delete", "head", "options")
_SOCKETS = ("websocket", "websocket_route")
_ANY = ("route", "api_route")
_CLIENTS = re.compile(r"client|session|requests|httpx|responses|mock", re.I)


def routes(view: View) -> Iterator[Route]:
    """Read the routes of a file."""
    if _FRAMEWORK.search(view.content) is None:
        return
    for one in decorated(view):
        for call in one.calls:
            yield from _decorator(view, call, one.symbol)
    for call in view.calls:
        yield from _registered(view, call)
    if _DJANGO.search(view.content):
        yield from _patterns(view)


def _decorator(view: View, call: Call, function: str) -> Iterator[Route]:
    is_route = call.name in _VERBS or call.name in _ANY or call.name in _SOCKETS
    if not is_route or not call.on or _CLIENTS.search(call.on):
        return
    if call.name in _VERBS:
        methods: tuple[str, ...] | None = (call.name.upper(),)
    else:
        methods = _methods(view, call)
    yield from _route(view, call, call.argument(0, "path", "rule"), methods, function)


def _methods(view: View, call: Call) -> tuple[str, ...] | None:
    """Return the methods that a call lists; None when they are computed."""
    given = call.keywords.get("methods")
    listed = tuple(name.upper() for name in literals(view, given))
    return None if given is not None and not listed and view.text(given) != "None" else listed


def _route(
    view: View, call: Call, path: Node | None, methods: tuple[str, ...] | None, handler: str
) -> Iterator[Route]:
    text = view.literal(path)
    if path is None or text is None or methods is None or not (text == "" or text[0] in "/*"):
        return
    is_certain = text != "" or len(call.on.split(".")) == 1
    if is_certain:
        yield Route(path=text, methods=methods, line=line_of(path), handler=view.handler(handler))


def _registered(view: View, call: Call) -> Iterator[Route]:
    if call.name in ("add_url_rule", "add_api_route", "add_route"):
        yield from _added(view, call)
    elif call.name in ("Route", "WebSocketRoute", "APIRoute") and len(call.positional) > 1:
        handler = view.text(call.positional[1])
        yield from _route(view, call, call.positional[0], _methods(view, call), handler)
    elif call.on == "web" and call.name in (*_VERBS, "view") and len(call.positional) > 1:
        methods = () if call.name == "view" else (call.name.upper(),)
        yield from _route(view, call, call.positional[0], methods, view.text(call.positional[1]))
    elif call.on.endswith("router") and call.name.startswith("add_"):
        verb = call.name.removeprefix("add_")
        if verb in (*_VERBS, "view") and len(call.positional) > 1:
            methods = () if verb == "view" else (verb.upper(),)
            handler = view.text(call.positional[1])
            yield from _route(view, call, call.positional[0], methods, handler)


def _added(view: View, call: Call) -> Iterator[Route]:
    first = view.literal(call.argument(0))
    if (
        first is not None
        and call.on.endswith("router")
        and first.isupper()
        and (len(call.positional) > 2)
    ):
        handler = view.text(call.positional[2])
        yield from _route(view, call, call.positional[1], (first,), handler)
        return
    handler = view.text(call.argument(2, "view_func", "endpoint", "route"))
    if call.name != "add_url_rule":
        handler = view.text(call.argument(1, "endpoint", "route"))
    yield from _route(view, call, call.argument(0, "rule", "path"), _methods(view, call), handler)


def _patterns(view: View) -> Iterator[Route]:
    """Read Django's `path("cart/", view)`, whose paths have no slash before them."""
    for call in view.calls:
        if call.name not in ("path", "re_path") or call.receiver is not None:
            continue
        text = view.literal(call.argument(0, "route"))
        target = call.argument(1, "view")
        includes = view.call(target)
        is_include = includes is not None and includes.name == "include"
        if text is not None and target is not None and not is_include and _in_list(call.node):
            handler = view.text(target).partition(".as_view")[0]
            line = line_of(call.argument(0, "route") or call.node)
            yield Route(path=text, line=line, handler=view.handler(handler))


def _in_list(node: Node) -> bool:
    """Say whether a call stands in a list, as those of `urlpatterns` do."""
    return node.parent is not None and node.parent.type == "list"
