"""What a writer run does; nothing here can reach GitHub."""

import asyncio
from dataclasses import replace
from typing import TYPE_CHECKING

from app.domain.checks.draft import drop_false, review
from app.domain.wiki.narrative.local import compose
from app.domain.wiki.narrative.plan import plan_narrative
from app.domain.wiki.page import ScopeResult
from app.domain.wiki.revision import Revision
from app.domain.work.job import FlowName, Job, Run
from flows.sources import Source
from flows.steps import Steps
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
from flows.runs.desk import Desk, foreteller, read_job


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
        anew = FreshGenerations(mine, salt=job.wish or str(job.id))
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
