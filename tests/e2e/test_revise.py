"""`/autodoc revise`: a person's instruction, from the comment to the commit, and ever after."""

from pathlib import Path

import pytest

from tests.e2e.shop import FILES, SHOP
from tests.e2e.test_commands import ANNA, say
from tests.e2e.test_living_pull_request_with_a_model import merge_all
from tests.e2e.town import open_town
from tests.fakes import model_server
from tests.fakes.model_author import schema_fields
from tests.fakes.model_reviser import answer
from tests.fakes.model_server import Reply, Request, user_turn

pytestmark = pytest.mark.slow

PAGE = "home"
FOLLOWED = "Operators look here first."
WISH = "Tell operators first which gateway is charged."


def obedient(request: Request) -> Reply:
    """Answer as a good author who does what people ask of a page."""
    reply = answer(request)
    if WISH not in user_turn(request) or "feedback" in schema_fields(request):
        return reply
    written = reply.content
    assert isinstance(written, dict)
    return Reply({**written, "summary": f"{FOLLOWED} {written['summary']}"})


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
            number = town.github.pulls(SHOP)[0]["number"]

            told = await say(town, number, f"/autodoc revise {PAGE}: {WISH}\n@octo/all")
            wished = [each for each in server.prompts if WISH in each]
            assert wished
            assert all(f'"id": "{PAGE}"' in each for each in wished)
            assert told.startswith("Done: see `")
            proposed = town.github.files(SHOP, "autodoc/main")["docs/autodoc/index.md"]
            assert FOLLOWED.encode() in proposed
            body = town.github.pulls(SHOP)[-1]["body"]
            assert f"- `{ANNA}` asked of `index.md`: {WISH}" in body.partition("<details>")[0]

            await merge_all(town)
            merged = town.github.files(SHOP, "main")
            server.requests.clear()
            await say(town, number, f"/autodoc regenerate {PAGE}")
            assert server.prompts
            assert all(WISH in each for each in server.prompts)
            assert town.github.files(SHOP, "main") == merged
