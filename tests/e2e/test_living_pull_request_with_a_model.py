"""What a push costs a team that has a model: the sections that it made stale, and no more."""

from pathlib import Path

import pytest

from tests.e2e.shop import CHECKOUT, DISCOUNTS, FILES, SHOP
from tests.e2e.test_update_with_a_model import ordered, refusing
from tests.e2e.town import Town, open_town
from tests.fakes import model_server
from tests.fakes.model_reviser import ORDER, answer

pytestmark = pytest.mark.slow


async def merge_all(town: Town) -> None:
    """Merge what is proposed until nothing is."""
    for _ in range(3):
        await town.quiet()
        for pull in town.github.pulls(SHOP):
            if pull["state"] == "open":
                await town.github.merge(SHOP, pull["number"])
    await town.quiet()


async def test_a_push_has_stale_sections_alone_written_by_the_model(
    folder: Path, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with model_server.serve(answer) as server:
        monkeypatch.setenv("OPENAI_API_KEY", "x")
        monkeypatch.setenv("OPENAI_API_BASE", server.url)
        async with open_town(folder, database_url, "openai/gpt-4o-mini") as town:
            await town.github.add_repository(SHOP, FILES)
            await town.github.install("octo", [SHOP])
            await merge_all(town)
            # Whoever merged the first proposal agreed to model calls, which begin with a change.
            await town.github.push(SHOP, "main", {"shop/discounts.py": DISCOUNTS})
            await merge_all(town)
            everything = len(server.requests)
            merged = town.github.files(SHOP, "main")
            server.requests.clear()

            await town.github.push(SHOP, "main", {"shop/checkout.py": f"# Money.\n\n{CHECKOUT}"})
            await town.quiet()
            assert server.requests == []

            await town.github.push(SHOP, "main", {"shop/checkout.py": refusing(CHECKOUT)})
            await town.quiet()
            asked = list(server.prompts)
            proposed = town.github.files(SHOP, "autodoc/main")
            body = town.github.pulls(SHOP)[-1]["body"]

    assert 0 < len(asked) < everything
    assert all(ORDER in each for each in asked)
    changed = {path for path, text in proposed.items() if merged.get(path) != text}
    assert any(path.endswith(".md") for path in changed)
    assert ordered(server)
    [figures] = [each for each in body.splitlines() if each.startswith("- **Models** ")]
    assert f"{len(asked)} calls, " in figures
    assert "; estimated were $" in figures
    assert figures.endswith((" to the cent", " too high", " too low"))
    assert "**Models**" not in body.partition("<details>")[0]
