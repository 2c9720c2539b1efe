"""The agent that writes the front page from its briefing and the pages that are done."""

import re
from collections.abc import Sequence

from app.domain.wiki.briefing import Briefing
from app.domain.wiki.page import AgentResult, Page
from app.domain.wiki.prose import CITATION
from flows.writer.agents.drafting import Crew, Order, draft_page, show_briefing
from flows.writer.agents.fence import fence
from flows.writer.agents.files import Files, Register

MAX_PAGES = 40_000
"""How many characters of the other pages the distiller is shown."""

_CITATION = re.compile(rf"\s*{CITATION.pattern}")


class ReadmeDistiller:
    """Writes the front page; it has no tools, since the pages have read the source already."""

    def __init__(self, crew: Crew, files: Files) -> None:
        self._crew = crew
        self._files = files

    async def distill(self, briefing: Briefing, pages: Sequence[Page]) -> AgentResult[Page]:
        """Write the front page, or raise QualityGateFailed when no attempt was usable."""
        is_local = self._crew.writer.is_local
        parts = ["Write the front page.", show_briefing(briefing, whole=is_local)]
        if not is_local:
            parts.append(fence("PAGES", _digest(pages)))
        order = Order(
            role="readme",
            briefing=briefing,
            prompt="\n\n".join(parts),
            register=Register(briefing),
        )
        return await draft_page(order, self._crew, self._files)


def _digest(pages: Sequence[Page]) -> str:
    """Say what the pages say, without citations: their ids mean something else elsewhere."""
    if not pages:
        return "(none)"
    room = MAX_PAGES // len(pages)
    return "\n\n".join(_CITATION.sub("", _text_of(page))[:room] for page in pages)


def _text_of(page: Page) -> str:
    sections = [f"{section.heading}\n{section.text}" for section in page.draft.sections]
    return "\n".join([f"Page: {page.spec.title}", page.draft.summary, *sections])
