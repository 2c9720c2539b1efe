"""The four simple rules of the literature, by Python's own `ast`; nothing of the product.

A page is linked to code by its bare names in backticks: `name`, ``name`` and `name()`.
"""

import ast
import re
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import NamedTuple

from benchmarks.co_change.history import Case, History, is_source

REMEMBERED = 200
"""Files: what a commit made is what the one before started from."""
RULES = (
    "identifier in the diff's lines",
    "body digest",
    "signature digest",
    "name gone from the source",
)
_TICKED = re.compile(r"`+(?:~?[\w.]+\.)?([A-Za-z_]\w*)(?:\(\))?`+")
_IDENTIFIER = re.compile(r"[A-Za-z_]\w*")


_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)


class Definitions(NamedTuple):
    """The definitions of one file by short name, as text that stands for what they are."""

    bodies: Mapping[str, frozenset[str]]
    signatures: Mapping[str, frozenset[str]]


def page_names(text: str) -> frozenset[str]:
    return frozenset(_TICKED.findall(text))


def flagged(
    case: Case, history: History, folders: Sequence[str], names: Mapping[str, frozenset[str]]
) -> dict[str, frozenset[str]]:
    """Name, for each rule, the pages that it flags; `names` holds those of each page."""
    by_rule = dict(zip(RULES, _words(case, history, folders), strict=True))
    return {
        rule: frozenset(page for page, found in names.items() if found & words)
        for rule, words in by_rule.items()
    }


def _words(case: Case, history: History, folders: Sequence[str]) -> tuple[set[str], ...]:
    lines, bodies, signatures, gone = set[str](), set[str](), set[str](), set[str]()
    for each in case.touched:
        if not is_source(each.old_path, folders) and not is_source(each.new_path, folders):
            continue
        before, after = history.text(each.old_blob), history.text(each.new_blob)
        old, new = _definitions(before), _definitions(after)
        bodies |= _different(old.bodies, new.bodies)
        signatures |= _different(old.signatures, new.signatures)
        gone |= old.bodies.keys() - new.bodies.keys()
        lines |= _diff_words(before, after)
    return lines, bodies, signatures, _nowhere(gone, case, history, folders)


def _different(old: Mapping[str, object], new: Mapping[str, object]) -> set[str]:
    return {name for name, one in old.items() if new.get(name) != one}


def _diff_words(before: str, after: str) -> set[str]:
    """Collect the identifiers of lines that only one side has."""
    old, new = set(before.splitlines()), set(after.splitlines())
    return {word for line in old ^ new for word in _IDENTIFIER.findall(line)}


def _nowhere(names: set[str], case: Case, history: History, folders: Sequence[str]) -> set[str]:
    if not names:
        return set()
    patterns = [part for name in sorted(names) for part in ("-e", name)]
    found = history.run(
        "grep", "-h", "-o", "-w", "-F", *patterns, case.commit, "--",
        *(f"{folder}*.py" for folder in folders),
    )  # fmt: skip
    return names - set(found.split())


@lru_cache(REMEMBERED)
def _definitions(text: str) -> Definitions:
    bodies: dict[str, set[str]] = {}
    signatures: dict[str, set[str]] = {}
    try:
        tree = ast.parse(text)
    except (SyntaxError, ValueError):
        return Definitions({}, {})
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            bodies.setdefault(node.name, set()).add(_body(node))
            signatures.setdefault(node.name, set()).add(_signature(node))
    for node in tree.body:
        if isinstance(node, ast.Assign):
            for target in node.targets:
                if isinstance(target, ast.Name):
                    bodies.setdefault(target.id, set()).add(ast.dump(node.value))
    return Definitions(_frozen(bodies), _frozen(signatures))


def _frozen(found: Mapping[str, set[str]]) -> dict[str, frozenset[str]]:
    return {name: frozenset(each) for name, each in found.items()}


def _body(node: ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef) -> str:
    """Dump what a definition does: without its docstring, a class without its methods."""
    body = [each for each in node.body if not _is_docstring(each)]
    if isinstance(node, ast.ClassDef):
        body = [each for each in body if not isinstance(each, _FUNCTIONS)]
    head = "" if isinstance(node, ast.ClassDef) else ast.dump(node.args)
    return head + "\n".join(map(ast.dump, body))


def _is_docstring(node: ast.stmt) -> bool:
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)


def _signature(node: ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef) -> str:
    if isinstance(node, ast.ClassDef):
        return "\n".join(map(ast.dump, node.bases))
    returns = ast.dump(node.returns) if node.returns else ""
    return ast.dump(node.args) + returns
