"""What a documentation pull request should hold, and what became of it."""

from collections.abc import Mapping
from enum import StrEnum

from app.domain.value import Value


class Proposal(Value):
    """The files of one documentation set, as they should stand on top of `base_commit`."""

    base: str
    """The branch that is documented."""
    base_commit: str
    """The commit of that branch that the files were made from."""
    files: Mapping[str, bytes | None]
    """By path in the repository; None removes the file."""
    title: str
    body: str
    commit_message: str
    folders: tuple[str, ...] = ("docs/autodoc",)
    """Where documentation may be written, without a slash at the end."""
    root_files: frozenset[str] = frozenset()
    """Files outside the folders that may be written too: `README.md` or `AGENTS.md` of a scope."""


class PullRequestRef(Value):
    """A documentation pull request."""

    number: int
    url: str
    """The address a person opens."""
    head: str
    """The commit at the head of its branch."""


class Outcome(StrEnum):
    """What publishing did."""

    CREATED = "created"
    UPDATED = "updated"
    UNCHANGED = "unchanged"
    NO_DIFFERENCE = "no difference"
    """The base branch already says all of it."""
    DECLINED = "declined"
    """A person closed the pull request that proposed exactly this."""
    OUTDATED = "outdated"
    """The base branch was rewritten or removed since the files were made."""


class Published(Value):
    """The result of publishing a proposal; `pull` is the open pull request, if there is one."""

    outcome: Outcome
    pull: PullRequestRef | None = None
