"""A writer run that brings the page about the cart up to date."""

import json
from typing import Any
from uuid import UUID

from app.domain.code.facts import RepositoryFacts
from app.domain.wiki.page import ScopeResult
from app.domain.wiki.revision import Revision
from app.domain.work.job import FlowName, Progress, Run
from flows.steps import LocalSteps
from flows.writer.process_scope import WriterDesk, process_scope
from tests.fakes.model_author import block, schema_fields
from tests.fakes.model_server import Reply, Request, Script, user_turn
from tests.fakes.revised_shop import TAX_ADDED, TAXED, changed, ordered
from tests.fakes.shop import SOURCES
from tests.integration.writer.conftest import Scene, Staging

RUN = Run(flow=FlowName.PROCESS_SCOPE, job=UUID(int=1))
TAXED_SOURCES = {**SOURCES, "shop/cart.py": TAXED}
FACTS = changed(Cart__total=TAX_ADDED)
TRUE = "`Cart.total` adds the prices up, and the tax [{id}]."


class Kept:
    async def store(self, job_id: UUID, attempt_key: str, result: ScopeResult) -> None:
        """Keep nothing."""


def evidence_of_total(prompt: str) -> str:
    [stale] = json.loads(block(prompt, "SECTIONS"))["sections"][0]["stale"]
    return str(stale["now"])


def answer(*sections: tuple[str, str], summary: str = "") -> dict[str, Any]:
    written = [
        {"heading": heading, "text": text, "snippets": [], "diagrams": []}
        for heading, text in sections
    ]
    return {"summary": summary, "sections": written}


def writes(text: str = TRUE, heading: str = "Adding up", mark: float = 8.0) -> Script:
    """Write one section, and judge all alike."""

    def reply(request: Request) -> Reply:
        fields = schema_fields(request)
        if "feedback" in fields:
            return Reply({name: "fine" if name == "feedback" else mark for name in fields})
        told = text.replace("{id}", evidence_of_total(user_turn(request)))
        return Reply(answer((heading, told)))

    return reply


def staged(**changes: Any) -> Staging:
    return Staging(sources=TAXED_SOURCES, facts=FACTS.files, **changes)


async def run(
    scene: Scene, revision: Revision | None = None, facts: RepositoryFacts = FACTS
) -> ScopeResult:
    async def show(_: Progress) -> None:
        """Nobody watches."""

    agents = scene.agents
    desk = WriterDesk(
        structure=agents.structure,
        pages=agents.pages,
        readme=agents.readme,
        local_pages=agents.local_pages,
        results=Kept(),
        recipe="r2",
        local_recipe="l2",
        sections=agents.reviser,
    )
    return await process_scope(RUN, facts, desk, LocalSteps(show), revision or ordered(facts))
