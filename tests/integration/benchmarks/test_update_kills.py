"""Updates that are killed: the next one continues, and asks for nothing that was answered."""

import pytest

from benchmarks.update_kills import run


@pytest.mark.slow
async def test_an_update_that_was_killed_ends_as_if_nothing_had_happened() -> None:
    figures = await run(kills=2, seed=7)
    assert (figures.states_unequal, figures.asked_again, figures.failed) == (0, 0, 0)
    assert figures.stale_sections >= 2


@pytest.mark.soak
async def test_many_updates_that_were_killed_end_as_if_nothing_had_happened() -> None:
    figures = await run(kills=12, seed=8)
    assert (figures.states_unequal, figures.asked_again, figures.failed) == (0, 0, 0)
    assert figures.kills == 12
