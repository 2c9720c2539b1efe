"""What AutoDoc says on a commit: a check run, free of its provider's JSON."""

from enum import StrEnum

from pydantic import Field

from app.domain.value import Value


class CheckStatus(StrEnum):
    """How far a check is."""

    QUEUED = "queued"
    IN_PROGRESS = "in_progress"
    COMPLETED = "completed"
    """Exactly then it has a conclusion."""


class Conclusion(StrEnum):
    """What a check found; of these only FAILURE and ACTION_REQUIRED hold up a required check."""

    SUCCESS = "success"
    NEUTRAL = "neutral"
    FAILURE = "failure"
    ACTION_REQUIRED = "action_required"
    CANCELLED = "cancelled"
    SKIPPED = "skipped"


class AnnotationLevel(StrEnum):
    """How a remark at a line is shown."""

    NOTICE = "notice"
    WARNING = "warning"
    FAILURE = "failure"


class Annotation(Value):
    """A remark at lines of a file of the commit."""

    path: str
    first_line: int = Field(ge=1)
    last_line: int = Field(ge=1)
    level: AnnotationLevel = AnnotationLevel.WARNING
    title: str = ""
    message: str


class CheckAction(Value):
    """A button below a check that is completed."""

    identifier: str = Field(max_length=20)
    """What the event names when somebody presses it."""
    label: str = Field(max_length=20)
    description: str = Field(max_length=40)


class CheckRun(Value):
    """A check of one commit; whoever puts it again changes the one that is there.

    Texts are Markdown; what is longer than the provider allows is cut.
    """

    name: str
    head: str
    """The commit."""
    external_id: str
    """Tells it from other checks of this name on this commit; events bring it back."""
    status: CheckStatus = CheckStatus.COMPLETED
    conclusion: Conclusion | None = None
    title: str
    summary: str = ""
    text: str = ""
    annotations: tuple[Annotation, ...] = ()
    actions: tuple[CheckAction, ...] = Field((), max_length=3)
    details_url: str = ""
    """Where more is told; empty for the provider's own page."""
