"""What owners do: repositories, installations, rules, names."""

from collections.abc import Callable, Mapping
from typing import Literal

from tests.fake_github.actor import Actor
from tests.fake_github.branches import Branches
from tests.fake_github.events import Events
from tests.fake_github.git_repository import ZERO
from tests.fake_github.payloads.accounts import simple_user
from tests.fake_github.state import Account, Installation, Protection, Repository, Team


class Owners(Actor):
    """Acts on repositories and installations as a whole."""

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

    async def remove_from_installation(
        self, installation_id: int, repositories: list[str], sender: str = "octocat"
    ) -> None:
        """Takes repositories away from an installation."""

        def remove() -> None:
            installed = self.world.installations[installation_id]
            removed = [self.world.repository(name) for name in repositories]
            covered = {r.id for r in self.world.repositories.values() if installed.covers(r)}
            installed.repository_ids = covered - {repository.id for repository in removed}
            person = self.world.account(sender)
            Events(self.world).repositories("removed", installed, removed, person)

        await self._do(remove)

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

    async def set_permissions(
        self, installation_id: int, permissions: Mapping[str, str], sender: str = "octocat"
    ) -> None:
        """Changes what an installation grants, as an owner who accepts new permissions does."""

        def accept() -> None:
            installed = self.world.installations[installation_id]
            installed.permissions = dict(permissions)
            person = self.world.account(sender)
            Events(self.world).installation("new_permissions_accepted", installed, person)

        await self._do(accept)

    async def rename(self, full_name: str, name: str, author: str = "octocat") -> None:
        """Renames a repository; the old name redirects."""

        def rename() -> None:
            found = self.world.repository(full_name)
            old, found.name = found.name, name
            self.world.renamed[full_name.lower()] = found.id
            changes = {"repository": {"name": {"from": old}}}
            events = Events(self.world)
            events.repository("renamed", found, self.world.account(author), changes)

        await self._do(rename)

    async def transfer(self, full_name: str, owner: str, author: str = "octocat") -> None:
        """Gives a repository to another owner; only an installation there hears of it."""

        def transfer() -> None:
            found = self.world.repository(full_name)
            before, found.owner = found.owner, self.world.account(owner, "Organization")
            self.world.renamed[full_name.lower()] = found.id
            changes = {"owner": {"from": {"user": simple_user(self.world, before)}}}
            events = Events(self.world)
            events.repository("transferred", found, self.world.account(author), changes)

        await self._do(transfer)

    async def archive(
        self, full_name: str, *, archived: bool = True, author: str = "octocat"
    ) -> None:
        """Archives a repository, which makes it read-only, or unarchives it."""

        def archive(found: Repository, person: Account) -> None:
            found.archived = archived
            action = "archived" if archived else "unarchived"
            Events(self.world).repository(action, found, person)

        await self._own(full_name, author, archive)

    async def set_private(
        self, full_name: str, *, private: bool = True, author: str = "octocat"
    ) -> None:
        """Makes a repository private or public."""

        def turn(found: Repository, person: Account) -> None:
            found.private = private
            changes: dict[str, object] | None = None if private else {}
            action = "privatized" if private else "publicized"
            Events(self.world).repository(action, found, person, changes)

        await self._own(full_name, author, turn)

    async def delete_repository(self, full_name: str) -> None:
        """Deletes a repository. No app hears of it; it is not found from now on."""

        def delete() -> None:
            found = self.world.repository(full_name)
            del self.world.repositories[found.id]

        await self._do(delete)

    async def set_default_branch(
        self, full_name: str, branch: str, author: str = "octocat"
    ) -> None:
        """Makes another branch, which has to exist, the default one."""

        def change(found: Repository, person: Account) -> None:
            if found.git.ref(f"refs/heads/{branch}") is None:
                raise KeyError(f"there is no branch {branch}")
            self._set_default(found, branch, person)

        await self._own(full_name, author, change)

    def _set_default(self, found: Repository, branch: str, person: Account) -> None:
        old, found.default_branch = found.default_branch, branch
        found.git.run("symbolic-ref", "HEAD", f"refs/heads/{branch}")
        changes = {"default_branch": {"from": old}}
        Events(self.world).repository("edited", found, person, changes)

    async def rename_branch(
        self, full_name: str, branch: str, name: str, author: str = "octocat"
    ) -> None:
        """Renames a branch: what is proposed to it follows, what is proposed from it closes."""

        def rename(found: Repository, person: Account) -> None:
            branches, sha = Branches(self.world), found.git.ref(f"refs/heads/{branch}")
            if sha is None:
                raise KeyError(f"there is no branch {branch}")
            branches.move(found, f"refs/heads/{name}", sha, person)
            for pull in found.pulls:
                if pull.state == "open" and pull.base_ref == branch:
                    pull.base_ref = name
                    changes = {"base": {"ref": {"from": branch}, "sha": {"from": sha}}}
                    branches.events.pull("edited", found, pull, person, changes=changes)
            if found.default_branch == branch:
                self._set_default(found, name, person)
            if branch in found.protections:
                found.protections[name] = found.protections.pop(branch)
            branches.move(found, f"refs/heads/{branch}", ZERO, person)

        await self._own(full_name, author, rename)

    async def protect(self, full_name: str, branch: str, protection: Protection | None) -> None:
        """Sets the rules of a branch or of a pattern; None lifts them."""

        def protect() -> None:
            rules = self.world.repository(full_name).protections
            rules.pop(branch, None)
            if protection is not None:
                rules[branch] = protection

        await self._do(protect)

    async def configure(
        self,
        full_name: str,
        setting: Literal["has_issues", "allows_drafts", "delete_branch_on_merge"],
        *,
        on: bool,
    ) -> None:
        """Turns a setting of a repository on or off."""
        await self._do(lambda: setattr(self.world.repository(full_name), setting, on))

    async def set_permission(self, full_name: str, user: str, role: str) -> None:
        """Gives a person a role: admin, maintain, write, triage, read or none."""

        def give() -> None:
            self.world.account(user)
            self.world.repository(full_name).roles[user.lower()] = role

        await self._do(give)

    async def add_team(self, organization: str, slug: str) -> None:
        """Makes a team that may be asked to review."""

        def add() -> None:
            owner = self.world.account(organization, "Organization")
            team = Team(self.world.next_id(), owner, slug)
            self.world.teams[f"{organization}/{slug}".lower()] = team

        await self._do(add)

    async def fork(self, full_name: str, owner: str) -> str:
        """A person makes a fork below their own account; its full name."""

        def fork() -> str:
            parent = self.world.repository(full_name)
            if owner.lower() == parent.owner.login.lower():
                raise ValueError(f"{owner} owns {full_name} already")
            self.world.account(owner)
            name = f"{owner}/{parent.name}"
            made = self.world.add_repository(name, parent.default_branch, private=parent.private)
            made.parent = parent
            made.git.run("fetch", "--quiet", str(parent.git.path), "refs/heads/*:refs/heads/*")
            return name

        return await self._do(fork)

    async def _own(
        self, full_name: str, author: str, act: Callable[[Repository, Account], None]
    ) -> None:
        await self._do(lambda: act(self.world.repository(full_name), self.world.account(author)))
