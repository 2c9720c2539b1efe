"""`python -m benchmarks.latency` times a 40-page run against a model of fixed latency.

A repository of packages is made, and its `.autodoc.yaml` pins a page for each until the plan has 40
narrative pages. `autodoc generate` writes it with a scripted model server that answers each call
after the same time, and notes when each came. A page is written and then judged, the plan too; the
plan comes before the pages and the front page after them.

The critical path under the limit is the shortest time in which these calls can be made, so many at
a time: the plan's chain, then all pages' calls side by side, then the front page's chain. The wall
time is that of the writing: from the first call to the last answer, and of the whole command.
"""

import argparse
import asyncio
import json
import math
import os
import platform
import shutil
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from tests.fakes.model_author import answer_well, schema_fields
from tests.fakes.model_server import Reply, Request, serve, user_turn

HERE = Path(__file__).parent
RESULTS = HERE / "results" / "latency.json"
PACKAGES = 37
"""With home, architecture and what is not pinned they make 40 pages."""
PARALLEL = 5
GOAL = 1.15
AUTODOC = (sys.executable, "-P", "-m", "app")
IDENTITY = ("-c", "user.name=Ann", "-c", "user.email=ann@example.org")


@dataclass
class Author:
    """Answers well after a time, and notes when it was asked what."""

    latency: float
    asked: list[tuple[float, str]] = field(default_factory=list)

    def answer(self, request: Request) -> Reply:
        """Answer one call."""
        self.asked.append((time.monotonic(), kind_of(request)))
        return replace(answer_well(request), delay=self.latency)


def kind_of(request: Request) -> str:
    """Tell the plan, the pages and the front page apart, and who writes from who judges."""
    fields, prompt = schema_fields(request), user_turn(request)
    judged = "feedback" in fields
    if "<<<PROPOSAL" in prompt:
        stage = "plan"
    elif '"kind": "home"' in prompt or '"kind":"home"' in prompt:
        stage = "front"
    else:
        stage = "page"
    return f"{stage} judged" if judged else f"{stage} written"


def make_repository(folder: Path, packages: int) -> Path:
    """Make a checkout of packages that know each other a little."""
    checkout = folder / "forty"
    pinned = "".join(
        f"  - title: Part {number}\n    purpose: What part {number} does.\n"
        f"    subjects: [part{number:02}/**]\n"
        for number in range(packages)
    )
    files = {
        ".autodoc.yaml": f"pages:\n{pinned}",
        "README.md": "# Forty\n\nA project of many parts.\n",
        "pyproject.toml": '[project]\nname = "forty"\nversion = "1.0"\n',
    }
    for number in range(packages):
        name = f"part{number:02}"
        known = f"from part{number - 1:02}.core import work{number - 1:02}\n" if number else ""
        files[f"{name}/__init__.py"] = f'"""Part {number} does its share."""\n'
        files[f"{name}/core.py"] = (
            f'"""The core of part {number}."""\n\n{known}\n\ndef work{number:02}(amount: int)'
            f' -> int:\n    """Do the work of part {number}."""\n    return amount + {number}\n'
        )
        files[f"{name}/store.py"] = (
            f'"""Keeps what part {number} made."""\n\nfrom {name}.core import work{number:02}\n\n\n'
            f'class Store{number:02}:\n    """A store."""\n\n    def keep(self) -> int:\n'
            f'        """Keep it."""\n        return work{number:02}(1)\n'
        )
    for path, text in files.items():
        (checkout / path).parent.mkdir(parents=True, exist_ok=True)
        (checkout / path).write_text(text)
    for arguments in (
        ("init", "--quiet", "--initial-branch=main"),
        ("add", "."),
        ("commit", "--quiet", "-m", "Begin"),
    ):
        subprocess.run(["git", *IDENTITY, *arguments], cwd=checkout, check=True, timeout=60)
    return checkout


def critical_path(asked: Sequence[str], latency: float, parallel: int) -> float:
    """Return the seconds that the calls take at least, so many at a time."""
    counts = Counter(each.partition(" ")[0] for each in asked)
    side_by_side = max(math.ceil(counts["page"] / parallel), 2)
    return latency * (counts["plan"] + side_by_side + counts["front"])


def environment_of(url: str, latency: float, folder: Path) -> dict[str, str]:
    """Make the environment of a command whose models answer at a URL."""
    return {
        **{name: os.environ[name] for name in ("HOME", "PATH") if name in os.environ},
        "PYTHONPATH": os.pathsep.join(path for path in sys.path if path),
        "AUTODOC_DATA_DIR": str(folder / "data"),
        "AUTODOC_MODEL": "openai/gpt-4o-mini",
        "AUTODOC_REFINE__PARALLEL_CALLS": str(PARALLEL),
        "AUTODOC_BUDGET__DRAFTS": "1",
        "AUTODOC_BUDGET__TOOL_ROUNDS": "0",
        "AUTODOC_BUDGET__CALL_SECONDS": str(latency),
        "OPENAI_API_BASE": url,
        "OPENAI_API_KEY": "x",
    }


async def measure(latency: float, folder: Path) -> dict[str, object]:
    """Run the command against the server."""
    author = Author(latency)
    checkout = make_repository(folder, PACKAGES)
    async with serve(author.answer) as server:
        started = time.monotonic()
        command = await asyncio.create_subprocess_exec(
            *AUTODOC, "generate", str(checkout), "--json", cwd=folder,
            env=environment_of(server.url, latency, folder),
            stdout=asyncio.subprocess.PIPE,
        )  # fmt: skip
        output, _ = await command.communicate()
        whole = time.monotonic() - started
    outcome = json.loads(output)
    kinds = [kind for _, kind in author.asked]
    writing = author.asked[-1][0] + latency - author.asked[0][0]
    path = critical_path(kinds, latency, PARALLEL)
    return {
        "latency_s": latency,
        "parallel_calls": PARALLEL,
        "pages": outcome["estimate"]["pages"],
        "calls": dict(sorted(Counter(kinds).items())),
        "critical_path_s": round(path, 2),
        "calls_over_parallel_s": round(len(kinds) * latency / PARALLEL, 2),
        "writing_s": round(writing, 2),
        "ratio": round(writing / path, 3),
        "whole_command_s": round(whole, 2),
        "whole_ratio": round(whole / path, 3),
        "estimated_s": round(outcome["estimate"]["seconds"], 2),
        "warnings": outcome["warnings"],
    }


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure and print; exit status 1 when the writing takes longer than the goal."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.latency", description=__doc__)
    parser.add_argument("--latency", type=float, default=5.0, help="seconds that a call takes")
    parser.add_argument("--keep", action="store_true", help="write the figures to results/")
    chosen = parser.parse_args(arguments)
    folder = Path(tempfile.mkdtemp(prefix="autodoc-latency-"))
    folder.chmod(0o755)
    try:
        figures = asyncio.run(measure(chosen.latency, folder))
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    told = {"python": platform.python_version(), "cores": os.cpu_count(), **figures}
    text = json.dumps(told, indent=1)
    print(text)
    if chosen.keep:
        RESULTS.write_text(f"{text}\n")
    return 0 if float(str(figures["ratio"])) <= GOAL else 1


if __name__ == "__main__":
    sys.exit(main())
