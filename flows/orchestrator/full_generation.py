"""Documenting a commit: facts, a writer run for each scope, rendering, checks, publication."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from posixpath import join
from typing import Protocol
from uuid import UUID

from app.domain.code.facts import RepositoryFacts
from app.domain.value import Value
from app.domain.wiki.configuration.config import Publish
from app.domain.wiki.merge.around import Around
from app.domain.wiki.merge.lists import as_published
from app.domain.wiki.page import ScopeResult
from app.domain.wiki.roles import is_test
from app.domain.wiki.site.guides import write_guides
from app.domain.wiki.site.publication import build_site, only, select, sidecar_path
from app.domain.work.job import FlowName, Job, Progress, Run, RunState
from app.errors import OutsideError, Withheld
from flows.orchestrator.checked import CheckedSites, assemble_site
from flows.orchestrator.fronts import Fronts
from flows.orchestrator.publisher import Publication, Published, Publisher
from flows.orchestrator.site import Site, true_titles, without_faulty_blocks, without_faulty_lists
from flows.orchestrator.sparing import Lost, lose, raise_lost
from flows.orchestrator.told import withheld_pages
from flows.sources import Commit, Source
from flows.steps import Limits, Steps

POLL_S = 0.5
MAX_FAILED_LOOKS = 10
ASSEMBLY_LIMITS = Limits(timeout=3600)
PUBLISH_LIMITS = Limits(retries=3, timeout=900)


class Results(Protocol):
    """Whatever holds what writer runs made."""

    async def find(self, job_id: UUID, attempt_key: str) -> ScopeResult | None:
        """Return what this attempt of a writer run made, or None as long as it writes."""


class Engine(Protocol):
    """Whatever starts writer runs."""

    async def start(self, run: Run) -> None:
        """Start a run once, however often the same key is sent."""

    async def state(self, run: Run) -> RunState | None:
        """Say where a run stands; None when the engine does not know it."""


@dataclass(frozen=True)
class OrchestratorDesk:
    """What an orchestrator run works with."""

    engine: Engine
    results: Results
    publisher: Publisher
    confirm: Callable[[], Awaitable[None]]
    """Raises LeaseLost when another run took the job over."""
    keep_commit: Callable[[str], Awaitable[None]]
    keep: Callable[[Source, Site], Awaitable[None]] | None
    """Keeps the version that was made: shows it to the readers, or has it wait for a merge."""
    publish: Publish | None = None
    """Which layers are published; None: those that the repository's configuration names."""
    checked: CheckedSites | None = None
    """Remembers what was found in sites; None: each is checked."""
    outputs: Mapping[str, str] | None = None
    """Where the pages of each scope lie below one folder, if not where the configuration says."""
    run_timeout: float = 3600
    parallel_scopes: int = 4
    """Writer runs at a time; each reads the whole commit."""


class Written(Value):
    """What was made of one scope."""

    folder: str
    site: Site
    result: ScopeResult


class Generation(Value):
    """What a generation made."""

    scopes: tuple[Written, ...]
    published: Published
    commit: str
    facts: RepositoryFacts
    parsed: int
    cached: int


async def full_generation(
    job: Job, commit: Commit, desk: OrchestratorDesk, steps: Steps
) -> Generation:
    """Document every scope of a commit and publish them together.

    Raises Withheld when no page passed its checks. A scope of which none did stays as it is, and
    so does one that could not be written: OutsideError tells of it when the others are published.
    """
    await desk.keep_commit(commit.name)
    # Not a step: in one process the writer's own steps need the places that it would hold.
    results, lost = await write_scopes(job, commit, desk)
    await steps.progress(Progress(stage="checks"))
    written = await assemble(commit, results, desk, steps)
    for each in written:
        for told in withheld_pages(each.result, each.site):
            await steps.progress(told)
    whole = [(commit.source(each.folder), each) for each in written if each.site.pages]
    if not whole:
        withheld = [text for each in written for text in each.site.withheld]
        raise Withheld(f"no page passed its checks: {'; '.join(withheld[:3])}")
    published = await publish(commit, whole, desk, steps)
    raise_lost(lost)
    return Generation(
        scopes=tuple(written),
        published=published,
        commit=commit.name,
        facts=commit.analysis.facts,
        parsed=commit.analysis.parsed,
        cached=commit.analysis.cached,
    )


async def assemble(
    commit: Commit, results: Mapping[str, ScopeResult], desk: OrchestratorDesk, steps: Steps
) -> list[Written]:
    """Render and check the pages of every scope that has a result, by its folder."""
    return [
        Written(
            folder=source.scope.folder,
            result=results[source.scope.folder],
            site=await steps.run(
                "assemble", assemble_site, source, results[source.scope.folder], desk.checked,
                key=step_key(source), limits=ASSEMBLY_LIMITS,
            ),
        )
        for source in commit.sources
        if source.scope.folder in results
    ]  # fmt: skip


async def publish(
    commit: Commit, whole: Sequence[tuple[Source, Written]], desk: OrchestratorDesk, steps: Steps
) -> Published:
    """Publish the scopes that have pages, and keep what was published."""
    await steps.progress(Progress(stage="publish"))
    fronts = Fronts([(source, each.site) for source, each in whole], desk.outputs)
    publications = []
    for source, each in whole:
        specs = [page.spec for page in each.site.pages]
        around = await desk.publisher.around(source.scope.folder, source.scope.output, specs)
        look = Look(desk.publish, fronts, around)
        publications.append(await asyncio.to_thread(present, source, each, look))
    published = await steps.run(
        "publish", desk.publisher.publish, publications, desk.confirm,
        key=commit.name, limits=PUBLISH_LIMITS,
    )  # fmt: skip
    if desk.keep is not None:
        await steps.progress(Progress(stage="index"))
        for source, each in whole:
            site = await asyncio.to_thread(as_readers_see, source, each.site, published)
            await steps.run(
                "keep", desk.keep, source, site, key=step_key(source), limits=PUBLISH_LIMITS
            )
    return published


def as_readers_see(source: Source, site: Site, published: Published) -> Site:
    """Give the pages that people changed the words that were published."""
    output = source.scope.output
    files = {
        page.spec.path: published.texts[place]
        for page in site.pages
        if (place := join(output, page.spec.path)) in published.texts
    }
    pages = as_published(site.pages, files, list(files)) if files else site.pages
    return site.model_copy(update={"pages": pages})


def step_key(source: Source) -> str:
    """Tell the steps of one scope from those of another."""
    return ":".join(filter(None, (source.origin.commit, source.scope.folder)))


async def write_scopes(
    job: Job, commit: Commit, desk: OrchestratorDesk
) -> tuple[dict[str, ScopeResult], list[Lost]]:
    """Have every scope written, a few at a time; returns what was made, and what could not be.

    Raises what went wrong when nothing was made.
    """
    places = asyncio.Semaphore(desk.parallel_scopes)

    async def write(source: Source) -> ScopeResult | OutsideError:
        async with places:
            try:
                return await write_scope(job, source.scope.folder, desk)
            except OutsideError as error:
                return error

    try:
        async with asyncio.TaskGroup() as group:
            tasks = {each.scope.folder: group.create_task(write(each)) for each in commit.sources}
    except BaseExceptionGroup as errors:
        raise errors.exceptions[0] from None
    ended = {folder: task.result() for folder, task in tasks.items()}
    made = {folder: each for folder, each in ended.items() if isinstance(each, ScopeResult)}
    failed = {folder: each for folder, each in ended.items() if isinstance(each, OutsideError)}
    if not made:
        raise next(iter(failed.values()))
    return made, [lose(commit, folder, error) for folder, error in failed.items()]


async def write_scope(job: Job, scope: str, desk: OrchestratorDesk) -> ScopeResult:
    """Start the writer run of a scope and wait for what it makes; it may run anywhere."""
    run = Run(flow=FlowName.PROCESS_SCOPE, job=job.id, attempt=max(job.attempt, 1), scope=scope)
    try:
        async with asyncio.timeout(desk.run_timeout):
            await desk.engine.start(run)
            return await wait_for(run, desk)
    except TimeoutError:
        raise OutsideError(f"the writer run took longer than {desk.run_timeout:.0f} s") from None


async def wait_for(run: Run, desk: OrchestratorDesk) -> ScopeResult:
    """Look for the result now and then; a few failed looks in a row are borne."""
    failures = 0
    while True:
        try:
            # The state first: a run stores its result before it ends.
            state = await desk.engine.state(run)
            if (result := await desk.results.find(run.job, run.key)) is not None:
                return result
        except OutsideError:
            failures += 1
            if failures > MAX_FAILED_LOOKS:
                raise
        else:
            failures = 0
            if state in (RunState.FAILED, RunState.DONE):
                raise OutsideError("the writer run ended without a result")
        await asyncio.sleep(POLL_S * (1 + failures))


@dataclass(frozen=True)
class Look:
    """What decides how pages look where they are published, beside the pages."""

    publish: Publish | None
    """Which layers are published; None: those that the repository's configuration names."""
    fronts: Fronts
    around: Around


def present(source: Source, written: Written, look: Look) -> Publication:
    """Choose what is published and say what it is."""
    site, files, said = written.site, written.site.files, tuple[str, ...]()
    facts, origin, around = source.facts, source.origin, look.around
    chosen = look.fronts.lead(source, select(site.pages, look.publish or source.config.publish))
    withdrawn = tuple(each.spec for each in chosen if each.spec.id in around.withdrawn)
    chosen = only(chosen, [each for each in chosen if each.spec.id not in around.withdrawn])
    if chosen != site.pages or around.people:
        people = true_titles(around.people, facts)
        files = build_site(site.title, chosen, source.config.site, people)
        files, said = without_faulty_lists(files, facts, origin)
        gone = {path for each in withdrawn for path in (each.path, sidecar_path(each.id))}
        files |= {path: site.files[path] for path in site.left - gone}
    guides = write_guides(source.config, facts, site.title, chosen)
    blocks, missing = without_faulty_blocks(guides, facts, origin)
    return Publication(
        blocks=blocks,
        scope=source.scope.folder,
        output=source.scope.output,
        files=files,
        commit=source.origin.commit,
        pages=chosen,
        withdrawn=withdrawn,
        withheld=tuple(dict.fromkeys((*site.withheld, *said, *missing))),
        warnings=(*source.config.warnings, *written.result.warnings),
        config=source.config,
        sources=frozenset(path for path in facts.files if not is_test(path)),
    )
