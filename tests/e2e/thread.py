"""The thread as people live it: install, push, merge, ask."""

import httpx2
from fastmcp import Client

from tests.e2e.served import Served, eventually
from tests.e2e.shop import DISCOUNTS, FILES, SHOP
from tests.fake_github.fake import FakeGitHub

BRANCH = "autodoc/main"


async def ask(served: Served, github: FakeGitHub, question: str) -> list[dict[str, str]]:
    """Ask over MCP as an agent does; no answer when the repository is not published yet."""
    arguments = {"repo_url": f"{github.url}/{SHOP}", "query": question}
    try:
        async with Client(served.mcp_url) as client:
            answer = await client.call_tool("query_documents", arguments, raise_on_error=False)
    except (RuntimeError, httpx2.HTTPError):
        return []  # the reader is being started again
    if answer.is_error or answer.structured_content is None:
        return []
    hits: list[dict[str, str]] = answer.structured_content["result"]
    return hits


async def install(github: FakeGitHub, seconds: float = 60) -> None:
    """Install the App on the shop and wait for its first pull request."""
    await github.add_repository(SHOP, FILES)
    await github.install("octo", [SHOP])
    await eventually(lambda: len(github.pulls(SHOP)) == 1, "the first pull request", seconds)


async def push(github: FakeGitHub, seconds: float = 60) -> None:
    """Push discounts and wait until the pull request speaks of them."""
    await github.push(SHOP, "main", {"shop/discounts.py": DISCOUNTS}, "Add discounts")
    await eventually(
        lambda: any(
            b"discounts.py" in text
            for path, text in github.files(SHOP, BRANCH).items()
            if path.startswith("docs/autodoc/")
        ),
        "the pull request follows the push",
        seconds,
    )


def assert_one_pull_request(github: FakeGitHub) -> None:
    """Check what must hold however the thread went."""
    assert len(github.pulls(SHOP)) == 1
    github.assert_clean()


async def merge(github: FakeGitHub, served: Served, seconds: float = 60) -> None:
    """Merge the pull request about discounts and ask about them."""
    await merge_and_ask(github, served, "How is a discount applied?", "discount", seconds)


async def merge_and_ask(
    github: FakeGitHub, served: Served, question: str, word: str, seconds: float = 180
) -> None:
    """Merge the open pull request, and wait for an answer over MCP that holds a word."""
    await eventually(lambda: len(github.pulls(SHOP, "open")) == 1, "a pull request", seconds)
    [pull] = github.pulls(SHOP, "open")
    await github.merge(SHOP, pull["number"])

    async def answered() -> bool:
        hits = await ask(served, github, question)
        return any(word in hit["excerpt"].lower() for hit in hits)

    await eventually(answered, f"the merged pages answer: {question}", seconds)
