"""What a team does on the documentation pull request, and how AutoDoc goes on from there."""

from pathlib import Path
from typing import Any

import pytest

from tests.e2e.shop import CART, FILES, SHOP
from tests.e2e.test_incremental_pull_request import OUTPUT, REWORDED, merged
from tests.e2e.test_living_pull_request import BRANCH
from tests.e2e.town import Town, open_town

pytestmark = pytest.mark.slow
PAGE = f"{OUTPUT}/subsystems/shop.md"
CONFIG = "labels: [documentation]\ncommit: {style: conventional, sign_off: true}\n"
OWNERS = "*.md @bob\n/shop/ @ann @octo/shop\n"


async def push(town: Town, files: dict[str, str | bytes | None]) -> list[dict[str, Any]]:
    """Push to the documented branch and list the pull requests after it."""
    await town.github.push(SHOP, "main", files)
    await town.quiet()
    return town.github.pulls(SHOP)


async def test_labels_owners_and_commits_are_as_the_team_wants_and_stay_as_it_leaves_them(
    folder: Path, database_url: str
) -> None:
    async with open_town(folder, database_url) as town:
        files = {**FILES, ".autodoc.yaml": CONFIG, "CODEOWNERS": OWNERS}
        await town.github.add_repository(SHOP, files)
        await town.github.set_permission(SHOP, "ann", "write")
        await town.github.add_team("octo", "shop")
        await town.github.install("octo", [SHOP])
        await town.quiet()

        [pull] = town.github.pulls(SHOP)
        assert pull["title"] == "docs: document the code"
        assert town.github.labels(SHOP, 1) == ["documentation"]
        assert [each["login"] for each in pull["requested_reviewers"]] == ["ann"]
        assert [each["slug"] for each in pull["requested_teams"]] == ["shop"]
        assert "Signed-off-by: autodoc[bot] <" in town.github.commits(SHOP, BRANCH)[0]["message"]

        page = town.github.files(SHOP, BRANCH)[PAGE].decode()
        mine = page.replace("# shop/\n", "# shop/\n\nAsk Ann before you change a price.\n", 1)
        assert mine != page
        commit = await town.github.push(SHOP, BRANCH, {PAGE: mine}, "Add a word")
        await town.github.edit_pull_request(SHOP, 1, title="Our first pages")
        await town.github.unlabel(SHOP, 1, "documentation")
        await town.github.remove_reviewer(SHOP, 1, "ann")

        [pull] = await push(town, {"shop/cart.py": REWORDED})
        text = town.github.files(SHOP, BRANCH)[PAGE].decode()
        assert "Ask Ann before you change a price." in text
        assert "Holds what a customer buys" in text
        assert commit in [each["sha"] for each in town.github.commits(SHOP, BRANCH)]
        assert pull["title"] == "Our first pages"
        assert town.github.labels(SHOP, 1) == []
        assert pull["requested_reviewers"] == []


async def test_f44_closed_it_is_silent_until_a_source_changes_and_then_says_how_to_stop(
    folder: Path, database_url: str
) -> None:
    async with open_town(folder, database_url) as town:
        await merged(town)
        pulls = await push(town, {"shop/cart.py": REWORDED})
        await town.github.close(SHOP, pulls[-1]["number"])
        pulls = await push(town, {"NOTES.txt": "nothing that is documented\n"})
        assert [each["state"] for each in pulls] == ["closed", "closed"]

        pulls = await push(town, {"shop/cart.py": CART.replace("Holds", "Carries")})
        assert [each["state"] for each in pulls] == ["closed", "closed", "open"]
        assert "Two of these were closed" not in pulls[-1]["body"]
        await town.github.close(SHOP, pulls[-1]["number"])
        await town.quiet()

        pulls = await push(town, {"shop/cart.py": CART.replace("Holds", "Bears")})
        assert pulls[-1]["state"] == "open"
        assert "Two of these were closed. Comment `/autodoc pause`" in pulls[-1]["body"]


async def test_with_nothing_left_to_change_it_closes_itself_and_comes_back_under_its_number(
    folder: Path, database_url: str
) -> None:
    async with open_town(folder, database_url) as town:
        await merged(town)
        [_, pull] = await push(town, {"shop/cart.py": REWORDED})
        assert pull["state"] == "open"
        [_, pull] = await push(town, {"shop/cart.py": CART})
        assert pull["state"] == "closed"
        assert pull["body"].startswith("`main` already says all of it.")

        [_, pull] = await push(town, {"shop/cart.py": REWORDED})
        assert (pull["number"], pull["state"]) == (2, "open")
        assert "“`class Cart`: Holds what a customer wants to buy.”" in pull["body"]


async def test_f50_what_was_reverted_is_not_proposed_again(folder: Path, database_url: str) -> None:
    async with open_town(folder, database_url) as town:
        await merged(town)
        before = {
            path: data
            for path, data in town.github.files(SHOP).items()
            if path.startswith(f"{OUTPUT}/")
        }
        [_, pull] = await push(town, {"shop/cart.py": REWORDED})
        await town.github.merge(SHOP, pull["number"])
        await town.quiet()
        pulls = await push(town, dict(before))
        assert [each["state"] for each in pulls] == ["closed", "closed"]
        pulls = await push(town, {"shop/cart.py": CART.replace("Holds", "Carries")})
        assert [each["state"] for each in pulls] == ["closed", "closed", "open"]
