"""`python -m benchmarks.impact_speed --mirrors DIR` times `autodoc impact` on a large repository.

The repository is documented once and its pages are committed. Then a commit changes 20 source
files, drawn by a seed: what functions return in most of them, names of exported functions in some.
Each run is a new process with an empty data directory, so nothing is remembered between runs.
"""

import json
import random
import re
import statistics
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

from benchmarks.generate import (
    TIMEOUT,
    check_out,
    draw_table,
    load_large,
    machine,
    plain_environment,
)
from benchmarks.large_repository import Program, run
from benchmarks.measure import Measured, measure

AIM_S = 3.0
FILES = 20
RENAMED = 5
"""In every so many-th file an exported function gets another name."""
SEED = 20261121
RUNS = 5

_EXPORTED = re.compile(r"export (async )?function (\w+)")
_RETURNED = re.compile(r"^( +)return (?=\w)", re.MULTILINE)


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure, record and print."""
    return run(Program("impact_speed", __doc__, examine, table), arguments)


def examine(mirrors: Path, place: Path) -> dict[str, Any]:
    """Document the repository, change it, and ask in each way that people ask."""
    subject = load_large()
    checkout = place / subject.name
    check_out(subject.mirror(mirrors), subject, checkout)
    document(checkout, place / "data")
    changed = change(checkout, random.Random(SEED))  # noqa: S311 - the same files each time
    shallow = place / "shallow"
    git(place, "clone", "--quiet", "--depth", "1", f"file://{checkout}", str(shallow))
    empty = place / "empty"
    return {
        "name": subject.name,
        "url": subject.url,
        "commit": subject.commit,
        "machine": machine(),
        "aim_s": AIM_S,
        "files": len(git(checkout, "ls-files", "--", ".", ":!docs/autodoc").splitlines()),
        "pages": len(git(checkout, "ls-files", "docs/autodoc/*.md").splitlines()),
        "changed_files": len(changed),
        "since_the_pages": timed(checkout, (), empty),
        "range": timed(checkout, ("HEAD~1..HEAD",), empty),
        "shallow": timed(shallow, (), empty),
    }


def document(checkout: Path, data_dir: Path) -> None:
    """Write the pages as a person does, and commit them."""
    command = (sys.executable, "-m", "app", "generate", str(checkout))
    done = measure(command, plain_environment(data_dir), data_dir, TIMEOUT)
    if done.status != 0:
        raise SystemExit(f"autodoc generate ended with {done.status}: {done.errors}")
    record(checkout, "Document")


def change(checkout: Path, chance: random.Random) -> list[str]:
    """Change files and commit them."""
    names = git(checkout, "ls-files", "lib/*.ts").splitlines()
    names = [each for each in names if not each.endswith(".spec.ts") and "/__" not in each]
    chance.shuffle(names)
    changed: list[str] = []
    for name in names:
        file = checkout / name
        old = file.read_text()
        edit = rename if len(changed) % RENAMED == 0 else misreport
        new = edit(old)
        if new != old:
            file.write_text(new)
            changed.append(name)
        if len(changed) == FILES:
            break
    record(checkout, "Change")
    return changed


def misreport(text: str) -> str:
    """Let the first function return something else."""
    return _RETURNED.sub(r"\1return null ?? ", text, count=1)


def rename(text: str) -> str:
    """Give the first exported function another name."""
    return _EXPORTED.sub(r"export \1function \2Anew", text, count=1)


def timed(checkout: Path, arguments: Sequence[str], empty: Path) -> dict[str, Any]:
    """Ask several times; the first run also warms the operating system's cache of files."""
    command = (sys.executable, "-m", "app", "impact", *arguments, "--json", "--repo", str(checkout))
    runs = [measure(command, plain_environment(empty), empty, TIMEOUT) for _ in range(RUNS)]
    if any(each.status not in (0, 1) for each in runs):
        raise SystemExit(f"autodoc impact failed: {runs[0].errors}")
    told = json.loads(runs[-1].output)
    return {
        "load": machine()["load"],
        "first_wall_s": runs[0].wall_s,
        "wall_s": median(runs, lambda each: each.wall_s),
        "cpu_s": median(runs, lambda each: each.cpu_s),
        "peak_mb": median(runs, lambda each: each.peak_mb),
        "verdicts": dict(sorted(count(told))),
    }


def median(runs: Sequence[Measured], figure: Callable[[Measured], float]) -> float:
    """Return the middle one of some figures."""
    return round(statistics.median(map(figure, runs)), 2)


def count(told: dict[str, Any]) -> Iterator[tuple[str, int]]:
    """Count pages by verdict."""
    pages = [page for scope in told["scopes"] for page in scope["pages"]] + told["people"]
    for verdict in {page["verdict"] for page in pages}:
        yield verdict, sum(page["verdict"] == verdict for page in pages)
    yield "fresh", told["people_fresh"] + sum(scope["fresh"] for scope in told["scopes"])


def record(checkout: Path, subject: str) -> None:
    """Commit everything."""
    identity = ("-c", "user.name=Benchmark", "-c", "user.email=benchmark@example.org")
    git(checkout, "add", "--all")
    git(checkout, *identity, "commit", "--quiet", "-m", subject)


def git(folder: Path, *arguments: str) -> str:
    """Run git there."""
    command = ("git", "-c", "safe.directory=*", "-C", str(folder), *arguments)
    done = subprocess.run(command, check=True, capture_output=True, text=True, timeout=TIMEOUT)
    return done.stdout


def table(result: dict[str, Any]) -> str:
    """Draw the figures as a Markdown table."""
    names = {
        "since_the_pages": "`autodoc impact`",
        "range": "`autodoc impact HEAD~1..HEAD`",
        "shallow": "`autodoc impact` in a clone of depth 1: all that is cited is parsed",
    }
    rows = [
        (
            label,
            f"{each['wall_s']:.1f} s",
            f"{each['cpu_s']:.1f} s",
            f"{each['peak_mb']:.0f} MB",
            ", ".join(f"{number} {verdict}" for verdict, number in each["verdicts"].items()),
        )
        for name, label in names.items()
        for each in [result[name]]
    ]
    return draw_table(("", "Wall", "CPU", "Peak memory", "Pages"), rows)


if __name__ == "__main__":
    sys.exit(main())
