"""The thread: a push, the documentation pull request, its merge, an answer over MCP."""

from pathlib import Path

import pytest
from fastmcp import Client

from tests.e2e.served import Served, eventually, serve
from tests.e2e.shop import DISCOUNTS, FILES, SHOP
from tests.fake_github.fake import FakeGitHub

BRANCH = "autodoc/main"


async def ask(served: Served, github: FakeGitHub, question: str) -> list[dict[str, str]]:
    """Ask over MCP as an agent does; no answer when the repository is not published yet."""
    async with Client(served.mcp_url) as client:
        address = f"{github.url}/{SHOP}"
        arguments = {"repo_url": address, "query": question}
        answer = await client.call_tool("query_documents", arguments, raise_on_error=False)
    if answer.is_error or answer.structured_content is None:
        return []
    hits: list[dict[str, str]] = answer.structured_content["result"]
    return hits


@pytest.mark.slow
async def test_push_becomes_a_pull_request_and_its_merge_an_answer(folder: Path) -> None:
    async with FakeGitHub.start(folder / "github") as github:
        await github.add_repository(SHOP, FILES)
        async with serve(github, folder) as served:
            await github.install("octo", [SHOP])
            await eventually(lambda: len(github.pulls(SHOP)) == 1, "the first pull request opens")

            await github.push(SHOP, "main", {"shop/discounts.py": DISCOUNTS}, "Add discounts")
            await eventually(
                lambda: any(b"discount" in text for text in github.files(SHOP, BRANCH).values()),
                "the pull request follows the push",
            )
            [pull] = github.pulls(SHOP)

            await github.merge(SHOP, pull["number"])

            async def answered() -> bool:
                hits = await ask(served, github, "How is a discount applied to a cart?")
                return any("discount" in hit["excerpt"].lower() for hit in hits)

            await eventually(answered, "the merged pages answer over MCP")
        assert len(github.pulls(SHOP)) == 1
        github.assert_clean()
