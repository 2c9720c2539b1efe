"""`python -m benchmarks.replay --mirrors DIR --work DIR` judges what `benchmarks.replay.run` made.

DIR of the mirrors holds a clone of each repository that `repositories.toml` names, as `owner+name`
or `owner+name/repo`; they are only read. The other one is that of the replay.
"""

import argparse
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from benchmarks.generate import put_between
from benchmarks.replay.figures import Figures, Judge
from benchmarks.replay.history import Tree
from benchmarks.replay.run import EVERY, folder_of, listed, mirror_of
from benchmarks.replay.store import Store

HERE = Path(__file__).parent.parent
RESULTS = HERE / "results" / "replay.json"
README = HERE / "README.md"


def main(arguments: Sequence[str] | None = None) -> int:
    """Judge, count, write."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--mirrors", type=Path, required=True)
    parser.add_argument("--work", type=Path, required=True)
    parser.add_argument("--only", default="", help="repositories whose address holds this")
    parser.add_argument("--amiss", type=Path, help="write what was found there, to be read")
    parser.add_argument("--write", action="store_true", help="write the results and the README")
    options = parser.parse_args(arguments)
    results = json.loads(RESULTS.read_text()) if RESULTS.exists() else {"repositories": []}
    known = {each["url"]: each for each in results["repositories"]}
    for each in listed():
        if options.only not in each["url"] or not (options.work / folder_of(each)).exists():
            continue
        store = Store.open(options.work / folder_of(each))
        figures = Judge(store, Tree(mirror_of(options.mirrors, each))).judge()
        known[each["url"]] = summary(each, store, figures)
        if options.amiss:
            options.amiss.mkdir(parents=True, exist_ok=True)
            found = json.dumps(figures.amiss, indent=1, ensure_ascii=False)
            (options.amiss / f"{folder_of(each)}.json").write_text(found)
    ordered = [known[each["url"]] for each in listed() if each["url"] in known]
    result = {"every": EVERY, "repositories": ordered}
    if options.write:
        RESULTS.write_text(json.dumps(result, indent=1, ensure_ascii=False) + "\n")
        README.write_text(put_between(README.read_text(), "replay", markdown(result)))
    print(markdown(result))
    return 0


def summary(repository: Mapping[str, str], store: Store, figures: Figures) -> dict[str, Any]:
    """Say in figures what became of one repository."""
    counts = figures.counts
    return {
        "url": repository["url"],
        "language": repository["language"],
        "engine": engine_of(store),
        "first": store.rows[0]["commit"],
        "last": store.rows[-1]["commit"],
        "updates": counts["commits"],
        **_comparisons(figures),
        "missed_stale_citations": counts["missed"] + counts["stale_at_tenth"],
        "links_that_lead_elsewhere": counts["misled"],
        "sections": _sections(counts),
        "pages": _pages(counts),
        "reference_pages": {
            "seen": counts["reference_pages"],
            "with_other_words": counts["reference_pages_written"],
            "by_overlap": counts["reference_pages_by_overlap"],
        },
        "bytes_outside_stale_sections": counts["bytes_outside"],
        "bytes_of_navigation": counts["navigation_bytes"],
        "quiet_commits": counts["quiet_commits"],
        "model_calls_on_quiet_commits": counts["quiet_calls"],
        "sections_for_a_model": counts["for_a_model"],
        "pages_left_for_their_checks": counts["left"],
        "pull_requests": counts["pull_requests"],
        "pull_requests_coalesced": counts["coalesced"],
        "page_lines_per_code_line": _ratio(counts["page_lines"], counts["code_lines"]),
        "settled_at_once": counts["settled"],
        "tenths": figures.tenths,
    }


def _comparisons(figures: Figures) -> dict[str, int]:
    """Sum up how updated pages compare with pages from nothing."""
    tenths = figures.tenths
    return {
        "comparisons": len(tenths),
        "reference_pages_compared": sum(each["reference_pages"] for each in tenths),
        "reference_pages_that_differ": sum(each["reference_pages_that_differ"] for each in tenths),
        "of_these_by_line_counts_alone": figures.counts["line_counts_differ"],
        "narrative_sections_compared": sum(each["sections"] for each in tenths),
        "narrative_sections_as_from_nothing": sum(
            each["sections_as_from_nothing"] for each in tenths
        ),
    }


def _sections(counts: Mapping[str, int]) -> dict[str, int | float | None]:
    """Say how many sections were rebuilt, by what was true of them."""
    rebuilt, changed = counts["sections_by_verdict"], counts["sections_truly_changed"]
    return {
        "seen": counts["sections"],
        "rebuilt": rebuilt,
        "rebuilt_with_other_words": counts["sections_with_other_words"],
        "by_overlap": counts["sections_by_overlap"],
        "truly_changed": changed,
        "grown": counts["sections_grown"],
        "rebuilt_in_vain": counts["in_vain"],
        "to_truly_changed_or_grown": _ratio(rebuilt, changed + counts["sections_grown"]),
        "to_truly_changed": _ratio(rebuilt, changed),
        "to_overlap": _ratio(rebuilt, counts["sections_by_overlap"]),
    }


def _pages(counts: Mapping[str, int]) -> dict[str, int]:
    """Say how many narrative pages were rebuilt, by what was true of them."""
    return {
        "seen": counts["pages"],
        "rebuilt": counts["pages_by_verdict"],
        "by_overlap": counts["pages_by_overlap"],
        "truly_changed": counts["pages_truly_changed"],
        "truly_changed_or_grown": counts["pages_truly_changed_or_grown"],
        "added": counts["pages_added"],
        "retired": counts["pages_retired"],
    }


def engine_of(store: Store) -> str:
    """Return what was noted of the versions of the product that made the pages."""
    note = store.folder / "engine.txt"
    return note.read_text().strip() if note.exists() else ""


def _ratio(part: int, whole: int) -> float | None:
    return round(part / whole, 3) if whole else None


_ROWS = (
    ("Updates, each on the one before", "updates"),
    ("Compared with pages from nothing", "comparisons"),
    ("Reference pages compared", "reference_pages_compared"),
    ("… that differ in a byte, stamps and permalinks aside", "reference_pages_that_differ"),
    ("… of these by numbers of lines of files alone", "of_these_by_line_counts_alone"),
    ("Narrative sections compared", "narrative_sections_compared"),
    ("… with the words of those from nothing", "narrative_sections_as_from_nothing"),
    ("Stale citations missed", "missed_stale_citations"),
    ("Links of kept sections that lead elsewhere", "links_that_lead_elsewhere"),
    ("Narrative sections seen by the updates", "sections.seen"),
    ("… rebuilt by verdicts", "sections.rebuilt"),
    ("… of these with other words than before", "sections.rebuilt_with_other_words"),
    ("… by file overlap", "sections.by_overlap"),
    ("… whose cited code truly changed as far as they show it", "sections.truly_changed"),
    ("… that have more to list or draw", "sections.grown"),
    ("Rebuilt / truly changed or grown (aim 1.2)", "sections.to_truly_changed_or_grown"),
    ("Rebuilt / truly changed alone", "sections.to_truly_changed"),
    ("Rebuilt / file overlap (aim 0.25)", "sections.to_overlap"),
    ("Narrative pages: rebuilt", "pages.rebuilt"),
    ("… by file overlap", "pages.by_overlap"),
    ("… truly changed or grown", "pages.truly_changed_or_grown"),
    ("Reference pages: with other words", "reference_pages.with_other_words"),
    ("… by file overlap", "reference_pages.by_overlap"),
    ("Bytes changed outside stale sections (aim 0)", "bytes_outside_stale_sections"),
    ("Bytes of navigation changed", "bytes_of_navigation"),
    ("Commits of comments, layout and places alone", "quiet_commits"),
    ("Model calls on these (aim 0)", "model_calls_on_quiet_commits"),
    ("Sections that would go to a model, of all commits", "sections_for_a_model"),
    ("Pull requests, one for each commit with changes", "pull_requests"),
    ("… when those of consecutive commits are one", "pull_requests_coalesced"),
    ("Lines of pages touched per line of code", "page_lines_per_code_line"),
)


def markdown(result: Mapping[str, Any]) -> str:
    """Write the figures as a table."""
    repositories = result["repositories"]
    heads = [f"[{each['url'].rpartition('/')[2]}]({each['url']})" for each in repositories]
    heads = [f"{head} ({each['language']})" for head, each in zip(heads, repositories, strict=True)]
    lines = [
        " | ".join(["| ", *heads]) + " |",
        "| --- |" + " --- |" * len(heads),
        "| Commits | " + " | ".join(_range(each) for each in repositories) + " |",
    ]
    for title, key in _ROWS:
        cells = [_shown(each, key) for each in repositories]
        lines.append(f"| {title} | {' | '.join(cells)} |")
    return "\n".join(lines)


def _range(each: Mapping[str, Any]) -> str:
    url, first, last = each["url"], each["first"], each["last"]
    return f"[{first[:9]}…{last[:9]}]({url}/compare/{first}...{last})"


def _shown(values: Mapping[str, Any], key: str) -> str:
    found: Any = values
    for part in key.split("."):
        found = found[part]
    return "none" if found is None else f"{found:,}"


if __name__ == "__main__":
    raise SystemExit(main())
