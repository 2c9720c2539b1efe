"""What GitHub says when the rules of a repository refuse a write, and what people can do."""

from app.errors import GitHubError, NotGranted, Protected, RateLimited

_QUEUED = ("added to a merge queue", "queued for merging", "in the merge queue")
_RULES = (
    (
        ("verified signature", "must be signed"),
        "it takes signed commits alone; leave {folder}/** out of that rule",
    ),
    (
        ("workflow",),
        "the base changed workflows, which the App may not carry over; update {branch} by hand",
    ),
    (
        ("rule violations", "gh013", "through a pull request", "merge queue"),
        "a ruleset covers it; leave {folder}/** out of the ruleset, or let the App bypass it",
    ),
    (
        ("protected branch", "gh006", "not authorized to push", "cannot force-push"),
        "a branch protection rule covers it; let the App push there, or narrow the rule's pattern",
    ),
)


def explained(error: GitHubError, branch: str) -> GitHubError:
    """Say in the user's words why a branch could not be written; else give the error itself.

    No rule goes away by waiting; a merge queue does.
    """
    if isinstance(error, (RateLimited, NotGranted)) or error.status not in {403, 409, 422}:
        return error
    said = str(error).lower()
    if any(words in said for words in _QUEUED):
        return GitHubError(
            f"The pull request of {branch} is in a merge queue; AutoDoc goes on once it left it.",
            error.status,
        )
    for words, reason in _RULES:
        if any(each in said for each in words):
            folder = branch.partition("/")[0]
            advice = reason.format(branch=branch, folder=folder)
            text = f"The repository lets AutoDoc not write {branch}: {advice}."
            return Protected(text, error.status)
    return error


def may_be_workflows(error: GitHubError) -> bool:
    """Say whether a commit may be refused because it carries a workflow; some answers are bare."""
    return isinstance(error, NotGranted) or (
        error.status in {403, 422} and "workflow" in str(error).lower()
    )
