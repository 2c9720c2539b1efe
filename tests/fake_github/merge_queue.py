"""Merge queues: a group branch, checks on it, and the base moved to it when they pass."""

from tests.fake_github.branches import Branches
from tests.fake_github.calls import Refused
from tests.fake_github.git_repository import ZERO, Unmergeable
from tests.fake_github.protection import blocks_merge, missing_checks
from tests.fake_github.pull_requests import Merge, PullRequests, tip_of
from tests.fake_github.state import Account, Pull, QueueEntry, Repository
from tests.fake_github.world import World

FOLDER = "gh-readonly-queue"


class MergeQueue:
    """The queues of all branches; each group holds one pull request."""

    def __init__(self, world: World) -> None:
        self.branches = Branches(world)
        self.events = self.branches.events
        self.pulls = PullRequests(world)

    def add(self, repository: Repository, pull: Pull, sender: Account) -> QueueEntry:
        """Queues a pull request: GitHub makes the commit that would land and asks for checks."""
        reason = blocks_merge(repository, pull)
        if pull.draft or pull.state != "open" or reason:
            raise Refused(405, reason or "Pull Request is not mergeable")
        base = tip_of(repository, pull.base_ref)
        try:
            sha = self.pulls.merge_commit(repository, pull, base, Merge(), sender)
        except Unmergeable as conflict:
            raise Refused(405, "Pull Request is not mergeable") from conflict
        branch = f"{FOLDER}/{pull.base_ref}/pr-{pull.number}-{base}"
        pull.queued = QueueEntry(branch, sha, base)
        self.events.pull("enqueued", repository, pull, sender)
        self.branches.move(repository, f"refs/heads/{branch}", sha, sender)
        self.events.merge_group("checks_requested", repository, pull, sender)
        return pull.queued

    def land(self, repository: Repository, pull: Pull, sender: Account) -> str:
        """Merges a group whose required checks have passed; the commit on the base."""
        entry = self._entry(pull)
        missing = missing_checks(repository, pull.base_ref, entry.head_sha)
        if missing:
            raise Refused(405, f'Required status check "{missing[0]}" is expected.')
        self._leave(repository, pull, sender, "merged", "MERGE")
        self.pulls.land(repository, pull, entry.head_sha, sender)
        return entry.head_sha

    def remove(self, repository: Repository, pull: Pull, sender: Account) -> None:
        """Takes a pull request out of the queue."""
        self._entry(pull)
        self._leave(repository, pull, sender, "dequeued", "MANUAL")

    @staticmethod
    def _entry(pull: Pull) -> QueueEntry:
        if pull.queued is None:
            raise Refused(422, "Pull request is not in the merge queue")
        return pull.queued

    def _leave(
        self, repository: Repository, pull: Pull, sender: Account, reason: str, word: str
    ) -> None:
        entry = self._entry(pull)
        self.events.merge_group("destroyed", repository, pull, sender, reason=reason)
        pull.queued = None
        self.branches.move(repository, f"refs/heads/{entry.branch}", ZERO, sender)
        self.events.pull("dequeued", repository, pull, sender, reason=word)
