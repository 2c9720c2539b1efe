"""`python -m benchmarks.replay.run` replays: it makes pages, and judges nothing."""

import argparse
import asyncio
import gc
import time
import tomllib
from collections.abc import Mapping, Sequence
from pathlib import Path

from benchmarks.replay.engine import Documentation, Made
from benchmarks.replay.history import first_parents
from benchmarks.replay.store import Row, Store

LISTED = Path(__file__).parent / "repositories.toml"
EVERY = 10
"""At each so manieth commit the pages are made from nothing, too."""


def listed() -> list[dict[str, str]]:
    """Read which commits of which repositories are replayed."""
    read: list[dict[str, str]] = tomllib.loads(LISTED.read_text())["repository"]
    return read


def folder_of(repository: Mapping[str, str]) -> str:
    """Name a repository as its mirror is called."""
    return "+".join(repository["url"].rsplit("/", 2)[1:])


def mirror_of(mirrors: Path, repository: Mapping[str, str]) -> Path:
    """Say where a mirror lies."""
    mirror = mirrors / folder_of(repository)
    return mirror / "repo" if (mirror / "repo").exists() else mirror


async def replay(
    mirror: Path,
    repository: Mapping[str, str],
    commits: Sequence[str],
    store: Store,
    every: int = EVERY,
) -> None:
    """Document the first commit, and let the pages follow one commit after the other."""
    name = repository["url"].rpartition("/")[2]
    documentation = Documentation(mirror, name, repository["url"])
    files: Mapping[str, bytes] = store.files(store.rows[-1]) if store.rows else {}
    for number in range(len(store.rows), len(commits)):
        if number % every == 0:
            gc.collect()
        started = time.monotonic()
        commit = commits[number]
        made = (
            await documentation.update(files, commit)
            if number
            else await documentation.from_nothing(commit)
        )
        row = _row(commit, made, time.monotonic() - started)
        is_tenth = number > 0 and number % every == 0
        anew = (await documentation.from_nothing(commit)).files if is_tenth else None
        store.add(row, made.files, anew)
        files = made.files


def _row(commit: str, made: Made, seconds: float) -> Row:
    return {
        "commit": commit,
        "seconds": round(seconds, 2),
        "settled": made.is_settled,
        "verdicts": made.verdicts,
        "reasons": made.reasons,
        "rebuilt": {page: list(each) for page, each in made.rebuilt.items()},
        "for_a_model": made.for_a_model,
        "added": list(made.added),
        "retired": list(made.retired),
        "left": list(made.left),
    }


def main(arguments: Sequence[str] | None = None) -> int:
    """Replay the repositories that are asked for, one after the other."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--mirrors", type=Path, required=True)
    parser.add_argument("--work", type=Path, required=True)
    parser.add_argument("--only", default="", help="repositories whose address holds this")
    parser.add_argument("--commits", type=int, default=301)
    options = parser.parse_args(arguments)
    # What is known of files stays: looking through it again and again takes a third of the time.
    gc.disable()
    for each in listed():
        if options.only in each["url"]:
            mirror = mirror_of(options.mirrors, each)
            commits = first_parents(mirror, each["last"], 301)[: options.commits]
            store = Store.open(options.work / folder_of(each))
            asyncio.run(replay(mirror, each, commits, store))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
