"""What people put right on pages, for the writers of a documentation that is all made anew."""

import asyncio
from collections.abc import Iterable, Sequence
from uuid import UUID

from app.domain.wiki.configuration.scope import Scope
from app.domain.wiki.merge.notes import gather
from app.domain.wiki.published import read_wiki
from app.domain.wiki.revision import PageRevision, Revision
from flows.orchestrator.upkeep import ReadPages, Revisions


async def order_everything(
    job_id: UUID, scopes: Iterable[Scope], readings: Sequence[ReadPages], revisions: Revisions
) -> None:
    """Order all pages of each scope, with the corrections that the pages there are tell of.

    It takes the place of what an update ordered before the same job became a full generation.
    """
    for scope in scopes:
        asked: dict[str, PageRevision] = {}
        for read in readings:
            wiki = await asyncio.to_thread(read_wiki, await read(scope))
            for record in (each.record for each in wiki.pages if each.record.notes):
                known = asked[record.spec.id].notes if record.spec.id in asked else ()
                told = gather((*known, *record.notes))
                asked[record.spec.id] = PageRevision(spec=record.spec, notes=told)
        order = Revision(everything=True, pages=tuple(asked.values()))
        await revisions.store(job_id, scope.folder, order)
