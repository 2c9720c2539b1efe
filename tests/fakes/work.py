"""Rows and GitHub in memory, behind the protocols that the jobs and the server own."""

import hashlib
from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from uuid import UUID, uuid4

from app.domain.wiki.page import PageKind, PageSpec
from app.domain.wiki.version import WikiPage, WikiVersion
from app.domain.work.delivery import Delivery, StoredDelivery
from app.domain.work.job import Job, JobOrder, JobState, Run, RunState, larger
from app.domain.work.repository import Consent, Provider, Repository, RepositoryRef
from app.domain.work.trigger import Planned, Pressed, Proposed, Queued
from app.errors import Gone, LeaseLost
from app.jobs.intake import Housekeeping, Obey, UseCases

SHOP = RepositoryRef(
    provider=Provider.GITHUB,
    external_id="1",
    full_name="octo/shop",
    url="https://github.com/octo/shop",
    default_branch="main",
    installation_id=1,
)
HEAD = "b" * 40
DOCUMENTED = "a" * 40


def make_delivery(guid: str, event: str = "push", body: bytes = b"{}") -> Delivery:
    return Delivery(guid=guid, event=event, body=body, body_digest=hashlib.sha256(body).hexdigest())


def make_version(commit: str = DOCUMENTED, pages: Sequence[str] = ()) -> WikiVersion:
    return WikiVersion(
        repository_id=1,
        branch="main",
        commit=commit,
        recipe="r",
        title="Shop",
        pages=tuple(make_page(each) for each in pages),
    )


def make_page(page_id: str) -> WikiPage:
    spec = PageSpec(
        id=page_id,
        path=f"{page_id}.md",
        title=page_id.title(),
        section="",
        kind=PageKind.NARRATIVE,
        purpose="what it is",
        subjects=(),
    )
    return WikiPage(spec=spec, markdown="", committed=True)


@dataclass
class MemoryDeliveries:
    """The inbox: unique GUIDs, and for some events unique bodies."""

    rows: list[StoredDelivery] = field(default_factory=list)
    ended: dict[str, str] = field(default_factory=dict)
    retries: list[float] = field(default_factory=list)
    held: list[str] = field(default_factory=list)
    error: Exception | None = None

    async def store(self, delivery: Delivery) -> bool:
        if self.error is not None:
            raise self.error
        if known := [row for row in self.rows if _is_same(row, delivery)]:
            return any(self._revive(row) for row in known)
        stored = {**delivery.model_dump(), "id": len(self.rows) + 1, "attempts": 0}
        self.rows.append(StoredDelivery(**stored))
        return True

    def _revive(self, row: StoredDelivery) -> bool:
        if not self.ended.get(row.guid, "").startswith("failed"):
            return False
        del self.ended[row.guid]
        self.rows[row.id - 1] = row.model_copy(update={"attempts": 0})
        return True

    async def claim(
        self, limit: int, lease_s: float, events: Collection[str] = ()
    ) -> list[StoredDelivery]:
        assert lease_s > 0
        if self.error is not None:
            raise self.error
        waiting = [row for row in self.rows if row.guid not in self.ended]
        waiting = [row for row in waiting if not events or row.event in events][:limit]
        claimed = [row.model_copy(update={"attempts": row.attempts + 1}) for row in waiting]
        for row in claimed:
            self.rows[row.id - 1] = row
            self.ended[row.guid] = "claimed"
        return claimed

    async def hold(self, delivery_id: int, lease_s: float) -> None:
        assert lease_s > 0
        self.held.append(self.rows[delivery_id - 1].guid)

    async def done(self, delivery_id: int) -> None:
        self.ended[self.rows[delivery_id - 1].guid] = "done"

    async def failed(self, delivery_id: int, reason: str, retry_after_s: float | None) -> None:
        guid = self.rows[delivery_id - 1].guid
        if retry_after_s is None:
            self.ended[guid] = f"failed: {reason}"
        else:
            self.retries.append(retry_after_s)
            del self.ended[guid]

    async def postponed(self, delivery_id: int, reason: str, retry_after_s: float) -> None:
        assert reason
        row = self.rows[delivery_id - 1]
        self.rows[delivery_id - 1] = row.model_copy(update={"attempts": row.attempts - 1})
        self.retries.append(retry_after_s)
        del self.ended[row.guid]


def _is_same(row: Delivery, delivery: Delivery) -> bool:
    if row.guid == delivery.guid:
        return True
    once = row.once_per_body and delivery.once_per_body
    return once and (row.event, row.body_digest) == (delivery.event, delivery.body_digest)


@dataclass
class MemoryRepositories:
    """Repositories by their provider's id."""

    rows: list[Repository] = field(default_factory=list)
    consents: dict[int, Consent] = field(default_factory=dict)

    async def upsert(self, ref: RepositoryRef) -> Repository:
        for row in self.rows:
            if row.external_id == ref.external_id:
                return row
        row = Repository(**ref.model_dump(), id=len(self.rows) + 1)
        self.rows.append(row)
        return row

    async def set_consent(self, repository_id: int, consent: Consent) -> None:
        self.consents[repository_id] = consent


@dataclass
class MemoryVersions:
    """At most one version of each state."""

    newest: WikiVersion | None = None
    shown: WikiVersion | None = None

    async def candidate(self, repository_id: int, branch: str) -> WikiVersion | None:
        assert repository_id
        assert branch
        return self.newest

    async def published(self, repository_id: int, branch: str) -> WikiVersion | None:
        assert repository_id
        assert branch
        return self.shown


@dataclass
class MemoryJobs:
    """Jobs: one running and one waiting for each branch, fenced; leases end when a test says so."""

    rows: dict[UUID, Job] = field(default_factory=dict)
    silent: set[UUID] = field(default_factory=set)
    """Jobs whose lease has passed."""
    delays: list[float | None] = field(default_factory=list)
    renewed: list[UUID] = field(default_factory=list)
    causes: dict[str, UUID] = field(default_factory=dict)

    async def order(self, order: JobOrder) -> Job:
        if order.cause in self.causes:
            return self.rows[self.causes[order.cause]]
        job = self._order(order)
        if order.cause:
            self.causes[order.cause] = job.id
        return job

    def _order(self, order: JobOrder) -> Job:
        place = (order.repository_id, order.branch)
        for row in self.rows.values():
            if row.state is JobState.WAITING and (row.repository.id, row.branch) == place:
                return self._put(row, flow=larger(row.flow, order.flow))
        repository = Repository(**SHOP.model_dump(), id=order.repository_id)
        values = order.model_dump(exclude={"repository_id", "settle", "cause"})
        job = Job(id=uuid4(), repository=repository, state=JobState.WAITING, **values)
        self.rows[job.id] = job
        return job

    async def promote(self, lease_s: float) -> Job | None:
        assert lease_s > 0
        busy = {
            (row.repository.id, row.branch)
            for row in self.rows.values()
            if row.state is JobState.RUNNING
        }
        for row in self.rows.values():
            if row.state is JobState.WAITING and (row.repository.id, row.branch) not in busy:
                taken = {"attempt": row.attempt + 1, "fence": row.fence + 1}
                return self._put(row, state=JobState.RUNNING, **taken)
        return None

    async def expire(self, max_attempts: int) -> list[Job]:
        lost = [row for row in self.rows.values() if row.id in self.silent]
        self.silent.clear()
        states = {True: JobState.FAILED, False: JobState.WAITING}
        return [self._put(row, state=states[row.tries >= max_attempts]) for row in lost]

    async def unfinished(self) -> list[Job]:
        unfinished = {JobState.WAITING, JobState.RUNNING}
        return [row for row in self.rows.values() if row.state in unfinished]

    async def get(self, job_id: UUID) -> Job:
        if job_id not in self.rows:
            raise Gone(f"job {job_id} is not in the database")
        return self.rows[job_id]

    async def renew(self, job_id: UUID, fence: int, lease_s: float) -> None:
        assert lease_s > 0
        self._check(job_id, fence)
        self.renewed.append(job_id)

    async def finish(self, job_id: UUID, fence: int, message: str) -> None:
        self._put(self._check(job_id, fence), state=JobState.DONE, message=message)

    async def fail(self, job_id: UUID, fence: int, message: str, retry_in_s: float | None) -> None:
        row = self._check(job_id, fence)
        self.delays.append(retry_in_s)
        state = JobState.FAILED if retry_in_s is None else JobState.WAITING
        self._put(row, state=state, message=message)

    def _check(self, job_id: UUID, fence: int) -> Job:
        row = self.rows[job_id]
        if row.state is not JobState.RUNNING or row.fence != fence:
            raise LeaseLost(f"job {job_id} was taken over by another process or has ended")
        return row

    def _put(self, row: Job, **changes: object) -> Job:
        self.rows[row.id] = row.model_copy(update=changes)
        return self.rows[row.id]


@dataclass
class MemoryRuns:
    """Runs: an engine for those who ask, a queue for the supervisor."""

    rows: dict[str, tuple[Run, RunState]] = field(default_factory=dict)
    owners: dict[str, str] = field(default_factory=dict)
    ends: list[tuple[Run, int | None, str]] = field(default_factory=list)
    abandoned: list[UUID] = field(default_factory=list)
    error: Exception | None = None

    async def start(self, run: Run) -> None:
        if self.error is not None:
            raise self.error
        self.rows.setdefault(run.name, (run, RunState.WAITING))

    async def claim(self, owner: str) -> Run | None:
        if self.error is not None:
            raise self.error
        for name, (run, state) in self.rows.items():
            if state is RunState.WAITING:
                self.rows[name] = (run, RunState.RUNNING)
                self.owners[name] = owner
                return run
        return None

    async def ended(self, run: Run, exit_status: int, message: str) -> None:
        state = RunState.FAILED if exit_status else RunState.DONE
        self.rows[run.name] = (run, state)
        self.ends.append((run, exit_status, message))

    async def adopt_orphans(self, owner: str, message: str) -> list[Run]:
        orphans = [
            run
            for name, (run, state) in self.rows.items()
            if state is RunState.RUNNING and self.owners.get(name) != owner
        ]
        for run in orphans:
            self.rows[run.name] = (run, RunState.FAILED)
            self.ends.append((run, None, message))
        return orphans

    async def state(self, run: Run) -> RunState | None:
        return self.rows[run.name][1] if run.name in self.rows else None

    async def states(self, runs: Sequence[Run]) -> Mapping[str, RunState]:
        return {run.name: self.rows[run.name][1] for run in runs if run.name in self.rows}

    async def abandon(self, job: UUID) -> None:
        self.abandoned.append(job)


@dataclass(frozen=True)
class Compared:
    status: str = "ahead"
    paths: frozenset[str] = frozenset({"src/cart.py"})
    truncated: bool = False


@dataclass
class FakeCommits:
    """GitHub's repositories and commits."""

    head: str | None = HEAD
    comparison: Compared | None = field(default_factory=Compared)
    compared: list[tuple[str, str]] = field(default_factory=list)
    errors: dict[str, Exception] = field(default_factory=dict)
    """By the repository's name: what GitHub answers instead."""
    configuration: bytes | None = None
    """`.autodoc.yaml` of the default branch."""

    async def refreshed(self, repository: RepositoryRef) -> RepositoryRef:
        if repository.full_name in self.errors:
            raise self.errors[repository.full_name]
        return repository.model_copy(update={"default_branch": "trunk"})

    async def head_of(self, repository: RepositoryRef, branch: str) -> str | None:
        assert repository.full_name
        assert branch
        return self.head

    async def file(self, repository: RepositoryRef, path: str, ref: str) -> bytes | None:
        assert path == ".autodoc.yaml"
        assert ref == repository.default_branch
        return self.configuration

    async def base_of(self, repository: RepositoryRef, number: int) -> str:
        assert number
        return repository.default_branch

    async def compare(self, repository: RepositoryRef, base: str, head: str) -> Compared | None:
        assert repository.full_name
        self.compared.append((base, head))
        return self.comparison


def use_cases(
    plan: Callable[[Repository, Planned], Awaitable[Job | None]],
    obey: Obey,
    seen: list[str] | None = None,
) -> UseCases:
    """Lay out use cases of which those that belong to no test only write down what came."""
    noted = [] if seen is None else seen

    async def note(repository: Repository, trigger: Proposed | Queued | Pressed) -> None:
        noted.append(f"{repository.full_name} {trigger.kind}")

    async def keep_house(trigger: Housekeeping) -> None:
        noted.append(trigger.kind)

    return UseCases(plan=plan, obey=obey, check=note, press=note, keep_house=keep_house)
