"""`/autodoc revise`: a person's instruction, from the comment to the commit, and ever after."""

from pathlib import Path

import pytest

from tests.e2e.shop import CHECKOUT, FILES, SHOP
from tests.e2e.test_commands import ANNA, say
from tests.e2e.test_living_pull_request_with_a_model import merge_all
from tests.e2e.town import open_town
from tests.fakes import model_server
from tests.fakes.model_author import schema_fields
from tests.fakes.model_reviser import answer
from tests.fakes.model_server import Reply, Request, user_turn

pytestmark = pytest.mark.slow

WISH = "Tell operators first which gateway is charged."


def obedient(request: Request) -> Reply:
    """Answer as a good author who does what people ask of a page."""
    reply = answer(request)
    if WISH not in user_turn(request) or "feedback" in schema_fields(request):
        return reply
    written = reply.content
    assert isinstance(written, dict)
    said = f"Operators look here first. {written['summary']}"
    return Reply({**written, "summary": said})


async def test_instruction_is_followed_by_a_commit_and_told_to_every_later_writer_of_the_page(
    folder: Path, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with model_server.serve(obedient) as server:
        monkeypatch.setenv("OPENAI_API_KEY", "x")
        monkeypatch.setenv("OPENAI_API_BASE", server.url)
        async with open_town(folder, database_url, "openai/gpt-4o-mini") as town:
            await town.github.add_repository(SHOP, FILES)
            await town.github.install("octo", [SHOP])
            await town.github.set_permission(SHOP, ANNA, "write")
            await merge_all(town)
            await town.github.push(SHOP, "main", {"shop/checkout.py": f"{CHECKOUT}\n\nPAID = 1\n"})
            await merge_all(town)
            number = town.github.pulls(SHOP)[0]["number"]
            merged = town.github.files(SHOP, "main")
            [page] = [
                each.spec.id
                for version in await town.stores.wiki.newest(1, "main")
                for each in version.pages
                if each.spec.path == "index.md"
            ]
            server.requests.clear()

            told = await say(town, number, f"/autodoc revise {page}: {WISH}\n@octo/all")
            asked = list(server.prompts)
            proposed = town.github.files(SHOP, "autodoc/main")

            assert asked
            assert all(WISH in each for each in asked)
            assert f"AutoDoc writes `{page}` as the instruction says anew on `main`" in told
            assert "Done: see `" in told
            changed = {path for path, text in proposed.items() if merged.get(path) != text}
            assert {path for path in changed if path.endswith(".md")} <= {
                "docs/autodoc/index.md",
                "docs/autodoc/README.md",
            }

            server.requests.clear()
            await say(town, number, f"/autodoc regenerate {page}")
            assert server.prompts
            assert all(WISH in each for each in server.prompts)
