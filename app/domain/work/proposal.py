"""What a documentation pull request should hold, and what became of it."""

from collections.abc import Mapping
from enum import StrEnum

from app.domain.value import Value


class Opening(Value):
    """How a new pull request is opened; later all of it is up to people."""

    labels: tuple[str, ...] = ()
    reviewers: tuple[str, ...] = ()
    """Logins, or `organisation/team`."""
    cited: tuple[str, ...] = ()
    """Files whose owners are asked where no reviewers are named, the most important first."""
    draft: bool = False


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
    substance: str = ""
    """What of the body is worth writing it again when it is another one; empty: all of it."""
    commit_message: str
    sign_off: bool = False
    """Whether commits end with a line that says who signs them off."""
    opening: Opening = Opening()
    is_asked: bool = False
    """Whether a person asked for it just now, so that what was declined before does not count."""
    folders: tuple[str, ...] = ("docs/autodoc",)
    """Where documentation may be written, without a slash at the end."""
    root_files: frozenset[str] = frozenset()
    """Files outside the folders that may be written too: `README.md` or `AGENTS.md` of a scope, or
    the `.autodoc.yaml` of the root."""


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
    """A person closed, or reverted, what proposed exactly this, or no source changed since."""
    TAKEN = "taken"
    """A person pointed the pull request at another branch: it is theirs."""
    OUTDATED = "outdated"
    """The base branch was rewritten or removed since the files were made."""


class Published(Value):
    """The result of publishing a proposal; `pull` is the open pull request, if there is one."""

    outcome: Outcome
    pull: PullRequestRef | None = None
