"""What the server needs to judge pull requests."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from app.domain.work.repository import Repository
from app.domain.work.zone import Zone, scrub
from app.errors import ConfigurationError, GitError
from app.git.mirror import Mirrors
from app.github.connection import GitHub
from app.github.credentials import GitCredentials
from app.impact.pipe import Setup
from app.impact.pull_requests import PullRequestChecks
from app.impact.workers import Placement, open_workers
from app.settings import Settings, inherited_environment
from app.wiring import Stores, make_data_dir, open_mirrors, update_terms


@asynccontextmanager
async def open_checks(
    settings: Settings, stores: Stores, github: GitHub
) -> AsyncIterator[PullRequestChecks]:
    """Keep the processes that judge ready until the block ends."""
    if settings.database_url is None:
        raise ConfigurationError("Set AUTODOC_DATABASE_URL for the processes that judge.")
    limits = settings.impact
    setup = Setup(
        database_url=settings.database_url.get_secret_value(),
        timeout_s=limits.timeout,
        memory_mb=limits.memory_mb,
    )
    await make_data_dir(settings.data_dir)  # they work there
    environment = scrub(Zone.IMPACT, inherited_environment())
    placement = Placement(environment=environment, folder=settings.data_dir)
    async with open_workers(placement, setup, limits.processes) as workers:
        yield PullRequestChecks(
            forge=github.client,
            bring=Bringing(open_mirrors(settings), github.credentials),
            judges=workers,
            acks=stores.acks,
            terms=update_terms(settings),
        )


@dataclass(frozen=True)
class Bringing:
    """Fetches what has to be judged, with a token that may only read."""

    mirrors: Mirrors
    credentials: GitCredentials

    async def __call__(self, repository: Repository, refs: tuple[str, ...]) -> Path:
        """Fetch some refs and say where the mirror is."""
        token = await self.credentials.git_token(repository)
        protocol = frozenset({urlsplit(repository.address).scheme})
        try:
            return await self.mirrors.bring(
                repository.mirror, repository.address, refs, token=token, allow=protocol
            )
        except GitError:
            # The server outlives tokens that GitHub took back; the next attempt gets another one.
            self.credentials.forget(token)
            raise
