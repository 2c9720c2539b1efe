"""Where the proofs happen: AutoDoc in this process, beside a fake GitHub."""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from app.db.migrate import upgrade
from benchmarks.places import own_folder, own_postgres
from tests.e2e.town import Town, open_town

RESULTS = Path(__file__).parents[1] / "results"
BRANCH = "autodoc/main"
OUTPUT = "docs/autodoc"
READING = ("/access_tokens", "/installation/token", "/git-upload-pack")
"""How the paths of requests end that change nothing, though they are no GET: tokens, fetches."""
CONFIGURATION = f"publish: all\noutput: {OUTPUT}\n"


@asynccontextmanager
async def own_town(name: str) -> AsyncIterator[Town]:
    """Open a town with a folder and a database server of its own."""
    with own_folder(name) as folder, own_postgres(folder / "postgres") as server:
        await upgrade(server.url)
        async with open_town(folder, server.url) as town:
            yield town


def only_open(town: Town, repository: str, base: str = "main") -> dict[str, Any] | None:
    """Give the open documentation pull request of a base; fails where there are several."""
    found = [
        pull
        for pull in town.github.pulls(repository, "open")
        if pull["base"]["ref"] == base and pull["head"]["ref"].startswith("autodoc/")
    ]
    if len(found) > 1:
        raise AssertionError(f"{len(found)} documentation pull requests are open to {base}")
    return found[0] if found else None


def writes(town: Town) -> list[str]:
    """List what was written to GitHub so far; tokens and fetches are no writing."""
    return [
        f"{each.method} {each.path}"
        for each in town.github.requests
        if each.method != "GET" and not each.path.endswith(READING)
    ]


def keep(name: str, figures: dict[str, Any], *, write: bool) -> None:
    """Print figures, and write them to the results if that is wanted."""
    text = json.dumps(figures, indent=1)
    print(text)
    if write:
        (RESULTS / f"{name}.json").write_text(f"{text}\n")
