"""Telling those who ordered a job in a comment how it ended, in the answer that they have."""

import asyncio
import logging
from collections.abc import Callable, Sequence
from functools import partial
from typing import Protocol
from uuid import UUID

from app.domain.wiki.words.prose import code_span, escape
from app.domain.work.ended import HELD, EndedJob
from app.domain.work.job import Job, JobState
from app.domain.work.report import PageLine
from app.domain.work.repository import Repository
from app.errors import AutoDocError, is_transient
from app.jobs.commands.answers import ended as told_in
from app.jobs.commands.answers import marker_of

logger = logging.getLogger(__name__)

LOOK_EVERY_S = 2.0
WAIT_S = 30.0
"""After a failure that may pass."""
SHORT_COMMIT = 12
MOST_NOTES = 3


class Ended(Protocol):
    """Whatever knows which jobs ended untold."""

    async def untold(self) -> Sequence[EndedJob]:
        """List the oldest ones."""

    async def told(self, job_id: UUID) -> None:
        """Remember that the end of a job was told."""


class Written(Protocol):
    """Whatever knows how the writing of pages ended."""

    async def pages(self, job_id: UUID) -> Sequence[PageLine]:
        """List the pages that a job wrote, the oldest first."""


class PullHead(Protocol):
    """A pull request."""

    @property
    def head_sha(self) -> str:
        """Name the commit at its head."""


class Thread(Protocol):
    """Whatever speaks with people below a pull request."""

    async def change_comment(
        self, repository: Repository, number: int, marker: str, change: Callable[[str], str]
    ) -> bool:
        """Change the text of the comment of ours that holds a marker; False: there is none."""

    async def pull(self, repository: Repository, number: int) -> PullHead:
        """Read a pull request."""


class Follower:
    """Looks for jobs that ended, and adds a line to the answer; safe to repeat."""

    def __init__(self, ended: Ended, written: Written, thread: Thread) -> None:
        self._ended = ended
        self._written = written
        self._thread = thread

    async def run(self) -> None:
        """Look until cancelled."""
        while True:
            try:
                await self.tell_all()
                pause = LOOK_EVERY_S
            except AutoDocError as error:
                logger.warning("the end of a job could not be told: %s", error)
                pause = WAIT_S
            await asyncio.sleep(pause)

    async def tell_all(self) -> None:
        """Tell of all jobs that ended so far.

        What can never be told, as in a repository that is gone, is given up.
        """
        errors: list[AutoDocError] = []
        for each in await self._ended.untold():
            try:
                is_told = await self._tell(each)
            except AutoDocError as error:
                if is_transient(error):
                    # Another repository's answers wait for nobody's rate limit.
                    errors.append(error)
                    continue
                logger.warning("job %s: its end is told to nobody: %s", each.job.id, error)
                is_told = True
            # A job may end before GitHub took the answer that tells of it.
            if is_told or not each.is_young:
                await self._ended.told(each.job.id)
        if errors:
            raise errors[0]

    async def _tell(self, ended: EndedJob) -> bool:
        """Add the line to all answers; say whether all were there."""
        places = dict.fromkeys(filter(None, map(_place_of, ended.causes)))
        if not places:
            return True
        text = await self._text(ended.job)
        repository, job_id = ended.job.repository, ended.job.id
        found = [
            await self._thread.change_comment(
                repository,
                number,
                marker_of(comment_id),
                partial(told_in, job_id=job_id, comment_id=comment_id, told=text),
            )
            for number, comment_id in places
        ]
        return all(found)

    async def _text(self, job: Job) -> str:
        if not job.asked_by:
            # What others wanted as well was done without the order.
            return "Not done: whoever ordered it may no longer write to this repository."
        if job.state is JobState.DONE and not job.message.startswith(HELD):
            noted = await self._noted(job) if job.pages else ""
            return f"{await self._done(job)}{noted}"
        if job.state is JobState.CANCELLED:
            return f"Not done: {_said(job) or 'somebody cancelled it'}."
        # Many messages name the way out themselves.
        if "order it again" in job.message:
            return f"Not done: {_said(job)}."
        return (
            f"Not done: {_said(job)}. Once that is mended, order it again with"
            " `/autodoc regenerate`."
        )

    async def _noted(self, job: Job) -> str:
        """Say what is odd about the pages that were asked for, such as that no model wrote them."""
        lines = await self._written.pages(job.id)
        notes = {each.page.path: each.page.note for each in lines if each.attempt == job.attempt}
        told = [f"{code_span(path)}: {escape(note)}" for path, note in notes.items() if note]
        return "".join(f" {each}." for each in told[:MOST_NOTES])

    async def _done(self, job: Job) -> str:
        address, _, number = job.message.rpartition("/")
        if address != f"{job.repository.url}/pull" or not number.isdecimal():
            return f"Done: {_said(job)}."
        pull = await self._thread.pull(job.repository, int(number))
        # With nothing to change no commit was made; the one that is there says all of it.
        return f"Done: see `{pull.head_sha[:SHORT_COMMIT]}` in [#{number}]({job.message})."


def _said(job: Job) -> str:
    """Write what a job says of itself; whoever ordered it is named as a login."""
    message = job.message.rstrip(".")
    who, space, rest = message.partition(" ")
    if space and who == job.asked_by:
        return f"{code_span(who)} {escape(rest)}"
    return escape(message)


def _place_of(cause: str) -> tuple[int, int] | None:
    """Read from a cause in which conversation which comment is to be answered."""
    parts = cause.split(":")
    is_comment = parts[0] == "comment" and len(parts) >= 4
    if not is_comment or not (parts[1].isdecimal() and parts[2].isdecimal()):
        return None
    return int(parts[1]), int(parts[2])
