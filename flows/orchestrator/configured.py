"""What a job does first and last: take the organisation's defaults, tell of a broken configuration.

A broken configuration holds a branch still: nothing is written until a commit mends it. A check on
the commit tells where it broke, and one on the commit that mends it that all is well.
"""

import logging
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from app.domain.wiki.configuration.config import FILE_NAME
from app.domain.wiki.configuration.layers import defaults_text
from app.domain.wiki.words.prose import fenced
from app.domain.work.check_run import Annotation, AnnotationLevel, CheckRun, Conclusion
from app.domain.work.ended import HELD
from app.domain.work.job import Job
from app.domain.work.repository import Repository
from app.errors import NotGranted

NAME = "AutoDoc configuration"
MOST_TOLD = 100
"""Errors."""
_AT_LINE = re.compile(r"(?P<path>.+?):(?P<line>[1-9]\d*): (?P<problem>.+)", re.DOTALL)

logger = logging.getLogger(__name__)


class Checks(Protocol):
    """Whatever puts check runs on commits."""

    async def put_check(self, repository: Repository, run: CheckRun) -> int:
        """Bring a commit's check to what is said; raises NotGranted when the App may not."""


class OrganisationFiles(Protocol):
    """Whatever reads what an organisation shares."""

    async def organisation_file(self, repository: Repository, path: str) -> bytes | None:
        """Read a file of its `.github` repository; None where the App finds none."""


class Repositories(Protocol):
    """Whatever keeps repositories."""

    async def set_defaults(self, installation_id: int, defaults: str) -> None:
        """Remember the organisation's configuration for all repositories of an installation."""


class Endings(Protocol):
    """Whatever remembers how jobs ended."""

    async def last_message(self, repository_id: int, branch: str) -> str:
        """Say how the newest job of a branch that is done ended; empty where there is none."""


async def with_defaults(
    repository: Repository, files: OrganisationFiles, repositories: Repositories
) -> Repository:
    """Take over the organisation's configuration as it is now."""
    if repository.installation_id is None:
        return repository
    text = defaults_text(await files.organisation_file(repository, FILE_NAME))
    if text != repository.defaults:
        await repositories.set_defaults(repository.installation_id, text)
    return repository.model_copy(update={"defaults": text})


@dataclass(frozen=True)
class Teller:
    """Tells on commits whether the configuration of one job's branch is right."""

    job: Job
    checks: Checks
    endings: Endings
    page: str = ""
    """The address of the job's page; empty when there is none."""

    async def tell_broken(self, commit: str, errors: Sequence[str]) -> str:
        """Say where the configuration broke, and how the job ends because of it."""
        await self._put(broken(commit, errors))
        return f"{HELD}{errors[0]}"

    async def tell_mended(self, commit: str) -> None:
        """Say that the configuration is right again, where it was not."""
        last = await self.endings.last_message(self.job.repository.id, self.job.branch)
        if last.startswith(HELD):
            await self._put(mended(commit))

    async def _put(self, run: CheckRun) -> None:
        try:
            linked = run.model_copy(update={"details_url": self.page})
            await self.checks.put_check(self.job.repository, linked)
        except NotGranted as error:
            # The job's own message says as much.
            logger.warning("%s: %s", self.job.repository.full_name, error)


def broken(commit: str, errors: Sequence[str]) -> CheckRun:
    """Make the check of a commit whose configuration is broken."""
    count = "an error" if len(errors) == 1 else f"{len(errors)} errors"
    # What a file holds stays text: it can neither mention anybody nor look like our own words.
    told = fenced("\n".join(errors[:MOST_TOLD]))
    return CheckRun(
        name=NAME,
        head=commit,
        external_id="configuration",
        conclusion=Conclusion.FAILURE,
        title=f"The configuration has {count}: AutoDoc holds still",
        summary=(
            f"{told}\n\nNothing is written to this branch until a push mends it."
            " `autodoc config check` finds the same in a checkout."
        ),
        annotations=tuple(
            each for error in errors[:MOST_TOLD] if (each := _annotation(error)) is not None
        ),
    )


def mended(commit: str) -> CheckRun:
    """Make the check of a commit whose configuration is right again."""
    return CheckRun(
        name=NAME,
        head=commit,
        external_id="configuration",
        conclusion=Conclusion.SUCCESS,
        title="The configuration is right again: AutoDoc goes on",
    )


def _annotation(error: str) -> Annotation | None:
    found = _AT_LINE.fullmatch(error)
    if found is None:
        return None
    line = int(found["line"])
    return Annotation(
        path=found["path"],
        first_line=line,
        last_line=line,
        level=AnnotationLevel.FAILURE,
        message=found["problem"],
    )
