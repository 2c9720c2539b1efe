"""Pull requests: opening, changing and merging them by GitHub's rules."""

from dataclasses import dataclass
from typing import Any

from tests.fake_github.branches import Branches, keep_head
from tests.fake_github.calls import Refused, invalid
from tests.fake_github.git_repository import ZERO, Signature, Unmergeable
from tests.fake_github.payloads.commits import WEB_FLOW
from tests.fake_github.protection import BY_QUEUE, blocks_merge, rule_violation
from tests.fake_github.state import Account, Pull, Repository
from tests.fake_github.world import World

LONGEST_BODY = 65_536


@dataclass(frozen=True)
class Merge:
    """How a pull request is to be merged."""

    method: str = "merge"
    title: str | None = None
    message: str | None = None
    sha: str | None = None


class PullRequests:
    """The pull requests of all repositories."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.branches = Branches(world)
        self.events = self.branches.events

    def open(self, repository: Repository, fields: dict[str, Any], sender: Account) -> Pull:
        """A new pull request, or the 422 that GitHub answers."""
        check_body(fields.get("body"))
        if fields.get("draft") and not repository.allows_drafts:
            raise Refused(422, "Draft pull requests are not supported in this repository.")
        fork, head = self._head(repository, str(fields["head"]))
        base = self._base(repository, str(fields["base"]))
        now = self.world.clock.text()
        pull = Pull(
            id=self.world.next_id(),
            number=repository.next_number,
            title=str(fields.get("title", "")),
            body=fields.get("body"),
            user=sender,
            created_at=now,
            updated_at=now,
            head_ref=head,
            head_sha=tip_of(fork or repository, head),
            base_ref=base,
            base_sha=tip_of(repository, base),
            fork=fork,
            draft=bool(fields.get("draft", False)),
            maintainer_can_modify=bool(fields.get("maintainer_can_modify", False)),
        )
        keep_head(repository, pull)
        self._check_ends(repository, pull)
        repository.issues[pull.number] = pull
        repository.next_number += 1
        self.events.pull("opened", repository, pull, sender)
        return pull

    def _head(self, repository: Repository, name: str) -> tuple[Repository | None, str]:
        """The fork that has the head, None for the repository itself, and the branch."""
        owner, separator, branch = name.partition(":")
        if not separator:
            owner, branch = repository.owner.login, name
        holders = (repository, *self._forks(repository))
        there = next((r for r in holders if r.owner.login.lower() == owner.lower()), None)
        if there is None or there.git.ref(f"refs/heads/{branch}") is None:
            raise invalid("PullRequest", "invalid", field="head")
        return (None if there is repository else there), branch

    def _forks(self, repository: Repository) -> list[Repository]:
        return [each for each in self.world.repositories.values() if each.parent is repository]

    @staticmethod
    def _base(repository: Repository, name: str) -> str:
        if repository.git.ref(f"refs/heads/{name}") is None:
            raise invalid("PullRequest", "invalid", field="base")
        return name

    def _check_ends(self, repository: Repository, pull: Pull) -> None:
        if self._twin(repository, pull) is not None:
            raise _refusal(f"A pull request already exists for {label_of(repository, pull)}.")
        git, head, base = repository.git, pull.head_ref, pull.base_ref
        if git.merge_base(pull.base_sha, pull.head_sha) is None:
            raise _refusal(f"The {head} branch has no history in common with {base}")
        if not git.commits(f"{pull.base_sha}..{pull.head_sha}"):
            raise _refusal(f"No commits between {base} and {head}")

    @staticmethod
    def _twin(repository: Repository, pull: Pull) -> Pull | None:
        """Another open pull request between the same ends."""
        for each in repository.pulls:
            ends = (each.fork, each.head_ref, each.base_ref)
            same = ends == (pull.fork, pull.head_ref, pull.base_ref)
            if same and each is not pull and each.state == "open":
                return each
        return None

    def change(
        self, repository: Repository, pull: Pull, fields: dict[str, Any], sender: Account
    ) -> None:
        """What `PATCH` does."""
        check_body(fields.get("body"))
        changes: dict[str, Any] = {}
        if "base" in fields and fields["base"] != pull.base_ref:
            changes["base"] = self._retarget(repository, pull, fields["base"])
        for name in ("title", "body"):
            if name in fields and fields[name] != getattr(pull, name):
                changes[name] = {"from": getattr(pull, name) or ""}
                setattr(pull, name, fields[name])
        if changes:
            pull.updated_at = self.world.clock.text()
            self.events.pull("edited", repository, pull, sender, changes=changes)
        self._change_state(repository, pull, fields.get("state", pull.state), sender)

    def _retarget(self, repository: Repository, pull: Pull, name: str) -> dict[str, Any]:
        before = pull.base_ref, pull.base_sha
        pull.base_ref = self._base(repository, name)
        pull.base_sha = tip_of(repository, name)
        try:
            self._check_ends(repository, pull)
        except Refused:
            pull.base_ref, pull.base_sha = before
            raise
        return {"ref": {"from": before[0]}, "sha": {"from": before[1]}}

    def _change_state(
        self, repository: Repository, pull: Pull, state: str, sender: Account
    ) -> None:
        if state == pull.state:
            return
        if state == "closed":
            self.branches.close(repository, pull, sender)
            return
        tip = (pull.fork or repository).git.ref(f"refs/heads/{pull.head_ref}")
        if pull.merged_at is not None or tip is None:
            raise _refusal(f"state cannot be changed. The {pull.head_ref} branch has been deleted.")
        base = repository.git.ref(f"refs/heads/{pull.base_ref}")
        if base is None:
            raise _refusal(f"state cannot be changed. The {pull.base_ref} branch has been deleted.")
        if self._twin(repository, pull) is not None:
            raise _refusal(
                "state cannot be changed. There is already an open pull request from"
                f" {label_of(repository, pull)} to {repository.owner.login}:{pull.base_ref}."
            )
        if not repository.git.is_ancestor(pull.head_sha, tip):
            # A branch that was force-pushed or made anew is not what was closed.
            raise _refusal(
                f"state cannot be changed. The {pull.head_ref} branch was force-pushed or"
                " recreated."
            )
        pull.state, pull.closed_at, pull.head_sha, pull.base_sha = "open", None, tip, base
        keep_head(repository, pull)
        self.events.pull("reopened", repository, pull, sender)

    def merge(self, repository: Repository, pull: Pull, how: Merge, sender: Account) -> str:
        """Merges, squashes or rebases; the commit that the base branch has then."""
        self._check_mergeable(repository, pull)
        if how.sha is not None and how.sha != pull.head_sha:
            raise Refused(409, "Head branch was modified. Review and try the merge again.")
        base = tip_of(repository, pull.base_ref)
        try:
            sha = self.merge_commit(repository, pull, base, how, sender)
        except Unmergeable as conflict:
            raise Refused(405, "Pull Request is not mergeable") from conflict
        self.land(repository, pull, sha, sender)
        return sha

    @staticmethod
    def _check_mergeable(repository: Repository, pull: Pull) -> None:
        if pull.draft:
            raise Refused(405, "Pull Request is still a draft")
        if pull.state != "open":
            raise Refused(405, "Pull Request is not mergeable")
        if repository.protection(pull.base_ref).merge_queue:
            raise Refused(405, rule_violation(BY_QUEUE).message)
        reason = blocks_merge(repository, pull)
        if reason is not None:
            raise Refused(405, reason)

    def land(self, repository: Repository, pull: Pull, sha: str, sender: Account) -> None:
        """Moves the base to the commit that merges a pull request, and closes it."""
        ref = f"refs/heads/{pull.base_ref}"
        pull.base_sha = tip_of(repository, pull.base_ref)
        self.branches.mark_merged(pull, sha, sender)
        self.branches.move(repository, ref, sha, sender)
        self.events.pull("closed", repository, pull, sender)
        if repository.delete_branch_on_merge and pull.fork is None:
            self.branches.move(repository, f"refs/heads/{pull.head_ref}", ZERO, sender)

    def merge_commit(
        self, repository: Repository, pull: Pull, base: str, how: Merge, sender: Account
    ) -> str:
        """The commit that merging would make; `Unmergeable` when a person has to resolve it."""
        git = repository.git
        if how.method == "rebase":
            return self._rebased(repository, pull, base)
        now = int(self.world.clock.now())
        author = Signature(sender.login, sender.email, now)
        tree = git.merged_tree(base, pull.head_sha)
        squash = how.method == "squash"
        label = label_of(repository, pull).replace(":", "/", 1)
        merged = f"Merge pull request #{pull.number} from {label}"
        title = how.title or (f"{pull.title} (#{pull.number})" if squash else merged)
        text = how.message if how.message is not None else ("" if squash else pull.title)
        sha = git.write_commit(
            tree,
            (base,) if squash else (base, pull.head_sha),
            author,
            Signature(*WEB_FLOW, now),
            f"{title}\n\n{text}" if text else title,
        )
        repository.verified.add(sha)
        return sha

    def _rebased(self, repository: Repository, pull: Pull, base: str) -> str:
        git, now = repository.git, int(self.world.clock.now())
        tip = base
        for sha in git.commits("--no-merges", f"{base}..{pull.head_sha}"):
            commit = git.commit(sha)
            # With the tip's tree and the picked commit's parent, that parent is the merge base.
            ours = git.write_commit(
                git.commit(tip).tree, commit.parents, commit.author, commit.author, "ours"
            )
            tree = git.merged_tree(ours, sha)
            committer = Signature(*WEB_FLOW, now)
            tip = git.write_commit(tree, (tip,), commit.author, committer, commit.message)
        return tip


def tip_of(repository: Repository, branch: str) -> str:
    """The commit of a branch that exists."""
    return repository.git.refs("refs/heads")[f"refs/heads/{branch}"]


def label_of(repository: Repository, pull: Pull) -> str:
    """The head as GitHub labels it: `owner:branch`."""
    return f"{(pull.fork or repository).owner.login}:{pull.head_ref}"


def check_body(body: object) -> None:
    """Refuses a text that GitHub finds too long."""
    if isinstance(body, str) and len(body) > LONGEST_BODY:
        raise invalid(
            "Issue",
            "custom",
            field="body",
            message=f"body is too long (maximum is {LONGEST_BODY} characters)",
        )


def _refusal(message: str) -> Refused:
    return invalid("PullRequest", "custom", message=message)
