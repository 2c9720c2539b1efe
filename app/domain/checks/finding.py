"""The shape shared by all findings."""

from enum import StrEnum
from typing import Annotated

from pydantic import AfterValidator

from app.domain.value import Value


def printable(text: str) -> str:
    """Write out what moves a cursor, ends a line or hides: `\\n`, `\\x1b`, `\\u202e`."""
    if text.isprintable():
        return text
    return "".join(
        char if char.isprintable() else char.encode("unicode_escape").decode() for char in text
    )


class Severity(StrEnum):
    """Whether a finding keeps a page from being published."""

    ERROR = "error"
    WARNING = "warning"


class Finding(Value):
    """One thing that is wrong with a page, in words that its writer can act on."""

    rule: str
    """`path`, `range`, `link`, `anchor`, `symbol`, `code-block`, `diagram`, `citation` …"""
    page: str
    """The path of the page within its documentation folder."""
    line: int = 0
    """1-based line of the page; 0 when the finding is about the whole page or a draft."""
    message: Annotated[str, AfterValidator(printable)]
    """One line, even where it quotes what is none."""
    severity: Severity = Severity.ERROR
    code: str = ""
    """The current code, where a page says something else of it; at most 30 lines."""
