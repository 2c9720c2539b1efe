"""What is known to be stale on the pages that readers see, until new ones take their place."""

import asyncio
from collections.abc import Mapping, Sequence
from posixpath import join

from app.domain.wiki.impact import PageImpact
from app.domain.wiki.published import (
    PublishedPage,
    PublishedWiki,
    judge_wiki,
    read_wiki,
    unknown_digests,
)
from app.domain.wiki.record import Ack
from app.domain.work.job import Job
from flows.orchestrator.comparing import Comparison
from flows.orchestrator.upkeep import UpkeepDesk
from flows.sources import Commit, Source


async def renew_verdicts(job: Job, commit: Commit, upkeep: UpkeepDesk) -> None:
    """Judge the merged pages of every scope by a commit, and mark for readers what is stale."""
    for source in commit.sources:
        files = await upkeep.committed(source.scope)
        wiki, comparisons = await read_published(source, files, upkeep)
        impacts = await asyncio.to_thread(judged, wiki, comparisons)
        await upkeep.verdicts.replace(
            job.repository.id, job.branch, source.scope.folder, commit.name, impacts
        )


async def read_published(
    source: Source, files: Mapping[str, bytes], upkeep: UpkeepDesk
) -> tuple[PublishedWiki, dict[str, Comparison]]:
    """Read pages, and what changed since the commits that they were made from."""
    digests = await asyncio.to_thread(unknown_digests, files)
    found = {digest: await upkeep.bases.find(digest) for digest in sorted(digests)}
    bases = {digest: text for digest, text in found.items() if text is not None}
    wiki = await asyncio.to_thread(read_wiki, files, bases)
    wiki = with_acks(wiki, source.scope.output, await upkeep.acks())
    head, exclude = source.snapshot.commit, source.scope.generated
    compare = upkeep.comparer.compare
    return wiki, {each: await compare(wiki, each, head, exclude) for each in wiki.commits}


def with_acks(wiki: PublishedWiki, output: str, said: Mapping[str, Sequence[Ack]]) -> PublishedWiki:
    """Add what people said of pages in comments to what their records hold."""

    def told(page: PublishedPage) -> PublishedPage:
        acks = said.get(join(output, page.record.spec.path), ())
        record = page.record.model_copy(update={"acks": (*page.record.acks, *acks)})
        return page.model_copy(update={"record": record}) if acks else page

    return wiki.model_copy(update={"pages": tuple(map(told, wiki.pages))}) if said else wiki


def judged(wiki: PublishedWiki, comparisons: Mapping[str, Comparison]) -> tuple[PageImpact, ...]:
    """Say what became of each page."""
    changes = {commit: each.changes for commit, each in comparisons.items()}
    return judge_wiki(wiki, changes, {commit: each.gone for commit, each in comparisons.items()})
