"""What happened, as webhook payloads put into the outbox."""

import copy
import uuid
from typing import Any

from tests.fake_github.git_repository import ZERO
from tests.fake_github.payloads.accounts import (
    installation,
    installed_repository,
    node_id,
    organization,
    simple_user,
)
from tests.fake_github.payloads.commits import pushed_commit
from tests.fake_github.payloads.pulls import comment_json, issue_json, pull_full, pull_simple
from tests.fake_github.payloads.repositories import (
    pushed_repository,
    repository_json,
    web_root,
)
from tests.fake_github.payloads.reviews import (
    merge_group_json,
    review_comment_json,
    review_json,
)
from tests.fake_github.state import (
    Account,
    Comment,
    Delivery,
    Installation,
    Pull,
    Repository,
    Review,
    ReviewComment,
)
from tests.fake_github.world import World

Json = dict[str, Any]

MOST_PUSHED_COMMITS = 2048
ALWAYS_DELIVERED = frozenset({"installation", "installation_repositories", "ping"})


class Events:
    """Puts each event into the outbox when the app is installed where it happened and listens."""

    def __init__(self, world: World) -> None:
        self.world = world

    def ref_changed(
        self, repository: Repository, ref: str, change: tuple[str, str], sender: Account
    ) -> None:
        """A branch or tag appeared, moved or went: `create` or `delete`, and always `push`."""
        before, after = change
        if before == ZERO:
            self._named("create", repository, ref, sender)
        if after == ZERO:
            self._named("delete", repository, ref, sender)
        self._emit("push", repository, self._push(repository, ref, change, sender), sender)

    def _named(self, event: str, repository: Repository, ref: str, sender: Account) -> None:
        kind, name = ref.removeprefix("refs/").split("/", 1)
        payload: Json = {
            "ref": name,
            "ref_type": "tag" if kind == "tags" else "branch",
            "pusher_type": "user",
        }
        if event == "create":
            payload |= {"master_branch": repository.default_branch, "description": None}
        self._emit(event, repository, payload, sender)

    def _push(
        self, repository: Repository, ref: str, change: tuple[str, str], sender: Account
    ) -> Json:
        before, after = change
        git = repository.git
        forced = ZERO not in change and not git.is_ancestor(before, after)
        commits = [] if after == ZERO else self._new_commits(repository, ref, change)
        head = None if after == ZERO else pushed_commit(self.world, repository, f"{after}")
        web = web_root(self.world, repository)
        where = after[:12] if before == ZERO else f"{before[:12]}...{after[:12]}"
        return {
            "ref": ref,
            "before": before,
            "after": after,
            "created": before == ZERO,
            "deleted": after == ZERO,
            "forced": forced,
            "base_ref": None,
            "compare": f"{web}/compare/{where}",
            "commits": [pushed_commit(self.world, repository, sha) for sha in commits],
            "head_commit": head,
            "pusher": {"name": sender.login, "email": sender.email},
            "repository": pushed_repository(self.world, repository),
        }

    @staticmethod
    def _new_commits(repository: Repository, ref: str, change: tuple[str, str]) -> list[str]:
        before, after = change
        if before != ZERO:
            return repository.git.commits(after, f"^{before}")[-MOST_PUSHED_COMMITS:]
        others = [sha for name, sha in repository.git.refs("refs/heads").items() if name != ref]
        return repository.git.commits(after, *(f"^{sha}" for sha in others))[-MOST_PUSHED_COMMITS:]

    def pull(
        self, action: str, repository: Repository, pull: Pull, sender: Account, **more: object
    ) -> None:
        """Something happened to a pull request."""
        payload = {
            "action": action,
            "number": pull.number,
            "pull_request": self._pull_in_event(repository, pull),
            **more,
        }
        self._emit("pull_request", repository, payload, sender)

    def _pull_in_event(self, repository: Repository, pull: Pull) -> Json:
        full = pull_full(self.world, repository, pull)
        return {
            **full,
            "mergeable": None,
            "mergeable_state": "unknown",
            "rebaseable": None,
        }

    def review(self, repository: Repository, pull: Pull, review: Review) -> None:
        """A person reviewed a pull request."""
        shown = review_json(self.world, repository, pull, review)
        payload = {
            "action": "submitted",
            "review": {**shown, "state": review.state.lower()},
            "pull_request": pull_simple(self.world, repository, pull),
        }
        self._emit("pull_request_review", repository, payload, review.user)

    def review_comment(
        self,
        action: str,
        repository: Repository,
        comment: ReviewComment,
        sender: Account,
        **more: object,
    ) -> None:
        """A comment at a line was written, changed or deleted."""
        pull = repository.issues[comment.number]
        if not isinstance(pull, Pull):
            raise TypeError(f"#{comment.number} is no pull request")
        payload = {
            "action": action,
            "comment": review_comment_json(self.world, repository, comment),
            "pull_request": pull_simple(self.world, repository, pull),
            **more,
        }
        self._emit("pull_request_review_comment", repository, payload, sender)

    def merge_group(
        self, action: str, repository: Repository, pull: Pull, sender: Account, **more: object
    ) -> None:
        """A merge queue asks for checks of a group, or has done with it."""
        if pull.queued is None:
            raise ValueError(f"#{pull.number} is in no merge queue")
        group = merge_group_json(repository, pull, pull.queued)
        self._emit(
            "merge_group", repository, {"action": action, "merge_group": group, **more}, sender
        )

    def comment(
        self,
        action: str,
        repository: Repository,
        comment: Comment,
        sender: Account,
        **more: object,
    ) -> None:
        """A comment was written or changed."""
        issue = repository.issues[comment.number]
        payload = {
            "action": action,
            "issue": issue_json(self.world, repository, issue),
            "comment": comment_json(self.world, repository, comment),
            **more,
        }
        self._emit("issue_comment", repository, payload, sender)

    def installation(self, action: str, installed: Installation, sender: Account) -> None:
        """The app was installed, suspended or removed."""
        covered = [each for each in self.world.repositories.values() if installed.covers(each)]
        payload: Json = {"action": action, "installation": installation(self.world, installed)}
        payload["repositories"] = [installed_repository(each) for each in covered]
        if action == "created":
            payload["requester"] = None
        self._put("installation", payload, installed, None, sender)

    def repositories(
        self,
        action: str,
        installed: Installation,
        changed: list[Repository],
        sender: Account,
    ) -> None:
        """Repositories were added to an installation or taken from it."""
        names = [installed_repository(each) for each in changed]
        payload = {
            "action": action,
            "installation": installation(self.world, installed),
            "repository_selection": "all" if installed.repository_ids is None else "selected",
            "repositories_added": names if action == "added" else [],
            "repositories_removed": names if action == "removed" else [],
            "requester": None,
        }
        self._put("installation_repositories", payload, installed, None, sender)

    def repository(
        self,
        action: str,
        repository: Repository,
        sender: Account,
        changes: Json | None = None,
    ) -> None:
        """Something happened to a repository as a whole."""
        changed = {} if changes is None else {"changes": changes}
        self._emit("repository", repository, {"action": action, **changed}, sender)

    def check_run(
        self, action: str, repository: Repository, run: Json, sender: Account, **more: object
    ) -> None:
        """A check run was made or completed, or somebody pressed one of its buttons."""
        self._emit("check_run", repository, {"action": action, "check_run": run, **more}, sender)

    def ping(self) -> None:
        """GitHub tries the webhook's address."""
        payload = {"zen": "Keep it logically awesome.", "hook_id": self.world.app.id}
        self._queue("ping", payload, None, None)

    def _emit(self, event: str, repository: Repository, payload: Json, sender: Account) -> None:
        installed = self.world.installation_for(repository)
        if installed is None or installed.suspended_at is not None:
            return
        payload.setdefault("repository", repository_json(self.world, repository))
        if repository.owner.type == "Organization":
            payload["organization"] = organization(self.world, repository.owner)
        payload["installation"] = {
            "id": installed.id,
            "node_id": node_id("Installation", installed.id),
        }
        self._put(event, payload, installed, repository, sender)

    def _put(
        self,
        event: str,
        payload: Json,
        installed: Installation,
        repository: Repository | None,
        sender: Account,
    ) -> None:
        if event in ALWAYS_DELIVERED or event in self.world.app.events:
            payload["sender"] = simple_user(self.world, sender)
            self._queue(event, payload, installed, repository)

    def _queue(
        self,
        event: str,
        payload: Json,
        installed: Installation | None,
        repository: Repository | None,
    ) -> None:
        delivery = Delivery(
            id=self.world.next_id(),
            guid=str(uuid.uuid4()),
            event=event,
            action=payload.get("action"),
            payload=payload,
            installation_id=None if installed is None else installed.id,
            repository_id=None if repository is None else repository.id,
            redelivery=False,
            delivered_at=self.world.clock.text(),
        )
        self.world.deliveries.append(delivery)
        self.world.outbox.append(delivery)


def redeliver(world: World, delivery: Delivery) -> Delivery:
    """Puts a delivery into the outbox once more, with the same GUID and payload."""
    again = copy.deepcopy(delivery)
    again.id, again.redelivery = world.next_id(), True
    again.status, again.status_code, again.delivered_at = "waiting", 0, world.clock.text()
    world.deliveries.append(again)
    world.outbox.append(again)
    return again
