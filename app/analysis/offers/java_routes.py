"""HTTP routes in Java: Spring's mappings and JAX-RS."""

import re
from collections.abc import Iterator

from tree_sitter import Node

from app.analysis.languages.reader import line_of
from app.analysis.offers.java_tree import Annotation, Type, annotations, elements, literals, name_of
from app.analysis.offers.paths import joined
from app.analysis.offers.view import View
from app.domain.code.artifacts import Route

_SPRING = re.compile(rb"org\.springframework\.web\.bind\.annotation")
_JAX_RS = re.compile(rb"\b(?:javax|jakarta)\.ws\.rs\b")
_MAPPINGS: dict[str, tuple[str, ...]] = {
    f"{name.title()}Mapping": (name,) for name in ("GET", "POST", "PUT", "PATCH", "DELETE")
}
_VERBS = ("GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS")
_CLIENTS = frozenset({"FeignClient", "HttpExchange", "RegisterRestClient"})


def routes(view: View, found: list[Type]) -> Iterator[Route]:
    """Read the routes of a file's types; one that describes a client has none."""
    is_spring = _SPRING.search(view.content) is not None
    is_jax = _JAX_RS.search(view.content) is not None
    for one in found if is_spring or is_jax else ():
        if one.annotations.keys() & _CLIENTS:
            continue
        for method in one.members("method_declaration"):
            given = annotations(view, method)
            handler = view.handler(f"{one.name}.{view.text(name_of(method))}")
            if is_spring:
                yield from _spring(view, one, given, handler)
            if is_jax:
                yield from _jax_rs(view, one, given, handler)


def _spring(view: View, one: Type, given: dict[str, Annotation], handler: str) -> Iterator[Route]:
    above = one.annotations.get("RequestMapping")
    prefixes = _paths(view, above) if above is not None else [""]
    for name, annotation in given.items():
        methods: tuple[str, ...] | None = _MAPPINGS.get(name)
        if name == "RequestMapping":
            methods = _methods(view, annotation.given.get("method"))
        paths = _paths(view, annotation)
        if methods is None or prefixes is None or paths is None:
            continue
        for prefix in prefixes:
            for path in paths:
                yield Route(
                    path=joined(prefix, path),
                    methods=methods,
                    line=line_of(annotation.node),
                    handler=handler,
                )


def _paths(view: View, annotation: Annotation) -> list[str] | None:
    node = annotation.given.get("value", annotation.given.get("path"))
    found = literals(view, node)
    return found if found is None or found else [""]


def _methods(view: View, node: Node | None) -> tuple[str, ...] | None:
    words = [view.text(each).rpartition(".")[2] for each in elements(node)]
    return tuple(words) if all(word in _VERBS for word in words) else None


def _jax_rs(view: View, one: Type, given: dict[str, Annotation], handler: str) -> Iterator[Route]:
    above, own = one.annotations.get("Path"), given.get("Path")
    verbs = [name for name in given if name in _VERBS]
    prefixes = _paths(view, above) if above is not None else [""]
    paths = _paths(view, own) if own is not None else [""]
    if not verbs or not prefixes or not paths or (above is None and own is None):
        return
    yield Route(
        path=joined(prefixes[0], paths[0]),
        methods=tuple(verbs),
        line=line_of((own or given[verbs[0]]).node),
        handler=handler,
    )
