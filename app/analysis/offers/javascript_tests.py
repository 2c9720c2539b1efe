"""Tests in JavaScript and TypeScript: `describe`, `it` and `test`, as most runners have them."""

import re
from collections.abc import Iterator

from tree_sitter import Node

from app.analysis.languages.reader import line_of
from app.analysis.offers.javascript_tree import FUNCTIONS
from app.analysis.offers.view import View
from app.domain.code.artifacts import NamedTest

_TEST = re.compile(rb"\b(?:it|test)(?:\.\w+)?\(")
_SUITES = frozenset({b"describe", b"suite", b"context"})
_TESTS = frozenset({b"it", b"test"})
_FORMS = frozenset(
    {b"only", b"skip", b"concurrent", b"sequential", b"fails", b"failing", b"serial", b"describe"}
)
_CALLED = FUNCTIONS | {"call_expression", "identifier"}


def tests(view: View) -> Iterator[NamedTest]:
    """Read the tests of a file, each with the names of the suites around it."""
    if _TEST.search(view.content) is None:
        return
    around: list[tuple[int, str | None]] = []
    for node in view.nodes("call_expression"):
        kind = _kind(node)
        if not kind:
            continue
        while around and around[-1][0] <= node.start_byte:
            around.pop()
        name = _name(view, node)
        if kind == "suite":
            around.append((node.end_byte, name))
        elif name is not None and None not in [suite for _, suite in around]:
            words = [suite for _, suite in around if suite is not None]
            yield NamedTest(
                name=" > ".join([*words, name]),
                line=line_of(node),
                last_line=node.end_point.row + 1,
            )


def _kind(node: Node) -> str:
    """Say whether a call opens a suite or a test; empty for every other call."""
    callee = node.child_by_field_name("function")
    if callee is None or callee.type not in ("identifier", "member_expression", "call_expression"):
        return ""
    if callee.type == "call_expression":
        # `describe.each(table)("name", …)`: its tests have computed names.
        return "suite" if (callee.text or b"")[:9] == b"describe." else ""
    word = callee.text if callee.type == "identifier" else _word_of_member(callee)
    if word in _SUITES:
        return "suite"
    return "test" if word in _TESTS else ""


def _word_of_member(callee: Node) -> bytes | None:
    """Return the word that counts in `it.only`, `test.describe` and `Deno.test`."""
    form = callee.child_by_field_name("property")
    word = (callee.child_by_field_name("object") or callee).text
    if form is None or (form.text not in _FORMS and word != b"Deno"):
        return None
    return form.text if form.text == b"describe" or word == b"Deno" else word


def _name(view: View, node: Node) -> str | None:
    listed = node.child_by_field_name("arguments")
    given = listed.named_children if listed is not None else []
    if len(given) < 2 or not any(each.type in _CALLED for each in given[1:]):
        return None
    callee = node.child_by_field_name("function")
    if callee is not None and callee.type == "call_expression":
        return None
    return view.words(given[0]) or None
