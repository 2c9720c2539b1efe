"""Pull requests: opening, changing and merging them by GitHub's rules."""

from dataclasses import dataclass
from typing import Any

from tests.fake_github.branches import Branches
from tests.fake_github.calls import Refused, invalid
from tests.fake_github.git_repository import ZERO, Signature, Unmergeable
from tests.fake_github.payloads.commits import WEB_FLOW
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
        head = self._branch(repository, str(fields["head"]), "head")
        base = self._branch(repository, str(fields["base"]), "base")
        self._check_ends(repository, head, base)
        now = self.world.clock.text()
        pull = Pull(
            id=self.world.next_id(),
            number=repository.take_number(),
            title=str(fields.get("title", "")),
            body=fields.get("body"),
            user=sender,
            created_at=now,
            updated_at=now,
            head_ref=head,
            head_sha=repository.git.refs("refs/heads")[f"refs/heads/{head}"],
            base_ref=base,
            base_sha=repository.git.refs("refs/heads")[f"refs/heads/{base}"],
            draft=bool(fields.get("draft", False)),
            maintainer_can_modify=bool(fields.get("maintainer_can_modify", False)),
        )
        repository.issues[pull.number] = pull
        self.events.pull("opened", repository, pull, sender)
        return pull

    @staticmethod
    def _branch(repository: Repository, name: str, field: str) -> str:
        owner, separator, branch = name.partition(":")
        if separator and owner.lower() != repository.owner.login.lower():
            raise invalid("PullRequest", "invalid", field=field)
        branch = branch if separator else name
        if repository.git.ref(f"refs/heads/{branch}") is None:
            raise invalid("PullRequest", "invalid", field=field)
        return branch

    def _check_ends(self, repository: Repository, head: str, base: str) -> None:
        if self._open_between(repository, head, base) is not None:
            label = f"{repository.owner.login}:{head}"
            raise _refusal(f"A pull request already exists for {label}.")
        git = repository.git
        base_sha, head_sha = f"refs/heads/{base}", f"refs/heads/{head}"
        if git.merge_base(base_sha, head_sha) is None:
            raise _refusal(f"The {head} branch has no history in common with {base}")
        if not git.commits(f"{base_sha}..{head_sha}"):
            raise _refusal(f"No commits between {base} and {head}")

    @staticmethod
    def _open_between(repository: Repository, head: str, base: str) -> Pull | None:
        ends = (head, base, "open")
        pulls = repository.pulls
        return next((p for p in pulls if (p.head_ref, p.base_ref, p.state) == ends), None)

    def change(
        self, repository: Repository, pull: Pull, fields: dict[str, Any], sender: Account
    ) -> None:
        """What `PATCH` does."""
        check_body(fields.get("body"))
        changes: dict[str, Any] = {}
        if "base" in fields and fields["base"] != pull.base_ref:
            base = self._branch(repository, fields["base"], "base")
            self._check_ends(repository, pull.head_ref, base)
            changes["base"] = {
                "ref": {"from": pull.base_ref},
                "sha": {"from": pull.base_sha},
            }
            pull.base_ref = base
            pull.base_sha = repository.git.refs("refs/heads")[f"refs/heads/{base}"]
        for name in ("title", "body"):
            if name in fields and fields[name] != getattr(pull, name):
                changes[name] = {"from": getattr(pull, name) or ""}
                setattr(pull, name, fields[name])
        if changes:
            pull.updated_at = self.world.clock.text()
            self.events.pull("edited", repository, pull, sender, changes=changes)
        self._change_state(repository, pull, fields.get("state", pull.state), sender)

    def _change_state(
        self, repository: Repository, pull: Pull, state: str, sender: Account
    ) -> None:
        if state == pull.state:
            return
        if state == "closed":
            self.branches.close(repository, pull, sender)
            return
        tip = repository.git.ref(f"refs/heads/{pull.head_ref}")
        if pull.merged_at is not None or tip is None:
            raise _refusal(f"state cannot be changed. The {pull.head_ref} branch has been deleted.")
        if self._open_between(repository, pull.head_ref, pull.base_ref) is not None:
            label = f"{repository.owner.login}:{pull.head_ref}"
            raise _refusal(
                f"state cannot be changed. There is already an open pull request from {label}"
                f" to {repository.owner.login}:{pull.base_ref}."
            )
        pull.state, pull.closed_at, pull.head_sha = "open", None, tip
        self.events.pull("reopened", repository, pull, sender)

    def merge(self, repository: Repository, pull: Pull, how: Merge, sender: Account) -> str:
        """Merges, squashes or rebases; the commit that the base branch has then."""
        if pull.draft:
            raise Refused(405, "Pull Request is still a draft")
        if pull.state != "open":
            raise Refused(405, "Pull Request is not mergeable")
        if how.sha is not None and how.sha != pull.head_sha:
            raise Refused(409, "Head branch was modified. Review and try the merge again.")
        ref = f"refs/heads/{pull.base_ref}"
        base = repository.git.refs("refs/heads")[ref]
        try:
            sha = self._merged_commit(repository, pull, base, how, sender)
        except Unmergeable as conflict:
            raise Refused(405, "Pull Request is not mergeable") from conflict
        pull.base_sha = base
        self.branches.mark_merged(pull, sha, sender)
        self.branches.move(repository, ref, sha, sender)
        self.events.pull("closed", repository, pull, sender)
        if repository.delete_branch_on_merge:
            self.branches.move(repository, f"refs/heads/{pull.head_ref}", ZERO, sender)
        return sha

    def _merged_commit(
        self, repository: Repository, pull: Pull, base: str, how: Merge, sender: Account
    ) -> str:
        git = repository.git
        if how.method == "rebase":
            return self._rebased(repository, pull, base)
        now = int(self.world.clock.now())
        author = Signature(sender.login, sender.email, now)
        tree = git.merged_tree(base, pull.head_sha)
        squash = how.method == "squash"
        label = f"{repository.owner.login}/{pull.head_ref}"
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
