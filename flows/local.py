"""The engine of a laptop: both zones in one process, for one person and one repository."""

import asyncio
import os
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import ClassVar, TypeVar

from app.analysis.uncommitted import uncommitted
from app.dispatch.in_process import InProcessDispatcher
from app.domain.checks.finding import Finding
from app.domain.code.facts import LeftOut
from app.domain.value import Value
from app.domain.wiki.configuration.config import Publish
from app.domain.wiki.configuration.scope import Scope
from app.domain.wiki.page import TokenUsage
from app.domain.wiki.record import uncited_share
from app.domain.wiki.render import Origin
from app.domain.work.budget import Estimate
from app.domain.work.job import FlowName, Job, JobOrder, Progress, Run
from app.domain.work.repository import Repository
from app.errors import AutoDocError, InputError
from app.git.checkout import worktree_files, worktree_tree
from app.git.snapshot import Snapshot
from app.settings import Settings
from app.wiring import open_stores
from flows.keeping import RepositoryBases
from flows.leases import LEASE_S, hold_lease, only_one
from flows.orchestrator.demands import order_everything
from flows.orchestrator.full_generation import Generation, OrchestratorDesk, full_generation
from flows.orchestrator.human_edits import EditHistory, no_versions
from flows.orchestrator.index_pages import generated_version
from flows.orchestrator.publisher import DirectoryPublisher, check_output, told
from flows.orchestrator.site import Site
from flows.places import (
    Place,
    as_if_committed,
    below,
    find_place,
    inside,
    is_url,
    own_folder,
    read_pages,
)
from flows.runs.desk import Desk, JobProgress, Report, foreteller, make_indexer
from flows.runs.performing import pages_at_once, rare_collections
from flows.runs.writing import find_revision, make_writer_desk
from flows.sources import Commit, Source
from flows.steps import LocalSteps, Steps
from flows.writer.forecast import Forecast, Foreteller
from flows.writer.process_scope import process_scope

_Kind = TypeVar("_Kind", bound="LocalRun")

DIRTY = "HEAD+dirty"
NO_SOURCES = (
    "the repository has neither a web address nor files to link to, so links to sources are true"
    " only once the pages lie at their place in a checkout"
)


class Request(Value):
    """What a person asked for."""

    target: str
    """A checkout, a bare repository, or a URL."""
    output: Path | None = None
    ref: str = "HEAD"
    worktree: bool = False
    dry_run: bool = False


class Outcome(Value):
    """What became of it."""

    repository: str
    commit: str
    output: str
    """The folder of the pages; of several scopes, each of their folders."""
    pages: int
    withheld: tuple[str, ...]
    findings: tuple[Finding, ...]
    warnings: tuple[str, ...]
    written: tuple[str, ...]
    removed: tuple[str, ...]
    files: int
    """Source files with facts."""
    symbols: int
    parsed: int
    """Files that were parsed now; the others' facts were known."""
    cached: int
    left_out: tuple[LeftOut, ...]
    usage: TokenUsage
    elapsed: float
    """Seconds."""
    dry_run: bool
    estimate: Estimate | None = None
    """Where a model is set: what a run would take, or what this one was to take."""
    forecast: Forecast | None = None
    """After a run with a model: how far its estimate was off."""
    uncited: float = 0.0
    """The share of written sentences that cite nothing, so that nothing can make them stale."""


def check_request(request: Request) -> None:
    """Refuse what cannot be meant, before anything starts."""
    if not request.target.strip():
        raise InputError("name what to document: a checkout, `.` for this one, or a URL")
    if request.worktree and request.ref != "HEAD":
        raise InputError("--worktree and --ref exclude each other: say which one you mean")
    if request.worktree and is_url(request.target):
        raise InputError("--worktree needs a checkout, not a URL")
    if request.output is not None:
        check_output(request.output)


async def generate_locally(request: Request, settings: Settings, report: Report) -> Outcome:
    """Document one commit into a folder and make it searchable."""
    started = time.monotonic()
    place = await find_place(request.target, request.ref, request.output, worktree=request.worktree)
    async with begun(LocalRun, request, place, settings, report) as run:
        made = await run.generate()
    return describe(made, request, run.job.repository, time.monotonic() - started)


@asynccontextmanager
async def begun(
    kind: type[_Kind], request: Request, place: Place, settings: Settings, report: Report
) -> AsyncIterator[_Kind]:
    """Begin a job of a command, and record how it ended."""
    async with open_stores(settings) as stores:
        desk = Desk(settings, stores, stores.runs)
        repository = await stores.repositories.upsert(place.ref)
        with only_one(settings.data_dir / "locks", repository.id):
            order = JobOrder(
                repository_id=repository.id,
                branch=place.branch,
                flow=kind.flow,
                reason="asked for on the command line",
                local_writer_only=request.dry_run,
            )
            job = await stores.jobs.begin(order, LEASE_S)
            steps = LocalSteps(report, pages_at_once(settings))
            async with recorded(job, desk):
                with rare_collections():
                    yield kind(request, place, job, desk, steps)


@asynccontextmanager
async def recorded(job: Job, desk: Desk) -> AsyncIterator[None]:
    """Record how the job ended; an interrupted one is continued by the same command."""
    try:
        async with hold_lease(job, desk.stores.jobs):
            yield
    except AutoDocError as error:
        await desk.stores.jobs.fail(job.id, job.fence, str(error), None)
        raise
    await desk.stores.jobs.finish(job.id, job.fence, "done")


@dataclass(frozen=True)
class Made:
    """What a run made, and what is to be said about it."""

    generation: Generation
    outputs: Mapping[str, Path]
    """By the folder of the scope."""
    warnings: tuple[str, ...]
    estimate: Estimate | None
    forecast: Forecast | None


@dataclass(frozen=True)
class LocalRun:
    """One job on a laptop."""

    flow: ClassVar[FlowName] = FlowName.FULL_GENERATION
    request: Request
    place: Place
    job: Job
    desk: Desk
    steps: Steps

    async def generate(self) -> Made:
        """Read, write, check, publish into the folder, and index."""
        with TemporaryDirectory(prefix="autodoc-objects-") as scratch:
            teller = foreteller(self.desk, self.job, self._report)
            if self.request.dry_run:
                await teller.require_models()
            commit = await self._read(Path(scratch))
            unused = await self._unused_settings(commit)
            outputs = await asyncio.to_thread(self._outputs, commit)
            bases = {
                each.scope.folder: await asyncio.to_thread(self._base, each, outputs)
                for each in commit.sources
            }
            based = commit.based(lambda each: bases[each.scope.folder] or as_if_committed(each))

            async def work() -> Generation:
                return await self._generate(based, outputs)

            made, seen, guessed = await self.foretold(teller, based.sources, work)
            return Made(
                generation=made,
                outputs=outputs,
                warnings=(
                    *commit.warnings,
                    *unused,
                    *([] if all(bases.values()) else [NO_SOURCES]),
                ),
                estimate=seen.estimate if seen else guessed,
                forecast=seen,
            )

    async def foretold(
        self,
        teller: Foreteller,
        sources: Sequence[Source],
        work: Callable[[], Awaitable[Generation]],
    ) -> tuple[Generation, Forecast | None, Estimate | None]:
        """Do the work, and say what models were to take; of a dry run, what they would take."""
        made, seen = await teller.around(sources, work)
        guessed = await teller.estimate(*sources) if self.request.dry_run else None
        return made, seen, guessed

    async def _unused_settings(self, commit: Commit) -> tuple[str, ...]:
        """Tell of settings in the checkout that the documented commit does not have."""
        root = self.place.files
        if root is None or self.place.is_remote or self.request.ref != "HEAD":
            return ()
        paths = await worktree_files(root)
        return await uncommitted(root, paths, commit.sources[0].snapshot, self.request.ref)

    async def _report(self, progress: Progress) -> None:
        """Show a line, and keep it with the job."""
        await self.steps.progress(progress)
        await self.desk.stores.jobs.add_progress(self.job.id, progress)

    def _outputs(self, commit: Commit) -> dict[str, Path]:
        """Name the folder of each scope's pages: its own, or one in the folder asked for."""
        chosen = self.place.output
        if chosen is None:
            root = Path(self.job.repository.external_id)
            return {each.scope.folder: inside(root, each) for each in commit.sources}
        if len(commit.sources) == 1:
            return {commit.sources[0].scope.folder: below(chosen, "")}
        return {each.scope.folder: below(chosen, each.scope.folder) for each in commit.sources}

    def _roots(self, commit: Commit) -> dict[str, Path]:
        """Name the scopes' folders in the checkout, if the pages go to their place in it."""
        if self.place.output is not None:
            return {}
        root = Path(self.job.repository.external_id)
        return {each.scope.folder: root / each.scope.folder for each in commit.sources}

    def _history(self) -> EditHistory:
        """Say where it is known what was generated before people changed it."""
        root = Path(self.job.repository.external_id)

        async def versions(path: str) -> Sequence[bytes]:
            return await (await Snapshot.open(root, "HEAD")).versions(path)

        bases = RepositoryBases(self.desk.stores, self.job.repository.id)
        is_in_place = self.place.output is None
        return EditHistory(bases, versions if is_in_place else no_versions)

    async def _generate(self, commit: Commit, outputs: Mapping[str, Path]) -> Generation:
        progress = JobProgress(self.job, self.desk)

        async def write(run: Run) -> None:
            source = commit.source(run.scope)
            writer = await make_writer_desk(self.desk, source, self.job)
            revision = await find_revision(run, self.job, self.desk)
            await process_scope(run, source.facts, writer, self.steps, revision)

        async def index(indexed: Source, site: Site) -> None:
            indexer = make_indexer(self.desk)
            folder = await asyncio.to_thread(outputs[indexed.scope.folder].resolve)
            await indexer.publish(generated_version(self.job, site, indexed, f"{folder}/"))

        orchestrator = OrchestratorDesk(
            engine=InProcessDispatcher(write),
            results=self.desk.stores.scopes,
            publisher=DirectoryPublisher(
                outputs,
                roots=self._roots(commit),
                history=self._history(),
                dry_run=self.request.dry_run,
            ),
            confirm=progress.confirm,
            keep_commit=progress.keep_commit,
            keep=None if self.request.dry_run else index,
            publish=Publish.ALL,
            outputs=None if self.place.output is None else {each: each for each in outputs},
            checked=self.desk.stores.checks,
            parallel_scopes=1,  # the steps of one are as many at a time as this machine may do
            run_timeout=self.desk.settings.caps.run_timeout,
        )
        made = await self.document(commit, outputs, orchestrator)
        if not self.request.dry_run:
            repository, wiki = self.job.repository.id, self.desk.stores.wiki
            await wiki.keep_scopes(repository, self.job.branch, list(outputs))
        return made

    async def document(
        self, commit: Commit, outputs: Mapping[str, Path], desk: OrchestratorDesk
    ) -> Generation:
        """Make the pages, which go to the folders of their scopes."""

        async def lying_there(scope: Scope) -> Mapping[str, bytes]:
            return await asyncio.to_thread(read_pages, outputs[scope.folder])

        scopes = [each.scope for each in commit.sources]
        await order_everything(self.job.id, scopes, [lying_there], self.desk.stores.revisions)
        made = await full_generation(self.job, commit, desk, self.steps)
        if not self.request.dry_run:
            await self.desk.stores.verdicts.clear(self.job.repository.id, self.job.branch)
        return made

    async def _read(self, scratch: Path) -> Commit:
        sources = self.desk.sources()
        await self.steps.progress(Progress(stage="fetch" if self.place.is_remote else "facts"))
        directory = await sources.fetch(self.job.repository)
        if self.request.worktree:
            tree = await worktree_tree(directory, scratch)
            snapshot, commit = await Snapshot.open(directory, tree, scratch), DIRTY
        else:
            snapshot = await Snapshot.open(directory, self.request.ref)
            commit = snapshot.commit
        origin = Origin(commit=commit, base="./")
        shown: list[asyncio.Task[None]] = []

        def report(done: int, total: int) -> None:
            line = self.steps.progress(Progress(stage="facts", done=done, total=total))
            shown.append(asyncio.create_task(line))

        own = await asyncio.to_thread(own_folder, self.request.output, directory)
        try:
            return await sources.read(snapshot, self.place.ref.full_name, origin, own, report)
        finally:
            await asyncio.gather(*shown)

    def _base(self, source: Source, outputs: Mapping[str, Path]) -> str | None:
        """Say where links to sources lead; None when the sources are nowhere to be seen."""
        if self.place.web and not self.request.worktree:
            return f"{self.place.web}/blob/{source.origin.commit}/"
        if self.place.files is None:
            return None
        way = os.path.relpath(self.place.files.resolve(), outputs[source.scope.folder].resolve())
        return "./" if way == "." else f"./{Path(way).as_posix()}/"


def describe(result: Made, request: Request, repository: Repository, elapsed: float) -> Outcome:
    """Gather what the command shows."""
    made, facts = result.generation, result.generation.facts
    sites = [each.site for each in made.scopes]
    results = [each.result for each in made.scopes]
    return Outcome(
        repository=repository.full_name,
        commit=made.commit,
        output=", ".join(map(str, result.outputs.values())),
        pages=sum(len(each.pages) for each in sites),
        withheld=tuple(text for each in sites for text in each.withheld),
        findings=tuple(one for each in sites for one in each.findings),
        warnings=(
            *result.warnings,
            *(text for each in results for text in each.warnings),
            *map(told, made.published.kept),
            *made.published.notes,
        ),
        written=made.published.written,
        removed=made.published.removed,
        files=len(facts.files),
        symbols=sum(len(each.symbols) for each in facts.files.values()),
        parsed=made.parsed,
        cached=made.cached,
        left_out=facts.left_out,
        usage=sum((each.usage for each in results), start=TokenUsage()),
        elapsed=round(elapsed, 2),
        dry_run=request.dry_run,
        estimate=result.estimate,
        forecast=result.forecast,
        uncited=uncited_share(page for each in sites for page in each.pages if page.writer),
    )
