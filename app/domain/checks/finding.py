"""The shape shared by all findings."""

from enum import StrEnum

from app.domain.value import Value


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
    message: str
    severity: Severity = Severity.ERROR
