from dataclasses import dataclass, field

import pytest

from app.domain.work.command import Command, Verb
from app.domain.work.job import Job
from app.domain.work.repository import Consent, Repository
from app.domain.work.trigger import Commanded
from app.errors import GitHubError, InputError
from app.jobs.commands.answers import Asked
from app.jobs.commands.holding import Head, Holding
from tests.fakes.work import SHOP


@dataclass
class World:
    repository: Repository = field(default_factory=lambda: Repository(**SHOP.model_dump(), id=1))
    seen: list[str] = field(default_factory=list)
    fault: GitHubError | None = None

    async def set_paused(self, repository_id: int, login: str) -> None:
        assert repository_id == 1
        self.repository = self.repository.model_copy(update={"paused_by": login})

    async def carry_out(self, repository: Repository, said: Commanded) -> Job | None:
        assert isinstance(said.order, Command)
        if self.fault is not None:
            raise self.fault
        self.seen.append(f"{said.order.verb} while paused by {repository.paused_by or 'nobody'}")
        return None

    async def judge(
        self, repository: Repository, known: frozenset[Head] = frozenset()
    ) -> frozenset[Head]:
        assert repository.is_still == ""
        paused = self.repository.paused_by or "nobody"
        self.seen.append(f"judge while paused by {paused}, known {len(known)}")
        return known | {(7, "a")}

    async def say(self, verb: Verb, who: str = "mona") -> str:
        order = Command(verb=verb)
        said = Commanded(repository=SHOP, number=7, comment_id=9, sender=who, order=order)
        asked = Asked(self.repository, said, order)
        holding = Holding(self, self.carry_out, self)
        return (await (holding.pause if verb is Verb.PAUSE else holding.resume)(asked)).text


async def test_pause_lasts_until_somebody_resumes_and_catches_up() -> None:
    world = World()
    first = await world.say(Verb.PAUSE)
    assert world.repository.is_still.startswith("mona paused AutoDoc")
    # The same command, delivered once more.
    assert await world.say(Verb.PAUSE) == first
    assert "`mona` has paused AutoDoc here already" in await world.say(Verb.PAUSE, "anna")
    assert world.repository.paused_by == "mona"

    assert "AutoDoc goes on" in await world.say(Verb.RESUME, "anna")
    assert world.repository.is_still == ""
    # Nothing that a crash in between or an event meanwhile could leave out.
    assert world.seen == [
        "resume while paused by nobody",
        "judge while paused by mona, known 0",
        "judge while paused by nobody, known 1",
    ]


async def test_resuming_that_fails_on_its_way_is_done_when_it_comes_back() -> None:
    world = World()
    await world.say(Verb.PAUSE)
    world.fault = GitHubError("GitHub answered 502.", 502)
    with pytest.raises(GitHubError):
        await world.say(Verb.RESUME)
    world.fault = None
    assert "AutoDoc goes on" in await world.say(Verb.RESUME)
    assert world.repository.is_still == ""


async def test_nothing_is_resumed_that_is_not_held() -> None:
    world = World()
    with pytest.raises(InputError, match="not paused"):
        await world.say(Verb.RESUME)
    world.repository = world.repository.model_copy(update={"consent": Consent.DECLINED})
    assert "AutoDoc goes on" in await world.say(Verb.RESUME)
