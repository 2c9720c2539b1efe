"""What a pull request makes of the documentation, said on its head: the use case."""

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol
from weakref import WeakValueDictionary

from app.domain.wiki.impact import StalePage
from app.domain.wiki.record import Ack
from app.domain.work.branches import OWN_BRANCHES
from app.domain.work.check_run import CheckRun
from app.domain.work.repository import Repository
from app.domain.work.trigger import Pressed, Proposed, Queued
from app.domain.work.update_cost import Terms
from app.errors import GitError, GitHubError, InputError, NotGranted, Unjudged, is_transient
from app.impact import check_runs
from app.impact.check_runs import AGAIN, MARKER, NAME, Subject
from app.impact.order import Order, Report
from app.impact.policy import Policy, holds_only_pages, read_policy

BOT = "[bot]"
"""How the logins of Apps end; no person's does."""
PATIENCE_S = 4.0
"""When judging takes longer, the check says that it is under way."""

logger = logging.getLogger(__name__)


class PullRequest(Protocol):
    """A pull request as it is now."""

    @property
    def state(self) -> str:
        """Say whether it is open or closed."""

    @property
    def base(self) -> str:
        """Name the branch that it is for."""

    @property
    def head(self) -> str:
        """Name the branch that it comes from."""

    @property
    def head_sha(self) -> str:
        """Name the commit at its head."""

    @property
    def author(self) -> str:
        """Name who opened it."""

    @property
    def is_fork(self) -> bool:
        """Say whether the head lies in another repository."""


class Forge(Protocol):
    """Where pull requests are, and what is said about them."""

    async def pull(self, repository: Repository, number: int, /) -> PullRequest:
        """Read a pull request."""

    async def put_check(self, repository: Repository, run: CheckRun, /) -> int:
        """Bring a check to what it should say; raises NotGranted."""

    async def find_check(
        self, repository: Repository, head: str, name: str, external_id: str, /
    ) -> int | None:
        """Find the newest check of ours on a commit; raises NotGranted."""

    async def put_comment(
        self, repository: Repository, number: int, marker: str, body: str, /, *, create: bool = True
    ) -> int | None:
        """Bring the one comment with a marker to what it should say."""


class Acks(Protocol):
    """Whatever remembers what people said of pages in comments."""

    async def find(self, repository_id: int, /) -> Mapping[str, tuple[Ack, ...]]:
        """Return it, by the page's path from the root."""


class Judges(Protocol):
    """Whoever judges changes; the workers."""

    async def judge(self, order: Order, /) -> Report:
        """Judge a change; raises Unjudged."""


Bring = Callable[[Repository, tuple[str, ...]], Awaitable[Path]]
"""Fetches some refs of a repository and says where its mirror is."""


class _Turn:
    """Who may speak on one pull request: one at a time, and only the last who came."""

    def __init__(self) -> None:
        self.lock = asyncio.Lock()
        self.last = 0


@dataclass(frozen=True)
class PullRequestChecks:
    """Checks pull requests and merge queues."""

    forge: Forge
    bring: Bring
    judges: Judges
    acks: Acks
    terms: Terms
    patience_s: float = PATIENCE_S
    _turns: WeakValueDictionary[tuple[int, str], _Turn] = field(default_factory=WeakValueDictionary)

    async def __call__(self, repository: Repository, trigger: Proposed | Queued) -> None:
        """Say on a commit what it makes of the documentation; repeating it changes nothing."""
        if isinstance(trigger, Proposed):
            await self.judge_again(repository, trigger.number)
        else:
            await self._check_queued(repository, trigger)

    async def again(self, repository: Repository, pressed: Pressed) -> None:
        """Judge anew what a person asks for by a button of a check, if the check is one of ours."""
        if pressed.name != NAME or pressed.action not in {"", AGAIN}:
            return
        subject = check_runs.subject_of(pressed.external_id)
        if subject is None:
            logger.warning("a check with the unknown id %r was pressed", pressed.external_id)
        elif subject.number:
            await self.judge_again(repository, subject.number)
        else:
            queued = Queued(
                repository=repository,
                base=subject.branch,
                base_commit="",
                head_commit=pressed.head_commit,
            )
            await self._check_queued(repository, queued)

    async def judge_again(self, repository: Repository, number: int) -> None:
        """Judge a pull request as it is now, and say so.

        Of several calls for the same one only the last has an effect.
        """
        if repository.archived or repository.suspended:
            return  # nothing can be written
        turn = self._turns.setdefault((repository.id, str(number)), _Turn())
        turn.last += 1
        ticket = turn.last
        async with turn.lock:
            if turn.last != ticket:
                return  # whoever came later reads the same head, or a newer one
            start = time.monotonic()
            seen = await self._see(repository, number)
            if seen is None:
                return
            fetched = time.monotonic()
            if not await self._speak(seen, lambda: turn.last == ticket):
                return
            logger.info(
                "%s#%d: fetched in %.1f s, judged and told in %.1f s",
                repository.full_name,
                number,
                fetched - start,
                time.monotonic() - fetched,
            )

    async def stale_in(self, repository: Repository, number: int) -> tuple[StalePage, ...]:
        """List the pages that a pull request makes stale as it is now; nothing is said.

        Raises InputError when there is nothing to judge, and Unjudged when it takes too much.
        """
        seen = await self._see(repository, number)
        if seen is None:
            raise InputError("This pull request is closed: it makes no page stale.")
        if seen.policy.is_off or not seen.policy.has_pages:
            raise InputError(f"{seen.subject.branch} has no pages that are checked.")
        return (await self.judges.judge(await self._order(seen))).stale

    async def _check_queued(self, repository: Repository, queued: Queued) -> None:
        if repository.archived or repository.suspended:
            return
        refs = (f"refs/heads/{queued.base}", f"refs/heads/gh-readonly-queue/{queued.base}/*")
        mirror = await self.bring(repository, _with_default(repository, refs))
        policy = await read_policy(
            mirror, queued.base, repository.default_branch, repository.defaults
        )
        subject = Subject(head=queued.head_commit, branch=queued.base)
        seen = _Seen(repository, subject, mirror, policy, base=queued.base_commit)
        await self._speak(seen, lambda: True)

    async def _see(self, repository: Repository, number: int) -> "_Seen | None":
        """Read a pull request and fetch it; None when there is nothing to judge."""
        pull = await self.forge.pull(repository, number)
        if pull.state != "open":
            return None
        subject = Subject(head=pull.head_sha, branch=pull.base, number=number, is_own=_is_own(pull))
        refs = (f"refs/heads/{pull.base}", f"refs/pull/{number}/head")
        try:
            mirror = await self.bring(repository, _with_default(repository, refs))
        except GitError:
            await self._announce(repository, check_runs.waiting(subject))
            raise
        policy = await read_policy(
            mirror, pull.base, repository.default_branch, repository.defaults
        )
        if subject.is_own and not await holds_only_pages(mirror, policy, subject.head):
            subject = subject.model_copy(update={"is_own": False})
        return _Seen(repository, subject, mirror, policy)

    async def _speak(self, seen: "_Seen", is_last: Callable[[], bool]) -> bool:
        """Say what there is to say; tell whether a judgement is part of it."""
        if seen.policy.is_off:
            return False
        if (quiet := _without_judging(seen)) is not None:
            await self._put(seen.repository, quiet)
            return False
        if _is_silent(seen):
            return False
        return await self._tell_judged(seen, is_last)

    async def _tell_judged(self, seen: "_Seen", is_last: Callable[[], bool]) -> bool:
        order = await self._order(seen)
        try:
            report, is_announced = await self._judged(seen, order)
        except Unjudged as error:
            failed = check_runs.unjudged(seen.subject, str(error), holds_up=order.is_required)
            await self._put(seen.repository, failed)
            return False
        if not is_last():
            if is_announced:
                await self._put(seen.repository, check_runs.overtaken(seen.subject))
            return False
        await self._put(seen.repository, check_runs.judged(seen.subject, report, order))
        if seen.subject.number:
            await self._comment(seen, report)
        return True

    async def _judged(self, seen: "_Seen", order: Order) -> tuple[Report, bool]:
        """Judge; when that takes its time, say so on the commit and tell that it was said."""
        judging = asyncio.ensure_future(self.judges.judge(order))
        try:
            done, _ = await asyncio.wait({judging}, timeout=self.patience_s)
            told = check_runs.under_way(seen.subject)
            is_announced = not done and await self._announce(seen.repository, told)
            return await judging, is_announced
        finally:
            judging.cancel()

    async def _announce(self, repository: Repository, run: CheckRun) -> bool:
        """Say how far a commit's check is, unless something is said on it already."""
        place = (repository, run.head, run.name, run.external_id)
        try:
            if await self.forge.find_check(*place) is not None:
                return False
            await self.forge.put_check(repository, run)
        except NotGranted:
            return False
        return True

    async def _order(self, seen: "_Seen") -> Order:
        repository = seen.repository
        return Order(
            mirror=str(seen.mirror),
            web=repository.url,
            branch=seen.subject.branch,
            base=seen.base or seen.policy.commit,
            head=seen.subject.head,
            modes=seen.policy.modes,
            defaults=repository.defaults,
            terms=self.terms,
            acks=await self.acks.find(repository.id),
        )

    async def _put(self, repository: Repository, run: CheckRun) -> None:
        try:
            await self.forge.put_check(repository, run)
        except NotGranted as error:
            # The comment says the same; nobody is told more often than that.
            logger.warning("%s: no check: %s", repository.full_name, error)

    async def _comment(self, seen: "_Seen", report: Report) -> None:
        body = check_runs.comment(report)
        number = seen.subject.number
        try:
            await self.forge.put_comment(
                seen.repository, number, MARKER, body, create=report.is_noteworthy
            )
        except GitHubError as error:
            if is_transient(error):
                raise
            # A conversation may be locked; the check has said it already.
            logger.warning("%s#%d: no comment: %s", seen.repository.full_name, number, error)


@dataclass(frozen=True)
class _Seen:
    """A change as it is now, and what its branch asks of it."""

    repository: Repository
    subject: Subject
    mirror: Path
    policy: Policy
    base: str = ""
    """Where the change begins; empty for the branch as it is now."""


def _is_own(pull: PullRequest) -> bool:
    """Tell a documentation pull request; no person gets around a check by a branch's name."""
    is_ours = pull.head.startswith(OWN_BRANCHES) and not pull.is_fork
    return is_ours and pull.author.endswith(BOT)


def _without_judging(seen: _Seen) -> CheckRun | None:
    """Say what is known at once; a check that somebody may require must not be missing."""
    if seen.subject.is_own:
        return check_runs.own(seen.subject)
    if not seen.policy.is_required:
        return None
    if seen.repository.is_still:
        return check_runs.still(seen.subject, seen.repository.is_still)
    return None if seen.policy.has_pages else check_runs.without_pages(seen.subject)


def _is_silent(seen: _Seen) -> bool:
    """Say whether nothing is said, because there is nothing to judge or nobody wants it."""
    return bool(seen.repository.is_still) or not seen.policy.has_pages


def _with_default(repository: Repository, refs: tuple[str, ...]) -> tuple[str, ...]:
    """Fetch the default branch, too: it says which branches are documented."""
    return tuple(dict.fromkeys((f"refs/heads/{repository.default_branch}", *refs)))
