"""What of our own pages went stale, for `autodoc check`."""

from collections.abc import Iterator, Mapping
from pathlib import Path

from app.analysis.facts import MemoryFactCache
from app.cli.page_files import Pages
from app.domain.checks.finding import Finding
from app.domain.checks.staleness import check_staleness
from app.domain.wiki.impact import PageImpact
from app.domain.work.update_cost import Terms
from app.errors import InputError
from app.impact.assessing import Question, assess


async def judge_pages(root: Path, ref: str) -> dict[str, PageImpact]:
    """Judge the pages of all scopes from the commits that they were made from.

    Returns those that are not fresh, by path from the root; none where there are no such pages.
    """
    try:
        found = await assess(root, Question(head=ref), MemoryFactCache(), Terms(writer=False))
    except InputError:
        return {}
    return {f"{scope.output}/{page.page}": page for scope in found.scopes for page in scope.pages}


def stale_findings(
    pages: Pages, impacts: Mapping[str, PageImpact], *, strict: bool
) -> Iterator[Finding]:
    """Tell what is stale on the pages of one set."""
    for name, text in pages.texts.items():
        impact = impacts.get(pages.name_in_repository(name))
        if impact is not None:
            yield from check_staleness(name, text, impact, strict=strict)
