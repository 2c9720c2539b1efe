"""HTTP routes in Go: net/http, chi, gin, echo, fiber, gorilla/mux."""

import re
from collections.abc import Iterator

from tree_sitter import Node

from app.analysis.languages.reader import line_of
from app.analysis.offers.go_tree import FUNCTIONS, handler_of
from app.analysis.offers.view import Call, Enclosing, View, whole_chains
from app.domain.code.artifacts import Route

_FRAMEWORK = re.compile(
    rb'"(?:net/http|github\.com/(?:go-chi/chi|gin-gonic/gin|labstack/echo|gofiber/fiber|gorilla/mux'
    rb'|julienschmidt/httprouter|prometheus/common/route)[^"\n]*)"'
)
_CALL = re.compile(
    rb"\.(?:Handle|HandleFunc|Method|MethodFunc|Any|All|Get|Post|Put|Patch|Delete|Del|Head|Options"
    rb"|Connect|Trace|GET|POST|PUT|PATCH|DELETE|HEAD|OPTIONS|CONNECT|TRACE)\(\s*[\"`]"
)
_PATTERN = re.compile(r"(?:(?P<method>[A-Z]+)[ \t]+)?(?P<path>[\w.-]*/\S*)")
_ROUTERS = re.compile(r"(?:^|[._])(?:r|rt|e|g|app|api|mux|group|srv|server)$|[rR]oute[rs]?$|Group$")
_TITLES = {
    name.title(): (name.upper(),)
    for name in ("get", "post", "put", "patch", "delete", "head", "options", "connect", "trace")
}
_VERBS = {
    **_TITLES,
    "Del": ("DELETE",),
    **{name.upper(): methods for name, methods in _TITLES.items()},
    "Any": (),
    "All": (),
}


def routes(view: View) -> Iterator[Route]:
    """Read the routes of a file."""
    if _FRAMEWORK.search(view.content) is None or _CALL.search(view.content) is None:
        return
    around = Enclosing(view, FUNCTIONS)
    for chain in whole_chains(view):
        for number, call in enumerate(chain):
            after = chain[number + 1] if number + 1 < len(chain) else None
            yield from _route(view, call, after, around)


def _route(view: View, call: Call, after: Call | None, around: Enclosing) -> Iterator[Route]:
    if call.receiver is None or len(call.positional) < 2:
        return
    first = call.positional[0]
    text = view.literal(first)
    if call.name in ("Method", "MethodFunc"):
        path = call.argument(1)
        if text and text.isupper() and len(call.positional) > 2 and path is not None:
            yield from _told(view, path, view.literal(path), (text,), call, around)
    elif call.name in ("HandleFunc", "Handle"):
        match = _PATTERN.fullmatch(text or "")
        if match is not None:
            methods = (match["method"],) if match["method"] else _methods(view, after)
            if methods is not None:
                yield from _told(view, first, match["path"], methods, call, around)
    elif call.name in _VERBS and _ROUTERS.search(call.on) and text and text[0] in "/*":
        yield from _told(view, first, text, _VERBS[call.name], call, around)


def _methods(view: View, after: Call | None) -> tuple[str, ...] | None:
    """Read gorilla's `.Methods("GET")`; None when they are computed."""
    if after is None or after.name != "Methods":
        return ()
    found = [view.literal(each) for each in after.positional]
    plain = tuple(each.upper() for each in found if each)
    if len(plain) == len(found):
        return plain
    texts = [view.text(each) for each in after.positional]
    constants = tuple(text[11:].upper() for text in texts if text.startswith("http.Method"))
    return constants if len(constants) == len(texts) else None


def _told(
    view: View,
    path: Node,
    text: str | None,
    methods: tuple[str, ...],
    call: Call,
    around: Enclosing,
) -> Iterator[Route]:
    handler = call.positional[-1]
    if text and handler.type not in ("unary_expression", "composite_literal", "nil"):
        name = handler_of(view, handler, around)
        yield Route(path=text, methods=methods, line=line_of(path), handler=name)
