"""Lines outside all symbols are found again, at a bounded price."""

import time

import pytest

from app.domain.code.change import Changes, FileNow, Hunk
from app.domain.code.citation import CitedSymbol
from app.domain.code.digest import DIGEST_RECIPE
from app.domain.code.places import find_elsewhere, find_lines, lines_digest

LINES = [f"option_{number} = {number}" for number in range(1, 20_001)]
UNKNOWN = "0" * 16


def place(first: int, last: int, code: str = UNKNOWN) -> CitedSymbol:
    return CitedSymbol(
        path="a.py",
        symbol="",
        recipe=DIGEST_RECIPE,
        code=code,
        wording="",
        first_line=first,
        last_line=last,
    )


def hunk(old: int, old_lines: int, new: int, new_lines: int) -> Hunk:
    return Hunk(path="a.py", old_first=old, old_lines=old_lines, new_first=new, new_lines=new_lines)


def test_only_copies_that_a_hunk_brings_are_taken_for_lines_that_one_touches() -> None:
    hunks = [hunk(2, 1, 1, 0), hunk(10, 3, 60, 3)]
    moved = place(10, 12, lines_digest(LINES, 60, 62))
    twin = place(10, 12, lines_digest(LINES, 90, 92))

    assert find_lines(LINES, moved, hunks) == (60, 62)
    assert find_lines(LINES, twin, hunks) is None


@pytest.mark.parametrize("changed", [0, 2_000])
def test_lines_of_a_large_file_are_looked_for_in_bounded_time(changed: int) -> None:
    hunks = [hunk(number, 1, number, 1) for number in range(1, 8 * changed, 8)]
    started = time.process_time()

    assert find_lines(LINES, place(1_000, 3_000), hunks) is None
    assert time.process_time() - started < 10


def test_many_lines_are_looked_for_in_other_files_in_bounded_time() -> None:
    came = FileNow(path="b.py", text="\n".join(LINES))
    changes = Changes(base="", head="", files={"a.py": None}, added={"b.py": came})
    started = time.process_time()

    assert find_elsewhere(place(1, 10_000), changes) is None
    assert time.process_time() - started < 10
