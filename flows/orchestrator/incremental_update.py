"""Bringing the documentation of a branch up to date: what a change made false, and nothing else.

What happens where something is missing:

- no page is there yet, or no record of any is usable: the scope is documented in full
- a page without a usable record: that page is written anew as a whole
- a record without its page, or of a withdrawn one: the page is made without a model, and the merge
  decides whether it comes back
- the commit of a stamp is not at hand: digests alone decide (`Changes.base` is empty)
- a page that does not pass its checks stays as it is published, and is reported
- pages by another version, prompts or model stay, and are told; the local writer's are made anew
- no model, and sections of a model's pages are stale: they stay, and are told
"""

from collections.abc import Mapping

from app.domain.value import Value
from app.domain.wiki.impact import PageImpact
from app.domain.work.job import Job, Progress
from app.errors import OutsideError, Withheld
from flows.orchestrator.full_generation import Generation, OrchestratorDesk, publish
from flows.orchestrator.scope_update import Done, ScopeUpdate
from flows.orchestrator.sparing import Lost, lose, raise_lost
from flows.orchestrator.upkeep import UpkeepDesk
from flows.sources import Commit
from flows.steps import Steps


class Updated(Value):
    """What an update made."""

    generation: Generation
    impacts: Mapping[str, tuple[PageImpact, ...]] = {}
    """What the commit made of the pages, by the folder of the scope."""
    notes: tuple[str, ...] = ()


async def incremental_update(
    job: Job, commit: Commit, desk: OrchestratorDesk, upkeep: UpkeepDesk, steps: Steps
) -> Updated:
    """Bring every scope up to date and publish them together.

    Raises Withheld when no page is left. A scope that could not be written stays as it is:
    OutsideError tells of it when the others are published.
    """
    await desk.keep_commit(commit.name)
    await steps.progress(Progress(stage="verdicts"))
    done: list[Done] = []
    lost: list[Lost] = []
    for source in commit.sources:
        try:
            done.append(await ScopeUpdate(job, source, desk, upkeep, steps).update())
        except OutsideError as error:
            lost.append(lose(commit, source.scope.folder, error))
    whole = [(commit.source(each.written.folder), each.written) for each in done]
    whole = [(source, each) for source, each in whole if each.site.files]
    if not whole:
        raise_lost(lost)
        withheld = [text for each in done for text in each.written.site.withheld]
        raise Withheld(f"no page passed its checks: {'; '.join(withheld[:3])}")
    published = await publish(commit, whole, desk, steps)
    if upkeep.at_once:
        for each in done:
            await upkeep.verdicts.replace(
                job.repository.id, job.branch, each.written.folder, commit.name, each.standing
            )
    raise_lost(lost)
    generation = Generation(
        scopes=tuple(each.written for each in done),
        published=published,
        commit=commit.name,
        facts=commit.analysis.facts,
        parsed=commit.analysis.parsed,
        cached=commit.analysis.cached,
    )
    return Updated(
        generation=generation,
        impacts={each.written.folder: each.impacts for each in done},
        notes=tuple(note for each in done for note in each.notes),
    )
