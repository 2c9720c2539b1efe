"""What reviewers do: commenting, reviewing, labelling, pressing buttons."""

from collections.abc import Mapping
from typing import Literal

from tests.fake_github.actor import Actor
from tests.fake_github.conversations import Conversations
from tests.fake_github.events import Events, redeliver
from tests.fake_github.payloads.checks import check_run_json
from tests.fake_github.reviews import Reviews


class Reviewers(Actor):
    """Acts on conversations, reviews and check runs."""

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

    async def edit_comment(self, comment_id: int, body: str, user: str = "octocat") -> None:
        """A person changes a comment of a conversation."""

        def edit() -> None:
            comment = self.world.comments[comment_id]
            found = self.world.repositories[comment.repository_id]
            Conversations(self.world).edit(found, comment, body, self.world.account(user))

        await self._do(edit)

    async def delete_comment(self, comment_id: int, user: str = "octocat") -> None:
        """A person deletes a comment of a conversation."""

        def delete() -> None:
            comment = self.world.comments[comment_id]
            found = self.world.repositories[comment.repository_id]
            Conversations(self.world).delete(found, comment, self.world.account(user))

        await self._do(delete)

    async def review(
        self,
        full_name: str,
        number: int,
        user: str,
        state: Literal["APPROVED", "CHANGES_REQUESTED", "COMMENTED"] = "APPROVED",
        body: str = "",
    ) -> int:
        """A person reviews a pull request; the review's id."""

        def review() -> int:
            pull, found = self.world.pull(full_name, number), self.world.repository(full_name)
            person = self.world.account(user)
            return Reviews(self.world).submit(found, pull, person, state, body).id

        return await self._do(review)

    async def review_comment(
        self, full_name: str, number: int, user: str, body: str, path: str, line: int = 1
    ) -> int:
        """A person comments at a line of a pull request's diff; the comment's id."""

        def comment() -> int:
            pull, found = self.world.pull(full_name, number), self.world.repository(full_name)
            person = self.world.account(user)
            return Reviews(self.world).comment(found, pull, person, body, (path, line)).id

        return await self._do(comment)

    async def remove_reviewer(
        self, full_name: str, number: int, login: str, user: str = "octocat"
    ) -> None:
        """A person takes back that somebody was asked to review."""

        def remove() -> None:
            pull, found = self.world.pull(full_name, number), self.world.repository(full_name)
            person = self.world.account(user)
            Reviews(self.world).dismiss_request(found, pull, [login], [login], person)

        await self._do(remove)

    async def label(self, full_name: str, number: int, name: str, user: str = "octocat") -> None:
        """A person labels an issue or pull request."""

        def label() -> None:
            found, person = self.world.repository(full_name), self.world.account(user)
            Conversations(self.world).put_label(found, found.issues[number], name, person)

        await self._do(label)

    async def unlabel(self, full_name: str, number: int, name: str, user: str = "octocat") -> None:
        """A person takes a label off."""

        def unlabel() -> None:
            found, person = self.world.repository(full_name), self.world.account(user)
            issue = found.issues[number]
            label = next(each for each in issue.labels if each.name.lower() == name.lower())
            Conversations(self.world).take_label(found, issue, label, person)

        await self._do(unlabel)

    async def lock(
        self, full_name: str, number: int, *, locked: bool = True, user: str = "octocat"
    ) -> None:
        """A person locks the conversation of a pull request, or unlocks it."""

        def lock() -> None:
            pull, found = self.world.pull(full_name, number), self.world.repository(full_name)
            pull.locked = locked
            action = "locked" if locked else "unlocked"
            Events(self.world).pull(action, found, pull, self.world.account(user))

        await self._do(lock)

    async def press(
        self, full_name: str, check_run_id: int, identifier: str, user: str = "octocat"
    ) -> None:
        """A person presses a button of a check run."""
        asked = {"requested_action": {"identifier": identifier}}
        await self._press(full_name, check_run_id, user, "requested_action", asked)

    async def rerequest(self, full_name: str, check_run_id: int, user: str = "octocat") -> None:
        """A person asks for a check run to run again."""
        await self._press(full_name, check_run_id, user, "rerequested", {})

    async def _press(
        self, full_name: str, check_run_id: int, user: str, action: str, more: Mapping[str, object]
    ) -> None:
        def press() -> None:
            found = self.world.repository(full_name)
            run = check_run_json(self.world, found, found.check_runs[check_run_id])
            Events(self.world).check_run(action, found, run, self.world.account(user), **more)

        await self._do(press)

    async def redeliver(self, guid: str) -> None:
        """Delivers the newest delivery of that GUID once more."""

        def again() -> None:
            known = [each for each in self.world.deliveries if each.guid == guid]
            redeliver(self.world, known[-1])

        await self._do(again)

    async def ping(self) -> None:
        """GitHub tries the address."""
        await self._do(Events(self.world).ping)
