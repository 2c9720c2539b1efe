"""Why AutoDoc should act: what an event means, free of its provider's JSON."""

from typing import Literal

from app.domain.value import Value
from app.domain.work.command import Command, Misunderstood
from app.domain.work.repository import RepositoryRef


class Installed(Value):
    """The App got access to a repository."""

    kind: Literal["installed"] = "installed"
    repository: RepositoryRef


class Push(Value):
    """New commits on a branch; `before` is all zeros when the branch is new."""

    kind: Literal["push"] = "push"
    repository: RepositoryRef
    branch: str
    before: str
    after: str
    forced: bool = False


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


class Commanded(Value):
    """Somebody gave an order in a comment on a pull request."""

    kind: Literal["commanded"] = "commanded"
    repository: RepositoryRef
    number: int
    comment_id: int
    sender: str
    order: Command | Misunderstood


Trigger = Installed | Push | Closed | Commanded
