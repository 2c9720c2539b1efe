"""What people see of a job: where it stands, what it did when, and what it took."""

from datetime import datetime
from decimal import Decimal

from app.domain.value import Value
from app.domain.wiki.page import TokenUsage
from app.domain.work.job import Job, WrittenPage


class JobLine(Value):
    """A job in a list."""

    job: Job
    ordered_at: datetime
    due_at: datetime
    """Before this moment a job that waits is not begun."""
    began_at: datetime | None = None
    ended_at: datetime | None = None


class Stage(Value):
    """A part of an attempt."""

    name: str
    attempt: int
    began_at: datetime
    seen_at: datetime
    """Its latest sign of life."""
    done: int = 0
    total: int = 0
    detail: str = ""


class FailedAttempt(Value):
    """An attempt that another one followed, or that was the last."""

    attempt: int
    at: datetime
    message: str


class PageLine(Value):
    """A page as its writing ended; `id` rises with time."""

    id: int
    at: datetime
    attempt: int
    page: WrittenPage


class JobReport(JobLine):
    """All that a job's page shows, but for its pages."""

    stages: tuple[Stage, ...] = ()
    """In the order in which they began; of the newest attempt."""
    failures: tuple[FailedAttempt, ...] = ()
    usage: TokenUsage = TokenUsage()
    """Of all attempts."""


class Pulse(Value):
    """What changes whenever a report may have changed; much cheaper to read."""

    state: str
    fence: int
    newest: int
    """The number of the job's newest line."""
    spent: Decimal = Decimal(0)
    """US dollars, with what is only set aside."""
