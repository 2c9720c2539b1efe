"""An installation is suspended for a while: nothing is lost, nothing is done meanwhile."""

from pathlib import Path

from tests.e2e.shop import DISCOUNTS, FILES, SHOP
from tests.e2e.town import Town, open_town


async def documented(town: Town) -> int:
    """Let the shop be documented and read; give the installation."""
    await town.github.add_repository(SHOP, FILES)
    installation = await town.github.install("octo", [SHOP])
    await town.quiet()
    [pull] = town.github.pulls(SHOP)
    await town.github.merge(SHOP, pull["number"])
    await town.quiet()
    return installation.id


async def test_f36_what_was_pushed_during_a_suspension_is_made_up_for(
    folder: Path, database_url: str
) -> None:
    async with open_town(folder, database_url) as town:
        installation = await documented(town)
        await town.github.suspend(installation)
        await town.quiet()
        [held] = await town.stores.housekeeping.after(0, 9)
        assert held.is_still == "The installation of AutoDoc is suspended."
        # GitHub tells nobody of this push.
        await town.github.push(SHOP, "main", {"shop/discounts.py": DISCOUNTS}, "Add discounts")
        await town.quiet()
        assert town.github.pulls(SHOP, "open") == []
        # Whoever reads goes on.
        assert await town.ask(SHOP, "Add up the prices of a cart")

        await town.github.suspend(installation, suspended=False)
        await town.quiet()
        [again] = await town.stores.housekeeping.after(0, 9)
        assert (again.id, again.is_still) == (held.id, "")
        assert len(town.github.pulls(SHOP, "open")) == 1
