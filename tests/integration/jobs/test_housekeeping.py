"""What is kept of repositories that go, over the real rows and real copies."""

from dataclasses import dataclass, field
from pathlib import Path
from uuid import UUID

import pytest
from sqlalchemy import text

from app.db.deliveries import DeliveryRepo
from app.db.engine import Sessions, transaction
from app.db.generations import GenerationRepo
from app.db.housekeeping import HousekeepingRepo
from app.db.jobs import JobRepo
from app.db.repositories import RepositoryRepo
from app.domain.wiki.page import TokenUsage
from app.domain.work.job import FlowName, Job, JobOrder, JobState
from app.domain.work.repository import Consent, Repository, RepositoryRef, Standing
from app.domain.work.trigger import (
    Planned,
    Push,
    RepositoryChanged,
    RepositoryEvent,
    Suspended,
    Uninstalled,
)
from app.errors import GitError, Gone, LeaseLost, OutOfReach
from app.git.mirror import Mirrors
from app.jobs.housekeeping import Housekeeper, Work
from tests.fakes.work import HEAD, SHOP, make_delivery
from tests.integration.git.repositories import make_repository

FILE = frozenset({"file"})
BOOKS = SHOP.model_copy(update={"external_id": "2", "full_name": "octo/books"})


@dataclass
class FakeHost:
    """GitHub, as far as it knows how repositories stand."""

    standings: dict[str, Standing | Exception] = field(default_factory=dict)
    closed: list[str] = field(default_factory=list)
    forgotten: list[int] = field(default_factory=list)

    async def standing(self, repository: RepositoryRef) -> Standing | None:
        found = self.standings.get(repository.external_id)
        if isinstance(found, Exception):
            raise found
        return found

    async def close_left(self, repository: RepositoryRef, branch: str, reason: str) -> int | None:
        assert reason
        self.closed.append(f"{repository.full_name}:{branch}")
        return 1

    def forget(self, installation_id: int) -> None:
        self.forgotten.append(installation_id)

    async def head_of(self, repository: RepositoryRef, branch: str) -> str | None:
        assert branch == repository.default_branch
        return HEAD


@dataclass
class House:
    """Everything that housekeeping works with."""

    sessions: Sessions
    mirrors: Mirrors
    host: FakeHost = field(default_factory=FakeHost)
    planned: list[Planned] = field(default_factory=list)
    abandoned: list[UUID] = field(default_factory=list)
    configured: set[str] = field(default_factory=set)
    """Branches that the configuration names."""

    @property
    def keeper(self) -> Housekeeper:
        names = RepositoryRepo(self.sessions)
        work = Work(self._plan, self._abandon, self._documents, self.host)
        return Housekeeper(HousekeepingRepo(self.sessions), names, self.mirrors, self.host, work)

    async def _plan(self, repository: Repository, trigger: Planned) -> Job | None:
        assert repository.is_still == ""
        self.planned.append(trigger)
        return None

    async def _documents(self, repository: Repository, branch: str) -> bool:
        return branch in {repository.default_branch, *self.configured}

    async def _abandon(self, job: UUID) -> None:
        self.abandoned.append(job)

    async def add(self, ref: RepositoryRef = SHOP) -> Repository:
        kept = await RepositoryRepo(self.sessions).upsert(ref)
        self.host.standings[ref.external_id] = Standing(ref=ref, private=False)
        return kept

    async def run(self, repository: Repository, branch: str = "main") -> Job:
        order = JobOrder(
            repository_id=repository.id, branch=branch, flow=FlowName.INDEX_PAGES, reason="push"
        )
        jobs = JobRepo(self.sessions)
        await jobs.order(order)
        running = await jobs.promote(60)
        assert running is not None
        return running

    async def known(self, ref: RepositoryRef = SHOP) -> Repository | None:
        return await HousekeepingRepo(self.sessions).known(ref.external_id)

    async def count(self, table: str) -> int:
        async with transaction(self.sessions) as session:
            return await session.scalar(text(f"SELECT count(*) FROM {table}")) or 0  # noqa: S608 - a name of ours


@pytest.fixture
def house(sessions: Sessions, tmp_path: Path) -> House:
    return House(sessions, Mirrors(tmp_path / "mirrors"))


def happened(event: RepositoryEvent, ref: RepositoryRef = SHOP, was: str = "") -> RepositoryChanged:
    return RepositoryChanged(repository=ref, event=event, was=was)


async def test_f36_a_run_is_stopped_before_its_next_write_and_its_rows_go(house: House) -> None:
    shop = await house.add()
    job, jobs = await house.run(shop), JobRepo(house.sessions)
    await house.keeper(Uninstalled(installation_id=1))

    for attempt in (jobs.confirm(job.id, job.fence), jobs.renew(job.id, job.fence, 60)):
        with pytest.raises(LeaseLost):
            await attempt
    with pytest.raises(Gone):
        await jobs.get(job.id)
    assert (house.abandoned, house.host.forgotten) == ([job.id], [1])
    assert await house.known() is None


async def test_what_models_said_of_a_repository_goes_with_it(house: House) -> None:
    shop, books = await house.add(), await house.add(BOOKS)
    answers = GenerationRepo(house.sessions)
    await answers.of(shop.id).store("of shop", "m", "It sells.", TokenUsage())
    await answers.of(books.id).store("of books", "m", "It lends.", TokenUsage())
    del house.host.standings["1"]
    await house.keeper(Uninstalled(installation_id=1, external_ids=("1", "2")))

    assert await answers.find("of shop") is None
    assert await answers.find("of books") == "It lends."


async def test_what_was_delivered_goes_but_for_what_still_waits_and_says_what_goes(
    house: House,
) -> None:
    await house.add()
    inbox = DeliveryRepo(house.sessions)
    for guid, event, installation in [
        ("push", "push", 1),
        ("ours", "installation", 1),
        ("other", "push", 2),
    ]:
        repository = "1" if event == "push" else ""
        about = {"installation_id": installation, "repository": repository}
        delivery = make_delivery(guid, event, guid.encode()).model_copy(update=about)
        assert await inbox.store(delivery)
    await house.keeper(Uninstalled(installation_id=1))

    assert {each.guid for each in await inbox.claim(9, 60)} == {"ours", "other"}


async def test_the_removal_of_an_older_installation_takes_nothing_from_a_newer_one(
    house: House,
) -> None:
    await house.add()
    await house.add(SHOP.model_copy(update={"installation_id": 5}))
    await house.keeper(Uninstalled(installation_id=1))
    await house.keeper(Uninstalled(installation_id=1, external_ids=("1",)))

    assert await house.known() is not None


async def test_a_removal_that_is_tried_again_takes_nothing_from_what_was_added_meanwhile(
    house: House,
) -> None:
    shop = await house.add()
    removed = Uninstalled(installation_id=1, external_ids=("1",))
    house.host.standings["1"] = GitError("GitHub is away")
    with pytest.raises(GitError):
        await house.keeper(removed)
    assert await house.known() == shop, "nothing goes while nobody can be asked"

    again = await house.add()
    job = await house.run(again)
    await RepositoryRepo(house.sessions).set_consent(again.id, Consent.GIVEN)
    await house.keeper(removed)
    kept = await house.known()
    assert kept is not None
    assert kept.consent is Consent.GIVEN
    assert (await JobRepo(house.sessions).get(job.id)).state is JobState.RUNNING


async def test_a_repository_that_is_reached_by_another_installation_is_not_kept_by_it(
    house: House,
) -> None:
    await house.add()
    moved = SHOP.model_copy(update={"installation_id": 5})
    house.host.standings["1"] = Standing(ref=moved)
    await house.keeper(Uninstalled(installation_id=1, external_ids=("1",)))

    assert await house.known() is None


async def test_a_copy_goes_with_its_facts_and_one_that_nobody_knows_is_swept(
    house: House, tmp_path: Path
) -> None:
    shop = await house.add()
    source = make_repository(tmp_path / "shop", {"a.py": "1"})
    for name in (shop.mirror, "github-999", "local-999"):
        await house.mirrors.update(name, str(source), allow=FILE)
    async with transaction(house.sessions) as session:
        for blob in [*await house.mirrors.blobs(shop.mirror), "f" * 40]:
            statement = "INSERT INTO blob_facts (recipe, blob_id, facts) VALUES ('r', :blob, '{}')"
            await session.execute(text(statement), {"blob": blob})
    assert await house.count("blob_facts") == 2
    await house.keeper(Uninstalled(installation_id=1))
    assert await house.count("blob_facts") == 1
    await house.keeper.sweep()

    assert await house.mirrors.names() == ["local-999"]


async def test_f35_a_repository_that_is_not_found_is_given_a_day(house: House) -> None:
    await house.add()
    there = house.host.standings.pop("1")
    await house.keeper.sweep()
    await house.keeper.sweep()
    assert await house.known() is not None

    house.host.standings["1"] = there
    await house.keeper.sweep()
    del house.host.standings["1"]
    await house.keeper.sweep(grace_s=3600)
    assert await house.known() is not None, "the time begins anew once it was seen"

    await house.keeper.sweep(grace_s=0)
    assert await house.known() is None


async def test_f35_trouble_with_one_repository_keeps_none_from_being_looked_at(
    house: House,
) -> None:
    await house.add()
    await house.add(BOOKS)
    house.host.standings["1"] = GitError("GitHub is away")
    renamed = BOOKS.model_copy(update={"full_name": "octo/library"})
    house.host.standings["2"] = Standing(ref=renamed, private=True)
    await house.keeper.sweep()
    known = await house.known(BOOKS)

    assert known is not None
    assert (known.full_name, known.private) == ("octo/library", True)


async def test_f35_what_is_deleted_is_believed_only_when_it_is_not_found(house: House) -> None:
    await house.add()
    await house.keeper(happened(RepositoryEvent.DELETED))
    assert await house.known() is not None

    del house.host.standings["1"]
    with pytest.raises(OutOfReach):
        await house.keeper(happened(RepositoryEvent.RENAMED))
    assert await house.known() is not None
    await house.keeper(happened(RepositoryEvent.DELETED))
    assert await house.known() is None


async def test_an_archived_repository_has_its_jobs_ended_and_is_made_up_for(
    house: House,
) -> None:
    job = await house.run(await house.add())
    house.host.standings["1"] = Standing(ref=SHOP, archived=True)
    await house.keeper(happened(RepositoryEvent.ARCHIVED))
    ended = await JobRepo(house.sessions).get(job.id)
    assert (ended.state, ended.message) == (JobState.CANCELLED, "the repository is archived")
    assert house.planned == []

    house.host.standings["1"] = Standing(ref=SHOP)
    # The first time may have been interrupted; a plan that was carried out is none again.
    for _ in range(2):
        await house.keeper(happened(RepositoryEvent.UNARCHIVED))
    missed = [(each.branch, each.after) for each in house.planned if isinstance(each, Push)]
    assert missed == [("main", HEAD)] * 2


async def test_a_suspension_ends_the_jobs_and_its_end_makes_up_for_them(house: House) -> None:
    job = await house.run(await house.add())
    await house.keeper(Suspended(installation_id=1, suspended=True))
    held = await house.known()
    assert held is not None
    assert held.suspended
    assert house.abandoned == [job.id]

    await house.keeper(Suspended(installation_id=1, suspended=False))
    assert [each.kind for each in house.planned] == ["push"]


async def test_f53_the_branch_that_was_the_default_one_is_let_go(house: House) -> None:
    shop = await house.add()
    old, other = await house.run(shop), await house.run(shop, "release")
    trunk = SHOP.model_copy(update={"default_branch": "trunk"})
    # Whatever else was delivered first may have told of the new branch already.
    await RepositoryRepo(house.sessions).upsert(trunk)
    house.host.standings["1"] = Standing(ref=trunk)
    await house.keeper(happened(RepositoryEvent.EDITED, trunk, was="main"))

    assert house.abandoned == [old.id]
    assert (await JobRepo(house.sessions).get(other.id)).state is JobState.RUNNING
    assert house.host.closed == ["octo/shop:main"]
    assert [each.branch for each in house.planned if isinstance(each, Push)] == ["trunk"]


async def test_f53_a_former_default_branch_that_the_configuration_names_stays(
    house: House,
) -> None:
    await house.run(await house.add())
    trunk = SHOP.model_copy(update={"default_branch": "trunk"})
    house.host.standings["1"] = Standing(ref=trunk)
    house.configured.add("main")
    await house.keeper(happened(RepositoryEvent.EDITED, trunk, was="main"))

    assert (house.abandoned, house.host.closed) == ([], [])
    assert [each.kind for each in house.planned] == ["push"]


async def test_a_repository_that_comes_from_another_owner_begins_like_a_new_one(
    house: House,
) -> None:
    await house.keeper(happened(RepositoryEvent.TRANSFERRED))
    await house.keeper(happened(RepositoryEvent.RENAMED, BOOKS))

    assert [each.kind for each in house.planned] == ["installed"]
    assert await house.known() is not None
    assert await house.known(BOOKS) is None
