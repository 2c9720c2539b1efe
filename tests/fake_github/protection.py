"""Protected branches and merge queues: what they refuse, in GitHub's words."""

from tests.fake_github.calls import Refused
from tests.fake_github.git_repository import ZERO
from tests.fake_github.state import CheckRun, Pull, Repository

PASSED = frozenset({"success", "neutral", "skipped"})
QUEUED = (
    "A pull request for this branch has been added to a merge queue. Branches that are queued for"
    " merging cannot be updated. To modify this branch, dequeue the associated pull request."
)
BY_PULL_REQUEST = "Changes must be made through a pull request."
BY_QUEUE = "Changes must be made through the merge queue"
RESTRICTED = "You're not authorized to push to this branch."
ABOUT = "https://docs.github.com/articles/about-protected-branches/"
UNSIGNED = "Commits must have verified signatures."


def latest_run(repository: Repository, sha: str, name: str) -> CheckRun | None:
    """The newest check run of a name on a commit."""
    runs = [
        run
        for run in repository.check_runs.values()
        if (run.head_sha, run.fields["name"]) == (sha, name)
    ]
    return max(runs, key=lambda run: run.id, default=None)


def missing_checks(repository: Repository, branch: str, sha: str) -> list[str]:
    """The required checks that have not passed on a commit."""
    found = {
        name: latest_run(repository, sha, name) for name in repository.protection(branch).checks
    }
    return [
        name
        for name, run in found.items()
        if run is None or run.fields.get("conclusion") not in PASSED
    ]


def blocks_merge(repository: Repository, pull: Pull) -> str | None:
    """Why a pull request may not be merged yet; None when nothing is in the way."""
    rules = repository.protection(pull.base_ref)
    missing = missing_checks(repository, pull.base_ref, pull.head_sha)
    if missing and not rules.merge_queue:
        return f'Required status check "{missing[0]}" is expected.'
    approving = {each.user.login for each in pull.reviews if each.state == "APPROVED"}
    if len(approving) < rules.approvals:
        count = rules.approvals
        return f"At least {count} approving review is required by reviewers with write access."
    return None


def check_update(repository: Repository, branch: str, old: str, new: str) -> None:
    """Refuses what an app may not do to a branch: 422, as the REST API answers."""
    if _is_queued(repository, branch):
        raise Refused(422, QUEUED)
    rules = repository.protection(branch)
    if rules.restricted:
        raise refused_update(RESTRICTED)
    if rules.merge_queue:
        raise rule_violation(BY_QUEUE)
    if rules.pull_requests:
        raise rule_violation(BY_PULL_REQUEST)
    if rules.signatures and new != ZERO:
        known = ["--branches"] if old == ZERO else [old]
        if set(repository.git.commits(new, "--not", *known)) - repository.verified:
            raise rule_violation(UNSIGNED)


def _is_queued(repository: Repository, branch: str) -> bool:
    return any(
        pull.queued is not None and pull.fork is None and pull.head_ref == branch
        for pull in repository.pulls
    )


def refused_update(reason: str) -> Refused:
    """The refusal by a classic protection rule; only a `git push` is told its number, GH006."""
    return Refused(422, f"{reason} Visit {ABOUT} for more information.")


def rule_violation(reason: str) -> Refused:
    """The refusal by a ruleset; only a `git push` is told its number, GH013."""
    return Refused(422, f"Repository rule violations found\n\n{reason}\n\n")
