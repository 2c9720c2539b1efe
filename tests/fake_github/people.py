"""What people do on GitHub: installing, pushing, opening, merging, commenting."""

import asyncio
from collections.abc import Callable, Mapping
from typing import Literal, TypeVar

from tests.fake_github.branches import Branches
from tests.fake_github.conversations import Conversations
from tests.fake_github.events import Events, redeliver
from tests.fake_github.git_repository import ZERO
from tests.fake_github.inspection import Inspection
from tests.fake_github.payloads.checks import check_run_json
from tests.fake_github.pull_requests import Merge, PullRequests
from tests.fake_github.state import Installation, Repository
from tests.fake_github.world import World

T = TypeVar("T")


class People(Inspection):
    """Acts as a person, `octocat` unless another is named; each act is one step of the world.

    `changed` is set after each act: there may be webhooks to send.
    """

    def __init__(self, world: World, changed: asyncio.Event) -> None:
        super().__init__(world)
        self._changed = changed

    async def add_repository(
        self,
        full_name: str,
        files: Mapping[str, str | bytes | None] | None = None,
        *,
        default_branch: str = "main",
        private: bool = True,
        author: str = "octocat",
    ) -> Repository:
        """A repository with one commit, or an empty one without `files`."""

        def add() -> Repository:
            found = self.world.add_repository(full_name, default_branch, private=private)
            if files:
                branches, person = Branches(self.world), self.world.account(author)
                sha = branches.commit_files(found, default_branch, files, "Initial commit", person)
                branches.move(found, f"refs/heads/{default_branch}", sha, person)
            return found

        return await self._do(add)

    async def install(
        self,
        account: str,
        repositories: list[str] | None = None,
        permissions: Mapping[str, str] | None = None,
        sender: str = "octocat",
    ) -> Installation:
        """Installs the app on an account, for the named repositories or for all."""

        def install() -> Installation:
            chosen = None
            if repositories is not None:
                chosen = {self.world.repository(name).id for name in repositories}
            installed = Installation(
                id=self.world.next_id(),
                account=self.world.account(account, "Organization"),
                permissions=dict(permissions or self.world.app.permissions),
                created_at=self.world.clock.text(),
                repository_ids=chosen,
            )
            self.world.installations[installed.id] = installed
            Events(self.world).installation("created", installed, self.world.account(sender))
            return installed

        return await self._do(install)

    async def add_to_installation(
        self, installation_id: int, repositories: list[str], sender: str = "octocat"
    ) -> None:
        """Selects more repositories for an installation."""

        def add() -> None:
            installed = self.world.installations[installation_id]
            added = [self.world.repository(name) for name in repositories]
            installed.repository_ids = (installed.repository_ids or set()) | {r.id for r in added}
            person = self.world.account(sender)
            Events(self.world).repositories("added", installed, added, person)

        await self._do(add)

    async def uninstall(self, installation_id: int, sender: str = "octocat") -> None:
        """Removes the app from an account; its tokens are gone at once."""

        def remove() -> None:
            installed = self.world.installations.pop(installation_id)
            gone = [v for v, t in self.world.tokens.items() if t.installation is installed]
            for value in gone:
                del self.world.tokens[value]
            Events(self.world).installation("deleted", installed, self.world.account(sender))

        await self._do(remove)

    async def suspend(
        self, installation_id: int, *, suspended: bool = True, sender: str = "octocat"
    ) -> None:
        """Suspends an installation or lets it go on; meanwhile the app is locked out."""

        def suspend() -> None:
            installed = self.world.installations[installation_id]
            installed.suspended_at = self.world.clock.text() if suspended else None
            action = "suspend" if suspended else "unsuspend"
            Events(self.world).installation(action, installed, self.world.account(sender))

        await self._do(suspend)

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

    async def rename(self, full_name: str, name: str, author: str = "octocat") -> None:
        """Renames a repository; the old name redirects."""

        def rename() -> None:
            found = self.world.repository(full_name)
            old, found.name = found.name, name
            self.world.renamed[full_name.lower()] = found.id
            Events(self.world).renamed(found, old, self.world.account(author))

        await self._do(rename)

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
        method: Literal["merge", "squash", "rebase"] = "merge",
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

    async def open_issue(self, full_name: str, title: str, author: str = "octocat") -> int:
        """A person opens an issue; its number."""

        def open_() -> int:
            found, person = self.world.repository(full_name), self.world.account(author)
            return Conversations(self.world).open_issue(found, title, person).number

        return await self._do(open_)

    async def comment(self, full_name: str, number: int, user: str, body: str) -> int:
        """A person comments on an issue or pull request; the comment's id."""

        def comment() -> int:
            found, person = self.world.repository(full_name), self.world.account(user)
            return Conversations(self.world).comment(found, number, body, person).id

        return await self._do(comment)

    async def press(
        self, full_name: str, check_run_id: int, identifier: str, user: str = "octocat"
    ) -> None:
        """A person presses a button of a check run."""

        def press() -> None:
            found = self.world.repository(full_name)
            run = check_run_json(self.world, found, found.check_runs[check_run_id])
            person = self.world.account(user)
            Events(self.world).requested_action(found, run, identifier, person)

        await self._do(press)

    async def set_permission(self, full_name: str, user: str, role: str) -> None:
        """Gives a person a role: admin, maintain, write, triage, read or none."""

        def give() -> None:
            self.world.account(user)
            self.world.repository(full_name).roles[user.lower()] = role

        await self._do(give)

    async def redeliver(self, guid: str) -> None:
        """Delivers the newest delivery of that GUID once more."""

        def again() -> None:
            known = [each for each in self.world.deliveries if each.guid == guid]
            redeliver(self.world, known[-1])

        await self._do(again)

    async def ping(self) -> None:
        """GitHub tries the address."""
        await self._do(Events(self.world).ping)

    async def _do(self, action: Callable[[], T]) -> T:
        """Runs an action as one step, away from the event loop, and wakes the sender."""

        def locked() -> T:
            with self.world.lock:
                return action()

        result = await asyncio.to_thread(locked)
        self._changed.set()
        return result
