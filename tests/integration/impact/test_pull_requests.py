"""The check of a pull request: who is told what, once, and what a crash in between leaves."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pytest

from app.analysis.facts import MemoryFactCache
from app.domain.wiki.record import Ack
from app.domain.work.repository import Provider, Repository
from app.domain.work.trigger import Pressed, Proposed, Queued
from app.domain.work.update_cost import Terms
from app.errors import GitError, GitHubError, InputError, Unjudged
from app.github.client import GitHubClient
from app.github.connection import open_github
from app.impact.change import judge_change
from app.impact.order import Order, Report
from app.impact.pull_requests import PullRequestChecks
from app.jobs.commands.open_changes import OpenChanges
from tests.fake_github.fake import FakeGitHub
from tests.integration.git.repositories import git, make_repository
from tests.integration.github.conftest import QUICK, settings_for
from tests.integration.impact.wiki import OUTPUT, Said, add_page

NAME = "acme/shop"
CART = "def total(items, tax=0.2):\n    return sum(items) * (1 + tax)\n"
STALE = CART.replace(" * (1 + tax)", "")
ADDS = Said("The total adds 20 % tax.", "shop/cart.py", "total")
REQUIRE = "checks:\n  mode: require\n"
OURS = "autodoc/main"


@dataclass
class Judges:
    """Judges in this process; a test may make it wait or fail."""

    asked: list[str] = field(default_factory=list)
    begun: asyncio.Event = field(default_factory=asyncio.Event)
    failure: Exception | None = None
    go: asyncio.Event = field(default_factory=asyncio.Event)

    def __post_init__(self) -> None:
        self.go.set()

    async def judge(self, order: Order) -> Report:
        self.asked.append(order.head)
        self.begun.set()
        await self.go.wait()
        if self.failure is not None:
            raise self.failure
        return await judge_change(order, MemoryFactCache())


@dataclass
class Acks:
    said: dict[str, tuple[Ack, ...]] = field(default_factory=dict)

    async def find(self, _repository_id: int) -> Mapping[str, tuple[Ack, ...]]:
        return self.said


@dataclass
class Scene:
    fake: FakeGitHub
    repository: Repository
    checks: PullRequestChecks
    judges: Judges
    acks: Acks
    client: GitHubClient

    async def propose(
        self, text: str = STALE, branch: str = "side", author: str = "octocat"
    ) -> int:
        await self.fake.push(NAME, branch, {"shop/cart.py": text})
        return await self.fake.open_pull_request(NAME, branch, author=author)

    async def propose_pages(self) -> int:
        """Open the documentation pull request, as AutoDoc does."""
        await self.fake.push(NAME, OURS, {"docs/autodoc/new.md": "# New\n"})
        return await self.fake.open_pull_request(NAME, OURS, author="autodoc[bot]")

    async def check(self, number: int) -> None:
        await self.checks(self.repository, self.proposed(number))

    def proposed(self, number: int, head: str = "side") -> Proposed:
        return Proposed(
            repository=self.repository,
            number=number,
            base="main",
            base_commit="",
            head=head,
            head_commit="",
        )

    def runs(self, branch: str = "side") -> list[dict[str, Any]]:
        head = self.fake.head(NAME, branch)
        return [each for each in self.fake.check_runs(NAME) if each["head_sha"] == head]

    def conclusion(self, branch: str = "side") -> str:
        [run] = self.runs(branch)
        assert run["status"] == "completed"
        return str(run["conclusion"])

    def comments(self, number: int) -> list[str]:
        return [each["body"] for each in self.fake.comments(NAME, number)]


@pytest.fixture
def pages(tmp_path: Path) -> dict[str, str | bytes | None]:
    """The files of a documented shop."""
    repository = make_repository(tmp_path / "shop", {"shop/cart.py": CART})
    add_page(repository, "cart.md", [ADDS])
    names = git(repository, "ls-files").splitlines()
    return {name: (repository / name).read_bytes() for name in names}


@pytest.fixture
async def scene(tmp_path: Path, pages: dict[str, str | bytes | None]) -> AsyncIterator[Scene]:
    async with FakeGitHub.start(tmp_path / "github") as fake:
        known = await fake.add_repository(NAME, pages)
        installation = await fake.install("acme")
        repository = Repository(
            id=1,
            provider=Provider.GITHUB,
            external_id=str(known.id),
            full_name=NAME,
            url=f"{fake.url}/{NAME}",
            default_branch="main",
            installation_id=installation.id,
        )
        mirror = known.git.path

        async def bring(_repository: Repository, _refs: tuple[str, ...]) -> Path:
            return mirror

        judges, acks = Judges(), Acks()
        async with open_github(settings_for(fake), QUICK) as github:
            checks = PullRequestChecks(github.client, bring, judges, acks, Terms(), patience_s=0.1)
            yield Scene(fake, repository, checks, judges, acks, github.client)
        fake.assert_clean()


async def test_a_check_is_neutral_unless_the_configuration_requires_true_pages(
    scene: Scene,
) -> None:
    number = await scene.propose()
    await scene.check(number)
    assert scene.conclusion() == "neutral"

    await scene.fake.push(NAME, "main", {".autodoc.yaml": REQUIRE})
    await scene.check(number)
    assert scene.conclusion() == "failure"

    [page] = await scene.checks.stale_in(scene.repository, number)
    word = tuple(Ack(key=e.key, digest=e.digest, reason="so be it") for e in page.versions)
    scene.acks.said[page.path] = word
    await scene.checks.judge_again(scene.repository, number)
    newest = max(scene.runs(), key=lambda run: run["id"])
    assert newest["conclusion"] == "success"
    [comment] = scene.comments(number)
    assert "acknowledged: so be it" in comment


async def test_configuration_comes_from_the_base_and_never_from_the_head(scene: Scene) -> None:
    await scene.fake.push(NAME, "side", {".autodoc.yaml": "checks:\n  mode: off\n"})
    number = await scene.propose()
    await scene.check(number)

    assert scene.conclusion() == "neutral"
    assert "out of sight" in scene.runs()[0]["output"]["summary"]


@pytest.mark.parametrize("fault", ["before", "after"])
@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", r"/pulls/\d+$"),
        ("GET", "/check-runs"),
        ("POST", "/check-runs"),
        ("GET", r"/issues/\d+/comments"),
        ("POST", r"/issues/\d+/comments"),
    ],
)
async def test_a_crash_between_two_effects_leaves_one_check_and_one_comment(
    scene: Scene, method: str, path: str, fault: str
) -> None:
    number = await scene.propose()
    scene.fake.fail_next(method, path, status=502, times=2, applied=fault == "after")
    for _ in range(3):
        try:
            await scene.check(number)
        except GitHubError:
            continue

    assert scene.conclusion() == "neutral"
    assert len(scene.comments(number)) == 1


async def test_f38_without_the_permission_for_checks_the_comment_says_it(scene: Scene) -> None:
    permissions = {k: v for k, v in scene.fake.app.permissions.items() if k != "checks"}
    await scene.fake.set_permissions(scene.repository.installation_id or 0, permissions)
    number = await scene.propose()
    await scene.check(number)

    assert scene.runs() == []
    [comment] = scene.comments(number)
    assert "becomes stale" in comment


async def test_a_locked_conversation_keeps_no_check_away(scene: Scene) -> None:
    number = await scene.propose()
    await scene.fake.lock(NAME, number)
    await scene.check(number)

    assert scene.conclusion() == "neutral"
    assert scene.comments(number) == []


async def test_of_many_events_for_one_pull_request_only_the_last_is_told(scene: Scene) -> None:
    number = await scene.propose()
    scene.judges.go.clear()
    async with asyncio.TaskGroup() as group:
        first = group.create_task(scene.check(number))
        await scene.judges.begun.wait()
        await asyncio.sleep(0.3)  # longer than its patience: the check says that it is under way
        await scene.fake.push(NAME, "side", {"shop/cart.py": CART + "x = 1\n"})
        for _ in range(4):
            group.create_task(scene.check(number))
        await asyncio.sleep(0)
        scene.judges.go.set()
        await first

    assert len(scene.judges.asked) == 2
    assert scene.conclusion() == "success"
    assert scene.comments(number) == []
    ended = [each["status"] for each in scene.fake.check_runs(NAME)]
    assert ended == ["completed", "completed"]


async def test_what_cannot_be_judged_passes_unless_it_is_required(scene: Scene) -> None:
    number = await scene.propose()
    scene.judges.failure = Unjudged("Judging this change took longer than 1 s.")
    await scene.check(number)
    assert scene.conclusion() == "neutral"

    await scene.fake.push(NAME, "main", {".autodoc.yaml": REQUIRE})
    await scene.check(number)
    assert scene.conclusion() == "failure"
    assert "took longer" in scene.runs()[0]["output"]["summary"]


async def test_a_commit_that_git_cannot_fetch_neither_passes_nor_fails_until_it_can(
    scene: Scene,
) -> None:
    number = await scene.propose()

    async def refuse(_repository: Repository, _refs: tuple[str, ...]) -> Path:
        raise GitError("git fetch: bad object")

    failing = replace(scene.checks, bring=refuse)
    for _ in range(2):
        with pytest.raises(GitError):
            await failing.judge_again(scene.repository, number)
    [run] = scene.runs()
    assert (run["status"], run.get("conclusion")) == ("queued", None)

    await scene.check(number)
    assert scene.conclusion() == "neutral"


async def test_a_closed_pull_request_and_a_branch_without_pages_are_left_alone(
    scene: Scene,
) -> None:
    number = await scene.propose()
    await scene.fake.push(NAME, "bare", {f"{OUTPUT}/.autodoc/cart.json": None})
    await scene.fake.push(NAME, "topic", {"shop/cart.py": STALE})
    other = await scene.fake.open_pull_request(NAME, "topic", "bare")
    await scene.fake.close(NAME, number)
    for each in (number, other):
        await scene.check(each)
        with pytest.raises(InputError):
            await scene.checks.stale_in(scene.repository, each)

    assert scene.fake.check_runs(NAME) == []


@pytest.mark.parametrize(
    ("configuration", "expected"), [("", []), (REQUIRE, [("neutral", "Not judged")])]
)
async def test_a_paused_repository_is_silent_unless_a_check_would_be_missed(
    scene: Scene,
    configuration: str,
    expected: list[tuple[str, str]],
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level("INFO", "app.impact")
    await scene.fake.push(NAME, "main", {".autodoc.yaml": configuration})
    number = await scene.propose()
    paused = scene.repository.model_copy(update={"paused_by": "mona"})
    await scene.checks.judge_again(paused, number)

    told = [(each["conclusion"], each["output"]["title"]) for each in scene.runs()]
    assert told == expected
    assert "judged" not in caplog.text


async def test_what_was_opened_while_autodoc_was_paused_is_judged_when_it_goes_on(
    scene: Scene,
) -> None:
    await scene.fake.push(NAME, "main", {".autodoc.yaml": REQUIRE})
    number = await scene.propose()
    await scene.checks.judge_again(
        scene.repository.model_copy(update={"paused_by": "mona"}), number
    )
    await scene.fake.push(NAME, "other", {"shop/cart.py": f"{STALE}\n"})
    await scene.fake.open_pull_request(NAME, "other")
    changes = OpenChanges(scene.client, scene.checks)
    for _ in range(2):
        await changes.judge(scene.repository)

    assert (scene.conclusion(), scene.conclusion("other")) == ("failure", "failure")


async def test_our_own_pull_request_passes_without_being_judged(scene: Scene) -> None:
    await scene.check(await scene.propose_pages())

    assert scene.conclusion(OURS) == "success"
    assert scene.judges.asked == []


async def test_code_that_a_person_pushes_to_our_branch_is_judged(scene: Scene) -> None:
    number = await scene.propose_pages()
    await scene.fake.push(NAME, OURS, {"shop/cart.py": STALE})
    await scene.check(number)

    assert scene.conclusion(OURS) == "neutral"
    assert len(scene.judges.asked) == 1


async def test_nobody_gets_around_a_check_by_a_branch_that_is_called_like_ours(
    scene: Scene,
) -> None:
    await scene.check(await scene.propose(branch="autodoc/main"))

    assert scene.conclusion("autodoc/main") == "neutral"
    assert len(scene.judges.asked) == 1


async def test_a_group_of_a_merge_queue_is_judged_without_a_comment(scene: Scene) -> None:
    number = await scene.propose()
    base = scene.fake.head(NAME) or ""
    head = await scene.fake.enqueue(NAME, number)
    queued = Queued(repository=scene.repository, base="main", base_commit=base, head_commit=head)
    await scene.checks(scene.repository, queued)

    [run] = [each for each in scene.fake.check_runs(NAME) if each["head_sha"] == head]
    assert (run["conclusion"], run["external_id"]) == ("neutral", "impact:queue:main")
    assert scene.comments(number) == []


@pytest.mark.parametrize("action", ["", "check-again"])
async def test_a_check_that_is_asked_for_again_is_judged_anew(scene: Scene, action: str) -> None:
    number = await scene.propose()
    await scene.check(number)
    [run] = scene.runs()
    await scene.fake.push(NAME, "main", {".autodoc.yaml": REQUIRE})
    pressed = Pressed(
        repository=scene.repository,
        check_run_id=run["id"],
        name=run["name"],
        external_id=run["external_id"],
        head_commit=run["head_sha"],
        action=action,
        sender="mona",
    )
    await scene.checks.again(scene.repository, pressed)

    assert scene.conclusion() == "failure"
