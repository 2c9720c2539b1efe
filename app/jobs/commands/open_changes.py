"""Judging the open pull requests that were left alone for a while."""

import asyncio
import logging
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from app.domain.work.repository import Repository
from app.errors import AutoDocError

MOST_AT_ONCE = 4
PATIENCE_S = 100.0
"""All of them together; a delivery may take some minutes in all."""

Head = tuple[int, str]
"""The number of a pull request and the commit at its head."""

logger = logging.getLogger(__name__)


class OpenPull(Protocol):
    """An open pull request."""

    @property
    def number(self) -> int:
        """Name it."""

    @property
    def head_sha(self) -> str:
        """Name the commit at its head."""


class Proposals(Protocol):
    """Whatever lists pull requests."""

    async def open_pulls(self, repository: Repository, /) -> Sequence[OpenPull]:
        """List open pull requests, a bounded number."""


class Judgement(Protocol):
    """Whatever judges what pull requests make of pages."""

    async def judge_again(self, repository: Repository, number: int, /) -> None:
        """Bring the check of a pull request up to date, if its branch is documented."""


@dataclass(frozen=True)
class OpenChanges:
    """Brings the checks of open pull requests up to date."""

    proposals: Proposals
    judgement: Judgement
    patience_s: float = PATIENCE_S

    async def judge(
        self, repository: Repository, known: frozenset[Head] = frozenset()
    ) -> frozenset[Head]:
        """Judge those that are not known, and return all that are judged by now.

        What fails is logged and left out: it keeps nothing else from being done.
        """
        try:
            pulls = await self.proposals.open_pulls(repository)
        except AutoDocError as error:
            logger.warning("%s: no open pull requests: %s", repository.full_name, error)
            return known
        wanted = [each for each in pulls if (each.number, each.head_sha) not in known]
        room = asyncio.Semaphore(MOST_AT_ONCE)
        done = set(known)

        async def judge(pull: OpenPull) -> None:
            async with room:
                if await self._is_judged(repository, pull.number):
                    done.add((pull.number, pull.head_sha))

        try:
            async with asyncio.timeout(self.patience_s), asyncio.TaskGroup() as group:
                for each in wanted:
                    group.create_task(judge(each))
        except TimeoutError:
            logger.warning("%s: not all open pull requests were judged", repository.full_name)
        return frozenset(done)

    async def _is_judged(self, repository: Repository, number: int) -> bool:
        try:
            await self.judgement.judge_again(repository, number)
        except AutoDocError as error:
            logger.warning("%s#%d was not judged: %s", repository.full_name, number, error)
            return False
        return True
