from collections.abc import Sequence
from dataclasses import dataclass, field

import pytest

from app.domain.work.command import Command, Verb
from app.domain.work.job import FlowName, Job
from app.domain.work.repository import Repository
from app.domain.work.trigger import (
    Closed,
    Commanded,
    Installed,
    Planned,
    Pressed,
    Proposed,
    Push,
    Queued,
    Trigger,
    Uninstalled,
)
from app.errors import GitHubError, NotFound
from app.jobs.intake import Intake
from app.jobs.planner import Planner, Terms
from tests.fakes.work import (
    DOCUMENTED,
    HEAD,
    SHOP,
    Compared,
    FakeCommits,
    MemoryJobs,
    MemoryRepositories,
    MemoryVersions,
    make_version,
    use_cases,
)

HELP = Command(verb=Verb.HELP)
PUSH = Push(repository=SHOP, branch="main", before="0" * 40, after="c" * 40)
MERGED = Closed(repository=SHOP, number=7, branch="main", head="autodoc/main", merged=True)


@dataclass
class World:
    commits: FakeCommits = field(default_factory=FakeCommits)
    versions: MemoryVersions = field(default_factory=MemoryVersions)
    jobs: MemoryJobs = field(default_factory=MemoryJobs)
    repositories: MemoryRepositories = field(default_factory=MemoryRepositories)
    terms: Terms = field(default_factory=lambda: Terms(samples=False))
    obeyed: list[list[int]] = field(default_factory=list)
    ordered: list[str] = field(default_factory=list)

    seen: list[str] = field(default_factory=list)

    def planner(self) -> Planner:
        ordered = self.ordered
        return Planner(
            self.versions,
            self.commits,
            self.jobs,
            self.repositories,
            lambda _: ordered.append("ordered"),
            self.terms,
        )

    async def carry_out(self, trigger: Planned) -> Job | None:
        return await self.planner().carry_out(Repository(**SHOP.model_dump(), id=1), trigger)

    async def take_in(self, *triggers: Trigger) -> list[Job]:

        async def obey(repository: Repository, commands: Sequence[Commanded]) -> None:
            assert repository.id
            self.obeyed.append([each.comment_id for each in commands])

        uses = use_cases(self.planner().carry_out, obey, self.seen)
        await Intake(self.repositories, self.commits, uses).take_in(triggers)
        return list(self.jobs.rows.values())


def install(name: str, branch: str = "") -> Installed:
    changes = {"full_name": name, "external_id": name, "default_branch": branch}
    return Installed(repository=SHOP.model_copy(update=changes))


def order(comment: int, command: Command = HELP) -> Commanded:
    return Commanded(repository=SHOP, number=7, comment_id=comment, sender="mona", order=command)


async def test_the_first_push_becomes_a_full_job_and_the_scheduler_is_told() -> None:
    world = World()
    (job,) = await world.take_in(PUSH)
    assert (job.flow, job.branch) == (FlowName.FULL_GENERATION, "main")
    assert world.ordered == ["ordered"]
    assert world.commits.compared == []


async def test_a_push_is_compared_from_the_documented_commit_to_the_head_as_it_is_now() -> None:
    world = World(versions=MemoryVersions(shown=make_version()))
    (job,) = await world.take_in(PUSH)
    assert job.flow is FlowName.INCREMENTAL_UPDATE
    assert world.commits.compared == [(DOCUMENTED, HEAD)]


async def test_a_newer_candidate_is_what_a_push_is_compared_with() -> None:
    versions = MemoryVersions(newest=make_version("d" * 40), shown=make_version())
    world = World(
        FakeCommits(comparison=Compared(paths=frozenset({"docs/autodoc/a.md"}))), versions
    )
    (job,) = await world.take_in(PUSH)
    assert job.flow is FlowName.INDEX_PAGES
    assert world.commits.compared == [("d" * 40, HEAD)]


async def test_a_push_to_a_branch_that_is_gone_by_now_starts_nothing() -> None:
    world = World(FakeCommits(head=None), MemoryVersions(shown=make_version()))
    assert await world.take_in(PUSH) == []
    assert world.ordered == []


async def test_two_pushes_in_a_row_make_one_job() -> None:
    assert len(await World().take_in(PUSH, PUSH)) == 1


async def test_the_merge_of_our_pull_request_and_its_push_make_one_index_job() -> None:
    comparison = Compared(paths=frozenset({"docs/autodoc/home.md"}))
    world = World(FakeCommits(comparison=comparison), MemoryVersions(newest=make_version()))
    (job,) = await world.take_in(MERGED, PUSH)
    assert job.flow is FlowName.INDEX_PAGES


async def test_the_default_branch_of_an_installed_repository_is_asked_for() -> None:
    (job,) = await World().take_in(install("octo/shop"))
    assert (job.branch, job.local_writer_only) == ("trunk", True)


async def test_one_repository_that_fails_keeps_no_other_from_its_job() -> None:
    world = World(FakeCommits(errors={"octo/a": GitHubError("GitHub answered 502", 502)}))
    with pytest.raises(GitHubError, match="502"):
        await world.take_in(install("octo/a"), install("octo/b"))
    assert len(world.jobs.rows) == 1


async def test_an_error_that_time_heals_speaks_for_the_others() -> None:
    final = NotFound("gone")
    errors: dict[str, Exception] = {"octo/a": final, "octo/b": GitHubError("later", 502)}
    with pytest.raises(GitHubError, match="later"):
        await World(FakeCommits(errors=errors)).take_in(install("octo/a"), install("octo/b"))


async def test_the_orders_of_one_comment_are_answered_together() -> None:
    world = World()
    await world.take_in(order(1), order(1), order(2))
    assert world.obeyed == [[1, 1], [2]]
    assert world.jobs.rows == {}


async def test_a_page_of_the_newest_version_is_regenerated_alone() -> None:
    world = World(versions=MemoryVersions(newest=make_version(pages=("home", "api"))))
    asked = Command(verb=Verb.REGENERATE, argument="api", pages=("api",))
    job = await world.carry_out(order(1, asked))
    assert job is not None
    assert (job.flow, job.pages) == (FlowName.INCREMENTAL_UPDATE, ("api",))
    assert (job.fresh, job.asked_by) == (True, "mona")


async def test_a_comment_that_comes_in_again_after_its_job_ended_starts_no_other() -> None:
    world = World()
    command = order(1, Command(verb=Verb.REGENERATE))
    job = await world.carry_out(command)
    assert job is not None
    running = await world.jobs.promote(60)
    assert running is not None
    await world.jobs.finish(job.id, running.fence, "documented")

    again = await world.carry_out(command)

    assert again is not None
    assert again.id == job.id
    assert len(world.jobs.rows) == 1


async def test_two_orders_of_one_comment_are_two_orders() -> None:
    world = World(versions=MemoryVersions(newest=make_version(pages=("home", "api"))))
    for page in ("home", "api"):
        await world.carry_out(order(1, Command(verb=Verb.REGENERATE, argument=page)))
    assert len(world.jobs.causes) == 2


async def test_each_kind_of_trigger_reaches_its_own_use_case() -> None:
    world = World()
    base, head = "a" * 40, "b" * 40
    queued = Queued(repository=SHOP, base="main", base_commit=base, head_commit=head)
    proposed = Proposed(number=3, head="feature", **queued.model_dump(exclude={"kind"}))
    pressed = Pressed(
        repository=SHOP,
        check_run_id=1,
        name="AutoDoc",
        external_id="",
        head_commit="b" * 40,
        action="",
        sender="mona",
    )
    await world.take_in(
        proposed,
        proposed.model_copy(update={"head": "autodoc/main"}),
        queued,
        pressed,
        Uninstalled(installation_id=1),
    )
    assert world.seen == [
        "octo/shop proposed",
        "octo/shop proposed",
        "octo/shop queued",
        "octo/shop pressed",
        "uninstalled",
    ]


async def test_where_the_operator_lets_nothing_begin_only_orders_are_answered() -> None:
    world = World()
    base, head = "a" * 40, "b" * 40
    queued = Queued(repository=SHOP, base="main", base_commit=base, head_commit=head)

    async def obey(repository: Repository, commands: Sequence[Commanded]) -> None:
        world.obeyed.append([each.comment_id for each in commands])
        assert repository.full_name == "octo/shop"

    uses = use_cases(world.planner().carry_out, obey, world.seen)
    await Intake(world.repositories, world.commits, uses, "guest/*").take_in((queued, order(1)))
    assert (world.seen, world.obeyed) == ([], [[1]])
