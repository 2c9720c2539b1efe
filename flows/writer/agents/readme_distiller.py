"""The agent that writes the front page from its briefing and the pages that are done."""

import re
from collections.abc import Sequence

from app.domain.wiki.narrative.briefing import Briefing
from app.domain.wiki.narrative.evidence_choice import within
from app.domain.wiki.page import AgentResult, Page
from app.domain.wiki.words.prose import CITATION
from flows.writer.agents.drafting import (
    Crew,
    Order,
    draft_page,
    preamble,
    show_briefing,
    show_notes,
)
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
        parts = [show_briefing(briefing, whole=True), "Write the front page."]
        if not self._crew.writer.is_local:
            briefing = within(briefing, self._crew.limits.evidence_tokens)
            parts = [
                preamble(briefing, self._crew.guide),
                show_briefing(briefing, whole=False),
                show_notes(briefing),
                fence("PAGES", _digest(pages)),
                "Write the front page.",
            ]
        order = Order(
            role="readme",
            briefing=briefing,
            prompt="\n\n".join(filter(None, parts)),
            register=Register(briefing),
            told=(_digest(pages),),
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
