"""The documentation pull request: one for each base branch, updated in place, never forced.

The branch `autodoc/<base>` only ever grows. How a proposal joins it depends on how the branch
stands to the commit that the proposal was made from:

- no branch, or all of it is in the base already: a commit on top of the base;
- its pull request was merged, however: the branch is deleted and begins anew from the base;
- the base has not moved since, or all of it is proposed already: a commit, if any, on the branch;
- the base has moved: a commit with both as parents. Its tree is the base's, with the proposal's
  files, and with what people changed on the branch elsewhere. Where they and the base changed the
  same file, the base is not merged while a pull request is open: GitHub then shows the conflict to
  those who can solve it. Nor is it where that would carry over workflows, which an App may not;
- the base was rewritten: the same, without what came from commits that the base has lost.

What people said stays: a title that they changed, labels and reviewers, draft or not; content that
they closed or reverted is not proposed again before a source changes, and a pull request that they
pointed at another branch is theirs.

Files of ours from an earlier proposal that the new one no longer holds go back to how the base has
them. Everything is read anew in each round, and a tree that is there already makes no commit, so a
crash between any two requests leaves nothing that the next run does twice.
"""

from collections.abc import AsyncIterator
from dataclasses import dataclass, replace

from app.domain.work.proposal import Outcome, Proposal, Published
from app.domain.work.repository import RepositoryRef
from app.errors import Conflict, GitHubError
from app.github.access import PUBLISH, Access
from app.github.api import Api, escape
from app.github.branches import OUR_FOLDER, branch_for
from app.github.client import Comparison, Pull, compare, head_of, refreshed
from app.github.document import Document
from app.github.git_data import Change, Confirm, GitData
from app.github.own_pulls import OwnPulls, Refusals, is_written
from app.github.proposals import (
    check_files,
    content_digest,
    is_page,
    is_signed,
    signed_message,
    source_of,
)
from app.github.refusals import explained, may_be_workflows
from app.github.transport import Clock
from app.github.wording import Words

_PAUSES = (1.0, 3.0)
"""Seconds before everything is read anew after a race; replicas of GitHub lag behind."""
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
        try:
            return await self._publish(repository, proposal, confirm)
        except GitHubError as error:
            reason = explained(error, branch_for(proposal.base))
            if reason is error:
                raise
            raise reason from error

    async def _publish(
        self, repository: RepositoryRef, proposal: Proposal, confirm: Confirm
    ) -> Published:
        api = self._access.repository(repository, PUBLISH)
        # GitHub finds pull requests by the owner's present name only, and redirects no such search.
        repository = await refreshed(api, repository)
        publication = _Publication(api, repository, proposal, confirm)
        for pause in _PAUSES:
            try:
                return await publication.run(self._clock)
            except Conflict as conflict:
                if not _is_race(conflict):
                    raise
                await self._clock.sleep(pause)
                publication = _Publication(api, repository, proposal, confirm)
        return await publication.run(self._clock)


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
    undoes: bool = False
    """Whether the branch holds what the base has lost."""


class _Publication:
    """One attempt to publish one proposal."""

    def __init__(
        self, api: Api, repository: RepositoryRef, proposal: Proposal, confirm: Confirm
    ) -> None:
        self._api = api
        self._repository = repository
        self._proposal = proposal
        self._git = GitData(api, repository, confirm)
        self._words = Words(api, repository, proposal, self._git)
        self._url = f"/repos/{repository.full_name}"
        self._branch = branch_for(proposal.base)
        self._digest = content_digest(proposal.files)

    async def run(self, clock: Clock) -> Published:
        pulls = await OwnPulls.read(self._api, self._repository, self._proposal.base)
        if not await self._is_current():
            return await self._end(pulls)
        if pulls.elsewhere is not None:
            return Published(outcome=Outcome.TAKEN)
        said = Refusals(self._api, self._repository, self._proposal)
        is_deaf = self._proposal.is_asked or pulls.open is not None
        if not is_deaf and await said.is_closed(pulls.last, self._digest):
            return Published(outcome=Outcome.DECLINED)
        stand = await self._look(open_=pulls.open is not None)
        if not is_deaf and await self._is_reverted(stand, said, pulls.last):
            return Published(outcome=Outcome.DECLINED)
        if stand.head and not stand.open and await said.is_spent(pulls.last, stand.head):
            stand = await self._begin_anew(stand)
        return await self._write(stand, pulls, clock)

    async def _begin_anew(self, stand: _Stand) -> _Stand:
        """Delete a branch of which everything is merged, where there is something to propose."""
        if await self._git.holds(stand.base_tree, self._proposal.files):
            return stand
        try:
            await self._git.delete_branch(self._branch)
        except GitHubError as error:
            if error.transient:
                raise
            # The rules of the repository keep it: the next commit joins it with the base.
            return stand
        return replace(stand, head=None, head_tree=stand.base_tree, comparison=None)

    async def _is_reverted(self, stand: _Stand, said: Refusals, last: Pull | None) -> bool:
        pages = {path: data for path, data in self._proposal.files.items() if is_page(path)}
        is_there = await self._git.holds(stand.base_tree, pages)
        return not is_there and await said.is_reverted(last, self._digest)

    async def _write(self, stand: _Stand, pulls: OwnPulls, clock: Clock) -> Published:
        try:
            head = await self._grow(stand, await self._plan(stand))
        except GitHubError as error:
            if not may_be_workflows(error):
                raise
            # The base changed workflows: only the branch as it is can be written on.
            head = await self._grow(stand, await self._plan(stand, carries_base=False))
        if head is None:
            return await self._withdraw(pulls.open)
        pull = pulls.open or pulls.reopenable(clock)
        if pull is not None and (done := await self._words.renew(pull, head, stand.base_tree)):
            is_new = done.outcome is Outcome.UNCHANGED and head != stand.head
            return done.model_copy(update={"outcome": Outcome.UPDATED}) if is_new else done
        return await self._words.create(head, stand.base_tree, is_wearing=pulls.is_wearing)

    async def _grow(self, stand: _Stand, plan: _Plan) -> str | None:
        """Bring the branch to what is planned; None when the base says all of it already.

        Then what the branch proposed goes, too: the next run takes its pages for proposed ones.
        """
        tree = await self._git.write_tree(plan.start, plan.changes)
        is_over = tree == stand.base_tree
        is_behind = stand.comparison is None or not stand.comparison.ahead_by
        if is_over and (not stand.open or is_behind or tree == stand.head_tree):
            return None
        head = await self._commit(stand, plan, tree)
        return None if is_over else head

    async def _is_current(self) -> bool:
        """Say whether the base branch still has the commit that the files were made from."""
        base, commit = self._proposal.base, self._proposal.base_commit
        head = await head_of(self._api, self._repository, base)
        if head is None or head == commit:
            return head is not None
        comparison = await compare(self._api, self._repository, commit, head)
        return comparison is not None and comparison.forward

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

    async def _plan(self, stand: _Stand, *, carries_base: bool = True) -> _Plan:
        base = self._proposal.base_commit
        files: dict[str, Change] = dict(self._proposal.files)
        comparison = stand.comparison
        if stand.head is None or comparison is None or not comparison.ahead_by:
            return _Plan((base,), stand.base_tree, files)
        since = await self._joined(stand.head, comparison)
        old = stand.base_tree if since == base else await self._git.tree_of(since)
        changed = await self._git.differences(old, stand.head_tree)
        others = {path: change for path, change in changed.items() if path not in files}
        mine = [path for path in others if is_written(path, self._proposal)]
        ours = await self._ours(stand.head, mine)
        restored = {path: await self._git.find(stand.base_tree, path) for path in ours}
        on_branch = _Plan((stand.head,), stand.head_tree, {**restored, **files})
        is_whole = since == comparison.merge_base
        if not carries_base or (is_whole and await self._is_up_to_date(stand, on_branch)):
            return on_branch
        foreign: dict[str, Change] = {}
        for path in others.keys() - ours:
            was, now = others[path]
            present = await self._git.find(stand.base_tree, path)
            if present == was:
                foreign[path] = now
            elif present != now and stand.open:
                return on_branch
        changes = {**foreign, **files}
        return _Plan((stand.head, base), stand.base_tree, changes, undoes=not is_whole)

    async def _joined(self, head: str, comparison: Comparison) -> str:
        """Name the commit of the base that the branch was joined with last.

        Mostly that is where the two part. After a force push it may be one that the base has lost:
        then what came with it is nobody's change on the branch.
        """
        known: set[str] = set()
        joined = comparison.merge_base
        async for item in self._commits_of(head):
            known.add(item.text("sha"))
            source = source_of(item.text("commit.message"))
            if source and source in {each.text("sha") for each in item.parts("parents")}:
                joined = source
        return joined if joined in known else comparison.merge_base

    async def _is_up_to_date(self, stand: _Stand, plan: _Plan) -> bool:
        is_there = stand.comparison is not None and stand.comparison.forward
        return is_there or await self._is_idle(stand, plan)

    def _commits_of(self, head: str) -> AsyncIterator[Document]:
        """Read the commits that the branch has and the base has not, the oldest first."""
        range_ = f"{self._proposal.base_commit}...{head}"
        return self._api.items(f"{self._url}/compare/{range_}?per_page=100", "commits")

    async def _is_idle(self, stand: _Stand, plan: _Plan) -> bool:
        """Say whether the branch proposes all of it already, and the base lacks some of it."""
        is_there = await self._git.holds(stand.head_tree, plan.changes)
        return is_there and not await self._git.holds(stand.base_tree, plan.changes)

    async def _ours(self, head: str, paths: list[str]) -> set[str]:
        """Choose the paths that nobody but AutoDoc changed last on the branch."""
        if not paths:
            return set()
        commits = self._commits_of(head)
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
        parents = plan.parents
        if plan.undoes:
            # Whoever rebases leaves merges out, so a commit of its own has to take it away.
            parents = (await self._write_commit(tree, parents[:1]), *parents[1:])
        commit = await self._write_commit(tree, parents)
        if stand.head is None:
            await self._create_branch(commit)
        else:
            await self._git.move_branch(self._branch, commit)
        return commit

    async def _write_commit(self, tree: str, parents: tuple[str, ...]) -> str:
        words, source = self._proposal.commit_message, self._proposal.base_commit
        commit = await self._git.write_commit(tree, parents, signed_message(words, source))
        if not self._proposal.sign_off:
            return commit.sha
        # Only GitHub's answer says in whose name the App commits; nothing points to this one yet.
        message = signed_message(words, source, commit.author)
        return (await self._git.write_commit(tree, parents, message)).sha

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

    async def _withdraw(self, pull: Pull | None) -> Published:
        """Close a pull request that has nothing left to propose; what comes later is proposed."""
        if pull is not None:
            await self._words.close(pull, f"`{self._proposal.base}` already says all of it.")
        return Published(outcome=Outcome.NO_DIFFERENCE)

    async def _end(self, pulls: OwnPulls) -> Published:
        """Close what points to a branch that is gone; for a rewritten one a new run comes."""
        base = self._proposal.base
        pull = pulls.open or pulls.elsewhere or pulls.unexplained
        if pull is not None and await head_of(self._api, self._repository, base) is None:
            await self._words.close(pull, f"`{base}` is gone, so there is nothing to document.")
        return Published(outcome=Outcome.OUTDATED)
