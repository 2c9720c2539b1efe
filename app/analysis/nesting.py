"""How deep a syntax tree is: a query over a very deep one takes the square of its depth."""

import re

from tree_sitter import Tree

HONEST_BYTES = 20_000
"""A shorter file cannot be deep enough to be measured."""
MAX_DEPTH = 5_000
MAX_BROKEN_PIECES = 10_000
"""So many children may what cannot be parsed have; a query tries each of them with all others."""

MAX_OPEN_BRACKETS = 10_000
"""So many brackets may be open at once, counted without regard to strings and comments."""
_BRACKETS = re.compile(rb"([(\[{]+)|[)\]}]+")


def is_hopeless(content: bytes) -> bool:
    """Say whether so many brackets are open that a parser may need the square of their number."""
    if len(content) < HONEST_BYTES:
        return False
    depth = 0
    for run in _BRACKETS.finditer(content):
        length = run.end() - run.start()
        depth = depth + length if run[1] else max(0, depth - length)
        if depth > MAX_OPEN_BRACKETS:
            return True
    return False


def is_monstrous(tree: Tree, content: bytes) -> bool:
    """Say whether a tree is one that no person writes and no query gets through in good time."""
    if len(content) < HONEST_BYTES:
        return False
    cursor = tree.walk()
    depth = 0
    while True:
        node = cursor.node
        if node is not None and node.is_error and node.child_count > MAX_BROKEN_PIECES:
            return True
        if cursor.goto_first_child():
            depth += 1
            if depth > MAX_DEPTH:
                return True
            continue
        while not cursor.goto_next_sibling():
            if not cursor.goto_parent():
                return False
            depth -= 1
