"""The buttons of check runs: what they begin is told in one comment, a refusal on the check."""

import logging
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Protocol
from uuid import UUID

from app.domain.wiki.words.prose import code_span
from app.domain.work.command import Command, Verb
from app.domain.work.job import Job
from app.domain.work.repository import Repository
from app.domain.work.trigger import Commanded, Pressed
from app.errors import InputError
from app.jobs.commands.answers import begun, job_link, marker_of
from app.jobs.commands.commander import MAY_WRITE
from app.jobs.commands.writing import CarryOut

REGENERATE = "regenerate"
RETRY = "retry"

logger = logging.getLogger(__name__)


class Thread(Protocol):
    """Whatever speaks with people below a pull request, and knows what they may do."""

    async def permission_of(self, repository: Repository, login: str) -> str:
        """Tell what a person may do: admin, write, read or none."""

    async def base_of(self, repository: Repository, number: int) -> str:
        """Name the base branch of a pull request."""

    async def put_comment(
        self, repository: Repository, number: int, marker: str, body: str
    ) -> int | None:
        """Let the comment of ours that holds a marker say `body`."""


class Jobs(Protocol):
    """Whatever keeps jobs."""

    async def active(self, repository_id: int) -> Sequence[Job]:
        """List the jobs of a repository that wait or run."""


class Failures(Protocol):
    """Whatever knows what went wrong."""

    async def failed(self, repository_id: int, branch: str) -> UUID | None:
        """Name the newest job of a branch if it did not end well."""


class Control(Protocol):
    """Whatever lets people steer jobs."""

    async def retry(self, job_id: UUID, login: str) -> Job:
        """Order a job again; raises InputError when that makes no sense."""


@dataclass(frozen=True)
class Steering:
    """The jobs that buttons begin."""

    jobs: Jobs
    failures: Failures
    control: Control
    carry_out: CarryOut
    wake: Callable[[float], None]
    """Told in how many seconds a job is due that was ordered again."""


@dataclass(frozen=True)
class Buttons:
    """Does what a button says for whoever may write; all others are told why not."""

    thread: Thread
    again: Callable[[Repository, Pressed], Awaitable[None]]
    """Judges a commit anew."""
    number_of: Callable[[str], int]
    """Reads from what a check is named the pull request that it is about; 0 for none."""
    steering: Steering
    refuse: Callable[[Repository, Pressed, str], Awaitable[None]]
    """Says on the check itself why nothing was done: a comment would call everybody there."""
    public_url: str = ""

    async def __call__(self, repository: Repository, pressed: Pressed) -> None:
        """Act on one press; a repeated one finds the job that it began."""
        if pressed.action not in {REGENERATE, RETRY}:
            await self.again(repository, pressed)
            return
        number = self.number_of(pressed.external_id)
        if not number:
            logger.warning("a check of no pull request was pressed: %r", pressed.external_id)
            return
        try:
            told = await self._press(repository, pressed, number)
        except InputError as error:
            await self.refuse(repository, pressed, f"{_who(pressed)}. {error}")
            return
        marker = marker_of(pressed.check_run_id)
        body = "\n\n".join((f"{_who(pressed)}.", told, marker))
        await self.thread.put_comment(repository, number, marker, body)

    async def _press(self, repository: Repository, pressed: Pressed, number: int) -> str:
        if await self.thread.permission_of(repository, pressed.sender) not in MAY_WRITE:
            raise InputError(f"That is for people with write access to {repository.full_name}.")
        branch = await self.thread.base_of(repository, number)
        working = [
            each
            for each in await self.steering.jobs.active(repository.id)
            if each.branch == branch and (each.fresh or pressed.action == RETRY)
        ]
        if working:
            return f"It is being done already{job_link(self.public_url, working[0].id)}."
        if pressed.action == RETRY:
            return await self._retry(repository, pressed, branch)
        said = Commanded(
            repository=repository,
            number=number,
            comment_id=pressed.check_run_id,
            sender=pressed.sender,
            order=Command(verb=Verb.REGENERATE),
            press=pressed.press,
        )
        job = await self.steering.carry_out(repository, said)
        if job is None:
            raise InputError("There is nothing to write on this branch.")
        return begun("AutoDoc writes the documentation anew", job.id, self.public_url)

    async def _retry(self, repository: Repository, pressed: Pressed, branch: str) -> str:
        job_id = await self.steering.failures.failed(repository.id, branch)
        if job_id is None:
            raise InputError(
                f"The last job of {code_span(branch)} ended well: there is nothing to retry."
            )
        job = await self.steering.control.retry(job_id, pressed.sender)
        self.steering.wake(0)
        return f"The job that failed is done again{job_link(self.public_url, job.id)}."


def _who(pressed: Pressed) -> str:
    return f"{code_span(pressed.sender)} pressed “{pressed.action.title()}”"
