"""A job that ended, for those who ordered it in a comment."""

from app.domain.value import Value
from app.domain.work.job import Job

HELD = "AutoDoc holds still, as its configuration is broken: "
"""How the message of a job begins that a broken configuration let do nothing."""


class EndedJob(Value):
    """A job, and which of the orders it carried out itself."""

    job: Job
    causes: tuple[str, ...]
    """As `JobOrder.cause` names them."""
    is_young: bool = False
    """Whether it ended so short a while ago that its answer may still be on its way."""
