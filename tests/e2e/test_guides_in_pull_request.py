"""README.md and AGENTS.md in the documentation pull request, where the branch asks for them."""

from pathlib import Path

import pytest

from tests.e2e.shop import DISCOUNTS, FILES, SHOP
from tests.e2e.town import open_town

BRANCH = "autodoc/main"
CONFIG = {".autodoc.yaml": "readme: root\nagents: true\nsite: docusaurus\n"}


@pytest.mark.slow
async def test_guides_are_proposed_kept_true_and_left_to_whoever_edits_them(
    folder: Path, database_url: str
) -> None:
    async with open_town(folder, database_url) as town:
        await town.github.add_repository(SHOP, {**FILES, "README.md": "# Shop\n\nSells.\n"})
        await town.github.install("octo", [SHOP])
        await town.quiet()
        assert "AGENTS.md" not in town.github.files(SHOP, BRANCH)

        await town.github.push(SHOP, "main", CONFIG)
        await town.quiet()
        proposed = town.github.files(SHOP, BRANCH)
        assert proposed["README.md"].startswith(b"# Shop\n\nSells.\n\n<!-- autodoc:begin -->\n")
        assert b"](docs/autodoc/index.md)" in proposed["AGENTS.md"]
        assert proposed["docs/autodoc/index.md"].startswith(b"---\ntitle: ")

        mine = proposed["README.md"].decode().replace("Sells.", "Sells well.")
        await town.github.push(SHOP, BRANCH, {"README.md": mine}, "Say it better")
        await town.github.push(SHOP, "main", {"shop/discounts.py": DISCOUNTS})
        await town.quiet()
        assert town.github.files(SHOP, BRANCH)["README.md"] == mine.encode()

        [pull] = town.github.pulls(SHOP)
        await town.github.merge(SHOP, pull["number"])
        await town.quiet()
        assert town.github.files(SHOP, "main")["README.md"] == mine.encode()
        assert [pull["state"] for pull in town.github.pulls(SHOP)] == ["closed"]
        assert (await town.ask(SHOP, "Add up the prices of a cart"))[0].page == "reference/shop.md"
