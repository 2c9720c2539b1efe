"""What deliveries lead to: one pull request, however often and in whatever order they come."""

from pathlib import Path

from tests.e2e.shop import DISCOUNTS, FILES, SHOP
from tests.e2e.town import Town, open_town

BRANCH = "autodoc/main"


async def document(town: Town) -> int:
    """Install the App on the shop and return the number of its first pull request."""
    await town.github.add_repository(SHOP, FILES)
    await town.github.install("octo", [SHOP])
    await town.quiet()
    [pull] = town.github.pulls(SHOP)
    number: int = pull["number"]
    return number


async def test_merged_pages_answer_and_what_people_wrote_in_them_counts(
    folder: Path, database_url: str
) -> None:
    async with open_town(folder, database_url) as town:
        number = await document(town)
        note = "# Returns\n\nGoods can be returned within ninety days at the red counter.\n"
        await town.github.push(SHOP, BRANCH, {"docs/autodoc/returns.md": note}, "Add a page")
        await town.github.merge(SHOP, number, "squash")
        await town.quiet()
        hits = await town.ask(SHOP, "Where can goods be returned?")
        assert hits[0].page == "returns.md"
        assert (await town.ask(SHOP, "Add up the prices of a cart"))[0].commit == (
            town.github.head(SHOP)
        )


async def test_redelivery_makes_no_second_pull_request(folder: Path, database_url: str) -> None:
    async with open_town(folder, database_url) as town:
        await document(town)
        head = town.github.head(SHOP, BRANCH)
        for delivery in list(town.github.deliveries):
            await town.github.redeliver(delivery.guid)
        await town.quiet()
        assert len(town.github.pulls(SHOP)) == 1
        assert town.github.head(SHOP, BRANCH) == head


async def test_second_push_updates_the_same_pull_request_by_a_commit(
    folder: Path, database_url: str
) -> None:
    async with open_town(folder, database_url) as town:
        number = await document(town)
        before = town.github.head(SHOP, BRANCH)
        await town.github.push(SHOP, "main", {"shop/discounts.py": DISCOUNTS})
        await town.quiet()
        [pull] = town.github.pulls(SHOP)
        history = [commit["sha"] for commit in town.github.commits(SHOP, BRANCH)]
        assert pull["number"] == number
        assert before in history
        assert history[0] != before


async def test_two_pushes_in_a_row_make_one_run(folder: Path, database_url: str) -> None:
    async with open_town(folder, database_url) as town:
        await document(town)
        await town.github.push(SHOP, "main", {"shop/discounts.py": DISCOUNTS})
        await town.github.push(SHOP, "main", {"shop/returns.py": '"""Returns."""\n'})
        before = town.engine.begun("full_generation") + town.engine.begun("incremental_update")
        await town.quiet()
        after = town.engine.begun("full_generation") + town.engine.begun("incremental_update")
        documented = b"".join(town.github.files(SHOP, BRANCH).values())
        assert after - before == 1
        assert b"discounts.py" in documented
        assert b"returns.py" in documented


async def test_pull_request_that_a_person_closed_is_not_opened_again(
    folder: Path, database_url: str
) -> None:
    async with open_town(folder, database_url) as town:
        number = await document(town)
        await town.github.close(SHOP, number)
        await town.github.push(SHOP, "main", {"NOTES.txt": "nothing that is documented\n"})
        await town.quiet()
        assert [pull["state"] for pull in town.github.pulls(SHOP)] == ["closed"]


async def test_push_of_the_merge_itself_proposes_nothing_new(
    folder: Path, database_url: str
) -> None:
    async with open_town(folder, database_url) as town:
        number = await document(town)
        await town.github.merge(SHOP, number)
        await town.quiet()
        assert [pull["state"] for pull in town.github.pulls(SHOP)] == ["closed"]


async def test_scopes_of_a_repository_are_proposed_together_and_answer_together(
    folder: Path, database_url: str
) -> None:
    async with open_town(folder, database_url) as town:
        ledger = '"""Keeps the ledger."""\n\n\ndef book_sale() -> None:\n    """Book a sale."""\n'
        await town.github.add_repository(
            SHOP,
            {**FILES, "ledger/.autodoc.yaml": "output: pages\n", "ledger/ledger.py": ledger},
        )
        await town.github.install("octo", [SHOP])
        await town.quiet()
        [pull] = town.github.pulls(SHOP)
        assert not [each for each in town.github.files(SHOP, BRANCH) if each.startswith("docs/")]

        await town.github.push(SHOP, "main", {".autodoc.yaml": "output: docs/autodoc\n"})
        await town.quiet()
        [pull] = town.github.pulls(SHOP)
        proposed = town.github.files(SHOP, BRANCH)
        for output in ("ledger/pages", "docs/autodoc"):
            assert [each for each in proposed if each.startswith(f"{output}/.autodoc/")]
        assert b"book_sale" not in b"".join(
            data for path, data in proposed.items() if path.startswith("docs/autodoc/")
        )

        await town.github.merge(SHOP, pull["number"], "squash")
        await town.quiet()
        assert (await town.ask(SHOP, "Book a sale into the ledger"))[0].page.startswith("ledger/")
        assert (await town.ask(SHOP, "Add up the prices of a cart"))[0].page == "reference/shop.md"
