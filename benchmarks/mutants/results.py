"""What was measured, by class and language."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from benchmarks.mutants.mutant import CHANGING, NEUTRAL, REWORDING

AIMS = {"flagged, at least": 0.99, "false alarms, at most": 0.01}
MOST_LISTED = 60
_LONGEST_DIFF = 1_500
_PAGES = {"written": "pages as by a model", "made": "pages that `autodoc generate` made"}
_UNLIKE = {"made": ("moved to another file",)}
"""Where a definition is stands on pages made of declarations: what left its file, changed them."""

Row = Mapping[str, Any]


def summary(
    rows: Sequence[Row], each: int, seed: int, commits: Mapping[str, str]
) -> dict[str, Any]:
    """Count what was flagged of what, for each kind of pages, and list what was not right."""
    result: dict[str, Any] = {
        "seed": seed,
        "of each class, language": each,
        "aims": AIMS,
        "repositories": dict(commits),
    }
    for pages, name in _PAGES.items():
        own = [(row, row["outcomes"][pages]) for row in rows if pages in row["outcomes"]]
        own = [pair for pair in own if pair[0]["kind"] not in _UNLIKE.get(pages, ())]
        result[name] = {
            "changing": _table([pair for pair in own if pair[1]["asserting"]], CHANGING, "flagged"),
            "neutral": _table(own, NEUTRAL, "false alarms"),
            "reworded": _table(own, REWORDING, "false alarms"),
            "wrong sections": sum(
                len(outcome["wrong"]) for row, outcome in own if row["kind"] in CHANGING
            ),
            "amiss": [_told(*pair) for pair in own if is_amiss(*pair)][:MOST_LISTED],
        }
    return result


def is_amiss(row: Row, outcome: Row) -> bool:
    """Say whether the product was wrong."""
    if row["kind"] in CHANGING:
        return bool(outcome["asserting"]) and (not outcome["flagged"] or bool(outcome["wrong"]))
    return bool(outcome["stale"])


def _told(row: Row, outcome: Row) -> Row:
    told = {key: row[key] for key in ("kind", "language", "repository", "path", "symbol")}
    return {
        **told,
        "diff": row["diff"][:_LONGEST_DIFF],
        "asserting": outcome["asserting"],
        "stale": outcome["reasons"][:4],
    }


def _table(
    pairs: Iterable[tuple[Row, Row]], kinds: Sequence[str], what: str
) -> dict[str, dict[str, str] | str]:
    counts: dict[tuple[str, str], list[int]] = defaultdict(lambda: [0, 0])
    for row, outcome in pairs:
        if row["kind"] not in kinds:
            continue
        hit = outcome["flagged"] if what == "flagged" else bool(outcome["stale"])
        for key in ((row["kind"], row["language"]), (row["kind"], "all"), ("all", row["language"])):
            counts[key][0] += hit
            counts[key][1] += 1
        counts["all", "all"][0] += hit
        counts["all", "all"][1] += 1
    table: dict[str, dict[str, str] | str] = {"counted": f"{what} / total"}
    for kind in (*kinds, "all"):
        here = {
            language: f"{hit} / {total}"
            for (one, language), (hit, total) in sorted(counts.items())
            if one == kind
        }
        if here:
            table[kind] = here
    return table


def markdown(result: Mapping[str, Any]) -> str:
    """Write the tables."""
    languages = ("Python", "TypeScript", "Go", "all")
    lines: list[str] = []
    for name in _PAGES.values():
        for part, what in (("changing", "flagged"), ("neutral", "false alarms")):
            lines += [f"| {name[0].upper()}{name[1:]}: {part} | " + " | ".join(languages) + " |"]
            lines += ["| --- |" + " --- |" * len(languages)]
            for kind, counts in result[name][part].items():
                if isinstance(counts, dict):
                    cells = " | ".join(counts.get(each, "") for each in languages)
                    lines.append(
                        f"| {kind if kind != 'all' else f'all, {what} / total'} | {cells} |"
                    )
            lines.append("")
    return "\n".join(lines).strip()
