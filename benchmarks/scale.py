"""`python -m benchmarks.scale` times `autodoc update` on repositories of 100 to 10,000 files.

The repositories are made by a seed: small modules of Python, TypeScript and Go in folders of
twenty, each with two functions and a class or type, which import one another. Each is documented
without a model and committed; then one function changes, first its body (nothing in the pages is
about that) and then its signature (a page of the reference is). Each update is timed as a whole
command, from the same state, with the facts of the unchanged files in the cache. Told is the
ratio between the largest and the smallest repository; the aim is 1.5.
"""

import argparse
import json
import os
import random
import resource
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from benchmarks.generate import machine
from benchmarks.places import own_folder

RESULTS = Path(__file__).parent / "results" / "scale.json"
AUTODOC = (sys.executable, "-P", "-m", "app")
IDENTITY = ("-c", "user.name=Ann", "-c", "user.email=ann@example.org", "-c", "gc.auto=0")
SIZES = (100, 1_000, 10_000)
FOLDER = 20
"""So many modules lie in a folder."""
TIMES = 3
MANY = 1_000
"""A larger repository is updated once where all of it has to be read."""
AIM = 1.5
TIMEOUT = 7_200
WORDS = (
    "cart", "order", "price", "stock", "parcel", "label", "refund", "coupon", "ledger", "basket",
    "shelf", "route", "driver", "depot", "invoice", "receipt", "voucher", "tariff", "batch",
)  # fmt: skip

PYTHON = '''\
"""{Word} {number}: what the shop knows about a {word}."""

from shop.{before} import add_{previous}


class {Word}{number}:
    """Holds one {word}."""

    def weigh(self, grams: int, slack: int = {k}) -> int:
        """Weigh the {word}, in grams."""
        return grams + slack * {k}


def add_{number}(amount: int, step: int = 1) -> int:
    """Add to the {word} and to the one before it."""
    return amount + step * {k} + add_{previous}(amount)
'''
FIRST = '''\
"""The first module: everything begins here."""


def add_0(amount: int) -> int:
    """Add nothing yet."""
    return amount + 1
'''
TYPESCRIPT = """\
/** One {word}, as the browser sees it. */
export interface {Word}{number} {{
  /** Its weight in grams. */
  grams: number;
}}

/** Weigh a {word}. */
export function weigh{number}(grams: number, slack = {k}): number {{
  return grams + slack * {k};
}}
"""
GO = """\
// Package {folder} keeps every {word}.
package {folder}

// {Word}{number} is one {word}.
type {Word}{number} struct {{
	Grams int
}}

// Weigh{number} weighs a {word}.
func Weigh{number}(grams int, slack int) int {{
	return grams + slack*{k}
}}
"""
BODY = ("return amount + 1", "return amount + 2")
SIGNATURE = ("def add_0(amount: int)", "def add_0(amount: int, rounds: int = 0)")


@dataclass(frozen=True)
class Timed:
    """One update, several times."""

    wall_s: float
    """The median."""
    cpu_s: float
    """The least, of the command and its processes: what other work on the machine does not add."""
    all_s: tuple[float, ...]
    parsed: int
    written: int
    settled: bool


def modules(size: int, seed: int) -> Iterator[tuple[str, str]]:
    """Make the files of a repository, by path."""
    chance = random.Random(seed)  # noqa: S311 - a drawing that can be repeated
    yield "shop/__init__.py", '"""A shop that was made up."""\n'
    yield "shop/m0.py", FIRST
    previous, before = 0, "m0"
    for number in range(1, size - 1):
        word = chance.choice(WORDS)
        folder = f"part{number // FOLDER}"
        told = {
            "word": word, "Word": word.capitalize(), "number": number, "k": chance.randint(2, 9),
            "folder": folder, "before": before, "previous": previous,
        }  # fmt: skip
        kind = ("py", "ts", "go")[number // FOLDER % 3]
        if kind == "py":
            yield f"shop/{folder}/m{number}.py", PYTHON.format(**told)
            previous, before = number, f"{folder}.m{number}"
        elif kind == "ts":
            yield f"web/{folder}/m{number}.ts", TYPESCRIPT.format(**told)
        else:
            yield f"store/{folder}/m{number}.go", GO.format(**told)


class Shop:
    """A checkout with pages, and a data directory."""

    def __init__(self, place: Path, size: int, seed: int) -> None:
        self.checkout = place / f"shop{size}"
        self.data = place / f"data{size}"
        for path, content in modules(size, seed):
            target = self.checkout / path
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(content)
        self.git("init", "--quiet", "--initial-branch=main")
        self.git("remote", "add", "origin", "https://git.example.org/octo/shop.git")
        self.commit("Open the shop")

    def git(self, *arguments: str) -> None:
        command = ["git", *IDENTITY, *arguments]
        subprocess.run(command, cwd=self.checkout, check=True, capture_output=True, timeout=TIMEOUT)

    def commit(self, message: str) -> None:
        self.git("add", "--all")
        self.git("commit", "--quiet", "--no-verify", "-m", message)

    def run(self, command: str) -> tuple[float, Any]:
        """Run a command; returns the seconds that it took, and what it says."""
        environment = {**os.environ, "AUTODOC_DATA_DIR": str(self.data)}
        begun = time.monotonic()
        done = subprocess.run(
            [*AUTODOC, command, "--json", str(self.checkout)],
            env=environment, check=True, capture_output=True, text=True, timeout=TIMEOUT,
        )  # fmt: skip
        return time.monotonic() - begun, json.loads(done.stdout)

    def change(self, words: tuple[str, str]) -> None:
        """Change the first function, and commit that."""
        target = self.checkout / "shop/m0.py"
        target.write_text(target.read_text().replace(*words))
        self.commit("Change one function")

    def update(self, times: int) -> Timed:
        """Update several times from the same state."""
        runs, cpu = list[tuple[float, Any]](), list[float]()
        for _ in range(times):
            self.git("checkout", "--quiet", "--", "docs")
            self.git("clean", "--quiet", "-fd", "docs")
            before = cpu_of_children()
            runs.append(self.run("update"))
            cpu.append(round(cpu_of_children() - before, 2))
        walls = [round(wall, 2) for wall, _ in runs]
        # Later runs find the facts of the new version in the cache.
        first = runs[0][1]
        outcome = first["outcome"] or {"parsed": first["parsed"], "written": []}
        return Timed(
            wall_s=sorted(walls)[len(walls) // 2],
            cpu_s=min(cpu),
            all_s=tuple(walls),
            parsed=outcome["parsed"],
            written=len(outcome["written"]),
            settled=first["settled"],
        )


def cpu_of_children() -> float:
    """Sum the processor time of all processes that were waited for."""
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


def examine(place: Path, size: int, seed: int, times: int) -> dict[str, Any]:
    """Document a repository, change one function twice, and time the updates."""
    shop = Shop(place, size, seed)
    wall, made = shop.run("generate")
    shop.commit("Document the shop")
    shop.change(BODY)
    body = shop.update(times)
    print(json.dumps({"files": size, "body": asdict(body)}), flush=True)
    shop.change(SIGNATURE)
    signature = shop.update(times if size <= MANY else 1)
    shutil.rmtree(shop.checkout)
    shutil.rmtree(shop.data)
    return {
        "files": size,
        "pages": made["pages"],
        "generate_s": round(wall, 1),
        "body": asdict(body),
        "signature": asdict(signature),
    }


def ratio(rows: Sequence[Any], kind: str, figure: str) -> float:
    """Divide the largest repository's figure by the smallest one's."""
    smallest, largest = (float(rows[place][kind][figure]) for place in (0, -1))
    return round(largest / smallest, 2)


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure, record and print."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.scale", description=__doc__)
    parser.add_argument("--sizes", type=int, nargs="+", default=SIZES)
    parser.add_argument("--seed", type=int, default=5)
    parser.add_argument("--times", type=int, default=TIMES)
    parser.add_argument("--more", action="store_true", help="beside the sizes in results/")
    parser.add_argument("--keep", action="store_true", help="write the figures to results/")
    chosen = parser.parse_args(arguments)
    known = json.loads(RESULTS.read_text())["sizes"] if chosen.more else []
    rows = [row for row in known if row["files"] not in chosen.sizes]
    with own_folder("scale") as place:
        for size in chosen.sizes:
            rows.append(examine(place, size, chosen.seed, chosen.times))
            print(json.dumps(rows[-1]), flush=True)
    rows.sort(key=lambda row: int(row["files"]))
    kinds = ("body", "signature")
    ratios = {kind: ratio(rows, kind, "wall_s") for kind in kinds}
    result = {
        "machine": machine(),
        "load": round(os.getloadavg()[1], 1),
        "seed": chosen.seed,
        "sizes": rows,
        "ratio": ratios,
        "cpu_ratio": {each: ratio(rows, each, "cpu_s") for each in kinds},
        "aim": AIM,
        "met": {kind: each <= AIM for kind, each in ratios.items()},
        "same_parsed": {kind: len({row[kind]["parsed"] for row in rows}) == 1 for kind in kinds},
    }
    said = json.dumps(result, indent=1)
    print(said)
    if chosen.keep:
        RESULTS.write_text(f"{said}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
