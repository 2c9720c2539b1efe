"""`/autodoc …` as use cases: who may, what happens, and one answer that says so."""

import logging
from collections.abc import Awaitable, Callable, Sequence
from typing import NamedTuple, Protocol

from app.domain.work.command import Command, Verb
from app.domain.work.job import Job
from app.domain.work.repository import Repository
from app.domain.work.trigger import Commanded
from app.domain.work.usages import USAGES, help_text
from app.errors import GitHubError, InputError, RateLimited

logger = logging.getLogger(__name__)

MAY_WRITE = frozenset({"write", "admin"})
"""GitHub tells a maintainer as `write` and a triager as `read`."""
FOOTER = "<sub>What AutoDoc understands: `/autodoc help`.</sub>"

CarryOut = Callable[[Repository, Commanded], Awaitable[Job | None]]
"""Orders the work that a command asks for; raises InputError when that makes no sense."""


class Conversation(Protocol):
    """Whatever speaks with people below a pull request, and knows what they may do."""

    async def permission_of(self, repository: Repository, login: str) -> str:
        """Tell what a person may do: admin, write, read or none."""

    async def react(self, repository: Repository, comment_id: int, content: str) -> None:
        """Put an emoji below a comment, once."""

    async def comment(self, repository: Repository, number: int, body: str) -> int:
        """Write a comment and give its id."""

    async def find_comment(self, repository: Repository, number: int, marker: str) -> int | None:
        """Find a comment of a bot that holds a marker."""


class Outcome(NamedTuple):
    """What became of one command."""

    text: str
    obeyed: bool


class Commander:
    """Obeys the commands of a comment: eyes at once, an answer, then rocket or confused."""

    def __init__(self, conversation: Conversation, carry_out: CarryOut) -> None:
        self._conversation = conversation
        self._carry_out = carry_out

    async def __call__(self, repository: Repository, commands: Sequence[Commanded]) -> None:
        """Obey all commands of one comment; a repeated call answers no second time."""
        first = commands[0]
        await self._react(repository, first, "eyes")
        marker = marker_of(first)
        if await self._conversation.find_comment(repository, first.number, marker) is not None:
            logger.info("%s: comment %d has its answer", repository.full_name, first.comment_id)
            return
        may_write = await self._may_write(repository, commands)
        outcomes = [await self._obey(repository, each, may_write=may_write) for each in commands]
        texts = [each.text for each in outcomes]
        body = "\n\n".join((*dict.fromkeys(texts), FOOTER, marker))
        await self._conversation.comment(repository, first.number, body)
        fine = all(outcome.obeyed for outcome in outcomes)
        await self._react(repository, first, "rocket" if fine else "confused")

    async def _may_write(self, repository: Repository, commands: Sequence[Commanded]) -> bool:
        # Asked now, not when the comment was written: rights can be taken away in between.
        if not any(_needs_write(each) for each in commands):
            return False
        permission = await self._conversation.permission_of(repository, commands[0].sender)
        return permission in MAY_WRITE

    async def _obey(
        self, repository: Repository, command: Commanded, *, may_write: bool
    ) -> Outcome:
        order = command.order
        if not isinstance(order, Command):
            return Outcome(order.answer, obeyed=False)
        if order.verb is Verb.HELP:
            return Outcome(help_text(), obeyed=True)
        if not may_write:
            return Outcome(f"`{order.verb}` is for people with write access.", obeyed=False)
        return await self._regenerate(repository, command, order.argument)

    async def _regenerate(
        self, repository: Repository, command: Commanded, page: str | None
    ) -> Outcome:
        try:
            job = await self._carry_out(repository, command)
        except InputError as error:
            return Outcome(str(error), obeyed=False)
        if job is None:
            return Outcome("There is nothing to do.", obeyed=True)
        what = f"the page `{page}`" if page else "the documentation"
        return Outcome(
            f"AutoDoc writes {what} of the default branch anew. What changes comes as a pull"
            f" request. (Job `{job.id}`)",
            obeyed=True,
        )

    async def _react(self, repository: Repository, command: Commanded, content: str) -> None:
        """Show a sign; the answer matters more, so a refused sign stops nothing."""
        try:
            await self._conversation.react(repository, command.comment_id, content)
        except RateLimited:
            raise
        except GitHubError as error:
            logger.warning("no %s on comment %d: %s", content, command.comment_id, error)


def marker_of(command: Commanded) -> str:
    """Name the hidden mark by which the answer to a comment is found again."""
    return f"<!-- autodoc:answer:{command.comment_id} -->"


def _needs_write(command: Commanded) -> bool:
    return isinstance(command.order, Command) and USAGES[command.order.verb].needs_write
