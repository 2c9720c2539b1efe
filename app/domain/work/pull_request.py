"""The documentation pull request of a base branch, as the database remembers it."""

from app.domain.value import Value


class DocumentationPullRequest(Value):
    """One base branch has at most one that is open."""

    repository_id: int
    base: str
    number: int
    head_sha: str
    """The commit that AutoDoc put there last; another head means that a person added commits."""
    state: str
    """`open`, `merged` or `closed`, as seen last."""
