"""The proofs about the living pull request, in short, and longer in `make soak`.

Their full length, as `benchmarks/README.md` records it, takes an hour on two cores.
"""

from pathlib import Path

import pytest

from benchmarks.living import days, kills, reruns
from tests.e2e.town import open_town


async def rerun(folder: Path, database_url: str, count: int) -> None:
    async with open_town(folder, database_url) as town:
        figures = await reruns.run(town, count, seed=6)
    assert (figures.reruns, figures.written, figures.moved) == (count, [], 0)
    assert figures.runs > 0


@pytest.mark.slow
async def test_reruns_on_unchanged_sources_write_nothing(
    open_folder: Path, database_url: str
) -> None:
    await rerun(open_folder, database_url, 5)


@pytest.mark.soak
async def test_more_reruns_on_unchanged_sources_write_nothing(
    open_folder: Path, database_url: str
) -> None:
    await rerun(open_folder, database_url, 25)


@pytest.mark.slow
async def test_three_days_without_a_review_keep_one_readable_pull_request(
    open_folder: Path, database_url: str
) -> None:
    async with open_town(open_folder, database_url) as town:
        figures = await days.run(town, 3, seed=6)
    assert figures.amiss == []


@pytest.mark.soak
async def test_twelve_days_without_a_review_keep_one_readable_pull_request(
    open_folder: Path, database_url: str
) -> None:
    async with open_town(open_folder, database_url) as town:
        figures = await days.run(town, 12, seed=6)
    assert figures.amiss == []
    assert figures.pushes > 15


@pytest.mark.soak
async def test_what_is_killed_while_a_change_is_proposed_ends_as_if_nobody_had_been() -> None:
    figures = await kills.run(8, seed=8)
    assert (figures.unequal, figures.left_behind, figures.failed_jobs) == ([], 0, 0)
    assert figures.kills == 8
