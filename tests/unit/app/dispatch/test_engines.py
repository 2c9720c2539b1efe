from uuid import UUID

import pytest

from app.dispatch.in_process import InProcessDispatcher
from app.dispatch.rows import RowEngine
from app.domain.work.job import FlowName, Run, RunState
from app.errors import GitError
from tests.fakes.work import MemoryRuns

FIRST = Run(flow=FlowName.FULL_GENERATION, job=UUID(int=7))
SECOND = FIRST.model_copy(update={"attempt": 2})


async def test_a_run_in_this_process_is_performed_once_per_attempt() -> None:
    performed: list[Run] = []

    async def perform(run: Run) -> None:
        performed.append(run)

    dispatcher = InProcessDispatcher(perform)
    for run in (FIRST, FIRST, SECOND):
        await dispatcher.start(run)
    assert performed == [FIRST, SECOND]


async def test_a_run_in_this_process_that_fails_says_so_to_whoever_started_it() -> None:
    async def perform(run: Run) -> None:
        raise GitError(f"no repository for {run.name}")

    with pytest.raises(GitError):
        await InProcessDispatcher(perform).start(FIRST)


async def test_a_run_as_a_row_waits_for_the_supervisor_and_is_found_again() -> None:
    engine = RowEngine(MemoryRuns())
    await engine.start(FIRST)
    assert await engine.state(FIRST) is RunState.WAITING
    assert await engine.states([FIRST, SECOND]) == {FIRST.name: RunState.WAITING}
