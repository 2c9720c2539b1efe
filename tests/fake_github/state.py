"""What the fake remembers beside git: accounts, repositories, pull requests, tokens, deliveries."""

import secrets
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from typing import Any

from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey

from tests.fake_github.git_repository import GitRepository

LEVELS = {"read": 1, "write": 2, "admin": 3}


@dataclass
class Account:
    """A user, an organization or the account of an app (`SLUG[bot]`)."""

    id: int
    login: str
    type: str = "User"

    @property
    def email(self) -> str:
        """The address that GitHub invents for commits."""
        return f"{self.id}+{self.login}@users.noreply.github.com"


@dataclass
class Label:
    """A label of a repository."""

    id: int
    name: str
    color: str = "ededed"
    description: str | None = None


@dataclass
class Comment:
    """A comment in the conversation of an issue or pull request."""

    id: int
    repository_id: int
    number: int
    user: Account
    body: str
    created_at: str
    updated_at: str
    by_app: bool = False
    reactions: list["Reaction"] = field(default_factory=list)


@dataclass
class ReviewComment(Comment):
    """A comment at a line of a pull request's diff."""

    path: str = ""
    line: int = 1
    commit_id: str = ""
    review_id: int = 0


@dataclass
class Review:
    """What a person says about a whole pull request: APPROVED, CHANGES_REQUESTED or COMMENTED."""

    id: int
    user: Account
    state: str
    body: str
    commit_id: str
    submitted_at: str


@dataclass(frozen=True)
class Team:
    """A team of an organization."""

    id: int
    organization: Account
    slug: str


@dataclass(frozen=True)
class Protection:
    """Rules of a branch, for everybody but the people of a test: they are administrators."""

    pull_requests: bool = False
    """Changes come through pull requests only."""
    checks: tuple[str, ...] = ()
    """Names of check runs without which nothing is merged."""
    approvals: int = 0
    restricted: bool = False
    """No app may push, make or delete it."""
    signatures: bool = False
    """Its commits are verified."""
    merge_queue: bool = False
    """Nothing is merged but by the queue."""


@dataclass(frozen=True)
class QueueEntry:
    """A pull request's place in a merge queue: the group branch and what it was made from."""

    branch: str
    head_sha: str
    base_sha: str


@dataclass
class Reaction:
    """A reaction to a comment."""

    id: int
    user: Account
    content: str
    created_at: str


@dataclass
class Issue:
    """An issue; the common part of every pull request."""

    id: int
    number: int
    title: str
    body: str | None
    user: Account
    created_at: str
    updated_at: str
    state: str = "open"
    closed_at: str | None = None
    locked: bool = False
    labels: list[Label] = field(default_factory=list)


@dataclass
class Pull(Issue):
    """A pull request between two branches; `fork` is where the head is when that is elsewhere."""

    head_ref: str = ""
    head_sha: str = ""
    base_ref: str = ""
    base_sha: str = ""
    draft: bool = False
    maintainer_can_modify: bool = False
    merged_at: str | None = None
    merged_by: Account | None = None
    merge_commit_sha: str | None = None
    fork: "Repository | None" = None
    requested_reviewers: list[Account] = field(default_factory=list)
    requested_teams: list[Team] = field(default_factory=list)
    reviews: list[Review] = field(default_factory=list)
    queued: QueueEntry | None = None


@dataclass
class CheckRun:
    """A check run of the app; `fields` are those that the app set."""

    id: int
    head_sha: str
    suite_id: int
    fields: dict[str, Any]


@dataclass(eq=False)
class Repository:
    """A repository: its Git directory is the truth, this is what GitHub keeps beside it."""

    id: int
    owner: Account
    name: str
    git: GitRepository
    default_branch: str
    private: bool
    created_at: str
    description: str | None = None
    delete_branch_on_merge: bool = False
    pushed_at: str | None = None
    next_number: int = 1
    issues: dict[int, Issue] = field(default_factory=dict)
    labels: dict[str, Label] = field(default_factory=dict)
    roles: dict[str, str] = field(default_factory=dict)
    verified: set[str] = field(default_factory=set)
    check_runs: dict[int, CheckRun] = field(default_factory=dict)
    parent: "Repository | None" = None
    archived: bool = False
    has_issues: bool = True
    allows_drafts: bool = True
    protections: dict[str, Protection] = field(default_factory=dict)

    @property
    def full_name(self) -> str:
        """`owner/name`."""
        return f"{self.owner.login}/{self.name}"

    @property
    def pulls(self) -> list[Pull]:
        """All pull requests, the oldest first."""
        return [issue for issue in self.issues.values() if isinstance(issue, Pull)]

    def protection(self, branch: str) -> Protection:
        """The rules of a branch: those of the first pattern that fits it."""
        fitting = (rule for name, rule in self.protections.items() if fnmatchcase(branch, name))
        return next(fitting, Protection())

    def take_number(self) -> int:
        """The next number of an issue or pull request."""
        self.next_number += 1
        return self.next_number - 1


@dataclass
class App:
    """The GitHub App under test, with the secrets that its operator would hold."""

    id: int
    slug: str
    name: str
    client_id: str
    private_key: str
    public_key: RSAPublicKey
    webhook_secret: str
    owner: Account
    bot: Account
    created_at: str
    permissions: dict[str, str]
    events: list[str]
    client_secret: str = field(default_factory=lambda: secrets.token_hex(20))


@dataclass
class Installation:
    """The app installed on an account, for some repositories or for all of them."""

    id: int
    account: Account
    permissions: dict[str, str]
    created_at: str
    repository_ids: set[int] | None
    suspended_at: str | None = None

    def covers(self, repository: Repository) -> bool:
        """Whether the app may see the repository."""
        if repository.owner.id != self.account.id:
            return False
        return self.repository_ids is None or repository.id in self.repository_ids


@dataclass
class Token:
    """An installation token with what it was narrowed to."""

    value: str
    installation: Installation
    permissions: dict[str, str]
    repository_ids: set[int] | None
    created: float
    expires: float

    def covers(self, repository: Repository) -> bool:
        """Whether the token reaches the repository."""
        if not self.installation.covers(repository):
            return False
        return self.repository_ids is None or repository.id in self.repository_ids

    def allows(self, permission: str, level: str) -> bool:
        """Whether the token holds the permission at the level or above."""
        held = self.permissions.get(permission)
        return held is not None and LEVELS[held] >= LEVELS[level]


@dataclass(frozen=True)
class Caller:
    """Who calls: the app by its JWT, an installation or a person by a token, or nobody known."""

    kind: str
    token: Token | None = None
    person: Account | None = None


@dataclass
class Delivery:
    """One attempt to deliver a webhook."""

    id: int
    guid: str
    event: str
    action: str | None
    payload: dict[str, Any]
    installation_id: int | None
    repository_id: int | None
    redelivery: bool
    delivered_at: str
    request_headers: dict[str, str] = field(default_factory=dict)
    duration: float = 0.0
    status: str = "waiting"
    status_code: int = 0
    response_headers: dict[str, str] = field(default_factory=dict)
    response_body: str | None = None


@dataclass(frozen=True)
class Exchange:
    """One exchange with the REST API or the git server, for a test to look at."""

    method: str
    path: str
    query: dict[str, str]
    body: Any
    caller: str
    operation: str = ""
    prefix: str = ""
    """Where the REST API was asked: `/api/v3`, or at the root."""
    permissions: dict[str, str] = field(default_factory=dict)
    repository_ids: tuple[int, ...] | None = None
    status: int = 0
