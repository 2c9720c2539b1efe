"""`python -m benchmarks.planted --repository URL=CHECKOUT=PAGES …` measures what is found.

PAGES are true pages that `autodoc generate` wrote of CHECKOUT's HEAD. Every plant is alone on its
page when the page is judged; a plant counts as found when the page then has an error that it had
not before, on the plant's line or, for what stands in a code block, of the rule on such blocks.
"""

import argparse
import asyncio
import json
import random
import subprocess
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from app.analysis.facts import MemoryFactCache
from app.analysis.inventory import Limits
from app.analysis.repository import read_repository
from app.domain.checks.finding import Finding, Severity
from app.domain.checks.pages import check_site
from app.domain.code.facts import RepositoryFacts
from app.domain.wiki.render import Origin
from app.git.snapshot import Snapshot
from benchmarks.generate import put_between
from benchmarks.planted.plant import CLASSES, Plant, plants
from benchmarks.planted.world import read_world
from benchmarks.second_check.commit import read_commit
from benchmarks.second_check.markdown import slug

HERE = Path(__file__).parent.parent
RESULTS = HERE / "results" / "planted.json"
README = HERE / "README.md"
SEED = 20261121
_BLOCK_RULES = {
    "diagram edge": ("diagram",),
    "code token": ("code-block", "signature"),
    "argument": ("code-block", "signature"),
    "default": ("code-block", "signature"),
}


def main(arguments: Sequence[str] | None = None) -> int:
    """Plant, check, count."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--repository", action="append", required=True, metavar="URL=CHECKOUT=PAGES"
    )
    parser.add_argument(
        "--each", type=int, default=32, help="plants of a class, near and far, each"
    )
    parser.add_argument("--seed", type=int, default=SEED)
    parser.add_argument("--missed", action="store_true", help="print what was not found")
    options = parser.parse_args(arguments)
    results = []
    for each in options.repository:
        url, checkout, pages = each.split("=")
        result, missed = measure(url, Path(checkout), Path(pages), options.each, options.seed)
        results.append(result)
        if options.missed:
            for plant in missed:
                print(f"{plant.kind} near={plant.near} {plant.page}:{plant.line}")
                print(f"  - {plant.before[:300]}")
                print(f"  + {plant.after[:300]}")
    if not options.missed:
        RESULTS.write_text(
            json.dumps({"seed": options.seed, "repositories": results}, indent=1) + "\n"
        )
        README.write_text(put_between(README.read_text(), "planted", table(results)))
    print(table(results))
    return 0


def measure(
    url: str, checkout: Path, pages: Path, each: int, seed: int
) -> tuple[Mapping[str, Any], list[Plant]]:
    """Plant into the pages of one repository, and judge them with the product's checks."""
    facts, texts = asyncio.run(_read(checkout))
    origin = Origin(commit=facts.commit, base=f"{url}/blob/{facts.commit}/")
    files = {
        path.relative_to(pages).as_posix(): path.read_text()
        for path in sorted(pages.rglob("*"))
        if path.is_file()
    }
    true = check_site(files, facts, origin, texts)
    commit = read_commit(checkout, facts.commit)
    world = read_world(commit.texts, {p: t for p, t in files.items() if p.endswith(".md")}, slug)
    chosen = choose(plants(world, seed), each, seed)
    found, missed = judge(chosen, files, facts, origin, texts)
    result = {
        "repository": url,
        "commit": facts.commit,
        "findings before": len(true),
        "planted": _counted(chosen),
        "found": _counted(found),
    }
    return result, missed


def choose(every: Iterable[Plant], each: int, seed: int) -> list[Plant]:
    """Draw as many of every class, near and far."""
    groups: dict[tuple[str, bool], list[Plant]] = defaultdict(list)
    for plant in every:
        groups[plant.kind, plant.near].append(plant)
    draw = random.Random(seed)  # noqa: S311 - a repeatable draw, no secret
    return [
        plant
        for _, group in sorted(groups.items())
        for plant in draw.sample(group, min(each, len(group)))
    ]


def judge(
    chosen: Sequence[Plant],
    files: Mapping[str, str],
    facts: RepositoryFacts,
    origin: Origin,
    texts: Mapping[str, str],
) -> tuple[list[Plant], list[Plant]]:
    """Put one plant on a page at a time, on many pages at once."""
    before = set(check_site(files, facts, origin, texts))
    waiting = list(chosen)
    found: list[Plant] = []
    missed: list[Plant] = []
    while waiting:
        round_, rest = {}, []
        for plant in waiting:
            if plant.page in round_:
                rest.append(plant)
            else:
                round_[plant.page] = plant
        changed = {**files, **{page: _with(files[page], plant) for page, plant in round_.items()}}
        new = set(check_site(changed, facts, origin, texts)) - before
        for page, plant in round_.items():
            is_found = any(tells_of(each, plant) for each in new if each.page == page)
            (found if is_found else missed).append(plant)
        waiting = rest
    return found, missed


def tells_of(finding: Finding, plant: Plant) -> bool:
    """Say whether a finding is an error in what was planted; of a block it names the first line."""
    is_there = finding.line == plant.line or finding.rule in _BLOCK_RULES.get(plant.kind, ())
    return finding.severity is Severity.ERROR and is_there


def table(results: Sequence[Mapping[str, Any]]) -> str:
    """Write the rates of all repositories together."""
    planted: Counter[str] = Counter()
    found: Counter[str] = Counter()
    for result in results:
        planted.update(result["planted"])
        found.update(result["found"])
    lines = [
        "| Class | Near misses: found of planted | Others: found of planted | Rate |",
        "| --- | --- | --- | --- |",
    ]
    for kind in CLASSES:
        near, far = f"{kind}, near", f"{kind}, far"
        total = planted[near] + planted[far]
        rate = f"{(found[near] + found[far]) / total:.1%}" if total else "none planted"
        shares = [f"{found[each]} of {planted[each]}" for each in (near, far)]
        lines.append(f"| {kind} | {' | '.join(shares)} | {rate} |")
    lines.append(f"| all | | | {sum(found.values())} of {sum(planted.values())} |")
    return "\n".join(lines)


def _with(text: str, plant: Plant) -> str:
    lines = text.split("\n")
    lines[plant.line - 1] = plant.after
    return "\n".join(lines)


def _counted(chosen: Iterable[Plant]) -> dict[str, int]:
    return dict(sorted(Counter(f"{p.kind}, {'near' if p.near else 'far'}" for p in chosen).items()))


async def _read(checkout: Path) -> tuple[RepositoryFacts, dict[str, str]]:
    snapshot = await Snapshot.open(checkout, "HEAD")
    analysis = await read_repository(
        snapshot,
        checkout.name,
        MemoryFactCache(),
        Limits(),
        lambda _done, _total: None,
        ("docs/autodoc",),
    )
    contents = await snapshot.read(sorted(set(analysis.blob_ids.values())))
    texts = {
        path: contents[blob_id].decode("utf-8-sig", errors="replace")
        for path, blob_id in analysis.blob_ids.items()
    }
    return analysis.facts, texts


if __name__ == "__main__":
    subprocess.run(["git", "--version"], check=True, capture_output=True)
    raise SystemExit(main())
