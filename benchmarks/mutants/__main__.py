"""`python -m benchmarks.mutants --mirrors DIR --work DIR` measures what single changes do.

DIR of the mirrors holds a clone of each repository that `repositories.toml` names, as `owner+name`
or `owner+name/repo`; they are only read. What was judged is kept in the other DIR, and is not
judged again when the command is given once more: name a new one after a change of the product.
"""

import argparse
import asyncio
import hashlib
import json
import time
import tomllib
from collections import Counter
from collections.abc import AsyncIterator, Mapping, Sequence
from pathlib import Path
from random import Random
from typing import Any

from benchmarks.generate import put_between
from benchmarks.mutants.commits import clone, read_modules, write_commits
from benchmarks.mutants.draw import mutants
from benchmarks.mutants.judge import Court, Outcome
from benchmarks.mutants.mutant import CHANGING, NEUTRAL, REWORDING, Mutant
from benchmarks.mutants.pages import Repository, as_by_a_model, generated
from benchmarks.mutants.results import is_amiss, markdown, summary
from benchmarks.repository import git

HERE = Path(__file__).parent.parent
RESULTS = HERE / "results" / "mutants.json"
README = HERE / "README.md"
_AT_ONCE = 4
_SCARCE = ("flag", "route", "setting default", "moved to another file", "raised error")
"""Of these not every repository has any: each gives half of what is missing."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Draw, change, judge, count."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--mirrors", type=Path, required=True)
    parser.add_argument("--work", type=Path, required=True)
    parser.add_argument("--each", type=int, default=36, help="mutants of a class, in a language")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--minutes", type=float, default=120, help="judge no longer than that")
    parser.add_argument("--only", default="", help="repositories whose address holds this")
    parser.add_argument("--language", default="", help="repositories of this language")
    parser.add_argument("--write", action="store_true", help="write the results and the README")
    parser.add_argument("--amiss", action="store_true", help="print what the product judged wrong")
    options = parser.parse_args(arguments)
    listed = tomllib.loads((Path(__file__).parent / "repositories.toml").read_text())["repository"]
    chosen = [
        each
        for each in listed
        if options.only in each["url"] and each["language"].startswith(options.language)
    ]
    rows = _rows(chosen, options)
    commits = {each["url"]: each["commit"] for each in chosen}
    judged_by = git(HERE, "rev-parse", "HEAD").decode().strip()
    result = {"judged by": judged_by, **summary(rows, options.each, options.seed, commits)}
    if options.amiss:
        _print_amiss(rows)
    if options.write:
        RESULTS.write_text(json.dumps(result, indent=1, ensure_ascii=False) + "\n")
        README.write_text(put_between(README.read_text(), "mutants", markdown(result)))
    print(markdown(result))
    return 0


def _rows(chosen: Sequence[Mapping[str, str]], options: argparse.Namespace) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = []
    until = time.monotonic() + options.minutes * 60
    left = Counter(each["language"] for each in chosen)
    for each in chosen:
        made = Counter(row["kind"] for row in rows if row["language"] == each["language"])
        wanted = quotas(made, options.each, left[each["language"]])
        left[each["language"]] -= 1
        rows += asyncio.run(_measure(each, wanted, options, until))
    return rows


def quotas(made: Mapping[str, int], each: int, left: int) -> dict[str, int]:
    """Say how many mutants of each class the next repository of a language should give.

    `left` counts the language's repositories that have not given any; the last one fills up.
    """
    kinds = (*CHANGING, *NEUTRAL, *REWORDING)
    missing = {kind: each - made.get(kind, 0) for kind in kinds}
    return {
        kind: -(-lacking // (min(left, 2) if kind in _SCARCE else left))
        for kind, lacking in missing.items()
    }


async def _measure(
    listed: Mapping[str, str],
    wanted: Mapping[str, int],
    options: argparse.Namespace,
    until: float,
) -> list[dict[str, Any]]:
    """Judge the mutants of one repository, as far as time allows and they were not before."""
    name = "+".join(listed["url"].rsplit("/", 2)[1:])
    mirror: Path = options.mirrors / name
    mirror = mirror / "repo" if (mirror / "repo").exists() else mirror
    checkout: Path = options.work / "clones" / name
    clone(mirror, checkout, listed["commit"])
    started = time.monotonic()
    modules = read_modules(checkout, listed["commit"], listed["language"])
    drawn = list(mutants(modules, wanted, options.seed))
    kept = options.work / f"{name}.jsonl"
    rows = _kept(kept)
    waiting = [each for each in drawn if _key(each) not in rows]
    Random(options.seed).shuffle(waiting)  # noqa: S311 - so that no class is left to the end
    if waiting and time.monotonic() < until:
        commits = write_commits(checkout, listed["commit"], waiting)
        repository = Repository(checkout, listed["commit"])
        await repository.read()
        written = as_by_a_model(repository, modules, drawn)
        made = generated(repository, options.work / "pages" / name)
        court = Court(repository, modules, written, made)
        pairs = list(zip(waiting, commits, strict=True))
        with kept.open("a") as file:
            async for row in _judged(court, pairs, name, until):
                rows[row["key"]] = row
                file.write(json.dumps(row) + "\n")
                file.flush()
    found = [rows[_key(each)] for each in drawn if _key(each) in rows]
    wrong = sum(is_amiss(row, each) for row in found for each in row["outcomes"].values())
    print(f"{name}: {len(found)} mutants, {wrong} amiss, {time.monotonic() - started:.0f} s")
    return found


async def _judged(
    court: Court, pairs: Sequence[tuple[Mutant, str]], name: str, until: float
) -> AsyncIterator[dict[str, Any]]:
    for first in range(0, len(pairs), _AT_ONCE):
        if time.monotonic() > until:
            return
        some = pairs[first : first + _AT_ONCE]
        judged = await asyncio.gather(*(court.judge(*each) for each in some))
        for (mutant, _), outcomes in zip(some, judged, strict=True):
            yield _row(mutant, name, outcomes)


def _key(mutant: Mutant) -> str:
    what = f"{mutant.kind}\0{mutant.path}\0{mutant.symbol}\0{mutant.diff()}"
    return hashlib.sha256(what.encode()).hexdigest()[:24]


def _kept(path: Path) -> dict[str, dict[str, Any]]:
    lines = path.read_text().splitlines() if path.exists() else []
    return {row["key"]: row for row in map(json.loads, lines)}


def _row(mutant: Mutant, name: str, outcomes: Mapping[str, Outcome]) -> dict[str, Any]:
    return {
        "key": _key(mutant),
        "kind": mutant.kind,
        "language": mutant.language,
        "repository": name,
        "path": mutant.path,
        "symbol": mutant.symbol,
        "diff": mutant.diff(),
        "outcomes": {
            pages: {
                "asserting": [f"{page}#{anchor}" for page, anchor in each.asserting],
                "flagged": each.is_flagged,
                "stale": [f"{page}#{anchor}" for page, anchor in each.stale],
                "wrong": [f"{page}#{anchor}" for page, anchor in each.wrong],
                "verdicts": each.verdicts,
                "reasons": each.reasons,
            }
            for pages, each in outcomes.items()
        },
    }


def _print_amiss(rows: Sequence[Mapping[str, Any]]) -> None:
    for row in rows:
        for pages, outcome in row["outcomes"].items():
            if is_amiss(row, outcome):
                place = f"{row['repository']} {row['path']} {row['symbol']}"
                print(f"\n== {pages}: {row['kind']}, {place}")
                print(f"asserting {outcome['asserting']}; stale {outcome['reasons'][:5]}")
                print(f"wrong {outcome['wrong']}")
                print("\n".join(row["diff"].split("\n")[:24]))


if __name__ == "__main__":
    raise SystemExit(main())
