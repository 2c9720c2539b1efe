from uuid import UUID

import pytest

from app.domain.work.job import FlowName, Run, larger
from app.domain.work.zone import Zone

JOB = UUID(int=7)


def test_another_attempt_is_another_run() -> None:
    first = Run(flow=FlowName.FULL_GENERATION, job=JOB)
    assert first.key != first.model_copy(update={"attempt": 2}).key


def test_scopes_of_one_job_are_different_runs() -> None:
    scopes = ("", "api", "web")
    keys = {Run(flow=FlowName.PROCESS_SCOPE, job=JOB, scope=each).key for each in scopes}
    assert keys == {f"{JOB}:1:.", f"{JOB}:1:api", f"{JOB}:1:web"}


def test_runs_of_different_flows_have_different_names() -> None:
    names = {Run(flow=flow, job=JOB).name for flow in FlowName}
    assert len(names) == len(FlowName)


def test_only_a_writer_run_works_where_the_model_keys_are() -> None:
    zones = {flow: Run(flow=flow, job=JOB).zone for flow in FlowName}
    writers = [flow for flow, zone in zones.items() if zone is Zone.WRITER]
    assert writers == [FlowName.PROCESS_SCOPE]


@pytest.mark.parametrize("other", [FlowName.INDEX_PAGES, FlowName.INCREMENTAL_UPDATE])
def test_the_larger_flow_does_the_work_of_the_other(other: FlowName) -> None:
    assert larger(other, FlowName.FULL_GENERATION) is FlowName.FULL_GENERATION
    assert larger(FlowName.FULL_GENERATION, other) is FlowName.FULL_GENERATION
