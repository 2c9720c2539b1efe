"""Jobs, and people who look at them, in memory."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from urllib.parse import urlencode
from uuid import UUID, uuid4

from pydantic import SecretStr

from app.domain.wiki.page import TokenUsage
from app.domain.work.job import FlowName, Job, JobState, WrittenPage
from app.domain.work.person import Person, Rights
from app.domain.work.report import FailedAttempt, JobLine, JobReport, PageLine, Pulse, Stage
from app.domain.work.repository import Repository
from app.errors import InputError
from app.server.pages.signing_in import challenge_of
from tests.fakes.work import SHOP

NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)
HIDDEN_SHOP = SHOP.model_copy(update={"external_id": "2", "full_name": "octo/hidden"})
ENDED = frozenset({JobState.DONE, JobState.FAILED, JobState.CANCELLED})


def make_job(state: JobState = JobState.RUNNING, **changes: object) -> Job:
    repository = Repository(**SHOP.model_dump(), id=1)
    job = Job(
        id=uuid4(),
        repository=repository,
        branch="main",
        flow=FlowName.FULL_GENERATION,
        state=state,
        reason="push of abc1234",
        attempt=1,
    )
    return job.model_copy(update=changes)


def make_report(job: Job, *stages: tuple[str, int, int]) -> JobReport:
    """A job whose stages began a minute apart."""
    return JobReport(
        job=job,
        ordered_at=NOON,
        due_at=NOON,
        began_at=NOON if stages else None,
        ended_at=NOON + timedelta(minutes=9) if job.state in ENDED else None,
        stages=tuple(
            Stage(
                name=name,
                attempt=1,
                began_at=NOON + timedelta(minutes=number),
                seen_at=NOON + timedelta(minutes=number, seconds=30),
                done=done,
                total=total,
            )
            for number, (name, done, total) in enumerate(stages)
        ),
        failures=(FailedAttempt(attempt=1, at=NOON, message="the network was away"),)
        if job.attempt > 1
        else (),
        usage=TokenUsage(calls=12, input_tokens=123456, output_tokens=7890, cost=0.4321),
    )


@dataclass
class MemoryReports:
    """Reports by their jobs."""

    reports: dict[UUID, JobReport] = field(default_factory=dict)
    lines: dict[UUID, list[PageLine]] = field(default_factory=dict)
    looks: int = 0

    def put(self, report: JobReport, pages: Sequence[WrittenPage] = ()) -> UUID:
        """Keep a job."""
        job_id = report.job.id
        self.reports[job_id] = report
        self.lines[job_id] = []
        for page in pages:
            self.add(job_id, page)
        return job_id

    def add(self, job_id: UUID, page: WrittenPage) -> None:
        """Let a page end."""
        lines = self.lines[job_id]
        lines.append(PageLine(id=10 + len(lines), at=NOON, attempt=1, page=page))

    def end(self, job_id: UUID, state: JobState = JobState.DONE, message: str = "") -> None:
        """Let a job end."""
        report = self.reports[job_id]
        job = report.job.model_copy(update={"state": state, "message": message})
        changes = {"job": job, "ended_at": NOON + timedelta(minutes=9)}
        self.reports[job_id] = report.model_copy(update=changes)

    async def newest(self, limit: int = 20) -> list[JobLine]:
        lines: list[JobLine] = [*self.reports.values()]
        return lines[::-1][:limit]

    async def find(self, job_id: UUID) -> JobLine | None:
        return self.reports.get(job_id)

    async def report(self, job_id: UUID) -> JobReport | None:
        return self.reports.get(job_id)

    async def pulse(self, job_id: UUID) -> Pulse | None:
        self.looks += 1
        if job_id not in self.reports:
            return None
        job, lines = self.reports[job_id].job, self.lines[job_id]
        return Pulse(state=job.state, fence=job.fence, newest=lines[-1].id if lines else 0)

    async def pages(self, job_id: UUID, after: int = 0) -> list[PageLine]:
        return [each for each in self.lines.get(job_id, []) if each.id > after][:500]


@dataclass
class MemoryControl:
    """Steers the jobs of reports."""

    reports: MemoryReports
    done: list[tuple[str, UUID, str]] = field(default_factory=list)

    async def cancel(self, job_id: UUID, login: str = "") -> Job:
        job = self._job(job_id, JobState.WAITING, JobState.RUNNING)
        self.done.append(("cancel", job_id, login))
        self.reports.end(job.id, JobState.CANCELLED, f"cancelled by {login}")
        return self.reports.reports[job_id].job

    async def force(self, job_id: UUID) -> Job:
        self.done.append(("force", job_id, ""))
        return self._job(job_id, JobState.WAITING)

    async def retry(self, job_id: UUID, login: str = "") -> Job:
        job = self._job(job_id, JobState.FAILED, JobState.CANCELLED)
        self.done.append(("retry", job_id, login))
        again = job.model_copy(update={"id": uuid4(), "state": JobState.WAITING, "attempt": 0})
        self.reports.put(make_report(again))
        return again

    def _job(self, job_id: UUID, *states: JobState) -> Job:
        job = self.reports.reports[job_id].job
        if job.state not in states:
            raise InputError(f"The job is {job.state}.")
        return job


@dataclass
class MemoryEngine:
    """Remembers whose processes were ended."""

    abandoned: list[UUID] = field(default_factory=list)

    async def abandon(self, job: UUID) -> None:
        self.abandoned.append(job)


@dataclass
class FakeIdentity:
    """GitHub's side of signing in: codes with PKCE, and rights by repository."""

    rights_of: dict[str, Rights] = field(default_factory=dict)
    login: str = "mona"
    codes: dict[str, tuple[str, str]] = field(default_factory=dict)
    asked: int = 0

    def address(self, state: str, challenge: str, callback: str) -> str:
        code = f"code{len(self.codes)}"
        self.codes[code] = (challenge, callback)
        return f"https://github.example.com/authorize?{urlencode({'state': state, 'code': code})}"

    async def person(self, code: str, verifier: str, callback: str) -> Person | None:
        if self.codes.pop(code, None) != (challenge_of(verifier), callback):
            return None
        return Person(login=self.login, token=SecretStr("ghu_x"), made_at=0)

    async def rights(self, person: Person, repository_id: str) -> Rights:
        assert person.token.get_secret_value()
        self.asked += 1
        return self.rights_of.get(repository_id, Rights())


ALL: Mapping[str, Rights] = {"1": Rights(read=True, write=True)}
