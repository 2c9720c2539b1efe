"""AutoDoc on Prefect: the same functions as flows, their steps as task runs that people can see."""

import asyncio
import logging
import sys
from collections.abc import Awaitable, Callable, Sequence
from typing import Any, TypeVar, TypeVarTuple
from uuid import UUID

from prefect import aserve, flow, task
from prefect.artifacts import acreate_progress_artifact, aupdate_progress_artifact
from prefect.cache_policies import NO_CACHE
from prefect.client.schemas.objects import State, TaskRun
from prefect.tasks import Task, exponential_backoff

from app.dispatch.prefect import DEPLOYMENT
from app.domain.work.job import FlowName, Progress, Run
from app.domain.work.zone import Zone
from app.errors import ConfigurationError, is_transient
from app.settings import load_settings
from app.telemetry import configure_telemetry, export_traces
from flows.runs.desk import Report
from flows.runs.performing import perform
from flows.steps import DEFAULT_LIMITS, Limits

EXIT_USAGE = 2

T = TypeVar("T")
Ts = TypeVarTuple("Ts")

logger = logging.getLogger("flows.deployments")


async def is_worth_retrying(_task: Task[Any, Any], _run: TaskRun, state: State[Any]) -> bool:
    """Retry what time can heal, as every other engine does."""
    error = await state.aresult(raise_on_failure=False)
    return isinstance(error, BaseException) and is_transient(error)


@task(
    cache_policy=NO_CACHE,  # a step's result is in our tables, under a key that names its content
    persist_result=False,
    retry_condition_fn=is_worth_retrying,
)
async def step(call: Callable[[], Awaitable[Any]]) -> Any:
    """Do one step."""
    return await call()


class PrefectSteps:
    """Does steps as task runs of the current flow run."""

    def __init__(self, report: Report, concurrency: int = 4) -> None:
        self._report = report
        self._places = asyncio.Semaphore(concurrency)
        self._artifact: UUID | None = None

    async def run(
        self,
        name: str,
        function: Callable[[*Ts], Awaitable[T]],
        *arguments: *Ts,
        key: str,
        limits: Limits = DEFAULT_LIMITS,
    ) -> T:
        """Do one step; Prefect retries it."""
        bounded = step.with_options(
            name=name,
            task_run_name=f"{name} {key}".replace("{", "{{").replace("}", "}}"),
            retries=limits.retries,
            # Not at the decorator: there it is computed once, for the decorator's own `retries`.
            retry_delay_seconds=exponential_backoff(backoff_factor=1),
            timeout_seconds=limits.timeout,
        )
        async with self._places:
            result: T = await bounded(lambda: function(*arguments))
        return result

    async def progress(self, progress: Progress) -> None:
        """Keep the line in our rows, and show a bar on the flow run's page."""
        await self._report(progress)
        if not progress.total:
            return
        percent = 100 * progress.done / progress.total
        if self._artifact is None:
            created = await acreate_progress_artifact(percent, description=progress.stage)
            self._artifact = created if isinstance(created, UUID) else created.id
        else:
            await aupdate_progress_artifact(self._artifact, percent)


async def carry_out(run: Run) -> None:
    """Perform a run in the process that Prefect made for it, and of which it keeps the logs."""
    settings = load_settings()
    export_traces(settings, run.zone)
    await perform(run, settings, PrefectSteps)


@flow(name=FlowName.FULL_GENERATION)
async def full_generation(run: Run) -> None:
    """Document a branch; the orchestrator pool runs it."""
    await carry_out(run)


@flow(name=FlowName.INCREMENTAL_UPDATE)
async def incremental_update(run: Run) -> None:
    """Bring a branch's documentation up to date; the orchestrator pool runs it."""
    await carry_out(run)


@flow(name=FlowName.INDEX_PAGES)
async def index_pages(run: Run) -> None:
    """Show merged pages to the readers; the orchestrator pool runs it."""
    await carry_out(run)


@flow(name=FlowName.ONBOARDING)
async def onboarding(run: Run) -> None:
    """Ask a repository's people for consent; the orchestrator pool runs it."""
    await carry_out(run)


@flow(name=FlowName.PROCESS_SCOPE)
async def process_scope(run: Run) -> None:
    """Write one scope; the writer pool runs it."""
    await carry_out(run)


FLOWS = {
    Zone.ORCHESTRATOR: (full_generation, incremental_update, index_pages, onboarding),
    Zone.WRITER: (process_scope,),
}
"""Which runner serves which flows: no process may hold the secrets of both zones."""


async def serve(zone: Zone) -> None:
    """Serve the deployments of a zone that a dispatcher may start, until stopped."""
    deployments = [await each.ato_deployment(DEPLOYMENT) for each in FLOWS[zone]]
    # Paused by the end of one runner, they would stay so for every other runner of the zone.
    await aserve(*deployments, pause_on_shutdown=False)


def main(arguments: Sequence[str]) -> int:
    """Serve the zone that is named; returns the exit status."""
    configure_telemetry()
    zones = [zone for zone in FLOWS if [zone] == list(arguments)]
    if not zones:
        logger.error("say which deployments to serve: %s", " or ".join(FLOWS))
        return EXIT_USAGE
    try:
        settings = load_settings()
    except ConfigurationError as error:
        logger.error("%s", error)  # noqa: TRY400 - its sentence says it
        return EXIT_USAGE
    configure_telemetry(settings.log_level)
    if settings.prefect_api_url is None:
        # Prefect would start a server of its own, that nobody else knows.
        logger.error("set PREFECT_API_URL to the address of your Prefect server's API")
        return EXIT_USAGE
    asyncio.run(serve(zones[0]))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
