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


def replayed(result: Mapping[str, Any]) -> Iterator[Row]:
    """Say what became of pages that followed histories."""
    each = result["repositories"]
    updates, tenths = (sum(one[kind] for one in each) for kind in ("updates", "comparisons"))
    differ = sum(one["reference_pages_that_differ"] for one in each)
    missed = sum(one["missed_stale_citations"] for one in each)
    outside = sum(one["bytes_outside_stale_sections"] for one in each)
    yield (
        f"{updates} updates of {len(each)} histories, {tenths} times held against a run from"
        " nothing",
        "reference equal, 0 missed, 0 bytes outside",
        f"{differ} pages differ, {missed} missed, {outside} bytes",
    )
    shares = {
        kind: ", ".join(f"{one['sections'][kind]:.2f}" for one in each)
        for kind in ("to_truly_changed", "to_truly_changed_or_grown", "to_overlap")
    }
    yield (
        "Narrative sections rebuilt, to those whose citations truly changed",
        "≤ 1.2",
        f"**missed**: {shares['to_truly_changed']}; with lists that grew"
        f" {shares['to_truly_changed_or_grown']}",
    )
    yield "The same, to those that cite a changed file", "≤ 0.25", shares["to_overlap"]


def mutated(result: Mapping[str, Any]) -> Iterator[Row]:
    """Say how many single changes of code are flagged, and how many neutral ones."""
    pages = result["pages as by a model"]
    flagged, changing = _of(pages["changing"])
    alarms, neutral = _of(pages["neutral"])
    yield (
        f"{changing:,} single changes to cited code, flagged on the section that asserts it",
        "≥ 99 %",
        percent(flagged, changing),
    )
    yield f"{neutral:,} neutral changes, false alarms", "≤ 1 %", f"{alarms / neutral:.1%}"


def _of(counts: Mapping[str, Any]) -> tuple[int, int]:
    first, _, second = counts["all"]["all"].partition(" / ")
    return int(first), int(second)


def co_changed(result: Mapping[str, Any]) -> Iterator[Row]:
    """Say how well verdicts on pages of people foretell that they are edited with the code."""
    told = []
    for name in ("total", "unseen"):
        every, default = (
            result[name][f"ours, {kind}"] for kind in ("all verdicts", "reported by default")
        )
        told.append(
            f"{every['precision']:.2f} at recall {every['recall']:.2f}, by default"
            f" {default['precision']:.2f}"
        )
    yield (
        f"Pages of people that {result['total']['commits']:,} commits of 6 projects edit with the"
        " code: precision of all verdicts",
        "≥ .30 at ≥ .25, by default ≥ .60",
        f"{told[0]}; on the 3 projects that no rule was made on {told[1]}",
    )


def dead(result: Mapping[str, Any]) -> Iterator[Row]:
    """Say how many names that were told dead are so."""
    sets = ", ".join(f"{one['true']} of {one['drawn']}" for one in result["sets"])
    yield "Dead names on pages of people, drawn by lot and read: true", "≥ 95 %", sets


def killed(result: Mapping[str, Any]) -> Iterator[Row]:
    """Say what is left of updates that were killed."""
    unequal, again = result["states_unequal"], result["asked_again"]
    yield (
        f"{result['kills']} updates killed with SIGKILL, two stale sections",
        "same state, no answer asked for twice",
        f"{unequal} unequal, {again} asked again",
    )


def told(result: Mapping[str, Any]) -> Iterator[Row]:
    """Say how long a question takes on a large repository."""
    since = result["since_the_pages"]
    missed = "**missed**: " if since["wall_s"] > result["aim_s"] else ""
    yield (
        f"`autodoc impact`, {result['files']:,} files of which {result['changed_files']} changed",
        f"{result['aim_s']:.0f} s",
        f"{missed}{since['wall_s']:.1f} s at load {since['load']:.0f}, CPU {since['cpu_s']:.1f} s",
    )


def scaled(result: Mapping[str, Any]) -> Iterator[Row]:
    """Say how an update grows with the repository around the change."""
    first, last = (result["sizes"][place]["files"] for place in (0, -1))
    for kind, met in result["met"].items():
        missed = "" if met else "**missed**: "
        yield (
            f"An update after one {kind} changed, {last:,} files against {first}: wall time, CPU",
            f"≤ {result['aim']}",
            f"{missed}{result['ratio'][kind]:.1f}, {result['cpu_ratio'][kind]:.1f}",
        )


ROWS: Mapping[str, Callable[[Any], Iterator[Row]]] = {
    "generate": generated,
    "coverage": covered,
    "large": large,
    "planted": planted,
    "human_docs": people,
    "caps": capped,
    "latency": timed,
    "replay": replayed,
    "mutants": mutated,
    "co_change": co_changed,
    "dead_names": dead,
    "update_kills": killed,
    "impact_speed": told,
    "scale": scaled,
}


if __name__ == "__main__":
    main()
