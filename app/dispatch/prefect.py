"""Runs on Prefect, started by the name of their deployment."""

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from uuid import UUID

import httpx
from prefect.client.orchestration import PrefectClient, get_client
from prefect.client.schemas.filters import (
    FlowRunFilter,
    FlowRunFilterIdempotencyKey,
    FlowRunFilterState,
    FlowRunFilterStateType,
    FlowRunFilterTags,
)
from prefect.client.schemas.objects import StateType
from prefect.deployments import arun_deployment
from prefect.exceptions import ObjectNotFound
from prefect.settings import (
    PREFECT_API_URL,
    PREFECT_SERVER_ALLOW_EPHEMERAL_MODE,
    temporary_settings,
)
from prefect.states import Cancelling

from app.domain.work.job import FlowName, Run, RunState
from app.errors import OutsideError

DEPLOYMENT = "autodoc"
PAGE = 200
"""Prefect answers with at most this many flow runs."""
TIMEOUT_S = 30.0

_STATES: Mapping[StateType, RunState] = {
    StateType.SCHEDULED: RunState.WAITING,
    StateType.PENDING: RunState.WAITING,
    StateType.RUNNING: RunState.RUNNING,
    StateType.PAUSED: RunState.RUNNING,
    StateType.CANCELLING: RunState.RUNNING,
    StateType.COMPLETED: RunState.DONE,
    StateType.FAILED: RunState.FAILED,
    StateType.CRASHED: RunState.FAILED,
    StateType.CANCELLED: RunState.FAILED,
}
_OPEN = [StateType.SCHEDULED, StateType.PENDING, StateType.RUNNING, StateType.PAUSED]


def deployment_of(flow: FlowName) -> str:
    """Name a flow's deployment as Prefect does."""
    return f"{flow}/{DEPLOYMENT}"


def tag_of(job: UUID) -> str:
    """Name the tag that all flow runs of a job bear."""
    return f"job:{job}"


class PrefectDispatcher:
    """Creates flow runs on one Prefect server, and asks it what became of them."""

    def __init__(self, api_url: str) -> None:
        self._api_url = api_url

    async def start(self, run: Run) -> None:
        """Create a flow run and return without waiting for it.

        Prefect keeps one flow run per flow and idempotency key, whatever became of it, so the key
        holds the attempt. `as_subflow` would leave a pending task run in the caller for ever.
        """
        async with self._client(f"start {deployment_of(run.flow)}") as client:
            await arun_deployment(
                deployment_of(run.flow),
                client=client,
                parameters={"run": run.model_dump(mode="json")},
                flow_run_name=run.name,
                idempotency_key=run.key,
                tags=[tag_of(run.job)],
                timeout=0,
                as_subflow=False,
            )

    async def state(self, run: Run) -> RunState | None:
        """Say where a run stands; None when Prefect does not know it."""
        return (await self.states([run])).get(run.name)

    async def states(self, runs: Sequence[Run]) -> Mapping[str, RunState]:
        """Say where runs stand, by their names; a run that Prefect does not know is left out."""
        found: dict[str, RunState] = {}
        async with self._client("ask for its runs") as client:
            for start in range(0, len(runs), PAGE):
                keys = [run.key for run in runs[start : start + PAGE]]
                wanted = FlowRunFilter(idempotency_key=FlowRunFilterIdempotencyKey(any_=keys))
                for each in await client.read_flow_runs(flow_run_filter=wanted, limit=PAGE):
                    if each.state_type is not None:
                        found[each.name] = _STATES[each.state_type]
        return found

    async def abandon(self, job: UUID) -> None:
        """Cancel the flow runs of a job that have not ended."""
        wanted = FlowRunFilter(
            tags=FlowRunFilterTags(all_=[tag_of(job)]),
            state=FlowRunFilterState(type=FlowRunFilterStateType(any_=_OPEN)),
        )
        async with self._client("cancel its runs") as client:
            for each in await client.read_flow_runs(flow_run_filter=wanted, limit=PAGE):
                await client.set_flow_run_state(each.id, Cancelling())

    @asynccontextmanager
    async def _client(self, purpose: str) -> AsyncIterator[PrefectClient]:
        # Without the second setting a client that finds no server starts one of its own.
        here = {PREFECT_API_URL: self._api_url, PREFECT_SERVER_ALLOW_EPHEMERAL_MODE: False}
        try:
            async with asyncio.timeout(TIMEOUT_S):
                with temporary_settings(here):
                    async with get_client() as client:
                        yield client
        except ObjectNotFound:
            raise OutsideError(
                f"Prefect could not {purpose}: register the deployments with `prefect deploy --all`"
            ) from None
        except (httpx.HTTPError, RuntimeError, TimeoutError) as error:
            raise OutsideError(
                f"Prefect could not {purpose} ({type(error).__name__}): is PREFECT_API_URL right?"
            ) from error
