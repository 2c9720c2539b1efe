"""How it is said what became of what a sentence cites."""

from collections.abc import Callable

from app.domain.wiki.impact import Reason

MOST_CODE = 12
"""Lines of current code beside one sentence."""
_BEFORE = 2
"""Lines that are shown above what changed."""
_CLAUSES = ("its ", "the ", "what ", "changed (")
"""How what is said begins when it is no predicate of the symbol."""


def clause(reason: Reason, name: Callable[[str], str], words: Callable[[str], str]) -> str:
    """Say what became of it; `name` writes a symbol or path, `words` what is said of it."""
    symbol = name(reason.symbol or reason.path)
    detail = reason.detail or f"changed ({reason.cause})"
    joint = ": " if detail.startswith(_CLAUSES) else " "
    said = words(detail)
    return said if said.startswith(symbol) else f"{symbol}{joint}{said}"


def place(reason: Reason) -> tuple[str, int, int]:
    """Name the file and the lines to look at; lines are 0 where there are none any more."""
    path = reason.now_path or reason.path
    if reason.hunk is not None and reason.now_path:
        first = reason.hunk.new_first
        return path, first, first + max(reason.hunk.new_lines, 1) - 1
    if reason.now_path and reason.first_line:
        return path, reason.first_line, reason.first_line
    return path, 0, 0


def window(reason: Reason) -> tuple[int, list[str], int]:
    """Choose the lines of the current code to show: how many are before, they, how many after."""
    lines = reason.code.splitlines()
    first = 0
    if reason.hunk is not None and len(lines) > MOST_CODE:
        changed = reason.hunk.new_first - reason.first_line - _BEFORE
        first = changed if 0 < changed < len(lines) - _BEFORE else 0
        first = min(first, len(lines) - MOST_CODE)
    last = first + MOST_CODE
    return first, lines[first:last], max(len(lines) - last, 0)
