"""Saying where the documentation of a repository stands: `status`."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Protocol

from app.domain.code.verdict import Verdict
from app.domain.wiki.impact import PageImpact
from app.domain.wiki.version import WikiVersion
from app.domain.wiki.words.prose import code_span, escape
from app.domain.work.consent import NOT_ALLOWED, is_allowed
from app.domain.work.job import Job, JobState
from app.domain.work.repository import Consent, Repository
from app.jobs.commands.answers import Asked, Outcome, job_link
from app.jobs.commands.writing import Bases

MOST_STALE = 5
"""So many stale pages are named."""
SHORT_COMMIT = 12


class Versions(Protocol):
    """Whatever keeps versions of the documentation."""

    async def published(self, repository_id: int, branch: str) -> WikiVersion | None:
        """Give the version that readers see."""

    async def candidate(self, repository_id: int, branch: str) -> WikiVersion | None:
        """Give the newest version that is not published yet."""


class Verdicts(Protocol):
    """Whatever knows which published pages are stale."""

    async def find(self, repository_id: int, branch: str = "") -> Mapping[str, PageImpact]:
        """Give pages that are not fresh, by the paths of readers."""


class Jobs(Protocol):
    """Whatever keeps jobs."""

    async def active(self, repository_id: int) -> Sequence[Job]:
        """List the jobs of a repository that wait or run."""


class Money(Protocol):
    """Whatever keeps the ledger of model calls."""

    async def spent(self, repository_id: int, at: datetime) -> Decimal:
        """Add up what a repository took of a calendar month."""


class ProposedPull(Protocol):
    """A pull request."""

    @property
    def number(self) -> int:
        """Give its number."""

    @property
    def url(self) -> str:
        """Give the address that a person opens."""


class Proposals(Bases, Protocol):
    """Whatever knows pull requests."""

    async def documentation_pull(self, repository: Repository, base: str) -> ProposedPull | None:
        """Find the open documentation pull request of a branch."""


class Configurations(Protocol):
    """Whatever reads the configuration of a default branch."""

    async def why_broken(self, repository: Repository) -> str:
        """Say in Markdown that it is broken; empty when it is not."""


@dataclass(frozen=True)
class Books:
    """Where is written down what has been done."""

    versions: Versions
    verdicts: Verdicts
    jobs: Jobs
    money: Money


@dataclass(frozen=True)
class Standing:
    """Tells what is documented, stale, proposed and being done; of this repository alone."""

    proposals: Proposals
    books: Books
    configurations: Configurations
    now: Callable[[], datetime]
    version: str
    """Of AutoDoc."""
    public_url: str = ""
    allow: str = ""
    """Globs of the repositories that may begin, as the operator sets them."""

    async def status(self, asked: Asked) -> Outcome:
        """Say all of it in a few lines."""
        repository = asked.repository
        branch = await self.proposals.base_of(repository, asked.said.number)
        lines = [
            await self._documented(repository, branch),
            await self._stale(repository, branch),
            await self._proposed(repository, branch),
            *[self._job(each) for each in await self.books.jobs.active(repository.id)],
            self._held(repository),
            await self._broken(repository),
            await self._spent(repository),
        ]
        return Outcome("\n".join(f"- {line}" for line in lines if line), obeyed=True)

    async def _documented(self, repository: Repository, branch: str) -> str:
        version = await self.books.versions.published(repository.id, branch)
        if version is not None:
            commit = version.commit[:SHORT_COMMIT]
            return f"Documented is {code_span(branch)} at `{commit}`, {len(version.pages)} pages."
        waiting = await self.books.versions.candidate(repository.id, branch)
        if waiting is None:
            return f"Nothing of {code_span(branch)} is documented yet."
        return (
            f"Pages of {code_span(branch)} at `{waiting.commit[:SHORT_COMMIT]}` are written and"
            " wait for a merge; readers see none yet."
        )

    async def _stale(self, repository: Repository, branch: str) -> str:
        found = await self.books.verdicts.find(repository.id, branch)
        counts = Counter(each.verdict for each in found.values())
        if not counts:
            return ""
        told = ", ".join(f"{counts[each]} {each}" for each in Verdict if counts[each])
        stale = [path for path, each in found.items() if each.verdict is Verdict.STALE]
        named = ", ".join(code_span(each) for each in stale[:MOST_STALE])
        return f"Published pages that are not fresh: {told}{f' ({named})' if named else ''}."

    async def _proposed(self, repository: Repository, branch: str) -> str:
        pull = await self.proposals.documentation_pull(repository, branch)
        return (
            f"Open is the documentation pull request [#{pull.number}]({pull.url})." if pull else ""
        )

    def _held(self, repository: Repository) -> str:
        """Say what keeps AutoDoc from going on by itself."""
        if not is_allowed(repository.full_name, self.allow):
            return NOT_ALLOWED
        return repository.is_still or _CONSENT.get(repository.consent, "")

    async def _broken(self, repository: Repository) -> str:
        told = await self.configurations.why_broken(repository)
        return f"{told}." if told else ""

    def _job(self, job: Job) -> str:
        state = "Running" if job.state is JobState.RUNNING else "Waiting"
        link = job_link(self.public_url, job.id)
        what = job.flow.replace("_", " ")
        return f"{state}: {what} of {code_span(job.branch)}, because {escape(job.reason)}{link}."

    async def _spent(self, repository: Repository) -> str:
        spent = await self.books.money.spent(repository.id, self.now())
        return f"Model calls of this month: ${spent:.2f}. AutoDoc {self.version}."


_CONSENT = {
    Consent.UNASKED: "Nobody has agreed to model calls yet.",
    Consent.ASKED: "Nobody has agreed to model calls yet: merging the first pull request does.",
    Consent.DECLINED: "The first pull request was closed: nothing is done until"
    " `/autodoc resume` or `/autodoc regenerate`.",
}
