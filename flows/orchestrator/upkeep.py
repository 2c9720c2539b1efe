"""What keeps pages true: what was generated, what is ordered, what is known to be stale."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol
from uuid import UUID

from app.domain.wiki.configuration.scope import Scope
from app.domain.wiki.impact import PageImpact
from app.domain.wiki.page import PageKind
from app.domain.wiki.record import Ack
from app.domain.wiki.revision import Revision
from flows.orchestrator.comparing import Comparer, stamped_commits
from flows.sources import Source

ReadPages = Callable[[Scope], Awaitable[Mapping[str, bytes]]]
"""Reads the documentation folder of a scope."""


Foretell = Callable[[Source, Revision], Awaitable[None]]
"""Is told what models are to write of a scope, or in a dry run would be to write."""


FindAcks = Callable[[], Awaitable[Mapping[str, Sequence[Ack]]]]
"""Gives what people said of pages in comments, by the page's path from the root."""


async def no_acks() -> Mapping[str, Sequence[Ack]]:
    """Know of no comments."""
    return {}


class Bases(Protocol):
    """Whatever remembers pages as they were generated."""

    async def find(self, digest: str) -> str | None:
        """Return the page with a digest."""


class Revisions(Protocol):
    """Whatever brings an order to the writer run of a scope."""

    async def store(self, job_id: UUID, scope: str, revision: Revision) -> None:
        """Keep what is to be written; storing it twice is harmless."""


class Verdicts(Protocol):
    """Whatever remembers what is not true any more on pages that readers see."""

    async def replace(
        self,
        repository_id: int,
        branch: str,
        scope: str,
        commit: str,
        impacts: Sequence[PageImpact],
    ) -> None:
        """Put the verdicts on a scope's pages in the place of those before."""


@dataclass(frozen=True)
class UpkeepDesk:
    """What an update works with beside the desk of every orchestrator run."""

    committed: ReadPages
    """Reads the documentation folder of a scope as readers have it."""
    proposed: ReadPages
    """Reads it as our own branch has it, which may be newer; empty where there is none."""
    comparer: Comparer
    bases: Bases
    revisions: Revisions
    verdicts: Verdicts
    local_recipe: str
    """Of pages by the local writer."""
    by_model: frozenset[PageKind] = frozenset()
    """The kinds of pages that a model is set for."""
    model_recipe: str = ""
    """Of pages by the models that are set; empty when none is."""
    at_once: bool = False
    """Whether readers see what is published at once, and not when a person merges it."""
    foretell: Foretell | None = None
    acks: FindAcks = no_acks


async def newest_pages(scope: Scope, upkeep: UpkeepDesk) -> Mapping[str, bytes]:
    """Take the pages of our own branch where they were made after those that readers see.

    After a merge that branch may be left behind.
    """
    committed, proposed = await upkeep.committed(scope), await upkeep.proposed(scope)
    ours, theirs = stamped_commits(proposed), stamped_commits(committed)
    if not ours or not theirs:
        return committed if theirs else proposed or committed
    newest, other = await upkeep.comparer.newest(ours), await upkeep.comparer.newest(theirs)
    return proposed if await upkeep.comparer.is_after(newest, other) else committed
