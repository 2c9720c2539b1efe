"""The short table says what is below an aim."""

from benchmarks.summary import covered, generated, large, people, planted

COUNTS = {"paths": 1, "ranges": 2, "links": 3, "anchors": 4, "blocks": 5, "diagrams": 6}
GENERATED = {
    "language": "Go",
    "withheld": 0,
    "check_findings": {},
    "second_findings": {"link": 2},
    "judged": {**COUNTS, "symbols": 100, "exact_symbols": 99},
}
TIMES = {"wall_s": 30.0, "cpu_s": 40.0, "peak_mb": 1100.0}


def test_findings_and_names_of_all_repositories_are_put_together() -> None:
    first, second = generated({"results": [GENERATED, GENERATED]})
    assert first[2] == "0 pages withheld; `autodoc check` finds 0, a second checker 4"
    assert second == ("200 names of symbols that exist exactly", "≥ 99 %", "99 %")


def test_the_repository_with_the_least_coverage_is_named() -> None:
    whole = {"name": "pond", "symbols": 50, "covered": 50, "modules": 5, "modules_unlisted": []}
    part = {"name": "lake", "symbols": 50, "covered": 45, "modules": 5, "modules_unlisted": ["a"]}
    symbols, modules = covered([whole, part])
    assert symbols[2] == "95 %; least in lake, 90 %"
    assert modules[2] == "90 %"


def test_an_aim_of_speed_that_is_missed_is_named() -> None:
    warm = {"wall_s": 30.0, "cpu_s": 30.0, "peak_mb": 900.0}
    bare = {"wall_s": 2.0, "cpu_s": 1.5, "peak_mb": 30.0}
    runs = {"cold": TIMES, "warm": warm, "tree_sitter": bare}
    result = {"source_files": 2680, "machine": {"load": 1.2}, **runs}
    ((_, _, measured),) = large(result)
    assert measured.startswith("30 s, 30 s, 1.1 GB; **missed: second run**")


def test_classes_below_the_aim_are_named() -> None:
    found = {"path, near": 99, "path, far": 100, "default, near": 10, "default, far": 20}
    placed = {"path, near": 100, "path, far": 100, "default, near": 20, "default, far": 20}
    ((_, _, measured),) = planted({"repositories": [{"planted": placed, "found": found}]})
    assert measured == "95.4 % found; **missed: default 75 %**"


def test_findings_before_the_last_rules_are_told_beside_those_after() -> None:
    sets = [{"true": 3, "findings": 9}, {"true": 1, "findings": 2}]
    ((_, _, measured),) = people({"fresh projects": sets})
    assert measured == (
        "**missed**: 1 of 2 in the last set of projects (**too few to draw 100**); "
        "**3 of 9 in earlier sets**, each of which led to rules"
    )
