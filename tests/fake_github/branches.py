"""Branches that move: what GitHub does and tells when a ref changes."""

from collections.abc import Mapping

from tests.fake_github.events import Events
from tests.fake_github.git_repository import ZERO, Signature, TreeEntry
from tests.fake_github.state import Account, Pull, Repository
from tests.fake_github.world import World

WORKFLOWS = ".github/workflows/"


class Branches:
    """Moves refs and lets pull requests follow."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.events = Events(world)

    def move(self, repository: Repository, ref: str, new: str, sender: Account) -> None:
        """Sets a ref (`ZERO` deletes it) and tells what follows from it."""
        old = repository.git.ref(ref) or ZERO
        if new == ZERO:
            repository.git.delete_ref(ref)
        else:
            repository.git.set_ref(ref, new, old)
        self.moved(repository, ref, (old, new), sender)

    def moved(
        self, repository: Repository, ref: str, change: tuple[str, str], sender: Account
    ) -> None:
        """A ref has changed already, by a push or by `move`."""
        if change[0] == change[1]:
            return
        repository.pushed_at = self.world.clock.text()
        self.events.ref_changed(repository, ref, change, sender)
        if not ref.startswith("refs/heads/"):
            return
        branch = ref.removeprefix("refs/heads/")
        for pull in _open(repository):
            if pull.fork is None and pull.head_ref == branch:
                self._head_moved(repository, pull, change, sender)
            elif pull.base_ref == branch:
                self._base_moved(repository, pull, change[1], sender)
        for parent, pull in _proposed_from(repository, branch):
            self._head_moved(parent, pull, change, sender)

    def _head_moved(
        self, repository: Repository, pull: Pull, change: tuple[str, str], sender: Account
    ) -> None:
        before, after = change
        if after == ZERO:
            self.close(repository, pull, sender)
            return
        pull.head_sha, pull.updated_at = after, self.world.clock.text()
        keep_head(repository, pull)
        self.events.pull("synchronize", repository, pull, sender, before=before, after=after)

    def _base_moved(self, repository: Repository, pull: Pull, after: str, sender: Account) -> None:
        """A base that is deleted closes what is proposed to it."""
        if after == ZERO:
            self.close(repository, pull, sender)
        elif repository.git.is_ancestor(pull.head_sha, after):
            self.merged(repository, pull, pull.head_sha, sender)
        else:
            pull.base_sha = after

    def close(self, repository: Repository, pull: Pull, sender: Account) -> None:
        """Closes a pull request unmerged."""
        pull.state, pull.closed_at = "closed", self.world.clock.text()
        pull.updated_at = pull.closed_at
        self.events.pull("closed", repository, pull, sender)

    def merged(self, repository: Repository, pull: Pull, sha: str, sender: Account) -> None:
        """Marks a pull request as merged by the commit `sha`."""
        self.mark_merged(pull, sha, sender)
        self.events.pull("closed", repository, pull, sender)

    def mark_merged(self, pull: Pull, sha: str, sender: Account) -> None:
        """Writes down that a pull request is merged, and tells nobody yet."""
        now = self.world.clock.text()
        pull.state, pull.closed_at, pull.merged_at, pull.updated_at = "closed", now, now, now
        pull.merged_by, pull.merge_commit_sha = sender, sha

    def commit_files(
        self,
        repository: Repository,
        branch: str,
        files: Mapping[str, str | bytes | None],
        message: str,
        author: Account,
    ) -> str:
        """A commit on a branch (a new one starts at the default one); None deletes a path."""
        git = repository.git
        tip = git.ref(f"refs/heads/{branch}") or git.ref(f"refs/heads/{repository.default_branch}")
        removed = [path for path, content in files.items() if content is None]
        entries = [
            TreeEntry("100644", "blob", git.write_blob(_bytes(content)), None, path)
            for path, content in files.items()
            if content is not None
        ]
        tree = git.write_tree(None if tip is None else git.commit(tip).tree, entries, removed)
        who = Signature(author.login, author.email, int(self.world.clock.now()))
        return git.write_commit(tree, () if tip is None else (tip,), who, who, message)


def _open(repository: Repository) -> list[Pull]:
    return [each for each in repository.pulls if each.state == "open"]


def _proposed_from(fork: Repository, branch: str) -> list[tuple[Repository, Pull]]:
    """The open pull requests to a fork's parent that have a branch of it as their head."""
    parent = fork.parent
    if parent is None:
        return []
    return [
        (parent, pull) for pull in _open(parent) if (pull.fork, pull.head_ref) == (fork, branch)
    ]


def keep_head(repository: Repository, pull: Pull) -> None:
    """Lets `refs/pull/N/head` name the head; what only a fork has is brought here first."""
    git = repository.git
    if pull.fork is not None:
        git.run("fetch", "--quiet", "--no-tags", str(pull.fork.git.path), pull.head_sha)
    git.set_ref(f"refs/pull/{pull.number}/head", pull.head_sha)


def _bytes(content: str | bytes) -> bytes:
    return content.encode() if isinstance(content, str) else content


def touches_workflows(repository: Repository, old: str | None, new: str) -> bool:
    """Whether moving a ref from `old` to `new` brings or changes a workflow file."""
    git = repository.git
    known = [f"^{old}"] if old else [f"^{sha}" for sha in git.refs("refs/heads").values()]
    listing = git.run(
        "log", "--format=", "--name-only", "-z", "-m", "--root", new, *known, "--", WORKFLOWS
    )
    return bool(listing.strip(b"\0\n"))
