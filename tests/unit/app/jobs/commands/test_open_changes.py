import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from app.domain.work.repository import Repository
from app.errors import GitHubError, Unjudged
from app.jobs.commands.open_changes import MOST_AT_ONCE, OpenChanges
from tests.fakes.work import SHOP

SHOP_NOW = Repository(**SHOP.model_dump(), id=1)


class Pull(NamedTuple):
    number: int
    head_sha: str


@dataclass
class World:
    pulls: Sequence[Pull] = (Pull(1, "a"), Pull(2, "b"), Pull(3, "c"))
    fault: GitHubError | None = None
    broken: frozenset[int] = frozenset()
    slow: frozenset[int] = frozenset()
    judged: list[int] = field(default_factory=list)
    running: int = 0
    most: int = 0

    async def open_pulls(self, _repository: Repository) -> Sequence[Pull]:
        if self.fault is not None:
            raise self.fault
        return self.pulls

    async def judge_again(self, _repository: Repository, number: int) -> None:
        self.running += 1
        self.most = max(self.most, self.running)
        await asyncio.sleep(60 if number in self.slow else 0)
        self.running -= 1
        if number in self.broken:
            raise Unjudged("It takes too much.")
        self.judged.append(number)


async def test_one_that_cannot_be_judged_keeps_no_other_from_it_and_is_tried_again() -> None:
    world = World(broken=frozenset({2}))
    changes = OpenChanges(world, world)
    first = await changes.judge(SHOP_NOW)
    assert first == {(1, "a"), (3, "c")}

    world.broken = frozenset()
    world.pulls = (Pull(1, "new"), *world.pulls[1:])
    await changes.judge(SHOP_NOW, first)
    assert world.judged == [1, 3, 1, 2]


async def test_what_takes_too_long_is_left_and_only_a_few_run_at_once() -> None:
    pulls = [Pull(number, "a") for number in range(20)]
    world = World(pulls=pulls, slow=frozenset({5}))
    done = await OpenChanges(world, world, patience_s=0.2).judge(SHOP_NOW)

    assert len(done) == 19
    assert world.most == MOST_AT_ONCE


async def test_a_list_that_cannot_be_read_fails_nothing() -> None:
    world = World(fault=GitHubError("GitHub answered 502.", 502))
    assert await OpenChanges(world, world).judge(SHOP_NOW) == frozenset()
