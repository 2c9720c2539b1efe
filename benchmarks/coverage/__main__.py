"""`python -m benchmarks.coverage --mirrors DIR [--pages DIR]` counts what the pages leave out.

Public symbols and modules of the repositories that `repositories.toml` names are counted by parsers
that the product does not use, and looked up in its reference pages. `--pages` names a folder that
`python -m benchmarks.generate --keep` filled; else the pages are generated first. Exit status 1
when an aim is missed.
"""

import argparse
import json
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from benchmarks.coverage.measure import broken_aims, measure_coverage
from benchmarks.generate import (
    Subject,
    check_out,
    draw_table,
    generate,
    load_subjects,
    merged,
    percent,
    put_between,
)
from benchmarks.second_check.commit import read_commit
from benchmarks.second_check.site import Site, read_folder

HERE = Path(__file__).parents[1]
RESULTS = HERE / "results" / "coverage.json"
README = HERE / "README.md"


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure every chosen repository."""
    options = _parser().parse_args(arguments)
    subjects = [each for each in load_subjects() if not options.only or each.name in options.only]
    results = []
    for subject in subjects:
        with tempfile.TemporaryDirectory(prefix="autodoc-coverage-") as place:
            Path(place).chmod(0o711)  # for root, whose database runs as another user
            result = examine(subject, options.mirrors, Path(place), options.pages)
        results.append(result)
        print(json.dumps(result, indent=1))
    recorded = json.loads(RESULTS.read_text()) if RESULTS.exists() else []
    together = merged(recorded, results)
    RESULTS.write_text(json.dumps(together, indent=1) + "\n")
    README.write_text(put_between(README.read_text(), "coverage", table(together)))
    broken = [aim for result in results for aim in broken_aims(result["name"], result)]
    for aim in broken:
        print(aim, file=sys.stderr)
    return 1 if broken else 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="coverage", description=__doc__)
    parser.add_argument("--mirrors", type=Path, required=True, help="the folder of the copies")
    parser.add_argument("--pages", type=Path, help="a folder of generated pages by name")
    parser.add_argument("--only", action="append", help="a name; the others keep their figures")
    return parser


def examine(subject: Subject, mirrors: Path, place: Path, pages: Path | None) -> dict[str, Any]:
    """Count what one repository offers and what its pages hold."""
    checkout = place / subject.name
    check_out(subject.mirror(mirrors), subject, checkout)
    if pages is None:
        generate(checkout, place / "out", place / "data")
    folder = place / "out" if pages is None else pages / subject.name
    site = Site(read_folder(folder), read_commit(checkout, subject.commit))
    counted = measure_coverage(subject.language, checkout, site)
    return {"name": subject.name, "language": subject.language, **counted}


def table(results: Sequence[Mapping[str, Any]]) -> str:
    """Draw the figures as a Markdown table."""
    columns = (
        *("Repository", "Counted by", "Modules", "In the module map", "Public symbols"),
        *("In the reference", "Share", "What is missing"),
    )
    return draw_table(columns, [_cells(result) for result in results])


def _cells(result: Mapping[str, Any]) -> Sequence[object]:
    missed = "; ".join(f"{number} {reason}" for reason, number in result["missed"].items())
    return (
        *(f"{result['name']} ({result['language']})", result["parser"], result["modules"]),
        result["modules"] - len(result["modules_unlisted"]),
        *(f"{result['symbols']:,}", f"{result['covered']:,}"),
        *(percent(result["covered"], result["symbols"]), missed),
    )


if __name__ == "__main__":
    sys.exit(main())
