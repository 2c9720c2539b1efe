"""What became of the pages of a checkout, judged when they are read."""

import asyncio
from collections.abc import Mapping
from pathlib import Path

from app.analysis.facts import MemoryFactCache
from app.domain.wiki.impact import PageImpact
from app.domain.work.repository import Provider, Repository
from app.domain.work.update_cost import Terms
from app.errors import AutoDocError
from app.git.checkout import resolve_commit
from app.impact.assessing import Question, assess


class CheckoutVerdicts:
    """Judges the pages of local repositories whose branch moved on since they were published."""

    def __init__(self, terms: Terms) -> None:
        self._terms = terms
        self._cache = MemoryFactCache()

    async def judge(
        self, repository: Repository, commits: frozenset[str]
    ) -> Mapping[str, PageImpact] | None:
        """Return pages that are not fresh; None where the stored verdicts have to do.

        These are for other repositories, unchanged checkouts, pages that lie elsewhere, and
        whatever keeps a checkout from being read.
        """
        root = Path(repository.external_id)
        is_local = repository.provider is Provider.LOCAL and "://" not in repository.external_id
        if not is_local or not await asyncio.to_thread(root.is_dir):
            return None
        try:
            head = await resolve_commit(root, "HEAD")
            if head in commits:
                return None
            found = await assess(root, Question(head=head), self._cache, self._terms)
        except AutoDocError:
            return None
        return {
            f"{scope.scope}/{page.page}" if scope.scope else page.page: page
            for scope in found.scopes
            for page in scope.pages
        }
