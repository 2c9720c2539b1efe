"""From the triggers of a delivery to what is done about each."""

import logging
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Protocol

from app.domain.work.consent import NOT_ALLOWED, is_allowed
from app.domain.work.job import Job
from app.domain.work.repository import Repository, RepositoryRef
from app.domain.work.trigger import (
    Commanded,
    Planned,
    Pressed,
    Proposed,
    Queued,
    RepositoryChanged,
    Suspended,
    Trigger,
    Uninstalled,
)
from app.errors import AutoDocError, is_transient

logger = logging.getLogger(__name__)


class Repositories(Protocol):
    """Whatever keeps repositories."""

    async def upsert(self, ref: RepositoryRef) -> Repository:
        """Keep a repository as its provider names it now."""


class Refresher(Protocol):
    """Whatever knows how repositories are called now."""

    async def refreshed(self, repository: RepositoryRef) -> RepositoryRef:
        """Read a repository's present name and default branch."""


class Obey(Protocol):
    """Whatever answers the orders of one comment."""

    async def __call__(self, repository: Repository, commands: Sequence[Commanded]) -> None:
        """Check who gave them, do them, answer once."""


Housekeeping = Uninstalled | Suspended | RepositoryChanged
"""What changes which repositories there are, or how they are reached."""


@dataclass(frozen=True)
class UseCases:
    """What is done about each kind of trigger; all of it is safe to repeat."""

    plan: Callable[[Repository, Planned], Awaitable[Job | None]]
    """Orders the job that something asks for."""
    obey: Obey
    check: Callable[[Repository, Proposed | Queued], Awaitable[None]]
    """Says on a commit what it makes of the documentation."""
    press: Callable[[Repository, Pressed], Awaitable[None]]
    """Does what a button of a check run says."""
    keep_house: Callable[[Housekeeping], Awaitable[None]]


class Intake:
    """Acts on the triggers of a delivery."""

    def __init__(
        self, repositories: Repositories, commits: Refresher, uses: UseCases, allow: str = ""
    ) -> None:
        """Take which repositories may begin, as globs; of others only orders are answered."""
        self._repositories = repositories
        self._commits = commits
        self._uses = uses
        self._allow = allow

    async def take_in(self, triggers: Sequence[Trigger]) -> None:
        """Act on all triggers, then raise what went wrong with one: no repository blocks another.

        Safe to repeat: an order finds the job that waits, a comment is answered once.
        """
        errors: list[AutoDocError] = []
        for _, each in groupby(triggers, key=_same_answer):
            try:
                await self._act(list(each))
            except AutoDocError as error:
                errors.append(error)
        if errors:
            raise next((error for error in errors if is_transient(error)), errors[0])

    async def _act(self, triggers: Sequence[Trigger]) -> None:
        first = triggers[0]
        if isinstance(first, Housekeeping):
            await self._uses.keep_house(first)
            return
        repository = await self._keep(first.repository)
        commands = [each for each in triggers if isinstance(each, Commanded)]
        if commands:
            await self._uses.obey(repository, commands)
        elif isinstance(first, Proposed | Queued | Pressed) and not self._allows(repository):
            logger.debug("%s: nothing: %s", repository.full_name, NOT_ALLOWED)
        elif isinstance(first, Proposed | Queued):
            if isinstance(first, Proposed) and first.reopened:
                await self._uses.plan(repository, first)
            await self._uses.check(repository, first)
        elif isinstance(first, Pressed):
            await self._uses.press(repository, first)
        else:
            await self._uses.plan(repository, first)

    def _allows(self, repository: Repository) -> bool:
        return is_allowed(repository.full_name, self._allow)

    async def _keep(self, ref: RepositoryRef) -> Repository:
        if not ref.default_branch:
            ref = await self._commits.refreshed(ref)
        return await self._repositories.upsert(ref)


def _same_answer(trigger: Trigger) -> tuple[str, int]:
    """Tell the orders of one comment from everything else; each other trigger stands alone."""
    comment = trigger.comment_id if isinstance(trigger, Commanded) else id(trigger)
    return trigger.kind, comment
