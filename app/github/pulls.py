"""The documentation pull request: one for each base branch, updated in place, never forced.

The branch `autodoc/<base>` only ever grows. How a proposal joins it depends on how the branch
stands to the commit that the proposal was made from:

- no branch, or all of it is in the base already: a commit on top of the base;
- the base has not moved since: a commit on top of the branch;
- the base has moved: a commit with both as parents. Its tree is the base's, with the proposal's
  files, and with what people changed on the branch elsewhere. Where they and the base changed the
  same file, the base is not merged while a pull request is open: GitHub then shows the conflict to
  those who can solve it.

Files of ours from an earlier proposal that the new one no longer holds go back to how the base has
them. Everything is read anew in each round, and a tree that is there already makes no commit, so a
crash between any two requests leaves nothing that the next run does twice.
"""

from dataclasses import dataclass, replace

from app.domain.work.proposal import Outcome, Proposal, Published, PullRequestRef
from app.domain.work.repository import RepositoryRef
from app.errors import Conflict, GitHubError
from app.github.access import PUBLISH, Access
from app.github.api import Api, document, escape
from app.github.branches import OUR_FOLDER, branch_for
from app.github.client import Comparison, Pull, compare, head_of, read_pull, refreshed
from app.github.git_data import Change, Confirm, GitData
from app.github.proposals import (
    TITLE_CHARACTERS,
    check_files,
    content_digest,
    is_signed,
    marked_body,
    proposed_digest,
    same_text,
    signed_message,
)
from app.github.transport import Clock

_PAUSES = (1.0, 3.0)
"""Seconds before everything is read anew after a race; replicas of GitHub lag behind."""
_CLOSED_BY_US = "none"
_RACES = (
    "reference already exists",
    "reference does not exist",
    "reference update failed",
    "not a fast forward",
    "pull request already exists",
    "no commits between",
    "does not exist",
)
"""What GitHub says when somebody was faster, or when a replica of it is behind."""


class GitHubPublisher:
    """Turns proposals into documentation pull requests."""

    def __init__(self, access: Access, clock: Clock) -> None:
        self._access = access
        self._clock = clock

    async def publish(
        self, repository: RepositoryRef, proposal: Proposal, confirm: Confirm
    ) -> Published:
        """Make the one pull request for the proposal's base branch hold the proposal.

        `confirm` is awaited before each write and may raise LeaseLost. Raises InputError for files
        that documentation may not touch, GitHubError when GitHub refuses.
        """
        check_files(proposal)
        api = self._access.repository(repository, PUBLISH)
        # GitHub finds pull requests by the owner's present name only, and redirects no such search.
        repository = await refreshed(api, repository)
        for pause in _PAUSES:
            try:
                return await _Publication(api, repository, proposal, confirm).run()
            except Conflict as conflict:
                if not _is_race(conflict):
                    raise
                await self._clock.sleep(pause)
        return await _Publication(api, repository, proposal, confirm).run()


def _is_race(conflict: Conflict) -> bool:
    said = str(conflict).lower()
    return conflict.status == 409 or any(race in said for race in _RACES)


@dataclass(frozen=True)
class _Stand:
    """How the repository stands before anything is written."""

    base_tree: str
    head: str | None
    """The head of our branch."""
    head_tree: str
    comparison: Comparison | None
    """Our branch against the base."""
    open: bool
    """Whether a pull request is open."""


@dataclass(frozen=True)
class _Plan:
    """The tree that the branch should have, and the commits to join for it."""

    parents: tuple[str, ...]
    start: str
    changes: dict[str, Change]


class _Publication:
    """One attempt to publish one proposal."""

    def __init__(
        self, api: Api, repository: RepositoryRef, proposal: Proposal, confirm: Confirm
    ) -> None:
        self._api = api
        self._repository = repository
        self._proposal = proposal
        self._confirm = confirm
        self._git = GitData(api, repository, confirm)
        self._url = f"/repos/{repository.full_name}"
        self._branch = branch_for(proposal.base)
        self._digest = content_digest(proposal.files)

    async def run(self) -> Published:
        if not await self._is_current():
            return Published(outcome=Outcome.OUTDATED)
        pull = await self._newest_pull()
        if pull and self._declined(pull):
            return Published(outcome=Outcome.DECLINED)
        current = pull if pull and pull.state == "open" else None
        stand = await self._look(open_=current is not None)
        plan = await self._plan(stand)
        tree = await self._git.write_tree(plan.start, plan.changes)
        if tree == stand.base_tree:
            return await self._withdraw(current)
        head = await self._commit(stand, plan, tree)
        return await self._propose(current, head, moved=head != stand.head)

    async def _is_current(self) -> bool:
        """Say whether the base branch still has the commit that the files were made from."""
        base, commit = self._proposal.base, self._proposal.base_commit
        head = await head_of(self._api, self._repository, base)
        if head is None or head == commit:
            return head is not None
        comparison = await compare(self._api, self._repository, commit, head)
        return comparison is not None and comparison.forward

    async def _newest_pull(self) -> Pull | None:
        """Find the open pull request of our branch, or else the last that was closed."""
        owner = self._repository.full_name.partition("/")[0]
        url = (
            f"{self._url}/pulls?state=all&head={escape(f'{owner}:{self._branch}')}"
            f"&base={escape(self._proposal.base)}&sort=created&direction=desc&per_page=100"
        )
        pulls = [read_pull(item) for item in document(await self._api.getitem(url)).parts()]
        return max(pulls, key=lambda pull: (pull.state == "open", pull.number), default=None)

    def _declined(self, pull: Pull) -> bool:
        closed = pull.state == "closed" and not pull.merged
        return closed and proposed_digest(pull.body) == self._digest

    async def _look(self, *, open_: bool) -> _Stand:
        base = self._proposal.base_commit
        base_tree = await self._git.tree_of(base)
        head = await head_of(self._api, self._repository, self._branch)
        stand = _Stand(base_tree, head, base_tree, None, open_)
        for folder in self._proposal.folders:
            await self._git.load(base_tree, folder)
        for path, content in self._proposal.files.items():
            if content is not None:
                await self._git.check_place(base_tree, path)
        if head is None:
            return stand
        comparison = await compare(self._api, self._repository, base, head)
        if comparison is None:
            raise GitHubError(
                f"The branch {self._branch} shares no history with {self._proposal.base};"
                " delete it, then order the documentation anew.",
                transient=False,
            )
        head_tree = await self._git.tree_of(head)
        for folder in self._proposal.folders:
            await self._git.load(head_tree, folder)
        return replace(stand, head_tree=head_tree, comparison=comparison)

    async def _plan(self, stand: _Stand) -> _Plan:
        base = self._proposal.base_commit
        files: dict[str, Change] = dict(self._proposal.files)
        comparison = stand.comparison
        if stand.head is None or comparison is None or not comparison.ahead_by:
            return _Plan((base,), stand.base_tree, files)
        merge_base = comparison.merge_base
        old = stand.base_tree if merge_base == base else await self._git.tree_of(merge_base)
        changed = await self._git.differences(old, stand.head_tree)
        others = {path: change for path, change in changed.items() if path not in files}
        ours = await self._ours(stand.head, [path for path in others if self._in_folders(path)])
        restored = {path: await self._git.find(stand.base_tree, path) for path in ours}
        on_branch = _Plan((stand.head,), stand.head_tree, {**restored, **files})
        if comparison.forward:
            return on_branch
        foreign: dict[str, Change] = {}
        for path in others.keys() - ours:
            was, now = others[path]
            present = await self._git.find(stand.base_tree, path)
            if present == was:
                foreign[path] = now
            elif present != now and stand.open:
                return on_branch
        return _Plan((stand.head, base), stand.base_tree, {**foreign, **files})

    def _in_folders(self, path: str) -> bool:
        return path in self._proposal.root_files or any(
            path.startswith(f"{folder}/") for folder in self._proposal.folders
        )

    async def _ours(self, head: str, paths: list[str]) -> set[str]:
        """Choose the paths that nobody but AutoDoc changed last on the branch."""
        if not paths:
            return set()
        url = f"{self._url}/compare/{self._proposal.base_commit}...{head}?per_page=100"
        commits = self._api.items(url, "commits")
        if all([is_signed(item.text("commit.message")) async for item in commits]):
            return set(paths)
        return {path for path in paths if await self._last_is_ours(head, path)}

    async def _last_is_ours(self, head: str, path: str) -> bool:
        url = f"{self._url}/commits?sha={head}&path={escape(path)}&per_page=1"
        return any([is_signed(item.text("commit.message")) async for item in self._api.items(url)])

    async def _commit(self, stand: _Stand, plan: _Plan, tree: str) -> str:
        """Give the branch the tree, and say which commit it ends with."""
        if stand.head and tree == stand.head_tree and stand.head in plan.parents:
            return stand.head
        message = signed_message(self._proposal.commit_message, self._proposal.base_commit)
        commit = await self._git.write_commit(tree, plan.parents, message)
        if stand.head is None:
            await self._create_branch(commit)
        else:
            await self._git.move_branch(self._branch, commit)
        return commit

    async def _create_branch(self, commit: str) -> None:
        try:
            await self._git.create_branch(self._branch, commit)
        except Conflict as conflict:
            if await head_of(self._api, self._repository, OUR_FOLDER) is None:
                raise
            raise GitHubError(
                f"The branch {OUR_FOLDER} is in the way of {self._branch}; rename or delete it.",
                conflict.status,
                transient=False,
            ) from None

    async def _propose(self, pull: Pull | None, head: str, *, moved: bool) -> Published:
        title = self._proposal.title[:TITLE_CHARACTERS]
        body = marked_body(self._proposal.body, self._proposal.base, self._digest)
        if pull is None:
            wish = {"title": title, "body": body, "head": self._branch, "base": self._proposal.base}
            await self._confirm()
            answer = await self._api.repeating().post(f"{self._url}/pulls", data=wish)
            return Published(outcome=Outcome.CREATED, pull=_ref(read_pull(document(answer)), head))
        changes = {}
        if pull.title != title:
            changes["title"] = title
        if not same_text(pull.body, body):
            changes["body"] = body
        if changes:
            await self._edit(pull, changes)
        outcome = Outcome.UPDATED if moved or changes else Outcome.UNCHANGED
        return Published(outcome=outcome, pull=_ref(pull, head))

    async def _withdraw(self, pull: Pull | None) -> Published:
        """Close a pull request that has nothing left to propose; what comes later is proposed."""
        if pull is not None:
            text = f"`{self._proposal.base}` already says all of it."
            body = marked_body(text, self._proposal.base, _CLOSED_BY_US)
            await self._edit(pull, {"state": "closed", "body": body})
        return Published(outcome=Outcome.NO_DIFFERENCE)

    async def _edit(self, pull: Pull, changes: dict[str, str]) -> None:
        await self._confirm()
        await self._api.repeating().patch(f"{self._url}/pulls/{pull.number}", data=changes)


def _ref(pull: Pull, head: str) -> PullRequestRef:
    return PullRequestRef(number=pull.number, url=pull.url, head=head)
