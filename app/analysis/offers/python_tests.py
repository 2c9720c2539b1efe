"""Tests in Python: pytest's functions and classes, unittest's methods."""

import re
from collections.abc import Iterator

from tree_sitter import Node

from app.analysis.languages.reader import line_of
from app.analysis.offers.view import View
from app.domain.code.artifacts import NamedTest

_TEST = re.compile(rb"^[ \t]*(?:async )?def test", re.MULTILINE)
_RUNNER = re.compile(
    rb"^[ \t]*+(?:import|from)[ \t]++(?:\w+\.)*"
    rb"(?:pytest|unittest|hypothesis|django\.test|testing|tests)\b"
    rb"|^[ \t]++assert\b",
    re.MULTILINE,
)
_MAX_DEPTH = 20
_CASE = re.compile(r"Test(?:Case)?$")


def tests(view: View) -> Iterator[NamedTest]:
    """Read the tests of a file that asserts something."""
    if _TEST.search(view.content) is None or _RUNNER.search(view.content) is None:
        return
    for node in view.nodes("function_definition"):
        name = view.text(node.child_by_field_name("name"))
        if name.startswith("test"):
            owner = _owner(view, node)
            if owner is not None and (owner or name.startswith("test_")):
                yield NamedTest(name=f"{owner}{name}", line=line_of(node))


def _owner(view: View, node: Node, depth: int = 0) -> str | None:
    """Return the class of a test with a dot; empty for a module, None for everything else."""
    around = _outside(node)
    if around is None or around.type == "module":
        return ""
    if around.type != "class_definition" or depth > _MAX_DEPTH:
        return None
    name = view.text(around.child_by_field_name("name"))
    bases = view.text(around.child_by_field_name("superclasses")).strip("()")
    outer = _owner(view, around, depth + 1)
    is_case = name.startswith("Test") or any(
        _CASE.search(base.strip()) for base in bases.split(",")
    )
    return f"{outer}{name}." if is_case and outer is not None else None


def _outside(node: Node) -> Node | None:
    around = node.parent
    while around is not None and around.type in (
        "decorated_definition", "block", "if_statement", "else_clause", "try_statement"
    ):  # fmt: skip
        around = around.parent
    return around
