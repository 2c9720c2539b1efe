"""`python -m benchmarks.large --mirrors DIR` times `autodoc generate` on a large repository.

Beside it universal-ctags and a bare tree-sitter pass read the same source files, once before the
runs and once after them, so that each figure has its neighbours of the same minutes.
"""

import os
import shutil
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from benchmarks.bare_parse import LANGUAGES
from benchmarks.generate import (
    TIMEOUT,
    check_out,
    draw_table,
    generate,
    load_large,
    machine,
)
from benchmarks.large_repository import Program, run
from benchmarks.measure import Measured, measure
from benchmarks.second_check.commit import read_commit

HERE = Path(__file__).parent
AIMS = {"cold_s": 60.0, "warm_s": 10.0, "peak_mb": 1500.0}


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure, record and print."""
    return run(Program("large", __doc__, examine, table), arguments)


def examine(mirrors: Path, place: Path) -> dict[str, Any]:
    """Time the peers, the cold run, the warm run, and the peers again."""
    subject = load_large()
    checkout = place / subject.name
    check_out(subject.mirror(mirrors), subject, checkout)
    commit = read_commit(checkout, subject.commit)
    sources = [path for path in commit.files if Path(path).suffix in LANGUAGES]
    before = peers(checkout, sources, place)
    cold = generate(checkout, place / "out", place / "data")
    warm = generate(checkout, place / "out", place / "data")
    after = peers(checkout, sources, place)
    return {
        "name": subject.name,
        "url": subject.url,
        "commit": subject.commit,
        "machine": machine(),
        "files": len(commit.files),
        "source_files": len(sources),
        "source_mb": round(sum(len(commit.files[path]) for path in sources) / 1e6, 1),
        "outcome": {
            name: cold.outcome[name] for name in ("files", "symbols", "pages", "withheld", "parsed")
        },
        "same_bytes": cold.files == warm.files,
        "warm_parsed": warm.outcome["parsed"],
        "cold": _figures(cold.measured),
        "warm": _figures(warm.measured),
        **{name: _mean(before[name], after[name]) for name in before},
    }


def peers(checkout: Path, sources: Sequence[str], place: Path) -> dict[str, dict[str, float]]:
    """Let the others read the same files."""
    listing = place / "sources.txt"
    listing.write_text("".join(f"{checkout / path}\n" for path in sources))
    environment = {**os.environ, "PYTHONPATH": str(HERE.parent)}
    parse = f"exec {sys.executable} -m benchmarks.bare_parse < {listing}"
    found = {"tree_sitter": _figures(measure(("sh", "-c", parse), environment, place, TIMEOUT))}
    if shutil.which("ctags"):
        tags = ("ctags", "--fields=+neKS", "-L", str(listing), "-f", str(place / "tags"))
        found["ctags"] = _figures(measure(tags, environment, place, TIMEOUT))
    return found


def _figures(measured: Measured) -> dict[str, float]:
    if measured.status not in (0, 1):
        raise SystemExit(f"a run ended with {measured.status}: {measured.errors}")
    return {
        "status": measured.status,
        "wall_s": measured.wall_s,
        "cpu_s": measured.cpu_s,
        "peak_mb": measured.peak_mb,
    }


def _mean(one: Mapping[str, float], other: Mapping[str, float]) -> dict[str, float]:
    return {name: round((one[name] + other[name]) / 2, 2) for name in one}


def table(result: Mapping[str, Any]) -> str:
    """Draw the figures as a Markdown table, each beside the bare parse."""
    names = {
        "cold": "`autodoc generate`, cold",
        "warm": "`autodoc generate`, second run",
        "tree_sitter": "bare tree-sitter pass, one process",
        "ctags": "universal-ctags",
    }
    base = result["tree_sitter"]
    rows = [
        (
            *(label, f"{each['wall_s']:.1f} s", f"{each['cpu_s']:.1f} s"),
            *(f"{each['peak_mb']:.0f} MB", f"{each['cpu_s'] / base['cpu_s']:.1f}"),
        )
        for name, label in names.items()
        if (each := result.get(name))
    ]
    return draw_table(("", "Wall", "CPU", "Peak memory", "CPU by the bare pass's"), rows)


if __name__ == "__main__":
    sys.exit(main())
