"""What is recorded of a benchmark, and when it fails."""

import copy
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from benchmarks.generate import (
    Subject,
    broken_promises,
    check_out,
    load_large,
    load_subjects,
    merged,
    percent,
    put_between,
    speed,
    validity,
)
from benchmarks.measure import measure

RUN = {"status": 0, "wall_s": 2.0, "cpu_s": 3.0, "peak_mb": 100.0, "parsed": 7, "cached": 0}
RESULT: dict[str, Any] = {
    "name": "pond",
    "language": "Python",
    "url": "https://github.com/octo/pond",
    "commit": "a" * 40,
    "files": 120,
    "symbols": 500,
    "pages": 12,
    "withheld": 0,
    "machine": {"load": 0.5},
    "check_findings": {},
    "second_findings": {},
    "judged": {
        "pages": 12,
        "paths": 10,
        "ranges": 1_000,
        "links": 30,
        "anchors": 4,
        "blocks": 5,
        "diagrams": 6,
        "rows": 7,
        "symbols": 2_000,
        "exact_symbols": 1_999,
    },
    "same_bytes_again": True,
    "same_bytes_fresh": True,
    "differing": [],
    "symbols_per_s": 250,
    "runs": {"cold": RUN, "second": {**RUN, "parsed": 0, "cached": 7}, "fresh": RUN},
}


def test_a_result_that_keeps_every_promise_breaks_none() -> None:
    assert list(broken_promises(RESULT)) == []


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"withheld": 2}, "2 pages were withheld"),
        ({"check_findings": {"range": 1}}, "`autodoc check` finds {'range': 1}"),
        ({"second_findings": {"link": 3}}, "the second checker finds {'link': 3}"),
        ({"same_bytes_again": False}, "other bytes"),
        ({"same_bytes_fresh": False}, "other bytes"),
        ({"runs": {**RESULT["runs"], "second": RUN}}, "the second run parsed 7 files"),
        ({"runs": {**RESULT["runs"], "fresh": {**RUN, "status": 1}}}, "did not end with status 0"),
    ],
)
def test_a_broken_promise_is_named(change: dict[str, Any], said: str) -> None:
    (sentence,) = broken_promises({**copy.deepcopy(RESULT), **change})
    assert said in sentence


def test_a_table_replaces_what_stands_between_the_marks_of_its_name() -> None:
    begin, end = "<!-- pond: begin -->", "<!-- pond: end -->"
    readme = put_between(f"before\n\n{begin}\nearlier\n{end}\n\nafter\n", "pond", "now")
    assert readme == f"before\n\n{begin}\nnow\n{end}\n\nafter\n"


def test_the_tables_say_what_was_judged_and_what_it_took() -> None:
    judged = validity([RESULT]).splitlines()[-1]
    assert judged.endswith(
        "| 120 | 12 | 0 | 10 | 1,000 | 30 | 4 | 5 | 6 | 0 | 0 | 99.9 % of 2,000 |"
    )
    took = speed([RESULT]).splitlines()[-1]
    assert took == "| pond | 500 | yes | 2.0 s, 3.0 s, 100 MB | 250 | 2.0 s, 3.0 s | 0 | 0.5 |"


def test_new_figures_take_the_place_of_old_ones_and_the_others_stay() -> None:
    old = [{"name": "hono", "pages": 1}, {"name": "flask", "pages": 2}]
    assert merged(old, [{"name": "hono", "pages": 3}]) == [
        {"name": "flask", "pages": 2},
        {"name": "hono", "pages": 3},
    ]


@pytest.mark.parametrize(
    ("part", "whole", "said"),
    [(3, 3, "100 %"), (99_999, 100_000, "99.9 %"), (1, 3, "33.3 %"), (0, 0, "none")],
)
def test_only_all_is_a_hundred_percent(part: int, whole: int, said: str) -> None:
    assert percent(part, whole) == said


def test_eight_repositories_in_six_languages_and_a_large_one_have_fixed_commits() -> None:
    subjects = load_subjects()
    assert len(subjects) >= 8
    assert len({each.language for each in subjects}) >= 6
    assert all(len(each.commit) == 40 for each in (*subjects, load_large()))


def test_a_checkout_of_one_commit_knows_its_address(tmp_path: Path) -> None:
    mirror = tmp_path / "pond"
    mirror.mkdir()
    git = ("git", "-C", str(mirror), "-c", "user.name=o", "-c", "user.email=o@example.org")
    subprocess.run((*git, "init", "-q"), check=True)
    for text in ("first", "second"):
        (mirror / "a.txt").write_text(text)
        subprocess.run((*git, "add", "."), check=True)
        subprocess.run((*git, "commit", "-qm", text), check=True)
    first = subprocess.run((*git, "rev-parse", "HEAD~1"), check=True, capture_output=True)
    commit = first.stdout.decode().strip()
    checkout = tmp_path / "checkout" / "pond"
    check_out(mirror, Subject("pond", "Python", "https://github.com/octo/pond", commit), checkout)
    assert (checkout / "a.txt").read_text() == "first"
    config = (checkout / ".git" / "config").read_text()
    assert "https://github.com/octo/pond" in config


@pytest.mark.parametrize("place", ["pond", "pond.git", "octo+pond/repo", "octo/pond"])
def test_a_copy_is_found_under_any_usual_name(tmp_path: Path, place: str) -> None:
    (tmp_path / place).mkdir(parents=True)
    subject = Subject("pond", "Python", "https://github.com/octo/pond", "a" * 40)
    assert subject.mirror(tmp_path) == tmp_path / place


def test_a_copy_that_is_missing_is_named(tmp_path: Path) -> None:
    with pytest.raises(SystemExit, match=r"no copy of https://github\.com/octo/pond"):
        Subject("pond", "Python", "https://github.com/octo/pond", "a" * 40).mirror(tmp_path)


PROGRAM = """
import subprocess, sys
held = bytearray(60_000_000)
busy = "import time; end = time.process_time() + .3\\nwhile time.process_time() < end: pass"
subprocess.run([sys.executable, "-c", busy])
print("done")
sys.exit(3)
"""


def test_time_and_memory_of_a_program_and_its_children_are_measured(tmp_path: Path) -> None:
    measured = measure((sys.executable, "-c", PROGRAM), os.environ, tmp_path, 60)
    assert (measured.status, measured.output) == (3, "done\n")
    assert measured.cpu_s >= 0.3
    assert measured.wall_s >= 0.3
    assert measured.peak_mb > 60


def test_a_program_that_hangs_is_killed(tmp_path: Path) -> None:
    command = (sys.executable, "-c", "import time; time.sleep(60)")
    with pytest.raises(subprocess.TimeoutExpired):
        measure(command, os.environ, tmp_path, 0.5)
