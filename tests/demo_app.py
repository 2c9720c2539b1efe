"""`make demo-app`: the GitHub App on this machine, beside a fake GitHub, told step by step."""

import asyncio
import shutil
import sys
import tempfile
from pathlib import Path

from fastmcp import Client

from tests.e2e.served import Served, eventually, serve
from tests.e2e.shop import DISCOUNTS, FILES, SHOP
from tests.fake_github.fake import FakeGitHub

QUESTION = "How is a discount applied to a cart?"
BRANCH = "autodoc/main"


def say(text: str) -> None:
    """Tell what happens."""
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


async def install(github: FakeGitHub, served: Served) -> None:
    """Install the App and wait for its first pull request."""
    say(f"3. Somebody installs the App on {SHOP}.")
    await github.install("octo", [SHOP])
    await eventually(lambda: len(github.pulls(SHOP)) == 1, f"a pull request; see {served.log}")
    [pull] = github.pulls(SHOP)
    say(f"   AutoDoc opened #{pull['number']}: {pull['title']}")
    for path in sorted(set(github.files(SHOP, BRANCH)) - set(github.files(SHOP))):
        say(f"     + {path}")


async def push(github: FakeGitHub) -> None:
    """Push a change and wait until the same pull request has it."""
    say("4. Somebody pushes shop/discounts.py to main.")
    before = github.head(SHOP, BRANCH)
    await github.push(SHOP, "main", {"shop/discounts.py": DISCOUNTS}, "Add discounts")
    await eventually(lambda: github.head(SHOP, BRANCH) != before, "the pull request is updated")
    count = len(github.pulls(SHOP))
    say(f"   The pull request got another commit; there is still {count}.")


async def merge_and_ask(github: FakeGitHub, served: Served) -> None:
    """Merge, and ask over MCP until the answer is there."""
    [pull] = github.pulls(SHOP)
    say(f"5. Somebody merges #{pull['number']}.")
    await github.merge(SHOP, pull["number"])
    say(f"6. An agent asks over MCP at {served.mcp_url}: {QUESTION}")
    answers: list[dict[str, str]] = []

    async def answered() -> bool:
        arguments = {"repo_url": f"{github.url}/{SHOP}", "query": QUESTION, "limit": 1}
        async with Client(served.mcp_url) as client:
            found = await client.call_tool("query_documents", arguments, raise_on_error=False)
        if not found.is_error and found.structured_content:
            answers[:] = found.structured_content["result"]
        return any("discount" in each["excerpt"].lower() for each in answers)

    await eventually(answered, f"the merged pages answer; see {served.log}")
    say(f"   {answers[0]['title']}  [{answers[0]['page']}]  {answers[0]['source']}")
    for line in answers[0]["excerpt"].strip().splitlines()[:8]:
        say(f"   | {line}")


async def demonstrate(folder: Path) -> None:
    """Run the whole thread."""
    async with FakeGitHub.start(folder / "github") as github:
        say(f"1. A fake GitHub listens at {github.url}, with the repository {SHOP}.")
        await github.add_repository(SHOP, FILES)
        say("2. `autodoc serve` starts: database, server, MCP reader. No model key is set.")
        async with serve(github, folder) as served:
            await install(github, served)
            await push(github)
            await merge_and_ask(github, served)
        github.assert_clean()
    say("Every request and answer was checked against GitHub's own API description.")


def main() -> int:
    """Run in a folder that PostgreSQL can reach when this is root."""
    folder = Path(tempfile.mkdtemp(prefix="autodoc-demo-"))
    folder.chmod(0o755)
    try:
        asyncio.run(demonstrate(folder))
    except AssertionError as error:
        say(f"The demonstration failed: {error}")
        log = folder / "serve.log"
        say(log.read_text()[-40000:] if log.exists() else "")
        return 1
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
