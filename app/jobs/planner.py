"""What a trigger asks for: who agreed, what is documented, what changed, and one order."""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from app.domain.value import Value
from app.domain.wiki.configuration.config import FILE_NAME
from app.domain.wiki.configuration.layers import read_above
from app.domain.wiki.configuration.reading import ConfigReading
from app.domain.wiki.version import WikiVersion
from app.domain.wiki.words.prose import code_span, escape
from app.domain.work.branches import OWN_BRANCHES, is_documented
from app.domain.work.command import Command, Verb
from app.domain.work.consent import NOT_ALLOWED, consent_after, is_allowed
from app.domain.work.job import FlowName, Job, JobOrder
from app.domain.work.plan import (
    Comparison,
    Documented,
    Plan,
    make_plan,
    needs_comparison,
    why_ignored,
)
from app.domain.work.repository import Consent, Repository, RepositoryRef
from app.domain.work.trigger import Closed, Commanded, Installed, Planned, Proposed, Push
from app.errors import InputError

logger = logging.getLogger(__name__)


class Versions(Protocol):
    """Whatever keeps versions of the documentation."""

    async def candidate(self, repository_id: int, branch: str) -> WikiVersion | None:
        """Give the newest version that is not published yet."""

    async def published(self, repository_id: int, branch: str) -> WikiVersion | None:
        """Give the version that readers see."""


class Commits(Protocol):
    """Whatever knows the repositories' commits."""

    async def head_of(self, repository: RepositoryRef, branch: str) -> str | None:
        """Name the commit at the head of a branch; None when there is no such branch."""

    async def compare(self, repository: RepositoryRef, base: str, head: str) -> Comparison | None:
        """Say what changed; None when the commits share no history or one is unknown."""

    async def file(self, repository: RepositoryRef, path: str, ref: str) -> bytes | None:
        """Read a file as a branch has it; None when there is none."""

    async def base_of(self, repository: RepositoryRef, number: int) -> str:
        """Name the base branch of a pull request."""


class Orders(Protocol):
    """Whatever makes jobs of orders."""

    async def order(self, order: JobOrder) -> Job:
        """Make a job, or find the one that still waits for the same branch."""


class Consents(Protocol):
    """Whatever remembers who agreed."""

    async def set_consent(self, repository_id: int, consent: Consent) -> None:
        """Remember what the repository's people said."""


class Terms(Value):
    """What the operator asks of every repository."""

    settle: float = 0
    """Seconds that a push waits for further ones."""
    samples: bool = True
    """Whether people are asked for consent with a few pages."""
    allow: str = ""
    """Globs of the repositories that may begin, separated by commas; empty: all."""
    wave: int = 10
    """How many repositories of one delivery begin together."""
    wave_s: float = 3600
    """Seconds between two such waves."""

    def delay(self, trigger: Planned) -> float:
        """Say how many seconds the job of a trigger waits."""
        if isinstance(trigger, Installed):
            return trigger.place // self.wave * self.wave_s
        return self.settle if isinstance(trigger, Push) else 0


@dataclass(frozen=True)
class Planner:
    """Decides about one repository and orders its jobs."""

    versions: Versions
    commits: Commits
    jobs: Orders
    consents: Consents
    ordered: Callable[[float], None]
    """Told after each order in how many seconds its job is due, so that no tick has to find it."""
    terms: Terms

    async def carry_out(self, repository: Repository, trigger: Planned) -> Job | None:
        """Order what a trigger asks for; None when there is nothing to do.

        Raises InputError when a command asks for what cannot be done.
        """
        plan, consent = self._refused(repository, trigger), repository.consent
        if plan is None:
            plan, consent = await self._plan(repository, trigger)
        is_known = plan.reason == NOT_ALLOWED and not isinstance(trigger, Installed)
        logger.log(
            logging.DEBUG if is_known else logging.INFO,
            "%s: %s: %s",
            repository.full_name,
            plan.flow or "nothing",
            plan.reason,
        )
        if consent is not Consent.GIVEN:
            await self._keep(repository, consent)
            return await self._order(repository, trigger, plan)
        # Kept last: what fails before that is done once more, and has to be the consent again.
        job = await self._order(repository, trigger, plan)
        await self._keep(repository, consent)
        return job

    async def _keep(self, repository: Repository, consent: Consent) -> None:
        if consent is not repository.consent:
            await self.consents.set_consent(repository.id, consent)

    async def _order(self, repository: Repository, trigger: Planned, plan: Plan) -> Job | None:
        if plan.flow is None:
            return None
        order = JobOrder(
            repository_id=repository.id,
            branch=plan.branch,
            flow=plan.flow,
            reason=plan.reason,
            fresh=plan.fresh,
            pages=plan.pages,
            replan=plan.replan,
            local_writer_only=plan.local_writer_only,
            settle=self.terms.delay(trigger),
            asked_by=trigger.sender if isinstance(trigger, Commanded) else "",
            cause=_cause_of(repository, trigger, plan),
        )
        job = await self.jobs.order(order)
        self.ordered(order.settle)
        return job

    def _refused(self, repository: Repository, trigger: Planned) -> Plan | None:
        """Say why nothing is done in a repository at all; None when something may be."""
        is_ordered = isinstance(trigger, Commanded)
        still = repository.suspended or repository.archived
        reason = repository.is_still if still or not is_ordered else ""
        if not is_allowed(repository.full_name, self.terms.allow):
            reason = NOT_ALLOWED
        if reason and is_ordered:
            raise InputError(reason)
        # What becomes of the first pull request is an answer, whatever else is still.
        if not reason or (isinstance(trigger, Closed) and reason != NOT_ALLOWED):
            return None
        return Plan(flow=None, branch=repository.default_branch, reason=reason)

    async def _plan(self, repository: Repository, trigger: Planned) -> tuple[Plan, Consent]:
        """Plan what a trigger asks for, and say what it makes of the consent."""
        branch = await self._branch_of(repository, trigger)
        if (reason := why_passed_over(trigger, branch)) is not None:
            return Plan(flow=None, branch=branch, reason=reason), repository.consent
        published = await self.versions.published(repository.id, branch)
        consent, now = self._consent(repository, trigger, has_readers=published is not None)
        if repository.is_still and isinstance(trigger, Closed):
            return Plan(flow=None, branch=branch, reason=repository.is_still), consent
        newest = await self.versions.candidate(repository.id, branch) or published
        # Where all pages are proposed already, nobody is asked with a few of them.
        is_asked = self.terms.samples and not (
            repository.consent is Consent.UNASKED and newest is not None and published is None
        )
        documented = Documented(
            commit=newest.commit if newest else None,
            published=published is not None,
            consent=consent if is_asked else None,
            agreed_now=now and is_asked,
        )
        reason = await self._why_not(repository, trigger, branch, documented)
        if reason:
            return Plan(flow=None, branch=branch, reason=reason), consent
        return await self._compared(repository, trigger, branch, documented), consent

    async def _branch_of(self, repository: Repository, trigger: Planned) -> str:
        """Name the branch that a trigger is about."""
        if isinstance(trigger, Commanded):
            return await self.commits.base_of(repository, trigger.number)
        if isinstance(trigger, Proposed):
            return trigger.base
        return repository.default_branch if isinstance(trigger, Installed) else trigger.branch

    def _consent(
        self, repository: Repository, trigger: Planned, *, has_readers: bool
    ) -> tuple[Consent, bool]:
        """Say what a trigger makes of the consent, and whether it is the consent."""
        known = repository.consent
        if known is Consent.UNASKED and has_readers and not self.terms.samples:
            # Where nobody is asked, the merge of the first pages is the consent.
            known = Consent.GIVEN
        consent = consent_after(trigger, known)
        if consent is Consent.DECLINED and not self.terms.samples:
            consent = known
        return consent, consent is Consent.GIVEN and known is not Consent.GIVEN

    async def _why_not(
        self, repository: Repository, trigger: Planned, branch: str, documented: Documented
    ) -> str:
        """Say why a branch is left alone; the default branch's configuration names the others."""
        default = repository.default_branch
        reading = await self._configuration(repository)
        if reading.errors and _asks_for_pages(trigger):
            raise InputError(
                f"Not done: {_broken(repository, reading)}. Mend it, then order it again."
            )
        if reading.errors and branch != default:
            return f"the configuration of {default} is broken"
        globs = reading.config.branches
        if not is_documented(branch, globs, default):
            return "the branch is not documented"
        is_asked = documented.consent is not None and not documented.agreed
        if (
            is_asked
            and not documented.published
            and branch != default
            and is_documented(default, globs, default)
        ):
            return f"people are asked on {default} first"
        return ""

    async def documents(self, repository: Repository, branch: str) -> bool:
        """Say whether a branch is documented; a broken configuration takes nothing away."""
        reading = await self._configuration(repository)
        globs = reading.config.branches
        return bool(reading.errors) or is_documented(branch, globs, repository.default_branch)

    async def why_broken(self, repository: Repository) -> str:
        """Say in Markdown that the configuration is broken; empty when it is not."""
        reading = await self._configuration(repository)
        return _broken(repository, reading) if reading.errors else ""

    async def _configuration(self, repository: Repository) -> ConfigReading:
        content = await self.commits.file(repository, FILE_NAME, repository.default_branch)
        return read_above(repository.defaults, content)

    async def _compared(
        self, repository: Repository, trigger: Planned, branch: str, documented: Documented
    ) -> Plan:
        comparison = None
        if documented.commit and needs_comparison(trigger, branch, documented):
            # A delivery is a hint: what counts is the branch as it is now.
            head = await self.commits.head_of(repository, branch)
            if head is None:
                return Plan(flow=None, branch=branch, reason="the branch is gone")
            comparison = await self.commits.compare(repository, documented.commit, head)
        return make_plan(trigger, branch, documented, comparison)


def _cause_of(repository: Repository, trigger: Planned, plan: Plan) -> str:
    """Name what is carried out once, however often it is delivered."""
    if isinstance(trigger, Commanded):
        return trigger.cause
    is_consent = isinstance(trigger, Closed) and plan.flow is FlowName.FULL_GENERATION
    return f"consent:{repository.id}" if is_consent else ""


def _asks_for_pages(trigger: Planned) -> bool:
    """Tell an order of pages from all that goes on without any, such as `resume`."""
    order = trigger.order if isinstance(trigger, Commanded) else None
    return isinstance(order, Command) and order.verb in {Verb.REGENERATE, Verb.REVISE}


def _broken(repository: Repository, reading: ConfigReading) -> str:
    branch = code_span(repository.default_branch)
    return f"The configuration of {branch} is broken: {escape(reading.errors[0]).rstrip('.')}"


def why_passed_over(trigger: Planned, branch: str) -> str | None:
    """Say why a trigger is none of our business, before anything is asked about it."""
    if isinstance(trigger, Push):
        return why_ignored(trigger, branch)
    if isinstance(trigger, Closed) and not trigger.head.startswith(OWN_BRANCHES):
        return "the pull request is not AutoDoc's"
    return None
