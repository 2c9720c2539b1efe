"""Pushes after the first merge: what a change made false is proposed, and nothing else is done."""

from pathlib import Path

import pytest

from app.domain.code.verdict import Verdict
from tests.e2e.shop import CART, SHOP
from tests.e2e.test_living_pull_request import BRANCH, document
from tests.e2e.town import Town, open_town

pytestmark = pytest.mark.slow
REWORDED = CART.replace("Holds what a customer wants to buy", "Holds what a customer buys")
OUTPUT = "docs/autodoc"


async def merged(town: Town) -> None:
    """Document the shop and merge the pages."""
    number = await document(town)
    await town.github.merge(SHOP, number)
    await town.quiet()


async def marks(town: Town) -> dict[str, list[Verdict]]:
    """Give the verdicts that readers are told of, but for places, by page."""
    [hit] = await town.reader.find_repository("shop")
    repository = await town.stores.repositories.find_by_url(hit.url)
    assert repository is not None
    found = await town.stores.verdicts.find(repository.id, "main")
    told: dict[str, list[Verdict]] = {
        each.page: [one.verdict for one in each.sections if one.verdict is not Verdict.RELOCATED]
        for each in found.values()
    }
    return {page: verdicts for page, verdicts in told.items() if verdicts}


def changed(town: Town) -> set[str]:
    """List what the branch of the pull request has otherwise than the documented one."""
    ours, base = town.github.files(SHOP, BRANCH), town.github.files(SHOP, "main")
    return {path for path in ours.keys() | base.keys() if ours.get(path) != base.get(path)}


async def test_a_push_proposes_the_pages_it_made_false_and_readers_are_told_until_the_merge(
    folder: Path, database_url: str
) -> None:
    async with open_town(folder, database_url) as town:
        await merged(town)
        assert await marks(town) == {}
        runs = town.engine.begun("process_scope")

        await town.github.push(SHOP, "main", {"shop/cart.py": REWORDED})
        await town.quiet()

        assert town.engine.begun("process_scope") == runs
        [pull] = [each for each in town.github.pulls(SHOP) if each["state"] == "open"]
        pages = {path for path in changed(town) if path.endswith(".md")}
        assert pages == {f"{OUTPUT}/subsystems/shop.md"}
        assert set(await marks(town)) == {"subsystems/shop.md"}

        await town.github.merge(SHOP, pull["number"])
        await town.quiet()
        assert await marks(town) == {}


async def test_a_push_of_comments_and_layout_proposes_nothing(
    folder: Path, database_url: str
) -> None:
    async with open_town(folder, database_url) as town:
        await merged(town)
        await town.github.push(SHOP, "main", {"shop/cart.py": f"# A note.\n\n\n{CART}"})
        await town.quiet()
        assert town.engine.begun("incremental_update") == 1
        assert not [each for each in town.github.pulls(SHOP) if each["state"] == "open"]
        assert await marks(town) == {}


async def test_more_files_than_github_lists_are_no_reason_to_write_everything(
    folder: Path, database_url: str
) -> None:
    async with open_town(folder, database_url) as town:
        await merged(town)
        many = {f"data/{number}.txt": f"{number}\n" for number in range(310)}
        runs = town.engine.begun("full_generation")
        await town.github.push(SHOP, "main", {**many, "shop/cart.py": REWORDED})
        await town.quiet()
        assert town.engine.begun("full_generation") == runs
        pages = {path for path in changed(town) if path.endswith(".md")}
        assert pages == {f"{OUTPUT}/subsystems/shop.md"}


async def test_a_forced_push_to_other_history_costs_what_is_different(
    folder: Path, database_url: str
) -> None:
    async with open_town(folder, database_url) as town:
        await merged(town)
        runs = town.engine.begun("full_generation")
        other = await town.github.push(SHOP, "other", {"shop/cart.py": REWORDED})
        renamed = CART.replace("a customer", "a client")
        await town.github.push(SHOP, "main", {"shop/cart.py": renamed})
        await town.quiet()
        assert b"a client" in b"".join(town.github.files(SHOP, BRANCH).values())

        await town.github.force_push(SHOP, "main", other)
        await town.quiet()

        assert town.engine.begun("full_generation") == runs
        assert town.engine.begun("incremental_update") == 2
        page = town.github.files(SHOP, BRANCH)[f"{OUTPUT}/subsystems/shop.md"]
        assert b"what a customer buys" in page
        assert b"a client" not in page
