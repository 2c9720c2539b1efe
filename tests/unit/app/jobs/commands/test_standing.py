from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from decimal import Decimal
from uuid import UUID

from app.domain.code.verdict import Verdict
from app.domain.wiki.impact import PageImpact
from app.domain.work.command import Command, Verb
from app.domain.work.grammar import read_orders
from app.domain.work.job import FlowName, Job, JobState
from app.domain.work.repository import Consent, Repository
from app.domain.work.trigger import Commanded
from app.jobs.commands.answers import Asked
from app.jobs.commands.standing import Books, Standing
from tests.fakes.conversation import FakeConversation
from tests.fakes.work import DOCUMENTED, SHOP, MemoryVersions, make_version

REPOSITORY = Repository(**SHOP.model_dump(), id=1)
NOW = datetime(2026, 11, 21, tzinfo=UTC)
STATUS = Command(verb=Verb.STATUS)
SAID = Commanded(repository=SHOP, number=7, comment_id=9, sender="mona", order=STATUS)


@dataclass
class World:
    versions: MemoryVersions = field(default_factory=MemoryVersions)
    stale: dict[str, PageImpact] = field(default_factory=dict)
    working: list[Job] = field(default_factory=list)
    conversation: FakeConversation = field(default_factory=FakeConversation)
    broken: str = ""

    async def why_broken(self, repository: Repository) -> str:
        assert repository.id == 1
        return self.broken

    async def find(self, repository_id: int, branch: str = "") -> Mapping[str, PageImpact]:
        assert (repository_id, branch) == (1, "main")
        return self.stale

    async def active(self, repository_id: int) -> list[Job]:
        assert repository_id == 1
        return self.working

    async def spent(self, repository_id: int, at: datetime) -> Decimal:
        assert (repository_id, at) == (1, NOW)
        return Decimal("1.5")

    async def status(self, repository: Repository = REPOSITORY, allow: str = "") -> str:
        books = Books(self.versions, self, self, self)
        standing = Standing(
            self.conversation, books, self, lambda: NOW, "1.2.3", "https://docs.test", allow
        )
        return (await standing.status(Asked(repository, SAID, STATUS))).text


async def test_status_of_a_documented_repository_at_work() -> None:
    job = Job(
        id=UUID(int=1),
        repository=REPOSITORY,
        branch="main",
        flow=FlowName.INCREMENTAL_UPDATE,
        state=JobState.RUNNING,
        reason="sources changed; @octo/all asked for it",
    )
    stale = {"cart.md": PageImpact(page="cart.md", verdict=Verdict.STALE)}
    version = make_version(pages=("home", "cart"))
    told = await World(MemoryVersions(shown=version), stale, [job]).status(
        REPOSITORY.model_copy(update={"consent": Consent.GIVEN})
    )
    assert told.splitlines() == [
        f"- Documented is `main` at `{DOCUMENTED[:12]}`, 2 pages.",
        "- Published pages that are not fresh: 1 stale (`cart.md`).",
        f"- Open is the documentation pull request [#4]({SHOP.url}/pull/4).",
        "- Running: incremental update of `main`, because sources changed; `@octo/all` asked for it"
        " ([job](https://docs.test/jobs/00000000-0000-0000-0000-000000000001)).",
        "- Model calls of this month: $1.50. AutoDoc 1.2.3.",
    ]
    assert read_orders(told) == []


async def test_status_of_a_repository_that_nobody_agreed_to() -> None:
    world = World(conversation=FakeConversation(open_pull=None))
    told = await world.status(REPOSITORY.model_copy(update={"consent": Consent.DECLINED}))
    assert "Nothing of `main` is documented yet." in told
    assert "`/autodoc resume` or `/autodoc regenerate`" in told


async def test_status_of_a_repository_that_the_operator_lets_not_begin() -> None:
    assert "has not let this repository begin" in await World().status(allow="octo/docs, acme/*")
    assert "has not let" not in await World().status(allow="octo/*")


async def test_status_tells_of_a_broken_configuration() -> None:
    told = await World(broken="The configuration of `main` is broken: line 2").status()
    assert "- The configuration of `main` is broken: line 2.\n" in told


async def test_status_says_who_paused() -> None:
    paused = REPOSITORY.model_copy(update={"paused_by": "anna", "consent": Consent.GIVEN})
    told = await World(MemoryVersions(newest=make_version())).status(paused)
    assert "anna paused AutoDoc; `/autodoc resume` lets it go on." in told
    assert "wait for a merge" in told
