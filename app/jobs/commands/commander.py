"""The way of every command: eyes at once, an answer, then rocket or confused."""

import logging
from collections.abc import Mapping, Sequence
from typing import Protocol

from app.domain.work.command import Command, Verb
from app.domain.work.repository import Repository
from app.domain.work.trigger import Commanded, CommentPlace
from app.domain.work.usages import ADDRESS, USAGES, help_of, help_text
from app.errors import GitHubError, InputError, RateLimited, Unjudged
from app.jobs.commands.answers import FOOTER, Asked, Handle, Outcome, marker_of
from app.jobs.commands.rate import Rate, Rated

logger = logging.getLogger(__name__)

MAY_WRITE = frozenset({"write", "admin"})
"""GitHub tells a maintainer as `write` and a triager as `read`."""
BRAKES = frozenset({Verb.PAUSE, Verb.RESUME})
"""What whoever may write can order however much was ordered before."""


class Conversation(Protocol):
    """Whatever speaks with people below a pull request, and knows what they may do."""

    async def permission_of(self, repository: Repository, login: str) -> str:
        """Tell what a person may do: admin, write, read or none."""

    async def react(
        self,
        repository: Repository,
        comment_id: int,
        content: str,
        place: CommentPlace = CommentPlace.CONVERSATION,
    ) -> None:
        """Put an emoji below a comment, once."""

    async def comment(self, repository: Repository, number: int, body: str) -> int:
        """Write a comment in the conversation of a pull request and give its id."""

    async def find_comment(self, repository: Repository, number: int, marker: str) -> int | None:
        """Find a comment of ours that holds a marker."""


class Commander:
    """Obeys the commands of a comment."""

    def __init__(
        self, conversation: Conversation, handlers: Mapping[Verb, Handle], rate: Rate
    ) -> None:
        """Take what is done for each verb; help needs nothing."""
        self._conversation = conversation
        self._handlers = {Verb.HELP: explain, **handlers}
        self._rate = rate

    async def __call__(self, repository: Repository, commands: Sequence[Commanded]) -> None:
        """Obey all commands of one comment; a repeated call answers no second time."""
        first = commands[0]
        await self._react(repository, first, "eyes")
        marker = marker_of(first.comment_id)
        if await self._conversation.find_comment(repository, first.number, marker) is not None:
            logger.info("%s: comment %d has its answer", repository.full_name, first.comment_id)
            return
        outcomes = await self._obey_all(repository, commands)
        fine = all(outcome.obeyed for outcome in outcomes)
        texts = [each.text for each in outcomes if each.text]
        if texts:
            foot = (marker,) if fine else (FOOTER, marker)
            body = "\n\n".join((*dict.fromkeys(texts), *foot))
            await self._conversation.comment(repository, first.number, body)
        await self._react(repository, first, "rocket" if fine else "confused")

    async def _obey_all(
        self, repository: Repository, commands: Sequence[Commanded]
    ) -> list[Outcome]:
        may_write = await self._may_write(repository, commands)
        outcomes = []
        for each in commands:
            outcome = await self._obey(repository, each, may_write=may_write)
            if len(commands) > 1 and outcome.text and isinstance(each.order, Command):
                outcome = Outcome(f"**{each.order.verb}**\n\n{outcome.text}", outcome.obeyed)
            outcomes.append(outcome)
        return outcomes

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
        is_brake = isinstance(order, Command) and order.verb in BRAKES
        if not (is_brake and may_write) and (refusal := self._refusal(repository, command)):
            return refusal
        if not isinstance(order, Command):
            return Outcome(order.answer, obeyed=False)
        if USAGES[order.verb].needs_write and not may_write:
            return Outcome(
                f"`{order.verb}` is for people with write access to {repository.full_name}; it was"
                f" not done. Everybody may say `{ADDRESS} status` and `{ADDRESS} ask`.",
                obeyed=False,
            )
        try:
            return await self._handlers[order.verb](Asked(repository, command, order))
        except (InputError, Unjudged) as error:
            return Outcome(str(error), obeyed=False)

    def _refusal(self, repository: Repository, command: Commanded) -> Outcome | None:
        """Say that somebody ordered too much; None when that is not so."""
        who = f"{repository.id}:{command.sender}"
        rated = self._rate.take(who, _name_of(command))
        if rated is Rated.FINE:
            return None
        return too_many(rated, self._rate.minutes_until_next(who))

    async def _react(self, repository: Repository, command: Commanded, content: str) -> None:
        """Show a sign; the answer matters more, so a refused sign stops nothing."""
        try:
            await self._conversation.react(repository, command.comment_id, content, command.place)
        except RateLimited:
            raise
        except GitHubError as error:
            logger.warning("no %s on comment %d: %s", content, command.comment_id, error)


async def explain(asked: Asked) -> Outcome:
    """List all commands, or explain one."""
    named = asked.order.argument
    return Outcome(help_of(Verb(named)) if named else help_text(), obeyed=True)


def too_many(rated: Rated, minutes: int) -> Outcome:
    """Say once that somebody ordered too much, and when commands count again."""
    when = "a minute" if minutes == 1 else f"{minutes} minutes"
    said = (
        "These are more commands than one person may give in an hour. This one was not obeyed: say"
        f" it again in {when}, when commands count again. Further ones get no answer until then;"
        f" `{ADDRESS} pause` and `{ADDRESS} resume` always count."
    )
    return Outcome(said if rated is Rated.TOO_MANY else "", obeyed=False)


def _name_of(command: Commanded) -> str:
    """Tell a line from every other, and not from itself when it comes in once more."""
    order = command.order
    return command.cause if isinstance(order, Command) else f"{command.comment_id}:{order.line}"


def _needs_write(command: Commanded) -> bool:
    return isinstance(command.order, Command) and USAGES[command.order.verb].needs_write
