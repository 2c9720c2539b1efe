from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import pytest

from app.domain.wiki.impact import StalePage, Version
from app.domain.wiki.record import Ack
from app.domain.work.command import Command, Verb
from app.domain.work.repository import Repository
from app.domain.work.trigger import Commanded
from app.errors import InputError
from app.jobs.commands.acknowledging import Acknowledging
from app.jobs.commands.answers import Asked, Outcome
from tests.fakes.work import SHOP

REPOSITORY = Repository(**SHOP.model_dump(), id=1)
HOME = StalePage(path="docs/autodoc/home.md", versions=(Version(key="a.py:f", digest="1"),))
OTHER = StalePage(path="web/docs/autodoc/home.md", versions=(Version(key="b.py:g", digest="2"),))
GONE = StalePage(path="docs/autodoc/old.md")


@dataclass
class World:
    stale: list[StalePage]
    said: dict[str, tuple[Ack, ...]] = field(default_factory=dict)
    judged_again: list[int] = field(default_factory=list)

    async def stale_in(self, repository: Repository, number: int) -> list[StalePage]:
        assert repository == REPOSITORY
        assert number == 7
        known = {ack.key for acks in self.said.values() for ack in acks}
        return [each for each in self.stale if {v.key for v in each.versions} - known]

    async def judge_again(self, repository: Repository, number: int) -> None:
        assert repository == REPOSITORY
        self.judged_again.append(number)

    async def add(self, repository_id: int, page: str, acks: Sequence[Ack]) -> None:
        assert repository_id == 1
        self.said[page] = (*self.said.get(page, ()), *acks)

    async def find(self, repository_id: int) -> Mapping[str, tuple[Ack, ...]]:
        assert repository_id == 1
        return self.said

    async def ack(self, page: str, reason: str = "it still holds") -> Outcome:
        order = Command(verb=Verb.ACK, argument=page, text=reason)
        said = Commanded(repository=SHOP, number=7, comment_id=9, sender="mona", order=order)
        return await Acknowledging(self, self).ack(Asked(REPOSITORY, said, order))


@pytest.mark.parametrize("named", ["home", "home.md", "docs/autodoc/home.md"])
async def test_word_for_a_stale_page_names_the_version_of_the_code_and_judges_again(
    named: str,
) -> None:
    world = World([HOME])
    told = await world.ack(named)
    assert world.said == {
        HOME.path: (Ack(key="a.py:f", digest="1", reason="it still holds", by="mona"),)
    }
    assert world.judged_again == [7]
    assert "`docs/autodoc/home.md` counts as true" in told.text


async def test_repeated_word_is_answered_the_same_and_kept_once() -> None:
    world = World([HOME])
    first = await world.ack("home")
    assert await world.ack("home") == first
    assert len(world.said[HOME.path]) == 1


@pytest.mark.parametrize(
    ("stale", "named", "why"),
    [
        ([], "home", "makes no page stale"),
        ([HOME], "api", r"not stale here. Stale are: `docs/autodoc/home.md`"),
        ([HOME, OTHER], "home", "Name one of these pages by its path"),
    ],
)
async def test_word_about_what_is_not_stale_here_is_refused_with_what_is(
    stale: list[StalePage], named: str, why: str
) -> None:
    world = World(stale)
    with pytest.raises(InputError, match=why):
        await world.ack(named)
    assert world.said == {}


async def test_two_pages_of_one_name_are_told_apart_by_their_paths() -> None:
    world = World([HOME, OTHER])
    await world.ack("web/docs/autodoc/home.md")
    assert list(world.said) == [OTHER.path]
