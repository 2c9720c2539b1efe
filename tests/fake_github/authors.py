"""What authors do: pushing, proposing, merging."""

from collections.abc import Callable, Mapping
from typing import Literal, TypeVar

from tests.fake_github.actor import Actor
from tests.fake_github.branches import Branches
from tests.fake_github.git_repository import ZERO
from tests.fake_github.merge_queue import MergeQueue
from tests.fake_github.pull_requests import Merge, PullRequests
from tests.fake_github.state import Account, Pull, Repository

T = TypeVar("T")
MergeMethod = Literal["merge", "squash", "rebase"]


class Authors(Actor):
    """Acts on branches and pull requests."""

    async def push(
        self,
        full_name: str,
        branch: str,
        files: Mapping[str, str | bytes | None],
        message: str = "Change files",
        author: str = "octocat",
    ) -> str:
        """A person pushes one commit to a branch, made when it is new; None deletes a path."""

        def push() -> str:
            branches, person = Branches(self.world), self.world.account(author)
            found = self.world.repository(full_name)
            sha = branches.commit_files(found, branch, files, message, person)
            branches.move(found, f"refs/heads/{branch}", sha, person)
            return sha

        return await self._do(push)

    async def force_push(
        self, full_name: str, branch: str, sha: str, author: str = "octocat"
    ) -> None:
        """A person moves a branch to any commit."""
        await self._move(full_name, branch, sha, author)

    async def delete_branch(self, full_name: str, branch: str, author: str = "octocat") -> None:
        """A person deletes a branch."""
        await self._move(full_name, branch, ZERO, author)

    async def _move(self, full_name: str, branch: str, sha: str, author: str) -> None:
        def move() -> None:
            found, person = self.world.repository(full_name), self.world.account(author)
            Branches(self.world).move(found, f"refs/heads/{branch}", sha, person)

        await self._do(move)

    async def open_pull_request(  # noqa: PLR0913 - the fields that GitHub asks a person for
        self,
        full_name: str,
        head: str,
        base: str = "main",
        title: str = "A change",
        *,
        body: str | None = None,
        draft: bool = False,
        author: str = "octocat",
    ) -> int:
        """A person opens a pull request; its number."""
        fields = {"head": head, "base": base, "title": title, "body": body, "draft": draft}

        def open_() -> int:
            found, person = self.world.repository(full_name), self.world.account(author)
            return PullRequests(self.world).open(found, fields, person).number

        return await self._do(open_)

    async def merge(
        self,
        full_name: str,
        number: int,
        method: MergeMethod = "merge",
        author: str = "octocat",
    ) -> str:
        """A person merges a pull request; the commit on the base branch."""

        def merge() -> str:
            pull, found = self.world.pull(full_name, number), self.world.repository(full_name)
            pulls = PullRequests(self.world)
            return pulls.merge(found, pull, Merge(method), self.world.account(author))

        return await self._do(merge)

    async def close(self, full_name: str, number: int, author: str = "octocat") -> None:
        """A person closes a pull request unmerged."""

        def close() -> None:
            pull, found = self.world.pull(full_name, number), self.world.repository(full_name)
            Branches(self.world).close(found, pull, self.world.account(author))

        await self._do(close)

    async def reopen(self, full_name: str, number: int, author: str = "octocat") -> None:
        """A person opens a closed pull request again."""

        def reopen() -> None:
            pull, found = self.world.pull(full_name, number), self.world.repository(full_name)
            person = self.world.account(author)
            PullRequests(self.world).change(found, pull, {"state": "open"}, person)

        await self._do(reopen)

    async def edit_pull_request(
        self,
        full_name: str,
        number: int,
        *,
        title: str | None = None,
        body: str | None = None,
        base: str | None = None,
        author: str = "octocat",
    ) -> None:
        """A person changes title, text or base of a pull request."""
        given = {"title": title, "body": body, "base": base}
        fields = {name: value for name, value in given.items() if value is not None}

        def edit(found: Repository, pull: Pull, person: Account) -> None:
            PullRequests(self.world).change(found, pull, fields, person)

        await self._act(full_name, number, author, edit)

    async def set_draft(
        self, full_name: str, number: int, *, draft: bool = False, author: str = "octocat"
    ) -> None:
        """A person makes a draft ready for review, or a pull request a draft again."""

        def turn(found: Repository, pull: Pull, person: Account) -> None:
            pull.draft, pull.updated_at = draft, self.world.clock.text()
            action = "converted_to_draft" if draft else "ready_for_review"
            Branches(self.world).events.pull(action, found, pull, person)

        await self._act(full_name, number, author, turn)

    async def enqueue(self, full_name: str, number: int, author: str = "octocat") -> str:
        """A person puts a pull request into the merge queue; the commit that would land."""

        def add(found: Repository, pull: Pull, person: Account) -> str:
            return MergeQueue(self.world).add(found, pull, person).head_sha

        return await self._act(full_name, number, author, add)

    async def dequeue(self, full_name: str, number: int, author: str = "octocat") -> None:
        """A person takes a pull request out of the merge queue."""

        def remove(found: Repository, pull: Pull, person: Account) -> None:
            MergeQueue(self.world).remove(found, pull, person)

        await self._act(full_name, number, author, remove)

    async def merge_queued(self, full_name: str, number: int, author: str = "octocat") -> str:
        """The queue merges a pull request whose required checks have passed on its group."""

        def land(found: Repository, pull: Pull, person: Account) -> str:
            return MergeQueue(self.world).land(found, pull, person)

        return await self._act(full_name, number, author, land)

    async def _act(
        self,
        full_name: str,
        number: int,
        author: str,
        act: Callable[[Repository, Pull, Account], T],
    ) -> T:
        def acted() -> T:
            pull, found = self.world.pull(full_name, number), self.world.repository(full_name)
            return act(found, pull, self.world.account(author))

        return await self._do(acted)
