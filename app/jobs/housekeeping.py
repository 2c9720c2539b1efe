"""What becomes of what we keep when repositories go, are held, or are called otherwise."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Collection
from dataclasses import dataclass
from typing import Protocol
from uuid import UUID

from app.domain.work.job import Job
from app.domain.work.repository import (
    MIRRORS_OF_GITHUB,
    Repository,
    RepositoryRef,
    Standing,
)
from app.domain.work.trigger import (
    Installed,
    Planned,
    Push,
    RepositoryChanged,
    RepositoryEvent,
    Suspended,
    Uninstalled,
)
from app.errors import AutoDocError, OutOfReach

SWEEP_AFTER_S = 600.0
SWEEP_EVERY_S = 6 * 3600.0
GRACE_S = 24 * 3600.0
"""How long a repository has to be out of sight before what we keep of it is deleted: GitHub never
tells an App that one was deleted, and finds what is there with delay, or not at all for a while."""
_AT_ONCE = 100
_NEVER = "0" * 40

logger = logging.getLogger(__name__)


class Rows(Protocol):
    """Whatever keeps the rows of repositories."""

    async def covered(
        self, installation_id: int, external_ids: Collection[str] | None = None
    ) -> list[Repository]:
        """List the repositories of an installation: all, or those of these ids."""

    async def known(self, external_id: str) -> Repository | None:
        """Find a repository by its provider's id."""

    async def after(self, repository_id: int, limit: int) -> list[Repository]:
        """List the repositories with a greater id, in their order."""

    async def ids(self) -> set[int]:
        """List the ids of all repositories."""

    async def stand(self, repository_id: int, standing: Standing) -> None:
        """Keep what a provider says of a repository beside its name."""

    async def suspend(self, repository_id: int, *, suspended: bool) -> None:
        """Keep that nothing of a repository can be reached, or again can be."""

    async def miss(self, repository_id: int, grace_s: float = 0) -> bool:
        """Keep that a repository was not found; say whether that is so for longer than a grace."""

    async def cancel_jobs(
        self, repository_id: int, reason: str, branch: str | None = None
    ) -> list[UUID]:
        """End the jobs of a repository, or of a branch of it."""

    async def remove(self, repository: Repository) -> None:
        """Delete a repository with all that belongs to it."""

    async def forget_installation(self, installation_id: int) -> None:
        """Delete what was delivered about an installation."""

    async def forget_blobs(self, blob_ids: Collection[str]) -> None:
        """Delete what was found in blobs."""


class Names(Protocol):
    """Whatever keeps how repositories are called."""

    async def upsert(self, ref: RepositoryRef) -> Repository:
        """Keep a repository as its provider names it now."""


class Copies(Protocol):
    """Whatever keeps copies of repositories on this machine."""

    async def drop_unknown(
        self,
        prefix: str,
        known: Callable[[], Awaitable[Collection[int]]],
        forget: Callable[[Collection[str]], Awaitable[None]],
    ) -> None:
        """Delete the copies whose name is the prefix and a number that nobody knows any more."""

    async def blobs(self, name: str) -> Collection[str]:
        """List all blobs of a copy."""

    async def remove(self, name: str) -> None:
        """Delete a copy."""


class Host(Protocol):
    """Whatever knows how repositories stand with their provider."""

    async def standing(self, repository: RepositoryRef) -> Standing | None:
        """Say how a repository stands; None when it is out of reach."""

    async def close_left(self, repository: RepositoryRef, branch: str, reason: str) -> int | None:
        """Close our open pull request of a branch that is documented no more."""

    def forget(self, installation_id: int) -> None:
        """Use no token of an installation any more that was made before."""


class Heads(Protocol):
    """Whatever knows the repositories' commits."""

    async def head_of(self, repository: RepositoryRef, branch: str) -> str | None:
        """Name the commit at the head of a branch; None when there is no such branch."""


@dataclass(frozen=True)
class Work:
    """How work is asked for, and stopped."""

    plan: Callable[[Repository, Planned], Awaitable[Job | None]]
    abandon: Callable[[UUID], Awaitable[None]]
    documents: Callable[[Repository, str], Awaitable[bool]]
    """Whether a branch is documented, as the configuration is now."""
    heads: Heads


@dataclass(frozen=True)
class Housekeeper:
    """Keeps no more than it may of repositories, and under their present names."""

    rows: Rows
    names: Names
    copies: Copies
    host: Host
    work: Work

    async def __call__(self, trigger: Uninstalled | Suspended | RepositoryChanged) -> None:
        """Act on what happened; safe to repeat."""
        if isinstance(trigger, Uninstalled):
            await self._uninstall(trigger)
        elif isinstance(trigger, Suspended):
            await self._suspend(trigger)
        else:
            await self._change(trigger)

    async def _uninstall(self, trigger: Uninstalled) -> None:
        self.host.forget(trigger.installation_id)
        errors: list[AutoDocError] = []
        for each in await self.rows.covered(trigger.installation_id, trigger.external_ids):
            try:
                if trigger.external_ids is None or not await self._is_covered(each):
                    await self.remove(each, "AutoDoc was uninstalled")
            except AutoDocError as error:
                errors.append(error)
        if errors:
            raise errors[0]
        if trigger.external_ids is None:
            await self.rows.forget_installation(trigger.installation_id)

    async def _is_covered(self, repository: Repository) -> bool:
        """Ask whether a repository that was taken out was added again meanwhile.

        The note that it was removed may be late or tried again. Where GitHub does not know yet that
        it is gone, the sweep finds out.
        """
        standing = await self.host.standing(repository)
        return standing is not None and standing.ref.installation_id == repository.installation_id

    async def remove(self, repository: Repository, reason: str) -> None:
        """Stop all work on a repository and delete what we keep of it."""
        await self._stop(repository, reason)
        # While its row is there, a copy that could not be deleted is tried again.
        await self.rows.forget_blobs(await self.copies.blobs(repository.mirror))
        await self.copies.remove(repository.mirror)
        await self.rows.remove(repository)
        logger.info("%s: all that was kept of it is deleted: %s", repository.full_name, reason)

    async def _stop(self, repository: Repository, reason: str, branch: str | None = None) -> None:
        for job in await self.rows.cancel_jobs(repository.id, reason, branch):
            try:
                await self.work.abandon(job)
            except AutoDocError as error:
                # The fence refuses whatever its run still does.
                logger.warning("the run of job %s was not ended: %s", job, error)

    async def _suspend(self, trigger: Suspended) -> None:
        self.host.forget(trigger.installation_id)
        for each in await self.rows.covered(trigger.installation_id):
            await self.rows.suspend(each.id, suspended=trigger.suspended)
            if trigger.suspended:
                await self._stop(each, "the installation of AutoDoc is suspended")
            else:
                await self._catch_up(each.model_copy(update={"suspended": False}))

    async def _change(self, trigger: RepositoryChanged) -> None:
        known = await self.rows.known(trigger.repository.external_id)
        if known is None:
            if trigger.event is RepositoryEvent.TRANSFERRED:
                new = await self.names.upsert(trigger.repository)
                await self.work.plan(new, Installed(repository=trigger.repository))
            return
        standing = await self.host.standing(trigger.repository)
        if standing is not None:
            back = trigger.event is RepositoryEvent.UNARCHIVED
            await self._follow(known, standing, trigger.was, is_back=back)
        elif trigger.event is RepositoryEvent.DELETED:
            await self.remove(known, "the repository was deleted")
        else:
            await self.rows.miss(known.id)
            raise OutOfReach(f"{known.full_name} is out of reach.")

    async def _follow(
        self, known: Repository, standing: Standing, was: str = "", *, is_back: bool = False
    ) -> None:
        """Keep how a repository stands now, and do what follows from the difference."""
        if standing.suspended:
            await self.rows.suspend(known.id, suspended=True)
            return
        before = was or known.default_branch
        kept = await self.names.upsert(standing.ref)
        await self.rows.stand(known.id, standing)
        now = {"private": standing.private, "archived": standing.archived, "suspended": False}
        kept = kept.model_copy(update=now)
        moved = before != kept.default_branch
        if moved:
            await self._leave(kept, before)
        if standing.archived:
            await self._stop(kept, "the repository is archived")
        elif moved or is_back or known.archived or known.suspended:
            await self._catch_up(kept)

    async def _leave(self, repository: Repository, branch: str) -> None:
        """Let go of a branch that was the default one, unless it is documented all the same."""
        if await self.work.documents(repository, branch):
            return
        reason = f"`{repository.default_branch}` is the default branch now"
        await self._stop(repository, reason, branch)
        if not repository.archived:
            told = f"{reason}: AutoDoc documents it instead of `{branch}`."
            await self.host.close_left(repository, branch, told)

    async def _catch_up(self, repository: Repository) -> None:
        """Do what was missed meanwhile: nobody tells of what was pushed then."""
        branch = repository.default_branch
        head = await self.work.heads.head_of(repository, branch)
        if head is not None:
            missed = Push(repository=repository, branch=branch, before=_NEVER, after=head)
            await self.work.plan(repository, missed)

    async def sweep(self, grace_s: float = GRACE_S) -> None:
        """Look at all repositories: what nobody told us of is found here."""
        last = 0
        while found := await self.rows.after(last, _AT_ONCE):
            for each in found:
                try:
                    await self._look(each, grace_s)
                except AutoDocError as error:
                    logger.warning("%s was not looked at: %s", each.full_name, error)
            last = found[-1].id
        forget = self.rows.forget_blobs
        await self.copies.drop_unknown(MIRRORS_OF_GITHUB, self.rows.ids, forget)

    async def _look(self, repository: Repository, grace_s: float) -> None:
        standing = await self.host.standing(repository)
        if standing is not None:
            await self._follow(repository, standing)
        elif await self.rows.miss(repository.id, grace_s):
            await self.remove(repository, "it was out of reach for a day")


async def keep_sweeping(housekeeper: Housekeeper) -> None:
    """Sweep again and again until cancelled; first after a while, so that a start is no burden."""
    await asyncio.sleep(SWEEP_AFTER_S)
    while True:
        try:
            await housekeeper.sweep()
        except AutoDocError as error:
            logger.warning("the repositories were not looked at: %s", error)
        await asyncio.sleep(SWEEP_EVERY_S)
