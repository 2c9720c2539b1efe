"""The agent that writes a page from its briefing."""

from app.domain.wiki.briefing import Briefing
from app.domain.wiki.page import AgentResult, Page
from flows.writer.agents.drafting import Crew, Order, draft_page, show_briefing
from flows.writer.agents.files import Files, Register
from flows.writer.agents.tools import Tools


class PageGenerator:
    """Writes pages; a model may look into the source, and what it reads becomes citable."""

    def __init__(self, crew: Crew, files: Files) -> None:
        self._crew = crew
        self._files = files

    async def write(self, briefing: Briefing) -> AgentResult[Page]:
        """Write one page, or raise QualityGateFailed when no attempt was usable."""
        register = Register(briefing)
        is_local = self._crew.writer.is_local
        order = Order(
            role="page",
            briefing=briefing,
            prompt=f"Write the page.\n\n{show_briefing(briefing, whole=is_local)}",
            register=register,
            tools=[] if is_local else Tools(self._files, register).all(),
        )
        return await draft_page(order, self._crew, self._files)
