"""A repository is renamed, archived, turned private; its default branch becomes another one."""

from pathlib import Path

from tests.e2e.shop import CART, DISCOUNTS, FILES, SHOP
from tests.e2e.town import Town, open_town


async def documented(town: Town) -> None:
    """Let the shop be documented and read."""
    await town.github.add_repository(SHOP, FILES)
    await town.github.install("octo", [SHOP])
    await town.quiet()
    [pull] = town.github.pulls(SHOP)
    await town.github.merge(SHOP, pull["number"])
    await town.quiet()


async def test_f34_a_renamed_repository_keeps_its_documentation_and_its_jobs(
    folder: Path, database_url: str
) -> None:
    async with open_town(folder, database_url) as town:
        await documented(town)
        [before] = await town.stores.housekeeping.after(0, 9)
        await town.github.rename(SHOP, "store")
        await town.quiet()
        [known] = await town.stores.housekeeping.after(0, 9)
        assert (known.id, known.full_name) == (before.id, "octo/store")
        assert known.url.endswith("/octo/store")
        assert await town.ask("octo/store", "Add up the prices of a cart")

        await town.github.push("octo/store", "main", {"shop/discounts.py": DISCOUNTS}, "Add")
        await town.quiet()
        [pull] = town.github.pulls("octo/store", "open")
        pages = town.github.files("octo/store", "autodoc/main")
        assert any(b"/octo/store/blob/" in text for text in pages.values())
        assert pull["base"]["ref"] == "main"


async def test_f34_a_repository_that_is_transferred_keeps_its_documentation(
    folder: Path, database_url: str
) -> None:
    async with open_town(folder, database_url) as town:
        await documented(town)
        [before] = await town.stores.housekeeping.after(0, 9)
        there = await town.github.install("acme", [])
        await town.github.add_to_installation(there.id, [SHOP])
        await town.github.transfer(SHOP, "acme")
        await town.quiet()
        [known] = await town.stores.housekeeping.after(0, 9)
        assert (known.id, known.full_name) == (before.id, "acme/shop")
        assert known.installation_id == there.id

        await town.github.push("acme/shop", "main", {"shop/discounts.py": DISCOUNTS}, "Add")
        await town.quiet()
        assert len(town.github.pulls("acme/shop", "open")) == 1


async def test_a_file_that_is_renamed_takes_its_citations_along(
    folder: Path, database_url: str
) -> None:
    async with open_town(folder, database_url) as town:
        await documented(town)
        moved = {"shop/cart.py": None, "shop/basket.py": CART}
        moved["shop/checkout.py"] = FILES["shop/checkout.py"].replace("shop.cart", "shop.basket")
        await town.github.push(SHOP, "main", moved, "Rename the cart's file")
        await town.quiet()
        [pull] = town.github.pulls(SHOP, "open")
        pages = town.github.files(SHOP, "autodoc/main")
        told = [text for path, text in pages.items() if path.endswith(".md")]
        head = town.github.head(SHOP)
        assert head is not None
        assert not any(f"blob/{head}/shop/cart.py".encode() in text for text in told)
        assert pull["number"] > 1


async def test_f35_an_archived_repository_is_left_alone_until_it_is_back(
    folder: Path, database_url: str
) -> None:
    async with open_town(folder, database_url) as town:
        await documented(town)
        await town.github.archive(SHOP)
        await town.quiet()
        [held] = await town.stores.housekeeping.after(0, 9)
        assert held.is_still == "The repository is archived."

        await town.github.archive(SHOP, archived=False)
        await town.quiet()
        [back] = await town.stores.housekeeping.after(0, 9)
        assert back.is_still == ""
        assert await town.jobs() == []


async def test_f35_a_repository_that_turns_private_is_known_to_be(
    folder: Path, database_url: str
) -> None:
    async with open_town(folder, database_url) as town:
        await documented(town)
        for private in (False, True):
            await town.github.set_private(SHOP, private=private)
            await town.quiet()
            [known] = await town.stores.housekeeping.after(0, 9)
            assert known.private is private


async def test_f53_another_default_branch_is_documented_instead(
    folder: Path, database_url: str
) -> None:
    async with open_town(folder, database_url) as town:
        await documented(town)
        await town.github.push(SHOP, "main", {"shop/discounts.py": DISCOUNTS}, "Add discounts")
        await town.quiet()
        [old] = town.github.pulls(SHOP, "open")
        await town.github.push(SHOP, "trunk", {"shop/discounts.py": DISCOUNTS}, "Branch off")
        await town.github.set_default_branch(SHOP, "trunk")
        await town.quiet()

        [new] = town.github.pulls(SHOP, "open")
        assert (old["base"]["ref"], new["base"]["ref"]) == ("main", "trunk")
        [closed] = [each for each in town.github.pulls(SHOP) if each["number"] == old["number"]]
        assert closed["state"] == "closed"
        assert "AutoDoc documents it instead of `main`" in closed["body"]
