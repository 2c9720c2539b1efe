"""The engine of a laptop: both zones in one process, for one person and one repository."""

import asyncio
import fcntl
import os
import re
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.parse import unquote, urlsplit

from app.dispatch.in_process import InProcessDispatcher
from app.domain.checks.finding import Finding
from app.domain.code.facts import LeftOut
from app.domain.value import Value
from app.domain.wiki.config import Publish
from app.domain.wiki.page import TokenUsage
from app.domain.wiki.render import Origin
from app.domain.work.budget import Estimate
from app.domain.work.job import FlowName, Job, JobOrder, Progress, Run
from app.domain.work.repository import Provider, Repository, RepositoryRef
from app.errors import AutoDocError, InputError
from app.git.checkout import (
    find_root,
    head_branch,
    resolve_commit,
    to_web_address,
    web_address,
    worktree_tree,
)
from app.git.snapshot import Snapshot
from app.settings import Settings
from app.wiring import open_stores
from flows.orchestrator.full_generation import Generation, OrchestratorDesk, full_generation
from flows.orchestrator.index_pages import generated_version
from flows.orchestrator.publisher import DirectoryPublisher, check_output, told
from flows.orchestrator.site import Site
from flows.runs import (
    LEASE_S,
    Desk,
    JobProgress,
    foreteller,
    hold_lease,
    make_indexer,
    make_writer_desk,
    rare_collections,
)
from flows.sources import Source
from flows.steps import LocalSteps, Steps
from flows.writer.forecast import Forecast
from flows.writer.process_scope import process_scope

DIRTY = "HEAD+dirty"
NO_SOURCES = (
    "the repository has neither a web address nor files to link to, so links to sources are true"
    " only once the pages lie at their place in a checkout"
)
SHORT_ADDRESS = re.compile(r"(?P<host>[\w.-]+@[\w.-]+):(?P<path>[^/\s:][^\s:]*)")


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


def is_url(target: str) -> bool:
    """Tell an address from a path."""
    return "://" in target or SHORT_ADDRESS.fullmatch(target) is not None


def check_request(request: Request) -> None:
    """Refuse what cannot be meant, before anything starts."""
    if request.worktree and request.ref != "HEAD":
        raise InputError("--worktree and --ref exclude each other: say which one you mean")
    if request.worktree and is_url(request.target):
        raise InputError("--worktree needs a checkout, not a URL")
    if request.output is not None:
        check_output(request.output)


@dataclass(frozen=True)
class Place:
    """Where the sources are, where links to them lead, and where the pages go."""

    ref: RepositoryRef
    branch: str
    output: Path | None
    """None until the configuration of the commit is known."""
    is_remote: bool
    web: str | None
    """The address of the repository's web page."""
    files: Path | None
    """The checkout that holds the sources as files."""


async def generate_locally(
    request: Request, settings: Settings, report: Callable[[Progress], Awaitable[None]]
) -> Outcome:
    """Document one commit into a folder and make it searchable."""
    started = time.monotonic()
    place = await find_place(request)
    async with open_stores(settings) as stores:
        desk = Desk(settings, stores, stores.runs)
        repository = await stores.repositories.upsert(place.ref)
        with only_one(settings.data_dir / "locks", repository.id):
            order = JobOrder(
                repository_id=repository.id,
                branch=place.branch,
                flow=FlowName.FULL_GENERATION,
                reason="asked for on the command line",
                local_writer_only=request.dry_run,
            )
            job = await stores.jobs.begin(order, LEASE_S)
            run = LocalRun(request, place, job, desk, LocalSteps(report))
            async with recorded(job, desk):
                with rare_collections():
                    made = await run.generate()
    return describe(made, request, repository, time.monotonic() - started)


async def find_place(request: Request) -> Place:
    """Tell a URL from a path, and find the checkout that a path lies in.

    Raises InputError for what is not there to be documented.
    """
    if is_url(request.target):
        return await remote_place(request)
    path = await asyncio.to_thread(lambda: Path(request.target).expanduser().resolve())
    root = await find_root(path)
    if not request.worktree:
        await resolve_commit(root, request.ref)
    branch = await head_branch(root)
    address = await web_address(root)
    ref = RepositoryRef(
        provider=Provider.LOCAL,
        external_id=str(root),
        full_name=root.name.removesuffix(".git"),
        url=address or str(root),
        default_branch=branch,
    )
    files = await asyncio.to_thread(files_of, root)
    return Place(
        ref=ref,
        branch=branch if request.ref == "HEAD" else request.ref,
        output=request.output or (Path(f"{ref.full_name}-docs") if files is None else None),
        is_remote=False,
        web=address,
        files=files,
    )


def files_of(root: Path) -> Path | None:
    """Return the folder of the files, which a bare repository has not."""
    return root if (root / ".git").exists() else None


async def remote_place(request: Request) -> Place:
    """Name a repository that is fetched first."""
    address = long_address(request.target).rstrip("/").removesuffix(".git")
    parts = urlsplit(address)
    if parts.password or (parts.username and parts.scheme != "ssh"):
        raise InputError("the URL holds a credential: let git's credential helper give it instead")
    name = address.rpartition("/")[2]
    web, files = to_web_address(address), None
    if parts.scheme == "file":
        root = await find_root(await asyncio.to_thread(Path(unquote(parts.path)).resolve))
        web, files = await web_address(root), await asyncio.to_thread(files_of, root)
    ref = RepositoryRef(
        provider=Provider.LOCAL,
        external_id=long_address(request.target),
        full_name=name,
        url=web or address,
        default_branch="HEAD",
    )
    return Place(
        ref=ref,
        branch=request.ref,
        output=request.output or Path(f"{name}-docs"),
        is_remote=True,
        web=web,
        files=files,
    )


def long_address(target: str) -> str:
    """Write `git@host:path` as the URL that it is short for."""
    short = SHORT_ADDRESS.fullmatch(target)
    return f"ssh://{short['host']}/{short['path']}" if short else target


@contextmanager
def only_one(folder: Path, repository_id: int) -> Iterator[None]:
    """Let one command at a time document a repository; the lock goes with its process."""
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / f"{repository_id}.lock").open("a") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise InputError(
                "another `autodoc generate` documents this repository: wait until it is done"
            ) from None
        yield


@asynccontextmanager
async def recorded(job: Job, desk: Desk) -> AsyncIterator[None]:
    """Record how the job ended; an interrupted one is continued by the same command."""
    try:
        async with hold_lease(job, desk):
            yield
    except AutoDocError as error:
        await desk.stores.jobs.fail(job.id, job.fence, str(error), None)
        raise
    await desk.stores.jobs.finish(job.id, job.fence, "done")


@dataclass(frozen=True)
class Made:
    """What a run made, and what is to be said about it."""

    generation: Generation
    output: Path
    warnings: tuple[str, ...]
    estimate: Estimate | None
    forecast: Forecast | None


@dataclass(frozen=True)
class LocalRun:
    """One job on a laptop."""

    request: Request
    place: Place
    job: Job
    desk: Desk
    steps: Steps

    async def generate(self) -> Made:
        """Read, write, check, publish into the folder, and index."""
        with TemporaryDirectory(prefix="autodoc-objects-") as scratch:
            source = await self._read(Path(scratch))
            if not source.facts.line_counts:
                raise InputError(f"{self.request.target} has no text file that can be documented")
            root = Path(self.job.repository.external_id)
            output = self.place.output
            if output is None:
                output = await asyncio.to_thread(inside, root, source)
            base = await asyncio.to_thread(self._base, source, output)
            based = source.based(base or as_if_committed(source))

            async def work() -> Generation:
                return await self._generate(based, output)

            teller = foreteller(self.desk, self.job, self._report)
            made, seen = await teller.around(based.facts, work)
            guessed = await teller.estimate(based.facts) if self.request.dry_run else None
            return Made(
                generation=made,
                output=output,
                warnings=(*source.config.warnings, *([] if base else [NO_SOURCES])),
                estimate=seen.estimate if seen else guessed,
                forecast=seen,
            )

    async def _report(self, progress: Progress) -> None:
        """Show a line, and keep it with the job."""
        await self.steps.progress(progress)
        await self.desk.stores.jobs.add_progress(self.job.id, progress)

    async def _generate(self, source: Source, output: Path) -> Generation:
        progress = JobProgress(self.job, self.desk)
        writer = await make_writer_desk(self.desk, source, self.job)
        location = f"{await asyncio.to_thread(output.resolve)}/"

        async def write(run: Run) -> None:
            await process_scope(run, source.facts, writer, self.steps)

        async def index(indexed: Source, site: Site) -> None:
            indexer = make_indexer(self.desk)
            await indexer.publish(generated_version(self.job, site, indexed, location))

        orchestrator = OrchestratorDesk(
            engine=InProcessDispatcher(write),
            results=self.desk.stores.scopes,
            publisher=DirectoryPublisher(output, dry_run=self.request.dry_run),
            confirm=progress.confirm,
            keep_commit=progress.keep_commit,
            keep=None if self.request.dry_run else index,
            publish=Publish.ALL,
            run_timeout=self.desk.settings.caps.run_timeout,
        )
        return await full_generation(self.job, source, orchestrator, self.steps)

    async def _read(self, scratch: Path) -> Source:
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

        own = await asyncio.to_thread(own_folder, self.request, directory)
        try:
            return await sources.read(snapshot, self.place.ref.full_name, origin, own, report)
        finally:
            await asyncio.gather(*shown)

    def _base(self, source: Source, output: Path) -> str | None:
        """Say where links to sources lead; None when the sources are nowhere to be seen."""
        if self.place.web and not self.request.worktree:
            return f"{self.place.web}/blob/{source.origin.commit}/"
        if self.place.files is None:
            return None
        way = os.path.relpath(self.place.files.resolve(), output.resolve())
        return "./" if way == "." else f"./{Path(way).as_posix()}/"


def inside(root: Path, source: Source) -> Path:
    """Name the output folder of a checkout, from which no link of the repository may lead out."""
    output = root / source.config.output
    if not output.resolve().is_relative_to(root.resolve()):
        raise InputError(f"{output} leads out of the checkout by a symbolic link: choose -o")
    check_output(output)
    return output


def as_if_committed(source: Source) -> str:
    """Let links lead to where the sources are once the pages lie in a checkout."""
    return "./" + "../" * (source.config.output.count("/") + 1)


def own_folder(request: Request, root: Path) -> tuple[str, ...]:
    """Name the output folder within the checkout, so that it is not documented itself."""
    if request.output is None:
        return ()
    output = request.output.resolve()
    if not output.is_relative_to(root.resolve()) or output == root.resolve():
        return ()
    return (output.relative_to(root.resolve()).as_posix(),)


def describe(result: Made, request: Request, repository: Repository, elapsed: float) -> Outcome:
    """Gather what the command shows."""
    made, facts = result.generation, result.generation.facts
    return Outcome(
        repository=repository.full_name,
        commit=made.commit,
        output=str(result.output),
        pages=len(made.site.pages),
        withheld=made.site.withheld,
        findings=made.site.findings,
        warnings=(*result.warnings, *made.result.warnings, *map(told, made.published.kept)),
        written=made.published.written,
        removed=made.published.removed,
        files=len(facts.files),
        symbols=sum(len(each.symbols) for each in facts.files.values()),
        parsed=made.parsed,
        cached=made.cached,
        left_out=facts.left_out,
        usage=made.result.usage,
        elapsed=round(elapsed, 2),
        dry_run=request.dry_run,
        estimate=result.estimate,
        forecast=result.forecast,
    )
