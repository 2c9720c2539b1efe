"""A monorepo and an organisation: what breaks in one place leaves the others alone."""

import asyncio
from pathlib import Path

from app.domain.work.job import JobState
from app.settings import OnboardingSettings
from tests.e2e.served import eventually
from tests.e2e.shop import CART, DISCOUNTS, FILES, SHOP
from tests.e2e.town import Town, open_town

BRANCH = "autodoc/main"
LEDGER = '"""Keeps the ledger."""\n\n\ndef book_sale() -> None:\n    """Book a sale."""\n'
MONOREPO = {
    "cart/.autodoc.yaml": "output: docs\n",
    "cart/cart.py": CART,
    "ledger/.autodoc.yaml": "output: docs\n",
    "ledger/ledger.py": LEDGER,
}
OTHER = "octo/bakery"


def outputs(town: Town) -> set[str]:
    """Name the folders in which pages are proposed."""
    files = town.github.files(SHOP, BRANCH)
    return {path.partition("/docs/")[0] for path in files if path.endswith("/docs/index.md")}


async def test_a_scope_that_crashes_spares_the_other_and_is_tried_again(
    folder: Path, database_url: str
) -> None:
    async with open_town(folder, database_url) as town:
        await town.github.add_repository(SHOP, MONOREPO)
        town.engine.crashing.add("ledger")
        await town.github.install("octo", [SHOP])
        await town.github.settled()

        async def has_failed() -> bool:
            return any("ledger stays as it is" in each.message for each in await town.jobs())

        await eventually(has_failed, "the job waits for another attempt")
        [pull] = town.github.pulls(SHOP)
        assert outputs(town) == {"cart"}

        town.engine.crashing.clear()
        await town.quiet()
        assert [each["number"] for each in town.github.pulls(SHOP)] == [pull["number"]]
        assert outputs(town) == {"cart", "ledger"}

        await town.github.merge(SHOP, pull["number"])
        await town.quiet()
        town.engine.crashing.add("cart")
        changes = {
            "cart/discounts.py": DISCOUNTS,
            "ledger/ledger.py": LEDGER.replace("book_sale", "book_one_sale"),
        }
        await town.github.push(SHOP, "main", changes)
        await town.github.settled()

        async def is_updated() -> bool:
            return any(b"book_one_sale" in each for each in proposed(town))

        await eventually(is_updated, "the ledger's pages are proposed")
        town.engine.crashing.clear()
        await town.quiet()


def proposed(town: Town) -> list[bytes]:
    """Read the files of our branch."""
    return list(town.github.files(SHOP, BRANCH).values())


async def test_two_repositories_are_documented_in_parallel(folder: Path, database_url: str) -> None:
    async with open_town(folder, database_url) as town:
        for name in (SHOP, OTHER):
            await town.github.add_repository(name, FILES)
        async with town.engine.held():
            await town.github.install("octo", [SHOP, OTHER])
            await town.github.settled()

            async def both_begun() -> bool:
                return town.engine.begun("full_generation") == 2

            await eventually(both_begun, "both jobs are begun")
        await town.quiet()
        await asyncio.gather(
            town.github.push(SHOP, "main", {"shop/discounts.py": DISCOUNTS}),
            town.github.push(OTHER, "main", {"shop/ledger.py": LEDGER}),
        )
        await town.quiet()
        for name, own, foreign in ((SHOP, b"discount", b"ledger"), (OTHER, b"ledger", b"discount")):
            [pull] = town.github.pulls(name)
            assert pull["state"] == "open"
            pages = b"".join(town.github.files(name, BRANCH).values())
            assert own in pages
            assert foreign not in pages


async def test_the_organisations_defaults_lie_beneath_each_repositorys_own_configuration(
    folder: Path, database_url: str
) -> None:
    changes = {"onboarding": OnboardingSettings()}
    async with open_town(folder, database_url, changes=changes) as town:
        shared = {".autodoc.yaml": "output: handbook\npublish: readme\n", "README.md": "# Us\n"}
        await town.github.add_repository("octo/.github", shared)
        await town.github.add_repository(SHOP, FILES)
        await town.github.add_repository(OTHER, {**FILES, ".autodoc.yaml": "publish: narrative\n"})
        await town.github.install("octo", [SHOP, OTHER, "octo/.github"])
        await town.quiet()
        pages = {
            name: [p for p in town.github.files(name, BRANCH) if p.endswith(".md") and "/" in p]
            for name in (SHOP, OTHER)
        }
        assert pages[SHOP] == ["handbook/index.md"]
        assert len(pages[OTHER]) == 3
        assert all(each.startswith("handbook/") for each in pages[OTHER])
        [pull] = town.github.pulls(SHOP)
        assert (
            "From the organisation's `.github/.autodoc.yaml`: `output`, `publish`."
            in (pull["body"])
        )

        await town.github.push("octo/.github", "main", {".autodoc.yaml": "publish: everything\n"})
        await town.quiet()
        await town.github.push(SHOP, "main", {"shop/discounts.py": DISCOUNTS})
        await town.quiet()
        [pull] = town.github.pulls(SHOP)
        assert "the organisation's configuration is ignored" in pull["body"].replace("\\", "")


async def test_many_repositories_begin_in_waves_and_only_those_that_the_operator_allows(
    folder: Path, database_url: str
) -> None:
    onboarding = OnboardingSettings(allow="octo/*, guest/shop", wave=2, wave_s=3600)
    names = [f"octo/shop{number}" for number in range(3)]
    changes = {"onboarding": onboarding}
    async with open_town(folder, database_url, changes=changes) as town:
        for name in (*names, "guest/bakery"):
            await town.github.add_repository(name, {"shop.py": CART})
        await town.github.install("octo", names)
        await town.github.install("guest", ["guest/bakery"])
        await town.github.settled()

        async def two_begun() -> bool:
            return all(town.github.pulls(name) for name in names[:2])

        await eventually(two_begun, "the first wave has its pull requests")
        assert town.github.pulls(names[2]) == town.github.pulls("guest/bakery") == []
        [waiting] = [each for each in await town.jobs() if each.state is JobState.WAITING]
        assert waiting.repository.full_name == names[2]
