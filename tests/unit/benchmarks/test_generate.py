"""What is recorded of a benchmark, and when it fails."""

import copy
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from benchmarks.generate import BEGIN, END, Subject, broken_promises, load_subjects, with_table
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
    "second_findings": {},
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


def test_the_table_replaces_what_stands_between_the_marks() -> None:
    readme = with_table(f"before\n\n{BEGIN}\nearlier\n{END}\n\nafter\n", [RESULT])
    assert "earlier" not in readme
    assert readme.startswith("before\n\n")
    assert readme.endswith(f"{END}\n\nafter\n")
    assert (
        "| 120 | 500 | 12 | 0 | 0 | yes | 2.0 s, 3.0 s, 100 MB | 250 | 2.0 s, 3.0 s | 0 |" in readme
    )


def test_the_repositories_have_fixed_commits() -> None:
    subjects = load_subjects()
    assert {each.language for each in subjects} == {"Python", "TypeScript", "Go"}
    assert all(len(each.commit) == 40 for each in subjects)


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
