"""Why AutoDoc should act: what an event means, free of its provider's JSON."""

import hashlib
from enum import StrEnum
from typing import Literal

from app.domain.value import Value
from app.domain.work.command import Command, Misunderstood
from app.domain.work.repository import RepositoryRef


class Installed(Value):
    """The App got access to a repository."""

    kind: Literal["installed"] = "installed"
    repository: RepositoryRef
    place: int = 0
    """Which of the repositories of one delivery it is, counted from 0: they go in waves."""


class Uninstalled(Value):
    """The App lost access to repositories: what is kept of them is deleted."""

    kind: Literal["uninstalled"] = "uninstalled"
    installation_id: int
    external_ids: tuple[str, ...] | None = None
    """The repositories by their provider's ids; None for all of the installation."""


class Suspended(Value):
    """An installation was suspended, or goes on: meanwhile nothing of it can be reached."""

    kind: Literal["suspended"] = "suspended"
    installation_id: int
    suspended: bool


class RepositoryEvent(StrEnum):
    """What happened to a repository as a whole."""

    RENAMED = "renamed"
    TRANSFERRED = "transferred"
    ARCHIVED = "archived"
    UNARCHIVED = "unarchived"
    PRIVATIZED = "privatized"
    PUBLICIZED = "publicized"
    EDITED = "edited"
    """Perhaps its default branch."""
    DELETED = "deleted"


class RepositoryChanged(Value):
    """A repository got another name, owner, visibility or default branch, or was archived."""

    kind: Literal["repository"] = "repository"
    repository: RepositoryRef
    event: RepositoryEvent
    was: str = ""
    """The default branch before, when it is another one now."""


class Push(Value):
    """New commits on a branch; `before` is all zeros when the branch is new."""

    kind: Literal["push"] = "push"
    repository: RepositoryRef
    branch: str
    before: str
    after: str
    """All zeros when the branch was deleted."""
    forced: bool = False


class Proposed(Value):
    """A pull request to look at: it was opened, reopened, retargeted, or has new commits."""

    kind: Literal["proposed"] = "proposed"
    repository: RepositoryRef
    number: int
    base: str
    """The base branch."""
    base_commit: str
    head: str
    """The head branch as `Closed` names it: of a fork `owner:branch`."""
    head_commit: str
    reopened: bool = False
    """Whether it is one of ours that a person opened again."""


class Queued(Value):
    """A merge queue asks for checks of a group of pull requests."""

    kind: Literal["queued"] = "queued"
    repository: RepositoryRef
    base: str
    """The base branch."""
    base_commit: str
    head_commit: str


class Closed(Value):
    """A pull request was closed, merged or not."""

    kind: Literal["closed"] = "closed"
    repository: RepositoryRef
    number: int
    branch: str
    """The base branch."""
    head: str
    """The head branch; `autodoc/…` when it is a documentation pull request of ours."""
    merged: bool


class CommentPlace(StrEnum):
    """Where a comment stands, which decides how GitHub reacts to it and answers it."""

    CONVERSATION = "conversation"
    REVIEW = "review"
    """At a line of the diff."""


class Commanded(Value):
    """Somebody gave an order in a comment on a pull request."""

    kind: Literal["commanded"] = "commanded"
    repository: RepositoryRef
    number: int
    comment_id: int
    sender: str
    order: Command | Misunderstood
    place: CommentPlace = CommentPlace.CONVERSATION
    press: str = ""
    """Tells one press of a button from another; empty for a comment."""

    @property
    def cause(self) -> str:
        """Name what may be carried out once only; by its beginning the answer is found again."""
        if not isinstance(self.order, Command):
            return ""
        order = self.order
        said = hashlib.sha256(order.text.encode()).hexdigest()[:12] if order.text else self.press
        place = f"{self.number}:{self.comment_id}:{order.verb}:{order.argument or ''}"
        return f"comment:{place}{':' if said else ''}{said}"


class Pressed(Value):
    """Somebody pressed a button of a check run of ours, or asked to run it again."""

    kind: Literal["pressed"] = "pressed"
    repository: RepositoryRef
    check_run_id: int
    name: str
    """Of the check run."""
    external_id: str
    """What we named it ourselves."""
    head_commit: str
    action: str
    """The identifier of the button; empty for a rerun."""
    sender: str
    press: str = ""
    """Tells one press from another, and not from itself when it is acted on once more."""


Planned = Installed | Push | Proposed | Closed | Commanded
"""What may ask for a job; of what is proposed, only a pull request of ours that was reopened."""

Trigger = Planned | Uninstalled | Suspended | RepositoryChanged | Queued | Pressed
