"""What two texts share is found in bounded time, however they are made."""

import time
from random import Random

import pytest

from app.domain.wiki.merge.lines import merge_lines, read_lines
from app.domain.wiki.merge.matching import find_differences, find_runs


@pytest.mark.parametrize("seed", range(20))
def test_the_old_with_its_differences_is_the_new(seed: int) -> None:
    random = Random(seed)  # noqa: S311 - texts to be made again, and no secret
    old = [f"{random.randrange(400)}" for _ in range(900)]
    new = [f"{random.randrange(400)}" if random.random() < 0.2 else each for each in old]
    new = [each for each in new if random.random() < 0.9]

    made = list(old)
    for first, last, now_first, now_last in reversed(list(find_differences(old, new))):
        made[first:last] = new[now_first:now_last]

    assert made == new
    runs = find_runs(old, new)
    assert all(old[i : i + size] == new[j : j + size] for i, j, size in runs)
    assert sum(size for _, _, size in runs) > 400


def test_what_stands_once_on_both_sides_is_found_among_much_that_repeats() -> None:
    old = [text for number in range(300) for text in ("x", "x", f"{number}", "x")]
    new = [text for number in range(300) for text in ("x", f"{number}", "x", "new")]

    shared = [old[i + n] for i, _, size in find_runs(old, new) for n in range(size)]

    assert [each for each in shared if each != "x"] == [f"{number}" for number in range(300)]


@pytest.mark.parametrize("line", ["x\n", "{}\n\n"])
def test_a_page_made_to_be_slow_is_merged_in_bounded_time_and_stays_the_persons(line: str) -> None:
    base, theirs, ours = (
        read_lines("".join(f"{line.format(f'{who} {n}')}{who} {n}.\n" for n in range(500)))
        for who in ("base", "person", "machine")
    )
    started = time.process_time()

    blend = merge_lines(base, theirs, ours)

    assert time.process_time() - started < 1
    assert set(theirs) <= set(blend.lines)
    assert blend.clashes
