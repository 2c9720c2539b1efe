from dataclasses import dataclass, field

import pytest
from typing_extensions import override

from app.domain.wiki.version import WikiVersion
from app.domain.work.command import Command, Verb
from app.domain.work.job import FlowName, Job, JobOrder
from app.domain.work.repository import Consent, Repository
from app.domain.work.trigger import Closed, Commanded, Installed, Planned, Proposed, Push
from app.errors import InputError, QueueFull
from app.jobs.planner import Planner, Terms
from tests.fakes.work import (
    SHOP,
    FakeCommits,
    MemoryJobs,
    MemoryRepositories,
    MemoryVersions,
    make_version,
)

PUSH = Push(repository=SHOP, branch="main", before="0" * 40, after="c" * 40)
RELEASE = PUSH.model_copy(update={"branch": "release/1"})
MERGED = Closed(repository=SHOP, number=7, branch="main", head="autodoc/main", merged=True)
CLOSED = MERGED.model_copy(update={"merged": False})
REOPENED = Proposed(
    repository=SHOP,
    number=7,
    base="main",
    base_commit="a" * 40,
    head="autodoc/main",
    head_commit="b" * 40,
)
BOTH = b"branches: [main, 'release/*']\n"


def ordered(verb: Verb) -> Commanded:
    order = Command(verb=verb)
    return Commanded(repository=SHOP, number=7, comment_id=9, sender="mona", order=order)


class NotedJobs(MemoryJobs):
    """Jobs that keep what was ordered."""

    def __init__(self) -> None:
        super().__init__()
        self.orders: list[JobOrder] = []
        self.is_full = False

    @override
    async def order(self, order: JobOrder) -> Job:
        if self.is_full:
            raise QueueFull("50 jobs wait already")
        self.orders.append(order)
        return await super().order(order)


@dataclass
class World:
    terms: Terms = field(default_factory=Terms)
    configuration: bytes | None = None
    shown: WikiVersion | None = None
    candidate: WikiVersion | None = None
    repositories: MemoryRepositories = field(default_factory=MemoryRepositories)
    jobs: NotedJobs = field(default_factory=NotedJobs)

    @property
    def planner(self) -> Planner:
        versions = MemoryVersions(newest=self.candidate, shown=self.shown)
        commits = FakeCommits(configuration=self.configuration)
        return Planner(versions, commits, self.jobs, self.repositories, lambda _: None, self.terms)

    async def carry_out(self, trigger: Planned, **known: object) -> JobOrder | None:
        repository = Repository.model_validate({**SHOP.model_dump(), "id": 1, **known})
        await self.planner.carry_out(repository, trigger)
        return self.jobs.orders[-1] if self.jobs.orders else None

    @property
    def consent(self) -> Consent | None:
        return self.repositories.consents.get(1)


@pytest.mark.parametrize("trigger", [PUSH, Installed(repository=SHOP)], ids=["push", "install"])
async def test_until_people_agreed_they_are_asked_and_no_model_is(trigger: Planned) -> None:
    order = await World().carry_out(trigger)
    assert order is not None
    assert (order.flow, order.local_writer_only) == (FlowName.ONBOARDING, True)


async def test_a_closed_first_pull_request_is_a_no_and_nothing_is_planned_any_more() -> None:
    world = World()
    assert await world.carry_out(CLOSED, consent=Consent.ASKED) is None
    assert world.consent is Consent.DECLINED
    assert await world.carry_out(PUSH, consent=Consent.DECLINED) is None


async def test_a_merged_first_pull_request_is_a_yes_to_the_rest() -> None:
    world = World()
    order = await world.carry_out(MERGED, consent=Consent.ASKED)
    assert order is not None
    assert (order.flow, order.local_writer_only) == (FlowName.FULL_GENERATION, False)
    assert world.consent is Consent.GIVEN


async def test_a_merge_that_finds_no_place_in_the_queue_is_a_yes_when_it_comes_back() -> None:
    world = World()
    world.jobs.is_full = True
    with pytest.raises(QueueFull):
        await world.carry_out(MERGED, consent=Consent.ASKED)
    assert world.consent is None
    world.jobs.is_full = False
    order = await world.carry_out(MERGED, consent=Consent.ASKED)
    assert order is not None
    assert order.flow is FlowName.FULL_GENERATION
    assert world.consent is Consent.GIVEN


async def test_a_merge_that_is_told_twice_orders_the_rest_once() -> None:
    world = World()
    for _ in range(2):
        await world.carry_out(MERGED, consent=Consent.ASKED)
    assert {order.cause for order in world.jobs.orders} == {"consent:1"}
    assert len(world.jobs.rows) == 1


async def test_a_later_merge_is_only_shown_to_the_readers() -> None:
    order = await World(shown=make_version()).carry_out(MERGED, consent=Consent.GIVEN)
    assert order is not None
    assert order.flow is FlowName.INDEX_PAGES


async def test_pages_that_were_there_before_are_kept_true_without_a_model() -> None:
    world = World(shown=make_version())
    order = await world.carry_out(PUSH)
    assert order is not None
    assert (order.flow, order.local_writer_only) == (FlowName.INCREMENTAL_UPDATE, True)
    assert world.consent is None


async def test_where_nobody_is_asked_merged_pages_are_a_yes() -> None:
    world = World(terms=Terms(samples=False), shown=make_version())
    order = await world.carry_out(PUSH)
    assert order is not None
    assert (order.flow, order.local_writer_only) == (FlowName.INCREMENTAL_UPDATE, False)
    assert world.consent is Consent.GIVEN


async def test_who_opens_the_first_pull_request_again_is_asked_again() -> None:
    world = World()
    order = await world.carry_out(REOPENED, consent=Consent.DECLINED)
    assert order is not None
    assert order.flow is FlowName.ONBOARDING
    assert world.consent is Consent.ASKED


async def test_pages_that_are_proposed_and_not_merged_yet_are_brought_up_to_date() -> None:
    order = await World(candidate=make_version()).carry_out(PUSH, consent=Consent.GIVEN)
    assert order is not None
    assert (order.flow, order.local_writer_only) == (FlowName.INCREMENTAL_UPDATE, False)


async def test_nobody_is_asked_with_a_few_pages_where_all_are_proposed_already() -> None:
    world = World(candidate=make_version())
    order = await world.carry_out(PUSH)
    assert order is not None
    assert (order.flow, order.local_writer_only) == (FlowName.FULL_GENERATION, True)
    merged = await world.carry_out(MERGED)
    assert merged is not None
    assert merged.flow is FlowName.INDEX_PAGES
    assert world.consent is Consent.GIVEN


async def test_the_configuration_of_the_default_branch_names_the_others() -> None:
    order = await World(configuration=BOTH).carry_out(RELEASE, consent=Consent.GIVEN)
    assert order is not None
    assert order.branch == "release/1"
    assert await World().carry_out(RELEASE, consent=Consent.GIVEN) is None


async def test_the_organisations_configuration_names_branches_too() -> None:
    world = World()
    defaults = BOTH.decode()
    order = await world.carry_out(RELEASE, consent=Consent.GIVEN, defaults=defaults)
    assert order is not None
    own = World(configuration=b"branches: [main]\n")
    assert await own.carry_out(RELEASE, consent=Consent.GIVEN, defaults=defaults) is None


async def test_people_are_asked_on_the_default_branch_first() -> None:
    assert await World(configuration=BOTH).carry_out(RELEASE) is None


async def test_a_broken_configuration_holds_every_other_branch_still() -> None:
    broken = World(configuration=BOTH + b"publish: much\n")
    assert await broken.carry_out(RELEASE, consent=Consent.GIVEN) is None
    assert await broken.carry_out(PUSH, consent=Consent.GIVEN) is not None


async def test_pages_that_a_broken_configuration_lets_nobody_write_are_refused_with_its_error() -> (
    None
):
    broken = World(configuration=b"publish: much\n")
    said = r"^Not done: The configuration of `main` is broken: .*publish.* Mend it"
    with pytest.raises(InputError, match=said):
        await broken.carry_out(ordered(Verb.REGENERATE))
    assert broken.consent is None
    assert await broken.carry_out(ordered(Verb.RESUME), consent=Consent.GIVEN) is not None
    repository = Repository(**SHOP.model_dump(), id=1)
    assert "is broken: " in await broken.planner.why_broken(repository)
    assert await World(configuration=BOTH).planner.why_broken(repository) == ""


@pytest.mark.parametrize(
    "still", [{"paused_by": "mona"}, {"archived": True}, {"suspended": True}], ids=str
)
async def test_a_repository_that_is_still_plans_nothing_by_itself(
    still: dict[str, object],
) -> None:
    world = World()
    for trigger in (PUSH, Installed(repository=SHOP), MERGED):
        assert await world.carry_out(trigger, consent=Consent.ASKED, **still) is None
    assert world.consent is Consent.GIVEN


async def test_an_order_goes_through_a_pause_and_names_who_gave_it() -> None:
    order = await World().carry_out(ordered(Verb.REGENERATE), paused_by="anna")
    assert order is not None
    assert (order.asked_by, order.local_writer_only) == ("mona", False)
    with pytest.raises(InputError, match="archived"):
        await World().carry_out(ordered(Verb.REGENERATE), archived=True)


async def test_a_repository_that_the_operator_does_not_name_gets_nothing() -> None:
    world = World(Terms(allow="guest/*"))
    assert await world.carry_out(Installed(repository=SHOP)) is None
    assert await world.carry_out(MERGED, consent=Consent.ASKED) is None
    with pytest.raises(InputError, match="has not let this repository begin"):
        await world.carry_out(ordered(Verb.REGENERATE))


async def test_the_repositories_of_one_delivery_begin_in_waves() -> None:
    world = World(Terms(wave=10, wave_s=60))
    delays = []
    for place in (0, 9, 10, 25):
        order = await world.carry_out(Installed(repository=SHOP, place=place))
        assert order is not None
        delays.append(order.settle)
    assert delays == [0, 0, 60, 120]
