"""The engine of a laptop: both zones in one process, for one person and one repository."""

import asyncio
import fcntl
import os
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.parse import urlsplit

from app.dispatch.in_process import InProcessDispatcher
from app.domain.checks.finding import Finding
from app.domain.code.facts import LeftOut
from app.domain.value import Value
from app.domain.wiki.config import Publish
from app.domain.wiki.page import TokenUsage
from app.domain.wiki.render import Origin
from app.domain.work.job import FlowName, Job, JobOrder, Progress, Run
from app.domain.work.repository import Provider, Repository, RepositoryRef
from app.errors import AutoDocError, InputError
from app.git.checkout import find_root, head_branch, web_address, worktree_tree
from app.git.snapshot import Snapshot
from app.settings import Settings
from app.wiring import open_stores
from flows.orchestrator.full_generation import Generation, OrchestratorDesk, full_generation
from flows.orchestrator.index_pages import generated_version
from flows.orchestrator.publisher import DirectoryPublisher
from flows.orchestrator.site import Site
from flows.runs import LEASE_S, Desk, JobProgress, hold_lease, make_indexer, make_writer_desk
from flows.sources import Source
from flows.steps import LocalSteps, Steps
from flows.writer.process_scope import process_scope

DEFAULT_OUTPUT = "docs/autodoc"
DIRTY = "HEAD+dirty"


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


def is_url(target: str) -> bool:
    """Tell an address from a path."""
    return "://" in target or target.startswith("git@")


def check_request(request: Request) -> None:
    """Refuse what cannot be meant, before anything starts."""
    if request.worktree and request.ref != "HEAD":
        raise InputError("--worktree and --ref exclude each other: say which one you mean")
    if request.worktree and is_url(request.target):
        raise InputError("--worktree needs a checkout, not a URL")
    if request.output and ".git" in request.output.parts:
        raise InputError(f"{request.output} lies inside .git: choose another folder")


@dataclass(frozen=True)
class Place:
    """Where the sources are and where the pages go."""

    ref: RepositoryRef
    branch: str
    output: Path | None
    """None until the configuration of the commit is known."""
    is_remote: bool


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
                made, output = await run.generate()
    return describe(made, output, request, repository, time.monotonic() - started)


async def find_place(request: Request) -> Place:
    """Tell a URL from a path, and find the checkout that a path lies in."""
    if is_url(request.target):
        return remote_place(request)
    path = await asyncio.to_thread(lambda: Path(request.target).expanduser().resolve())
    root = await find_root(path)
    branch = await head_branch(root)
    address = await web_address(root)
    ref = RepositoryRef(
        provider=Provider.LOCAL,
        external_id=str(root),
        full_name=root.name.removesuffix(".git"),
        url=address or str(root),
        default_branch=branch,
    )
    bare = not await asyncio.to_thread((root / ".git").exists)
    output = request.output or (Path(f"{ref.full_name}-docs") if bare else None)
    return Place(ref=ref, branch=branch, output=output, is_remote=False)


def remote_place(request: Request) -> Place:
    """Name a repository that is fetched first."""
    address = request.target.rstrip("/").removesuffix(".git")
    parts = urlsplit(address)
    if parts.username or parts.password:
        raise InputError("the URL holds a credential: let git's credential helper give it instead")
    name = address.rpartition("/")[2]
    ref = RepositoryRef(
        provider=Provider.LOCAL,
        external_id=request.target,
        full_name=name,
        url=address,
        default_branch="HEAD",
    )
    return Place(
        ref=ref, branch="HEAD", output=request.output or Path(f"{name}-docs"), is_remote=True
    )


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
class LocalRun:
    """One job on a laptop."""

    request: Request
    place: Place
    job: Job
    desk: Desk
    steps: Steps

    async def generate(self) -> tuple[Generation, Path]:
        """Read, write, check, publish into the folder, and index."""
        with TemporaryDirectory(prefix="autodoc-objects-") as scratch:
            source = await self._read(Path(scratch))
            output = self.place.output or Path(
                self.job.repository.external_id, source.config.output
            )
            return await self._generate(source, output), output

    async def _generate(self, source: Source, output: Path) -> Generation:
        progress = JobProgress(self.job, self.desk)
        based = source.based(await asyncio.to_thread(self._base, source, output))

        writer = await make_writer_desk(self.desk, based, local_only=self.job.local_writer_only)

        async def write(run: Run) -> None:
            await process_scope(run, based.facts, writer, self.steps)

        async def index(indexed: Source, site: Site) -> None:
            indexer = make_indexer(self.desk)
            await indexer.publish(generated_version(self.job, site, indexed))

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
        return await full_generation(self.job, based, orchestrator, self.steps)

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
        async with asyncio.TaskGroup() as shown:

            def report(done: int, total: int) -> None:
                line = Progress(stage="facts", done=done, total=total)
                shown.create_task(self.steps.progress(line))

            own = await asyncio.to_thread(own_folder, self.request, directory)
            name = self.job.repository.full_name
            return await sources.read(snapshot, name, origin, own, report)

    def _base(self, source: Source, output: Path) -> str:
        url = self.job.repository.url
        if url.startswith("https://") and not self.request.worktree:
            return f"{url}/blob/{source.origin.commit}/"
        root = Path(self.job.repository.external_id)
        way = os.path.relpath(root.resolve(), output.resolve())
        return f"./{Path(way).as_posix()}/"


def own_folder(request: Request, root: Path) -> tuple[str, ...]:
    """Name the output folder within the checkout, so that it is not documented itself."""
    if request.output is None:
        return ()
    output = request.output.resolve()
    if not output.is_relative_to(root.resolve()) or output == root.resolve():
        return ()
    return (output.relative_to(root.resolve()).as_posix(),)


def describe(
    made: Generation, output: Path, request: Request, repository: Repository, elapsed: float
) -> Outcome:
    """Gather what the command shows."""
    facts = made.facts
    return Outcome(
        repository=repository.full_name,
        commit=made.commit,
        output=str(output),
        pages=len(made.site.pages),
        withheld=made.site.withheld,
        findings=made.site.findings,
        warnings=made.result.warnings,
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
    )
