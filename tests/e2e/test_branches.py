"""Two documented branches of a repository: each has its own pages, pull request and settings."""

from pathlib import Path

from app.settings import OnboardingSettings
from tests.e2e.shop import DISCOUNTS, FILES, SHOP
from tests.e2e.town import Town, open_town

RELEASE = "release/1"
CONFIGURATION = ".autodoc.yaml"
BOTH = "branches: [main, 'release/*']\npublish: all\n"
REFUNDS = '"""Refunds."""\n\n\ndef refund() -> int:\n    """Give the money back."""\n    return 0\n'


def proposed(town: Town, base: str) -> bytes:
    """Read what is proposed for a branch."""
    return b"".join(
        data
        for path, data in town.github.files(SHOP, f"autodoc/{base}").items()
        if path.startswith("docs/autodoc/")
    )


async def branch_off(town: Town, files: dict[str, str]) -> None:
    """Begin the release branch at the head of the default branch, with a change."""
    await town.github.push(SHOP, RELEASE, {**FILES, CONFIGURATION: BOTH, **files}, "Release")


async def test_each_documented_branch_has_its_own_pull_request_and_pages_never_mix(
    folder: Path, database_url: str
) -> None:
    async with open_town(folder, database_url) as town:
        await town.github.add_repository(SHOP, {**FILES, CONFIGURATION: BOTH})
        await town.github.install("octo", [SHOP])
        await town.quiet()
        await branch_off(town, {"shop/refunds.py": REFUNDS})
        await town.github.push(SHOP, "main", {"shop/discounts.py": DISCOUNTS})
        await town.github.push(SHOP, "feature", {"shop/feature.py": '"""A feature."""\n'})
        await town.quiet()

        assert sorted((each["base"]["ref"]) for each in town.github.pulls(SHOP)) == [
            "main",
            RELEASE,
        ]
        assert b"refund" in proposed(town, RELEASE)
        assert b"discount" not in proposed(town, RELEASE)
        assert b"discount" in proposed(town, "main")
        assert b"refund" not in proposed(town, "main")

        [release] = [each for each in town.github.pulls(SHOP) if each["base"]["ref"] == RELEASE]
        assert release["title"].endswith(f" of `{RELEASE}`")
        await town.github.merge(SHOP, release["number"])
        await town.quiet()
        assert [each["state"] for each in town.github.pulls(SHOP)].count("open") == 1
        address = f"{town.github.url}/{SHOP}"
        repository = await town.stores.repositories.find_by_url(address)
        assert repository is not None
        assert await town.stores.wiki.published(repository.id, RELEASE) is not None
        assert await town.stores.wiki.published(repository.id, "main") is None


async def test_people_are_asked_on_the_default_branch_and_their_answer_counts_for_all(
    folder: Path, database_url: str
) -> None:
    changes = {"onboarding": OnboardingSettings()}
    async with open_town(folder, database_url, changes=changes) as town:
        await town.github.add_repository(SHOP, {**FILES, CONFIGURATION: BOTH})
        await town.github.install("octo", [SHOP])
        await town.quiet()
        await branch_off(town, {})
        await town.quiet()
        [asked] = town.github.pulls(SHOP)
        assert asked["base"]["ref"] == "main"

        await town.github.merge(SHOP, asked["number"])
        await town.quiet()
        await town.github.push(SHOP, RELEASE, {"shop/refunds.py": REFUNDS})
        await town.quiet()
        bases = {each["base"]["ref"] for each in town.github.pulls(SHOP) if each["state"] == "open"}
        assert bases == {"main", RELEASE}


async def test_each_branch_is_documented_as_its_own_configuration_says(
    folder: Path, database_url: str
) -> None:
    async with open_town(folder, database_url) as town:
        await town.github.add_repository(SHOP, {**FILES, CONFIGURATION: BOTH})
        await town.github.install("octo", [SHOP])
        await branch_off(town, {CONFIGURATION: "output: handbook\n"})
        await town.quiet()
        release = town.github.files(SHOP, f"autodoc/{RELEASE}")
        assert [path for path in release if path.startswith("handbook/.autodoc/")]
        assert not [path for path in release if path.startswith("docs/")]
        assert proposed(town, "main")
