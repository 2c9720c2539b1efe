"""`python -m benchmarks.coverage --mirrors DIR [--pages DIR]` counts what the pages leave out.

Public symbols and modules of the repositories that `repositories.toml` names are counted by parsers
that the product does not use, and looked up in its reference pages. `--pages` names a folder that
`python -m benchmarks.generate --keep` filled; else the pages are generated first. Exit status 1
when an aim is missed.
"""

import json
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from benchmarks.coverage.measure import broken_aims, measure_coverage
from benchmarks.generate import (
    Subject,
    check_out,
    draw_table,
    examine_chosen,
    exit_status,
    generate,
    merged,
    percent,
    put_between,
    subject_parser,
)
from benchmarks.second_check.commit import read_commit
from benchmarks.second_check.site import Site, read_folder

HERE = Path(__file__).parents[1]
RESULTS = HERE / "results" / "coverage.json"
README = HERE / "README.md"


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure every chosen repository."""
    parser = subject_parser("coverage", __doc__)
    parser.add_argument("--pages", type=Path, help="a folder of generated pages by name")
    options = parser.parse_args(arguments)
    results = examine_chosen(
        options.only, lambda subject, place: examine(subject, options.mirrors, place, options.pages)
    )
    recorded = json.loads(RESULTS.read_text()) if RESULTS.exists() else []
    together = merged(recorded, results)
    RESULTS.write_text(json.dumps(together, indent=1) + "\n")
    README.write_text(put_between(README.read_text(), "coverage", table(together)))
    return exit_status([aim for each in results for aim in broken_aims(each["name"], each)])


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
