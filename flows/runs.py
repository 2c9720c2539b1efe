"""What a run of the engines with a database does: lay the desk of its zone, call its function."""

import asyncio
import gc
import logging
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING, TypeVar

from app.analysis.scopes import read_scopes
from app.domain.checks.draft import drop_false, review
from app.domain.wiki.narrative.local import compose
from app.domain.wiki.narrative.plan import plan_narrative
from app.domain.wiki.page import ScopeResult
from app.domain.wiki.render import Origin
from app.domain.wiki.revision import Revision
from app.domain.work.budget import Estimate
from app.domain.work.job import FlowName, Job, JobOrder, JobState, Progress, Run
from app.domain.work.job_page import job_url
from app.domain.work.patience import retry_delay
from app.domain.work.repository import MIRRORS_OF_GITHUB, Consent
from app.domain.work.zone import Zone
from app.errors import (
    AutoDocError,
    ConfigurationError,
    Gone,
    LeaseLost,
    OutOfReach,
    OutsideError,
    Protected,
    RateLimited,
    is_transient,
)
from app.git.snapshot import Snapshot
from app.github.connection import GitHub
from app.settings import Settings
from app.wiring import (
    Stores,
    analysis_limits,
    choose_engine,
    chunk_options,
    open_embedder,
    open_github,
    open_mirrors,
    open_stores,
)
from flows.keeping import (
    Branches,
    Folders,
    RepositoryBases,
    caps_of,
    configured_models,
    nothing_to_do,
    upkeep_desk,
)
from flows.leases import hold_lease
from flows.orchestrator.branches import branch_of, open_proposed, read_folder
from flows.orchestrator.configured import Teller as ConfigurationTeller
from flows.orchestrator.configured import with_defaults
from flows.orchestrator.demands import order_everything
from flows.orchestrator.full_generation import Engine, OrchestratorDesk, full_generation
from flows.orchestrator.incremental_update import incremental_update
from flows.orchestrator.index_pages import (
    Indexer,
    generated_version,
    index_pages,
)
from flows.orchestrator.onboarding import Declined, Host, has_pages, onboarding
from flows.orchestrator.permission import still_allowed
from flows.orchestrator.pull_request import Invitation, PullRequestPublisher, Target
from flows.orchestrator.refused import tell_refused
from flows.orchestrator.site import Site
from flows.orchestrator.standing import renew_verdicts
from flows.orchestrator.telling import Teller
from flows.orchestrator.upkeep import UpkeepDesk
from flows.sources import Commit, Source, Sources, permalink_base
from flows.steps import Limits, LocalSteps, Steps
from flows.writer.forecast import Foreteller
from flows.writer.fresh import FreshFrontPage, FreshGenerations, FreshPages, Wanted
from flows.writer.ledger import JobLedger, account_of, own_prices, utc_now
from flows.writer.process_scope import (
    FrontPageAgent,
    PageAgent,
    StructureAgent,
    WriterDesk,
    process_scope,
    wishes_in,
)
from flows.writer.recipe import recipe_of

if TYPE_CHECKING:
    from flows.writer.agents.models import Surroundings

READ_LIMITS = Limits(retries=2, timeout=3600)
COLLECTIONS = (50_000, 20, 100)
"""New objects before a collection, and collections of each age before one of the next."""

T = TypeVar("T")

Report = Callable[[Progress], Awaitable[None]]
MakeSteps = Callable[[Report, int], Steps]
"""Makes steps that report so, and of which so many run at a time."""

logger = logging.getLogger(__name__)


@contextmanager
def rare_collections() -> Iterator[None]:
    """Let the garbage collector look for cycles less often: what a run builds, it keeps.

    Measured on 651 Python files and 508 pages: 57 to 59 s instead of 87 to 91 s, the longest pause
    0.7 s instead of 3 to 4 s, for 1150 MB of memory instead of 800 MB.
    """
    before = gc.get_threshold()
    gc.freeze()
    gc.set_threshold(*COLLECTIONS)
    try:
        yield
    finally:
        gc.set_threshold(*before)
        gc.unfreeze()


def row_steps(report: Report, concurrency: int) -> Steps:
    """Do steps in this process; their progress goes to the job's rows."""
    return LocalSteps(report, concurrency)


def pages_at_once(settings: Settings) -> int:
    """Say how many pages are on their way: so many that no place at the provider is left empty.

    A page between two of its calls needs none; many more would only grow old waiting for one.
    """
    return 2 * settings.refine.parallel_calls


async def perform(
    run: Run, settings: Settings, make_steps: MakeSteps, engine: Engine | None = None
) -> None:
    """Perform a run whose job is in the database, its writer runs on the engine of the settings.

    A run that was overtaken by a newer attempt, or whose job ended, does nothing.
    """
    async with open_stores(settings) as stores:
        try:
            job = await stores.jobs.get(run.job)
        except Gone:
            logger.info("%s: its job was removed", run.name)
            return
        if job.state is not JobState.RUNNING or job.attempt != run.attempt:
            logger.info("%s: its job is %s in attempt %d", run.name, job.state, job.attempt)
            return

        async def report(progress: Progress) -> None:
            await stores.jobs.add_progress(job.id, progress)

        steps = make_steps(report, pages_at_once(settings))
        desk = Desk(settings, stores, engine or choose_engine(settings, stores))
        if run.zone is Zone.WRITER:
            await write(run, job, desk, steps)
        else:
            await orchestrate(job, desk, steps)


@dataclass(frozen=True)
class Desk:
    """What every run is given: settings, rows, and the engine that starts further runs."""

    settings: Settings
    stores: Stores
    engine: Engine

    def sources(self, github: GitHub | None = None) -> Sources:
        """Open the mirrors; only with GitHub's credentials can they be brought up to date."""
        return Sources(
            mirrors=open_mirrors(self.settings),
            cache=self.stores.facts,
            limits=analysis_limits(self.settings),
            credential=github.credentials.git_token if github else None,
        )


async def write(run: Run, job: Job, desk: Desk, steps: Steps) -> None:
    """Write the pages of a scope; nothing here can reach GitHub."""
    commit = await read_job(desk.sources(), job, job.commit or job.branch)
    source = commit.source(run.scope)
    revision = await find_revision(run, job, desk)
    forecast = foreteller(desk, job, steps.progress)
    guessed = await forecast.announce((source,), (revision,))
    writer = await make_writer_desk(desk, source, job)
    wishes = wishes_in(run.scope, await desk.stores.notes.find(job.repository.id, job.branch))
    writer = replace(writer, foretold=guessed.usage if guessed else None, wishes=wishes)

    async def work() -> ScopeResult:
        return await process_scope(run, source.facts, writer, steps, revision)

    await forecast.measured(work, lambda: guessed)


async def find_revision(run: Run, job: Job, desk: Desk) -> Revision | None:
    """Read what a writer run has to do; None when that is everything.

    What an update ordered before the same job became a full generation counts no more.
    """
    found = await desk.stores.revisions.find(run.job, run.scope)
    is_meant = found and (found.everything or job.flow is FlowName.INCREMENTAL_UPDATE)
    return found if is_meant else None


async def orchestrate(job: Job, desk: Desk, steps: Steps) -> None:
    """Do the job and record how it ended; its lease is renewed as long as it takes."""
    jobs = desk.stores.jobs
    try:
        async with hold_lease(job, jobs), open_github(desk.settings, urgent=False) as github:
            await drop_removed(desk)
            work = attend(job, desk, github, steps)
            message = await within(desk.settings.caps.run_timeout, work)
        await jobs.finish(job.id, job.fence, message)
    except (LeaseLost, Gone):
        logger.warning("job %s: it is not this run's any more; it stops", job.id)
    except (AutoDocError, TimeoutError) as error:
        try:
            await record_failure(job, desk, error)
        except LeaseLost:
            logger.warning("job %s: it is not this run's any more; it stops", job.id)
            return
        raise


async def within(seconds: float, work: Awaitable[T]) -> T:
    """Do the work of a run, or raise OutsideError when the whole of it takes too long."""
    bound = asyncio.timeout(seconds)
    try:
        async with bound:
            return await work
    except TimeoutError:
        if not bound.expired():
            raise
        raise OutsideError(
            f"the run took longer than {seconds:.0f} s; AUTODOC_CAPS__RUN_TIMEOUT allows no more"
        ) from None


async def attend(job: Job, desk: Desk, github: GitHub, steps: Steps) -> str:
    """Do the job, unless something holds it still; returns how it ended.

    A broken configuration is told on its commit, and that it is mended on the one that mends it.
    """
    stores = desk.stores
    job = await still_allowed(job, github.client, stores.jobs)
    if job.repository.is_still and not job.asked_by:
        return job.repository.is_still
    repository = await with_defaults(job.repository, github.client, stores.repositories)
    job = job.model_copy(update={"repository": repository})
    page = job_url(desk.settings.public_url, job.id)
    teller = ConfigurationTeller(job, github.client, stores.reports, page)
    try:
        message = await FLOWS[job.flow](job, desk, github, steps)
    except Declined as declined:
        return str(declined)
    except ConfigurationError:
        head = await Snapshot.open(desk.sources().place(repository), job.branch)
        errors = (await read_scopes(head, repository.defaults)).errors
        if not errors:
            raise
        return await teller.tell_broken(head.commit, errors)
    except Protected as refusal:
        head = await Snapshot.open(desk.sources().place(repository), job.branch)
        await tell_refused(github.client, repository, head.commit, str(refusal), page)
        raise
    head = await Snapshot.open(desk.sources().place(repository), job.branch)
    await teller.tell_mended(head.commit)
    return message


async def drop_removed(desk: Desk) -> None:
    """Delete the mirrors of repositories that were removed: this machine need not be the server."""
    rows = desk.stores.housekeeping
    mirrors = open_mirrors(desk.settings)
    await mirrors.drop_unknown(MIRRORS_OF_GITHUB, rows.ids, rows.forget_blobs)


async def record_failure(job: Job, desk: Desk, error: AutoDocError | TimeoutError) -> None:
    """Put the job back when time can heal it; waiting for a rate limit costs no attempt."""
    if isinstance(error, OutOfReach):
        # From now on its grace runs; a sweep finds out whether it is gone for good.
        await desk.stores.housekeeping.miss(job.repository.id)
    limited = isinstance(error, RateLimited)
    retry = retry_delay(job.tries, error.retry_after if isinstance(error, RateLimited) else None)
    is_last = job.tries >= desk.settings.caps.attempts and not limited
    message = str(error) or "it took too long"
    await desk.stores.jobs.fail(
        job.id,
        job.fence,
        message,
        retry if is_transient(error) and not is_last else None,
        costs_attempt=not limited,
    )


async def generate(job: Job, desk: Desk, github: GitHub, steps: Steps) -> str:
    """Document the branch, propose the pages, and bring what is merged to the readers.

    The last matters where a merge and a push became one job.
    """
    sources = desk.sources(github)
    commit = await read_head(job, sources, steps)
    base = commit.sources[0].snapshot
    ours = await open_proposed(sources.place(job.repository), job)
    branches = Branches(base, ours)
    readings = [branches.committed, branches.proposed]
    scopes = [each.scope for each in commit.sources]
    await order_everything(job.id, scopes, readings, desk.stores.revisions)
    orchestrator = make_orchestrator_desk(job, desk, github, commit, ours)
    made = await full_generation(job, commit, orchestrator, steps)
    await orchestrator.confirm()
    await index_commit(job, commit, desk, steps)
    return made.published.where


async def onboard(job: Job, desk: Desk, github: GitHub, steps: Steps) -> str:
    """Ask for consent, unless people answered already or merged pages before."""
    if job.repository.consent in (Consent.GIVEN, Consent.DECLINED):
        return f"people answered already: consent is {job.repository.consent}"
    sources = desk.sources(github)
    commit = await read_head(job, sources, steps)
    if await has_pages(commit):
        return await take_as_consent(job, commit, desk, steps)
    ours = await open_proposed(sources.place(job.repository), job)
    orchestrator = make_orchestrator_desk(job, desk, github, commit, ours)
    orchestrator = replace(orchestrator, confirm=JobProgress(job, desk).confirm_open)
    host = make_host(job, desk, github, commit, ours, steps)
    published = await onboarding(job, commit, orchestrator, host, steps)
    if published.number is not None:
        await desk.stores.repositories.ask(job.repository.id)
    return published.where


async def take_as_consent(job: Job, commit: Commit, desk: Desk, steps: Steps) -> str:
    """Go on with the rest where the first pages were merged; where they always were, spend nothing.

    Either way the pages there are shown to the readers.
    """
    place = (job.repository.id, job.branch)
    await desk.stores.repositories.set_consent(job.repository.id, Consent.GIVEN)
    if job.repository.consent is Consent.ASKED:
        reason = "the first pull request was merged"
        await desk.stores.jobs.order(
            JobOrder(
                repository_id=place[0],
                branch=place[1],
                flow=FlowName.FULL_GENERATION,
                reason=reason,
                cause=f"consent:{place[0]}",
            )
        )
        return reason
    state = JobProgress(job, desk)
    await state.keep_commit(commit.name)
    await state.confirm()
    pages = await index_commit(job, commit, desk, steps)
    return f"pages of AutoDoc were merged before: {pages} are published"


def make_host(
    job: Job, desk: Desk, github: GitHub, commit: Commit, ours: Snapshot | None, steps: Steps
) -> Host:
    """Lay out what a first pull request tells beside its pages."""

    def publisher(invitation: Invitation) -> PullRequestPublisher:
        target = Target(repository=job.repository, base=job.branch, invitation=invitation)
        return make_publisher(job, desk, github, commit, ours, target)

    async def estimate(sources: Sequence[Source]) -> Estimate | None:
        return await foreteller(desk, job, steps.progress).estimate(*sources)

    return Host(
        estimate=estimate,
        models=configured_models(desk.settings),
        caps=caps_of(desk.settings, [each.config.budget for each in commit.sources]),
        proposed=branch_of(ours).files,
        publisher=publisher,
    )


async def update(job: Job, desk: Desk, github: GitHub, steps: Steps) -> str:
    """Propose what a change made false, and bring what is merged to the readers.

    Where nothing is false the repository is not even read.
    """
    sources = desk.sources(github)
    place = await sources.fetch(job.repository)
    ours = await open_proposed(place, job)
    base = await Snapshot.open(place, job.branch)
    upkeep = make_upkeep_desk(job, desk, Branches(base, ours))
    if not job.fresh and await nothing_to_do(job, base, upkeep, desk.stores):
        return "every page is true of the head"
    commit = await read_head(job, sources, steps)
    # The branch may have moved on while that was found out.
    base = commit.sources[0].snapshot
    upkeep = make_upkeep_desk(job, desk, Branches(base, ours))
    orchestrator = make_orchestrator_desk(job, desk, github, commit, ours)
    made = await incremental_update(job, commit, orchestrator, upkeep, steps)
    await orchestrator.confirm()
    await index_commit(job, commit, desk, steps)
    return made.generation.published.where


def make_upkeep_desk(job: Job, desk: Desk, branches: Branches) -> UpkeepDesk:
    """Lay out what keeps the pages of a branch true."""
    folders = Folders(branches.committed, branches.proposed)
    place = desk.sources().place(job.repository)
    return upkeep_desk(desk.settings, desk.stores, job.repository, place, folders)


def make_orchestrator_desk(
    job: Job, desk: Desk, github: GitHub, commit: Commit, ours: Snapshot | None
) -> OrchestratorDesk:
    """Lay out what proposes pages in a pull request; they wait for its merge."""

    async def keep(kept: Source, site: Site) -> None:
        await desk.stores.wiki.save_candidate(generated_version(job, site, kept))

    state = JobProgress(job, desk)
    is_asked = bool(job.asked_by)
    target = Target(repository=job.repository, base=job.branch, is_asked=is_asked)
    return OrchestratorDesk(
        engine=desk.engine,
        results=desk.stores.scopes,
        publisher=make_publisher(job, desk, github, commit, ours, target),
        confirm=state.confirm,
        keep_commit=state.keep_commit,
        keep=keep,
        checked=desk.stores.checks.of(job.repository.id),
        run_timeout=desk.settings.caps.run_timeout,
    )


def make_publisher(
    job: Job, desk: Desk, github: GitHub, commit: Commit, ours: Snapshot | None, target: Target
) -> PullRequestPublisher:
    """Lay out what keeps the one pull request of a branch."""
    return PullRequestPublisher(
        github.publisher,
        target,
        replace(
            branch_of(commit.sources[0].snapshot),
            said=partial(desk.stores.acks.find, job.repository.id),
        ),
        branch_of(ours),
        RepositoryBases(desk.stores, job.repository.id),
        make_teller(job, commit, desk),
    )


def make_teller(job: Job, commit: Commit, desk: Desk) -> Teller:
    """Lay out what says in the pull request why pages are proposed, and what it took."""
    upkeep = make_upkeep_desk(job, desk, Branches(commit.sources[0].snapshot, None))
    page = job_url(desk.settings.public_url, job.id)
    return Teller(job, commit, upkeep, desk.stores.usage, desk.stores.scopes, page)


async def index(job: Job, desk: Desk, github: GitHub, steps: Steps) -> str:
    """Show the merged pages to the readers."""
    commit = await read_head(job, desk.sources(github), steps)
    state = JobProgress(job, desk)
    await state.keep_commit(commit.name)
    await state.confirm()
    pages = await index_commit(job, commit, desk, steps)
    return f"{pages} pages are published"


async def index_commit(job: Job, commit: Commit, desk: Desk, steps: Steps) -> int:
    """Show the merged pages of every scope to the readers, with marks; returns how many."""
    indexer = make_indexer(desk)
    pages = 0
    for source in commit.sources:
        committed = await read_folder(source.snapshot, source.scope.output)
        pages += await index_pages(job, source, committed, indexer, steps)
    kept = [each.scope.folder for each in commit.sources]
    await desk.stores.wiki.keep_scopes(job.repository.id, job.branch, kept)
    branches = Branches(commit.sources[0].snapshot, None)
    await renew_verdicts(job, commit, make_upkeep_desk(job, desk, branches))
    return pages


async def read_head(job: Job, sources: Sources, steps: Steps) -> Commit:
    """Fetch the branch and read its head: a delivery is a hint, the repository is the truth."""
    await steps.progress(Progress(stage="facts"))
    await steps.run("fetch", sources.fetch, job.repository, key=job.branch, limits=READ_LIMITS)
    return await steps.run(
        "read_facts", read_job, sources, job, job.branch, key=job.branch, limits=READ_LIMITS
    )


def make_indexer(desk: Desk) -> Indexer:
    """Lay out what makes pages searchable."""
    options = chunk_options(desk.settings)
    return Indexer(desk.stores.wiki, open_embedder(desk.settings), options)


FLOWS: Mapping[FlowName, Callable[[Job, Desk, GitHub, Steps], Awaitable[str]]] = {
    FlowName.FULL_GENERATION: generate,
    FlowName.INCREMENTAL_UPDATE: update,
    FlowName.INDEX_PAGES: index,
    FlowName.ONBOARDING: onboard,
}
"""What each flow does."""


@dataclass(frozen=True)
class JobProgress:
    """What a run tells its job's row, under its fence."""

    job: Job
    desk: Desk

    async def confirm(self) -> None:
        """Raise LeaseLost when another run took the job over."""
        await self.desk.stores.jobs.confirm(self.job.id, self.job.fence)

    async def confirm_open(self) -> None:
        """Raise Declined, too, when people said no meanwhile."""
        await self.confirm()
        job = await self.desk.stores.jobs.get(self.job.id)
        if job.repository.consent is Consent.DECLINED:
            raise Declined("the first pull request was closed: nothing more is proposed")

    async def keep_commit(self, commit: str) -> None:
        """Record which commit the job works on, so that its writer runs read the same."""
        await self.desk.stores.jobs.set_commit(self.job.id, self.job.fence, commit)


async def read_job(sources: Sources, job: Job, revision: str) -> Commit:
    """Read the commit of a job from the mirror, with permalinks to its provider."""
    snapshot = await Snapshot.open(sources.place(job.repository), revision)
    base = permalink_base(job.repository, snapshot.commit)
    name = job.repository.full_name.rpartition("/")[2]
    reader = replace(sources, defaults=job.repository.defaults)
    return await reader.read(snapshot, name, Origin(commit=snapshot.commit, base=base))


def foreteller(desk: Desk, job: Job, report: Report) -> Foreteller:
    """Lay out what says before and after a run what its models take."""
    return Foreteller(desk.settings, desk.stores.usage, job, report)


async def make_writer_desk(desk: Desk, source: Source, job: Job) -> WriterDesk:
    """Open the agents; only a writer pays for importing them."""
    from flows.writer.agents.desk import Rules, model_names, open_agents
    from flows.writer.agents.drafting import Checks
    from flows.writer.agents.files import Files

    names = model_names(desk.settings.model, desk.settings.models)
    if job.local_writer_only or job.flow is FlowName.ONBOARDING:
        names = dict.fromkeys(names)
    around = surroundings(desk, source, job)
    facts = source.facts
    files = Files(source.snapshot, source.analysis.blob_ids, facts.files, facts.edges)
    rules = Rules(compose, plan_narrative, Checks(review, drop_false), source.config)
    agents = await open_agents(names, around, files, rules)
    pages: PageAgent = agents.pages
    readme: FrontPageAgent = agents.readme
    structure: StructureAgent = agents.structure
    if job.fresh:
        mine = desk.stores.generations.of(job.repository.id)
        anew = FreshGenerations(mine, salt=str(job.id))
        forgetful = await open_agents(names, replace(around, generations=anew), files, rules)
        wanted = Wanted(source.scope.folder, job.pages)
        pages = FreshPages(forgetful.pages, agents.pages, wanted)
        readme = FreshFrontPage(forgetful.readme, agents.readme, wanted)
        structure = forgetful.structure if job.replan else structure
    return WriterDesk(
        structure=structure,
        pages=pages,
        readme=readme,
        local_pages=agents.local_pages,
        results=desk.stores.scopes,
        recipe=recipe_of(names[role] for role in sorted(names)),
        local_recipe=recipe_of([None] * len(names)),
        sections=agents.reviser,
    )


def surroundings(desk: Desk, source: Source, job: Job) -> "Surroundings":
    """Lay out what each call of a model goes through: stored answers, caps, and a gate."""
    from flows.writer.agents.budget import Cap
    from flows.writer.agents.models import Surroundings

    settings = desk.settings
    account = account_of(job, settings.budget, source.config.budget)
    return Surroundings(
        generations=desk.stores.generations.of(job.repository.id),
        cap=Cap(JobLedger(desk.stores.usage, account, utc_now)),
        gate=asyncio.Semaphore(settings.refine.parallel_calls),
        limits=settings.refine,
        prices=own_prices(settings.budget),
    )
