"""Server, inbox, scheduler and flows inside the test process, beside a fake GitHub."""

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

from pydantic import SecretStr

from app.domain.knowledge.search import SearchHit, SearchType
from app.domain.work.job import FlowName, Job, Run, RunState
from app.errors import OutsideError
from app.reader import Reader
from app.server.running import serve_with
from app.settings import (
    CapSettings,
    DatabaseSettings,
    GitHubSettings,
    OnboardingSettings,
    Settings,
)
from app.wiring import Stores, connect_stores, open_github, open_reader
from flows.runs.performing import perform, row_steps
from tests.e2e.served import eventually
from tests.fake_github.fake import FakeGitHub

STORY_S = 120.0


class InProcessEngine:
    """Performs runs as tasks of the test's own loop, through the same functions as every engine."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._tasks: dict[str, asyncio.Task[None]] = {}
        self.crashing: set[str] = set()
        """Scopes whose writer runs die at once."""
        self._open = asyncio.Event()
        self._open.set()

    async def start(self, run: Run) -> None:
        """Begin a run; the same run is begun once."""
        if run.name not in self._tasks:
            self._tasks[run.name] = asyncio.create_task(self._perform(run), name=run.name)

    async def _perform(self, run: Run) -> None:
        await self._open.wait()
        if run.flow is FlowName.PROCESS_SCOPE and run.scope in self.crashing:
            raise OutsideError("the process died")
        await perform(run, self._settings, row_steps, self)

    @asynccontextmanager
    async def held(self) -> AsyncIterator[None]:
        """Let runs that are started meanwhile begin only after the block."""
        self._open.clear()
        try:
            yield
        finally:
            self._open.set()

    async def state(self, run: Run) -> RunState | None:
        """Say where a run stands."""
        task = self._tasks.get(run.name)
        if task is None:
            return None
        if not task.done():
            return RunState.RUNNING
        return RunState.FAILED if task.cancelled() or task.exception() else RunState.DONE

    async def states(self, runs: Sequence[Run]) -> Mapping[str, RunState]:
        """Say where runs stand, by their names."""
        found = {run.name: await self.state(run) for run in runs}
        return {name: state for name, state in found.items() if state is not None}

    async def abandon(self, job: UUID) -> None:
        """Cancel the runs of a job."""
        for name, task in self._tasks.items():
            if str(job) in name:
                task.cancel()

    async def stop(self) -> None:
        """End what still runs."""
        for task in self._tasks.values():
            task.cancel()
        await asyncio.gather(*self._tasks.values(), return_exceptions=True)

    def ended(self, job: UUID) -> bool:
        """Say whether all runs of a job have ended."""
        return all(task.done() for name, task in self._tasks.items() if str(job) in name)

    def begun(self, flow: str) -> int:
        """Count the runs of a flow that were begun."""
        return sum(1 for name in self._tasks if name.startswith(f"{flow}:"))


@dataclass
class Town:
    """AutoDoc and GitHub, and what a test does in between."""

    github: FakeGitHub
    stores: Stores
    settings: Settings
    engine: InProcessEngine
    reader: Reader
    url: str

    async def quiet(self) -> None:
        """Wait until every delivery is acted on, no job waits or runs, and all is answered."""
        await self.github.settled()

        async def is_quiet() -> bool:
            waiting = await self.stores.deliveries.waiting()
            at_work = await self.stores.jobs.unfinished()
            return waiting == 0 and at_work == [] and await self.stores.answers.untold() == []

        await eventually(is_quiet, "all deliveries and jobs are done", STORY_S)

    async def jobs(self) -> list[Job]:
        """List the jobs that wait or run."""
        return await self.stores.jobs.unfinished()

    async def ask(self, full_name: str, question: str) -> list[SearchHit]:
        """Ask the published documentation."""
        address = f"{self.github.url}/{full_name}"
        return await self.reader.query_documents(address, question, SearchType.HYBRID, 5)


@asynccontextmanager
async def open_town(
    folder: Path,
    database_url: str,
    model: str | None = None,
    changes: Mapping[str, object] | None = None,
) -> AsyncIterator[Town]:
    """Start everything, point the fake's webhooks at it, and end it after the block.

    `changes` are settings that the story needs otherwise.
    """
    async with FakeGitHub.start(folder / "github") as github:
        settings = settings_for(github, folder, database_url)
        settings = settings.model_copy(update={"model": model, **(changes or {})})
        engine = InProcessEngine(settings)
        async with (
            connect_stores(settings, database_url) as stores,
            open_github(settings) as app,
            open_reader(settings) as reader,
        ):
            ports: asyncio.Queue[int] = asyncio.Queue()
            work = serve_with(settings, stores, app, engine, ports.put_nowait)
            serving = asyncio.create_task(work)
            try:
                url = f"http://127.0.0.1:{await asyncio.wait_for(ports.get(), 30)}"
                github.send_webhooks_to(f"{url}/webhook")
                yield Town(github, stores, settings, engine, reader, url)
                github.assert_clean()
            finally:
                serving.cancel()
                await asyncio.gather(serving, return_exceptions=True)
                await engine.stop()


def settings_for(github: FakeGitHub, folder: Path, database_url: str) -> Settings:
    """Set what an operator sets."""
    return Settings(
        data_dir=folder / "data",
        database_url=SecretStr(database_url),
        database=DatabaseSettings(pool_size=4),
        github=GitHubSettings(
            app_id=github.app.id,
            private_key=SecretStr(github.app.private_key),
            webhook_secret=SecretStr(github.app.webhook_secret),
            client_id=github.app.client_id,
            client_secret=SecretStr(github.app.client_secret),
            api_url=github.api_url,
            web_url=github.url,
            write_spacing=0,
        ),
        caps=CapSettings(settle=0.3),
        onboarding=OnboardingSettings(samples=False),
        port=0,
    )
