"""What goes through the pipes between the server and its workers, a line of JSON each.

JSON, not pickle: a worker reads what strangers propose, and the server holds the App's key.
"""

from app.domain.value import Value
from app.impact.order import Report

MOST_BYTES = 32_000_000
"""Of one line."""


class Setup(Value):
    """What a worker is told first."""

    database_url: str
    timeout_s: float
    memory_mb: int


class Answer(Value):
    """What a worker says: nothing once it is ready, then a report or why there is none."""

    report: Report | None = None
    fault: str = ""
    is_transient: bool = False
    """Whether time can heal the fault."""
