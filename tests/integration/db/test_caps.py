"""A sample of `python -m benchmarks.caps`; the whole proof is its 10,000 runs."""

import pytest

from app.db.engine import Sessions
from benchmarks.caps import SEED, SEQUENCES, prove


async def test_no_cap_is_overrun_by_concurrent_runs_and_crashes(sessions: Sessions) -> None:
    figures = await prove(sessions, sequences=150, seed=SEED)
    assert figures.holds, figures
    assert figures.sequences == 150
    # The sample shows something: caps are reached, runs die, and some worlds see no death.
    assert min(figures.refused_at_a_cap, figures.deaths, figures.worlds_without_deaths) > 10


@pytest.mark.soak
async def test_no_cap_is_overrun_in_ten_thousand_runs(sessions: Sessions) -> None:
    figures = await prove(sessions, SEQUENCES, SEED + 1)
    assert figures.holds, figures
