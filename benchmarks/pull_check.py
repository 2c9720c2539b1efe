"""`python -m benchmarks.pull_check` measures how soon a pull request gets its check, under load.

`autodoc serve` documents a made-up repository of 2,600 files, whose pages are merged. While it
writes the documentation of further ones like it, each round pushes a commit to a pull request and
comments a command on it. Measured is the time from the webhook to the completed check run, and to
the eyes on the command. GitHub, its git and the database share the machine's cores with all of it.

Exit status 1 when a check takes longer than 5 s, or eyes longer than 3 s, in 95 of 100 rounds.
"""

import argparse
import asyncio
import json
import os
import statistics
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path

from benchmarks.places import own_folder
from tests.e2e.served import Served, eventually, serve
from tests.fake_github.fake import FakeGitHub

RESULTS = Path(__file__).parent / "results" / "pull_check.json"
NAME = "octo/large"
CHECK = "AutoDoc impact"
IN_A_FOLDER = 20
MODULE_EACH = 4
"""One file of so many is a module with a page of its own, one is its test, the others are data."""
CHECK_S, EYES_S = 5.0, 3.0
PATIENCE_S = 120.0
DOCUMENT_S = 1_800.0
POLL_S = 0.01
SETTLE_S = 5.0
"""After a merge, until its job has surely begun."""
PAUSE_S = 2.0
"""Between two rounds, as GitHub asks for a second between writes."""

MODULE = '''\
"""Part {number} of {folder}."""


def take_{number}(items: list[int], most: int = {number}) -> int:
    """Take at most `most` of the items and add them up."""
    return sum(items[:most])


class Shelf{number}:
    """Keeps what part {number} has."""

    def put(self, item: int) -> None:
        """Put an item on the shelf."""
        self.items = [*getattr(self, "items", []), item]

    def total(self) -> int:
        """Add up what lies on the shelf."""
        return take_{number}(self.items)
'''
TEST = """\
from shelves.{folder}.module_{number} import take_{number}


def test_takes_{number}():
    assert take_{number}([1, 2], 1) == 1
"""


def files_of(name: str, count: int) -> dict[str, str | bytes | None]:
    """Make up the files of a repository; those of another name are others."""
    made: dict[str, str | bytes | None] = {
        ".autodoc.yaml": "publish: all\n",
        "README.md": f"# {name}\n\nKeeps things on shelves.\n",
    }
    for number in range(count // MODULE_EACH):
        folder = f"part_{number // IN_A_FOLDER}"
        text = MODULE.format(number=number, folder=folder)
        made[f"shelves/{folder}/module_{number}.py"] = f"{text}\n# {name}\n"
        made[f"tests/{folder}/test_module_{number}.py"] = TEST.format(number=number, folder=folder)
    for number in range(count - len(made)):
        made[f"data/{number // 100}/{number}.json"] = f'{{"number": {number}, "of": "{name}"}}\n'
    return made


@dataclass
class Figures:
    """What was measured; times in seconds."""

    files: int
    rounds: int
    nice: int
    """Of the processes that document something else."""
    cores: int = field(default_factory=lambda: os.cpu_count() or 0)
    check_s: list[float] = field(default_factory=list)
    eyes_s: list[float] = field(default_factory=list)
    runs_beside: list[int] = field(default_factory=list)
    """Processes that documented something else at the end of each round."""
    load: list[float] = field(default_factory=list)
    pages_stale: int = 0


def at_95(values: Sequence[float]) -> float:
    """Give the value that 95 of 100 do not pass."""
    return sorted(values)[max(0, -(-len(values) * 95 // 100) - 1)]


async def since(start: float, happened: Callable[[], bool], what: str) -> float:
    """Wait until something happened, and say how long it took."""
    while not happened():
        if time.monotonic() - start > PATIENCE_S:
            raise TimeoutError(f"it did not happen in {PATIENCE_S:.0f} s: {what}")
        await asyncio.sleep(POLL_S)
    return time.monotonic() - start


def working(served: Served) -> int:
    """Count the processes of runs."""
    found = 0
    for each in served.children():
        try:
            found += "flows" in each.cmdline()
        except OSError:
            continue
        except Exception:  # noqa: BLE001, S112 - it may be gone by now
            continue
    return found


async def document(github: FakeGitHub, served: Served, files: int) -> None:
    """Have the large repository documented, and merge its pages."""
    await github.add_repository(NAME, files_of(NAME, files))
    await github.install("octo", [NAME])

    def is_proposed() -> bool:
        return bool(github.pulls(NAME, "open"))

    def is_idle() -> bool:
        return working(served) == 0

    await eventually(is_proposed, "the pages are proposed", DOCUMENT_S)
    await eventually(is_idle, "the pages are indexed", DOCUMENT_S)
    [pull] = github.pulls(NAME, "open")
    await github.merge(NAME, pull["number"], "squash")
    await asyncio.sleep(SETTLE_S)
    await eventually(is_idle, "the merged pages are indexed", DOCUMENT_S)


async def play(github: FakeGitHub, number: int, count: int, figures: Figures) -> None:
    """Push one commit to the pull request and give one command."""
    folder = f"shelves/part_{count // IN_A_FOLDER}"
    path = f"{folder}/module_{count}.py"
    text = (
        github.files(NAME)[path]
        .decode()
        .replace("items: list[int], most", "things: list[int], most")
    )
    head = await github.push(NAME, "side", {path: text}, f"Change {count}")
    start = time.monotonic()

    def is_checked() -> bool:
        return any(
            (run["head_sha"], run["name"], run.get("status")) == (head, CHECK, "completed")
            for run in github.check_runs(NAME)
        )

    figures.check_s.append(await since(start, is_checked, "the check is completed"))
    comment = await github.comment(NAME, number, "octocat", "/autodoc help")
    start = time.monotonic()

    def is_seen() -> bool:
        return any(content == "eyes" for _, content in github.reactions(comment))

    figures.eyes_s.append(await since(start, is_seen, "there are eyes on the command"))

    def is_answered() -> bool:
        return any(content == "rocket" for _, content in github.reactions(comment))

    await since(start, is_answered, "the command is answered")
    await asyncio.sleep(PAUSE_S)
    figures.load.append(round(os.getloadavg()[0], 1))


async def measure(place: Path, chosen: argparse.Namespace) -> Figures:
    """Play all rounds beside a server that documents other repositories."""
    files, rounds, beside = int(chosen.files), int(chosen.rounds), int(chosen.beside)
    figures = Figures(files, rounds, nice=int(chosen.nice))
    usual = {
        "AUTODOC_GITHUB__WRITE_SPACING": "1",
        "AUTODOC_CAPS__COMMANDS_HOUR": "1000",
        "AUTODOC_CAPS__NICE": str(figures.nice),
    }
    async with (
        FakeGitHub.start(place / "github") as github,
        serve(github, place, usual) as served,
    ):
        for each in range(beside):
            name = f"octo/other-{each}"
            await github.add_repository(name, files_of(name, files))
        await document(github, served, files)
        await github.push(NAME, "side", {"NOTES.md": "Changes.\n"})
        number = await github.open_pull_request(NAME, "side")
        [installed] = github.world.installations
        await github.add_to_installation(installed, [f"octo/other-{n}" for n in range(beside)])
        if beside:
            await eventually(lambda: working(served) > 0, "others are documented", DOCUMENT_S)
        for count in range(rounds):
            await play(github, number, count * IN_A_FOLDER, figures)
            figures.runs_beside.append(working(served))
        run = github.check_runs(NAME)[-1]
        print(run["output"]["title"], len(run["output"]["annotations"]), file=sys.stderr)
        figures.pages_stale = run["output"]["summary"].count(": stale\n")
    return figures


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure, record and print."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.pull_check", description=__doc__)
    parser.add_argument("--files", type=int, default=2_600)
    parser.add_argument("--rounds", type=int, default=20)
    parser.add_argument("--beside", type=int, default=2, help="repositories documented meanwhile")
    parser.add_argument("--nice", type=int, default=10, help="AUTODOC_CAPS__NICE of the server")
    parser.add_argument("--keep", action="store_true", help="write the figures to results/")
    chosen = parser.parse_args(arguments)
    with own_folder("pull-check") as place:
        figures = asyncio.run(measure(place, chosen))
    told = {
        **asdict(figures),
        "check_median_s": statistics.median(figures.check_s),
        "check_95_s": at_95(figures.check_s),
        "eyes_median_s": statistics.median(figures.eyes_s),
        "eyes_95_s": at_95(figures.eyes_s),
    }
    text = json.dumps(told, indent=1)
    print(text)
    if chosen.keep:
        RESULTS.write_text(f"{text}\n")
    return 1 if told["check_95_s"] > CHECK_S or told["eyes_95_s"] > EYES_S else 0


if __name__ == "__main__":
    sys.exit(main())
