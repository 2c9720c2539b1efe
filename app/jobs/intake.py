"""From a trigger to a job: what is documented, what changed, what to do about it."""

import logging
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Protocol

from app.domain.wiki.version import WikiVersion
from app.domain.work.command import Command
from app.domain.work.job import Job, JobOrder
from app.domain.work.plan import Comparison, Documented, Plan, make_plan, needs_comparison
from app.domain.work.repository import Repository, RepositoryRef
from app.domain.work.trigger import (
    Commanded,
    Planned,
    Pressed,
    Proposed,
    Push,
    Queued,
    RepositoryChanged,
    Suspended,
    Trigger,
    Uninstalled,
)
from app.errors import AutoDocError, InputError, is_transient

logger = logging.getLogger(__name__)

SHOWN_PAGES = 30
"""How many ids of pages an answer lists."""


class Repositories(Protocol):
    """Whatever keeps repositories."""

    async def upsert(self, ref: RepositoryRef) -> Repository:
        """Keep a repository as its provider names it now."""


class Versions(Protocol):
    """Whatever keeps versions of the documentation."""

    async def candidate(self, repository_id: int, branch: str) -> WikiVersion | None:
        """Give the newest version that is not published yet."""

    async def published(self, repository_id: int, branch: str) -> WikiVersion | None:
        """Give the version that readers see."""


class Commits(Protocol):
    """Whatever knows the repositories' commits."""

    async def refreshed(self, repository: RepositoryRef) -> RepositoryRef:
        """Read a repository's present name and default branch."""

    async def head_of(self, repository: RepositoryRef, branch: str) -> str | None:
        """Name the commit at the head of a branch; None when there is no such branch."""

    async def compare(self, repository: RepositoryRef, base: str, head: str) -> Comparison | None:
        """Say what changed; None when the commits share no history or one is unknown."""


class Orders(Protocol):
    """Whatever makes jobs of orders."""

    async def order(self, order: JobOrder) -> Job:
        """Make a job, or find the one that still waits for the same branch."""


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


@dataclass(frozen=True)
class Planner:
    """Decides about one repository and orders its jobs."""

    versions: Versions
    commits: Commits
    jobs: Orders
    ordered: Callable[[float], None]
    """Told after each order in how many seconds its job is due, so that no tick has to find it."""
    settle: float = 0
    """Seconds that a push waits for further ones."""

    async def carry_out(self, repository: Repository, trigger: Planned) -> Job | None:
        """Order what a trigger asks for; None when there is nothing to do.

        Raises InputError when it asks for a page that the documentation does not have.
        """
        plan = await self._plan(repository, trigger)
        if plan.page is not None:
            await self._check_page(repository, plan.page)
        logger.info("%s: %s: %s", repository.full_name, plan.flow or "nothing", plan.reason)
        if plan.flow is None:
            return None
        order = JobOrder(
            repository_id=repository.id,
            branch=plan.branch,
            flow=plan.flow,
            reason=plan.reason,
            fresh=plan.fresh,
            page=plan.page,
            local_writer_only=plan.local_writer_only,
            settle=self.settle if isinstance(trigger, Push) else 0,
            cause=cause_of(trigger),
        )
        job = await self.jobs.order(order)
        self.ordered(order.settle)
        return job

    async def _check_page(self, repository: Repository, page: str) -> None:
        newest = await self._newest(repository)
        ids = sorted(each.spec.id for each in newest.pages if each.committed) if newest else []
        if page not in ids:
            known = ", ".join(f"`{each}`" for each in ids[:SHOWN_PAGES]) or "none yet"
            raise InputError(f"There is no page with this id. The pages are: {known}.")

    async def _newest(self, repository: Repository) -> WikiVersion | None:
        place = (repository.id, repository.default_branch)
        return await self.versions.candidate(*place) or await self.versions.published(*place)

    async def _plan(self, repository: Repository, trigger: Planned) -> Plan:
        branch = repository.default_branch
        published = await self.versions.published(repository.id, branch)
        newest = await self.versions.candidate(repository.id, branch) or published
        documented = Documented(
            commit=newest.commit if newest else None, published=published is not None
        )
        comparison = None
        if documented.commit and needs_comparison(trigger, branch, documented):
            # A delivery is a hint: what counts is the branch as it is now.
            head = await self.commits.head_of(repository, branch)
            if head is None:
                return Plan(flow=None, branch=branch, reason="the branch is gone")
            comparison = await self.commits.compare(repository, documented.commit, head)
        return make_plan(trigger, branch, documented, comparison)


class Intake:
    """Acts on the triggers of a delivery."""

    def __init__(self, repositories: Repositories, commits: Commits, uses: UseCases) -> None:
        self._repositories = repositories
        self._commits = commits
        self._uses = uses

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
        elif isinstance(first, Proposed | Queued):
            await self._uses.check(repository, first)
        elif isinstance(first, Pressed):
            await self._uses.press(repository, first)
        else:
            await self._uses.plan(repository, first)

    async def _keep(self, ref: RepositoryRef) -> Repository:
        if not ref.default_branch:
            ref = await self._commits.refreshed(ref)
        return await self._repositories.upsert(ref)


def cause_of(trigger: Planned) -> str:
    """Name what may order a job once only: each order of a comment, however often it comes in."""
    if not isinstance(trigger, Commanded) or not isinstance(trigger.order, Command):
        return ""
    return f"comment:{trigger.comment_id}:{trigger.order.verb}:{trigger.order.argument or ''}"


def _same_answer(trigger: Trigger) -> tuple[str, int]:
    """Tell the orders of one comment from everything else; each other trigger stands alone."""
    comment = trigger.comment_id if isinstance(trigger, Commanded) else id(trigger)
    return trigger.kind, comment
