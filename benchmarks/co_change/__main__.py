"""`python -m benchmarks.co_change MIRRORS` measures verdicts on pages that people wrote.

MIRRORS holds a bare repository of each project of `projects.toml` under its name. Truth is which
existing pages a commit that touches source edits too. The four simple rules of the literature are
measured in the same run. What is told of each commit is kept in `--work`, so that an interrupted
run goes on where it was.
"""

import argparse
import asyncio
import json
import time
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from app.domain.wiki.impact import PageImpact
from benchmarks.co_change.history import Case, History, is_source
from benchmarks.co_change.ours import Product
from benchmarks.co_change.simple_rules import RULES, flagged, page_names

HERE = Path(__file__).parent
RESULTS = HERE.parent / "results" / "co_change.json"
OURS = ("ours, all verdicts", "ours, reported by default")

Record = dict[str, Any]


class Project(NamedTuple):
    """One project of `projects.toml`."""

    name: str
    repository: str
    commit: str
    source: Sequence[str]
    chosen_on: bool


def main() -> None:
    arguments = _arguments()
    projects = [
        Project(**each) for each in tomllib.loads((HERE / "projects.toml").read_text())["project"]
    ]
    chosen = [each for each in projects if arguments.project in ("", each.name)]
    arguments.work.mkdir(parents=True, exist_ok=True)
    for project in chosen:
        measure(project, arguments.mirrors / project.name, arguments.work, arguments.commits)
    found = {each.name: list(_told(arguments.work / f"{each.name}.jsonl")) for each in projects}
    RESULTS.write_text(json.dumps(summary(projects, found), indent=2) + "\n")
    print(json.dumps(summary(projects, found)["total"], indent=2))


def measure(project: Project, mirror: Path, work: Path, most: int) -> None:
    """Ask every rule about every commit that is not known yet."""
    kept = work / f"{project.name}.jsonl"
    known = {each["commit"] for each in _told(kept)}
    history = History(mirror)
    product = Product(mirror, history)
    names: dict[str, frozenset[str]] = {}

    def is_ours(path: str) -> bool:
        return is_source(path, project.source)

    with kept.open("a") as out:
        for case in history.cases(project.commit, is_ours, most):
            if case.commit not in known:
                record = asyncio.run(_ask(case, history, product, project, names))
                out.write(json.dumps(record) + "\n")
                out.flush()
    history.close()


async def _ask(
    case: Case,
    history: History,
    product: Product,
    project: Project,
    names: dict[str, frozenset[str]],
) -> Record:
    pages = case.pages
    for blob in set(pages.values()) - names.keys():
        names[blob] = page_names(history.text(blob))
    truth = {
        each.old_path
        for each in case.touched
        if each.status in "MDR" and each.old_path in pages and each.old_blob != each.new_blob
    }
    by_name = {path: names[blob] for path, blob in pages.items()}
    rules = flagged(case, history, project.source, by_name)
    start = time.perf_counter()
    told = await product.tell(case)
    return {
        "commit": case.commit,
        "parent": case.parent,
        "pages": len(pages),
        "truth": sorted(truth),
        **{rule: sorted(found) for rule, found in rules.items()},
        OURS[0]: [each.page for each in told.strict],
        OURS[1]: [each.page for each in told.default],
        "reasons": [each for page in told.strict for each in _reasons(page)],
        "names": [each for page in told.default for each in _reasons(page)],
        "seconds": round(time.perf_counter() - start, 3),
    }


def _reasons(page: PageImpact) -> Iterator[Record]:
    for section in page.sections:
        for each in section.reasons:
            yield {
                "page": page.page,
                "cause": each.cause.value,
                "name": each.symbol,
                "path": each.path,
                "detail": each.detail,
                "sentence": each.sentence,
            }


def summary(projects: Sequence[Project], found: Mapping[str, list[Record]]) -> Record:
    """Count, for each project, for those on which rules were chosen and the others, and in all."""
    told = {each.name: found[each.name] for each in projects if found[each.name]}
    chosen = {each.name for each in projects if each.chosen_on}
    everything = [one for each in told.values() for one in each]
    return {
        "truth": "existing hand-written pages that a commit which touches source edits too",
        "commits": {name: project_commit(projects, name) for name in told},
        "projects": {name: _scores(records) for name, records in told.items()},
        "rules chosen on": _scores([one for name in told if name in chosen for one in told[name]]),
        "unseen": _scores([one for name in told if name not in chosen for one in told[name]]),
        "total": _scores(everything),
    }


def project_commit(projects: Sequence[Project], name: str) -> str:
    return next(each.commit for each in projects if each.name == name)


def _scores(records: Sequence[Record]) -> Record:
    edited = sum(len(each["truth"]) for each in records)
    scores: Record = {
        "commits": len(records),
        "pages edited": edited,
        "seconds a commit": round(
            sum(each["seconds"] for each in records) / max(1, len(records)), 3
        ),
    }
    for rule in (*RULES, *OURS):
        flags = sum(len(each[rule]) for each in records)
        hits = sum(len(set(each[rule]) & set(each["truth"])) for each in records)
        scores[rule] = {
            "flagged": flags,
            "edited": hits,
            "precision": round(hits / flags, 3) if flags else None,
            "recall": round(hits / edited, 3) if edited else None,
        }
    return scores


def _told(kept: Path) -> Iterator[Record]:
    if kept.exists():
        for line in kept.read_text().splitlines():
            yield json.loads(line)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("mirrors", type=Path)
    parser.add_argument(
        "--work", type=Path, required=True, help="a folder for what is known so far"
    )
    parser.add_argument("--project", default="", help="measure this one alone")
    parser.add_argument("--commits", type=int, default=700, help="so many of each project")
    return parser.parse_args()


if __name__ == "__main__":
    main()
