"""Telling people on the commit that the rules of their repository keep AutoDoc from writing."""

import logging
from typing import Protocol

from app.domain.work.check_run import CheckRun, Conclusion
from app.domain.work.repository import Repository
from app.errors import NotGranted

NAME = "AutoDoc documentation"

logger = logging.getLogger(__name__)


class Checks(Protocol):
    """Whatever puts check runs on commits."""

    async def put_check(self, repository: Repository, run: CheckRun) -> int:
        """Bring a commit's check to what is said; raises NotGranted when the App may not."""


async def tell_refused(
    checks: Checks, repository: Repository, commit: str, reason: str, page: str
) -> None:
    """Say it in a check that holds nothing up; `page` is the address of the job's page."""
    run = CheckRun(
        name=NAME,
        head=commit,
        external_id="documentation",
        conclusion=Conclusion.NEUTRAL,
        title="The documentation could not be proposed",
        summary=f"{reason}\n\nAutoDoc tries again with the next push.",
        details_url=page,
    )
    try:
        await checks.put_check(repository, run)
    except NotGranted as error:
        # The job's own message says as much.
        logger.warning("%s: %s", repository.full_name, error)
