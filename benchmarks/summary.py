"""`python -m benchmarks.summary` puts the short table of all results into the project's README.

It measures nothing: each benchmark writes its figures to `results/`, and this reads them.
"""

import json
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from benchmarks.generate import draw_table, percent, put_between
from benchmarks.large import AIMS

HERE = Path(__file__).parent
README = HERE.parent / "README.md"
AIM_OF_A_CLASS = 0.95
FINDINGS_TO_READ = 100
PEOPLE_AIM = 0.9

Row = tuple[str, str, str]


def main() -> None:
    """Draw the table."""
    results = {path.stem: json.loads(path.read_text()) for path in HERE.glob("results/*.json")}
    rows = [row for name, draw in ROWS.items() if name in results for row in draw(results[name])]
    table = draw_table(("What", "Aim", "Measured"), rows)
    README.write_text(put_between(README.read_text(), "measured", table))


def generated(result: Mapping[str, Any]) -> Iterator[Row]:
    """Say what was found in the pages of public repositories."""
    each = result["results"]
    languages = len({one["language"] for one in each})
    withheld = sum(one["withheld"] for one in each)
    ours, second = (_sum(each, kind) for kind in ("check_findings", "second_findings"))
    judged = [one["judged"] for one in each]
    kinds = ("paths", "ranges", "links", "anchors", "blocks", "diagrams")
    said = ", ".join(f"{sum(one[kind] for one in judged):,} {kind}" for kind in kinds)
    yield (
        f"{len(each)} public repositories in {languages} languages: {said}",
        "all valid",
        f"{withheld} pages withheld; `autodoc check` finds {ours}, a second checker {second}",
    )
    exact, symbols = (sum(one[kind] for one in judged) for kind in ("exact_symbols", "symbols"))
    yield f"{symbols:,} names of symbols that exist exactly", "≥ 99 %", percent(exact, symbols)


def _sum(results: Iterable[Mapping[str, Any]], kind: str) -> int:
    return sum(sum(one[kind].values()) for one in results)


def covered(results: Sequence[Mapping[str, Any]]) -> Iterator[Row]:
    """Say how much of what is public stands in the reference."""
    least = min(results, key=lambda one: one["covered"] / one["symbols"])
    share = percent(least["covered"], least["symbols"])
    every = sum(one["symbols"] for one in results)
    held = percent(sum(one["covered"] for one in results), every)
    yield (
        f"{every:,} public symbols, counted by other parsers, in the reference",
        "≥ 95 % each",
        f"{held}; least in {least['name']}, {share}",
    )
    modules = sum(one["modules"] for one in results)
    unlisted = sum(len(one["modules_unlisted"]) for one in results)
    yield f"{modules:,} modules in it", "100 %", percent(modules - unlisted, modules)


def large(result: Mapping[str, Any]) -> Iterator[Row]:
    """Say what a large repository takes."""
    cold, warm, bare = (result[name] for name in ("cold", "warm", "tree_sitter"))
    missed = [
        name
        for name, value, aim in (
            ("cold", cold["wall_s"], AIMS["cold_s"]),
            ("second run", warm["wall_s"], AIMS["warm_s"]),
            ("memory", cold["peak_mb"], AIMS["peak_mb"]),
        )
        if value > aim
    ]
    below = f"**missed: {', '.join(missed)}**; " if missed else ""
    yield (
        f"{result['source_files']:,} source files without a model: cold, second run, memory",
        "60 s, 10 s, 1.5 GB",
        f"{cold['wall_s']:.0f} s, {warm['wall_s']:.0f} s, {cold['peak_mb'] / 1000:.1f} GB; "
        f"{below}CPU {cold['cpu_s']:.0f} s, {warm['cpu_s']:.0f} s, a bare parse "
        f"{bare['cpu_s']:.1f} s, on 2 cores at load {result['machine']['load']:.0f}",
    )


def planted(result: Mapping[str, Any]) -> Iterator[Row]:
    """Say which classes of false statements are found too seldom."""
    counts: dict[str, Counter[str]] = {"planted": Counter(), "found": Counter()}
    for kind, counter in counts.items():
        for repository in result["repositories"]:
            for name, number in repository[kind].items():
                counter[name.rpartition(",")[0]] += number
    whole, found = counts["planted"], counts["found"]
    below = [
        f"{name} {percent(found[name], whole[name])}"
        for name in whole
        if found[name] < AIM_OF_A_CLASS * whole[name]
    ]
    missed = f"; **missed: {', '.join(below)}**" if below else ""
    yield (
        f"{whole.total():,} false statements planted in true pages, {len(whole)} classes",
        "≥ 95 % each",
        f"{percent(found.total(), whole.total())} found{missed}",
    )


def people(result: Mapping[str, Any]) -> Iterator[Row]:
    """Say how many findings on pages of people are true, in the last set and before."""
    *earlier, last = result["fresh projects"]
    true, found = (sum(one[kind] for one in earlier) for kind in ("true", "findings"))
    before = f"; **{true} of {found} in earlier sets**, each of which led to rules" if found else ""
    few = " (**too few to draw 100**)" if last["findings"] < FINDINGS_TO_READ else ""
    missed = "**missed**: " if last["true"] < PEOPLE_AIM * last["findings"] else ""
    yield (
        "Findings on people's own documentation that are true",
        "≥ 90 % of 100",
        f"{missed}{last['true']} of {last['findings']} in the last set of projects{few}{before}",
    )


def capped(result: Mapping[str, Any]) -> Iterator[Row]:
    """Say how often money was overrun."""
    name = f"{result['sequences']:,} random runs under caps, {result['deaths']:,} crashes"
    below = result["ledgers_below"]
    yield name, "0 overruns", f"{result['overruns']}; ledger below the bill {below} times"


def timed(result: Mapping[str, Any]) -> Iterator[Row]:
    """Say how much longer than the critical path a run takes."""
    name = f"{result['pages']} pages from a model of fixed latency, by the critical path"
    yield name, "≤ 1.15", f"{result['ratio']:.2f}"


ROWS: Mapping[str, Callable[[Any], Iterator[Row]]] = {
    "generate": generated,
    "coverage": covered,
    "large": large,
    "planted": planted,
    "human_docs": people,
    "caps": capped,
    "latency": timed,
}


if __name__ == "__main__":
    main()
