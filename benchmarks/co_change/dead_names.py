"""`python -m benchmarks.co_change.dead_names MIRRORS` draws findings of dead names to be read.

Of each project's newest first-parent commits the product tells which names on pages of people are
gone or renamed. By a seed some are drawn, at most one for a name on a page, and printed as
entries of `results/dead_names.json`; whoever reads them adds the verdict and the reason by hand.
"""

import argparse
import asyncio
import json
import random
import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from app.domain.code.verdict import Cause
from app.domain.wiki.impact import PageImpact
from benchmarks.co_change.history import Case, History, is_code
from benchmarks.co_change.ours import Product

_WORD = re.compile(r"[\w$]+")
Finding = dict[str, Any]


def main() -> None:
    arguments = _arguments()
    arguments.work.mkdir(parents=True, exist_ok=True)
    everything: list[Finding] = []
    for name in arguments.project:
        kept = arguments.work / f"{name}.json"
        if not kept.exists():
            found = asyncio.run(_project(arguments.mirrors / name, name, arguments.commits))
            kept.write_text(json.dumps(found))
        everything += json.loads(kept.read_text())
    print(json.dumps(draw(everything, arguments.seed, arguments.count), indent=1))


def draw(found: Sequence[Finding], seed: int, count: int) -> list[Finding]:
    """Draw findings: one for each name on a page, and further lines of those if they are few."""
    shuffled = sorted(found, key=lambda each: (*_key(each), each["line"], each["commit"]))
    random.Random(seed).shuffle(shuffled)  # noqa: S311 - a draw that anybody can repeat
    one_each = {_key(each): each for each in reversed(shuffled)}
    first = [each for each in shuffled if one_each[_key(each)] is each]
    rest = [each for each in shuffled if one_each[_key(each)] is not each]
    return [*first, *rest][:count]


def _key(finding: Finding) -> tuple[str, str, str]:
    return finding["project"], finding["page"], finding["name"]


async def _project(mirror: Path, name: str, most: int) -> list[Finding]:
    history = History(mirror)
    product = Product(mirror, history)
    head = history.run("rev-parse", "HEAD").strip()
    found: list[Finding] = []
    for case in history.cases(head, is_code, most):
        if not _lost(case, history) & product.words(case):
            continue
        told = await product.tell(case, strictly=False)
        for page in told.default:
            found += _findings(name, case, page, history.text(case.pages[page.page]))
    history.close()
    return found


def _lost(case: Case, history: History) -> set[str]:
    """Collect the words that changed files no longer have; without any of them nothing is gone."""
    touched = [each for each in case.touched if is_code(each.old_path) or is_code(each.new_path)]
    before = {word for each in touched for word in _WORD.findall(history.text(each.old_blob))}
    now = {word for each in touched for word in _WORD.findall(history.text(each.new_blob))}
    moved = {
        word
        for each in case.touched
        if each.status in "DR"
        for word in _WORD.findall(each.old_path)
    }
    return (before - now) | moved


def _findings(project: str, case: Case, page: PageImpact, text: str) -> Iterator[Finding]:
    for section in page.sections:
        for each in section.reasons:
            if each.cause is Cause.NAME:
                yield {
                    "project": project,
                    "commit": case.commit,
                    "page": page.page,
                    "line": _line(text, each.sentence, each.symbol),
                    "name": each.symbol,
                    "path": each.path,
                    "detail": each.detail,
                    "sentence": each.sentence,
                }


def _line(text: str, sentence: str, name: str) -> int:
    """Return the first line that holds the name and is part of the sentence, or holds it."""
    last = name.rpartition(".")[2] if "/" not in name else name
    lines = [" ".join(line.split()) for line in text.splitlines()]
    held = [number for number, line in enumerate(lines, 1) if last in line]
    within = [number for number in held if lines[number - 1] in sentence]
    around = [number for number in held if sentence in lines[number - 1]]
    return next(iter(within or around or held), 0)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("mirrors", type=Path)
    parser.add_argument("project", nargs="+")
    parser.add_argument("--work", type=Path, required=True, help="a folder for what is found")
    parser.add_argument("--commits", type=int, default=700)
    parser.add_argument("--seed", type=int, required=True)
    parser.add_argument("--count", type=int, default=50)
    return parser.parse_args()


if __name__ == "__main__":
    main()
