from dataclasses import dataclass, field
from uuid import UUID

from app.domain.code.facts import RepositoryFacts
from app.domain.wiki.narrative.briefing import Briefing
from app.domain.wiki.narrative.local import compose
from app.domain.wiki.narrative.plan import plan_narrative
from app.domain.wiki.page import AgentResult, Page, ScopeResult, WikiStructure
from app.domain.wiki.revision import PageRevision, Revision
from app.domain.work.job import FlowName, Progress, Run
from flows.steps import LocalSteps
from flows.writer.agents.drafting import show_briefing, show_notes
from flows.writer.agents.finished import question
from flows.writer.fresh import Wanted
from flows.writer.process_scope import WriterDesk, process_scope, wishes_in
from tests.fakes.facts import shop
from tests.fakes.shop import BRIEFING, CART_SPEC

WISHES = ("be short", "begin with the limits")


@dataclass
class Scribe:
    """Plans what the machine proposes, and remembers what it is told of each page."""

    told: dict[str, tuple[str, ...]] = field(default_factory=dict)

    async def extract(self, facts: RepositoryFacts) -> AgentResult[WikiStructure]:
        return AgentResult[WikiStructure](output=plan_narrative(facts), attempts=1)

    async def write(self, briefing: Briefing) -> AgentResult[Page]:
        self.told[briefing.spec.id] = briefing.wishes
        draft, evidence = compose(briefing), briefing.evidence
        page = Page(spec=briefing.spec, draft=draft, evidence=evidence, writer="model")
        return AgentResult[Page](output=page, attempts=1)

    async def distill(self, briefing: Briefing, _pages: object) -> AgentResult[Page]:
        return await self.write(briefing)

    async def store(self, job_id: UUID, attempt_key: str, result: ScopeResult) -> None:
        """Keep nothing."""


async def show(_progress: Progress) -> None:
    """Show nothing."""


async def test_every_writer_of_a_page_is_told_what_was_asked_of_it_and_of_no_other() -> None:
    scribe = Scribe()
    desk = WriterDesk(
        structure=scribe,
        pages=scribe,
        readme=scribe,
        local_pages=scribe,
        results=scribe,
        recipe="r",
        wishes={"architecture": WISHES, "home": WISHES[:1]},
    )
    run = Run(flow=FlowName.PROCESS_SCOPE, job=UUID(int=1))
    await process_scope(run, shop(), desk, LocalSteps(show))
    assert scribe.told.pop("architecture") == WISHES
    assert scribe.told.pop("home") == WISHES[:1]
    assert set(scribe.told.values()) == {()}

    scribe.told.clear()
    spec = next(each for each in plan_narrative(shop()).pages if each.id == "architecture")
    asked = Revision(pages=(PageRevision(spec=spec, whole=True),), known=(spec,))
    await process_scope(run, shop(), desk, LocalSteps(show), asked)
    assert scribe.told == {"architecture": WISHES}


def test_pages_of_several_scopes_are_told_apart() -> None:
    notes = {"home": ("a",), "web:home": ("b",), "web/shop:home": ("c",)}
    assert wishes_in("", notes) == {"home": ("a",)}
    assert wishes_in("web", notes) == {"home": ("b",)}
    assert Wanted("web", ["web:cart"]).holds(CART_SPEC)
    assert not Wanted("", ["web:cart"]).holds(CART_SPEC)
    assert Wanted("web", []).holds(CART_SPEC)


def test_wishes_stand_in_a_block_of_their_own_and_change_the_question() -> None:
    wished = BRIEFING.model_copy(update={"wishes": WISHES})
    assert "WISHES" in show_notes(wished)
    assert '["be short", "begin with the limits"]' in show_notes(wished)
    assert show_notes(BRIEFING) == ""
    assert "be short" not in show_briefing(wished, whole=False)
    assert question(wished, ()) != question(BRIEFING, ())
