"""The organisation's configuration, taken over when it changes."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Protocol

from app.domain.wiki.configuration.config import FILE_NAME
from app.domain.wiki.configuration.layers import defaults_text
from app.domain.work.job import Job
from app.domain.work.repository import Repository
from app.domain.work.trigger import Planned, Push

SHARED = ".github"
"""The repository of an organisation that holds what all others share."""

Plan = Callable[[Repository, Planned], Awaitable[Job | None]]


class Files(Protocol):
    """Whatever reads files of repositories."""

    async def organisation_file(self, repository: Repository, path: str) -> bytes | None:
        """Read a file of the organisation's `.github` repository; None where there is none."""


class Defaults(Protocol):
    """Whatever remembers the organisation's configuration."""

    async def set_defaults(self, installation_id: int, defaults: str) -> None:
        """Remember it for all repositories of an installation."""


@dataclass(frozen=True)
class Organisation:
    """Takes over the organisation's configuration before a push to it is planned."""

    files: Files
    defaults: Defaults
    plan: Plan

    async def carry_out(self, repository: Repository, trigger: Planned) -> Job | None:
        """Plan what a trigger asks for, with the organisation's configuration as it is now."""
        if isinstance(trigger, Push) and _is_shared(repository, trigger):
            repository = await self._renew(repository)
        return await self.plan(repository, trigger)

    async def _renew(self, repository: Repository) -> Repository:
        if repository.installation_id is None:
            return repository
        text = defaults_text(await self.files.organisation_file(repository, FILE_NAME))
        await self.defaults.set_defaults(repository.installation_id, text)
        return repository.model_copy(update={"defaults": text})


def _is_shared(repository: Repository, push: Push) -> bool:
    name = repository.full_name.rpartition("/")[2]
    return name == SHARED and push.branch == repository.default_branch
