"""The agent that writes a page from its briefing."""

import asyncio
from collections.abc import Sequence

from app.domain.code.citation import Reliance
from app.domain.code.digest import DIGEST_RECIPE
from app.domain.code.evidence import Evidence, evidence_of
from app.domain.code.symbol import Symbol
from app.domain.wiki.narrative.briefing import Briefing, Fact, FactForm
from app.domain.wiki.narrative.evidence_choice import BYTES_PER_TOKEN, within
from app.domain.wiki.narrative.how_to import HOW_TO
from app.domain.wiki.narrative.walk import WALK
from app.domain.wiki.page import AgentResult, Page, TokenUsage
from flows.writer.agents.calls import CallReader
from flows.writer.agents.drafting import (
    Crew,
    Order,
    draft_page,
    preamble,
    show_briefing,
    show_notes,
    sources,
)
from flows.writer.agents.fence import fence
from flows.writer.agents.files import Files, Register
from flows.writer.agents.summaries import Summaries, Told
from flows.writer.agents.tools import Tools
from flows.writer.outline import SHARE_OF_SOURCES


class PageGenerator:
    """Writes pages; a model may look into the source, and what it reads becomes citable."""

    def __init__(self, crew: Crew, files: Files, summaries: Summaries | None = None) -> None:
        self._crew = crew
        self._files = files
        self._summaries = summaries

    async def write(self, briefing: Briefing) -> AgentResult[Page]:
        """Write one page, or raise QualityGateFailed when no attempt was usable."""
        if briefing.spec.id == WALK:
            briefing = await with_calls(briefing, self._files)
        if self._crew.writer.is_local:
            prompt = f"{show_briefing(briefing, whole=True)}\n\nWrite the page."
            return await self._draft(briefing, prompt)
        chosen = within(briefing, self._crew.limits.evidence_tokens)
        told = await self._summarise(briefing)
        parts = [
            preamble(chosen, self._crew.guide),
            show_briefing(chosen, whole=False),
            show_notes(chosen),
            told.text,
            await excerpts(chosen, self._crew, self._files),
            "Write the page.",
        ]
        prompt = "\n\n".join(filter(None, parts))
        written = await self._draft(chosen, prompt, (told.text,))
        usage = self._summaries.claim(told) if self._summaries else TokenUsage()
        return written.model_copy(update={"usage": written.usage + usage})

    async def _summarise(self, briefing: Briefing) -> Told:
        if self._summaries is None or briefing.spec.id in (WALK, HOW_TO):
            return Told()
        return await self._summaries.about(briefing.parts)

    async def _draft(
        self, briefing: Briefing, prompt: str, told: Sequence[str] = ()
    ) -> AgentResult[Page]:
        register = Register(briefing)
        has_tools = self._crew.writer.has_tools and not self._crew.writer.is_local
        order = Order(
            role="page",
            briefing=briefing,
            prompt=prompt,
            register=register,
            tools=Tools(self._files, register).all() if has_tools else [],
            told=told,
        )
        return await draft_page(order, self._crew, self._files)


async def excerpts(briefing: Briefing, crew: Crew, files: Files) -> str:
    """Quote the source of the most relevant evidence, for a model that cannot look itself."""
    if crew.writer.has_tools:
        return ""
    places = {each.id: each for each in briefing.evidence}
    ranked = [places[each] for each in briefing.order if each in places] or list(briefing.evidence)
    room = crew.limits.evidence_tokens * BYTES_PER_TOKEN * SHARE_OF_SOURCES
    text = await sources(ranked, files, room)
    return fence("SOURCES", text) if text else ""


async def with_calls(briefing: Briefing, files: Files) -> Briefing:
    """Tell for each step of a way which further steps its body calls, with the line of the call."""
    steps = {
        f"{fact.detail}:{fact.name}": fact for fact in briefing.facts if fact.form is FactForm.STEP
    }
    reader = CallReader(files)
    await reader.read({step.detail for step in steps.values()})
    places = {each.id: each for each in briefing.evidence}
    facts, evidence = list(briefing.facts), list(briefing.evidence)
    for caller in steps.values():
        calls = await asyncio.to_thread(_calls_of, caller, files, reader)
        for subject, line in calls.items():
            callee = steps.get(subject)
            if callee is None:
                continue
            place = _line(len(evidence) + 1, places[caller.evidence], line, files)
            evidence.append(place)
            call = Fact(
                evidence=place.id,
                form=FactForm.CALL,
                name=caller.name,
                detail=callee.name,
                caller=caller.evidence,
                target=callee.evidence,
            )
            facts.append(call)
    return briefing.model_copy(update={"facts": tuple(facts), "evidence": tuple(evidence)})


def _calls_of(step: Fact, files: Files, reader: CallReader) -> dict[str, int]:
    """List what a step calls, each with the first line that does."""
    place = files.code.find(step.detail, step.name)
    called = files.code.called(place, reader.known[step.detail]) if place else ()
    lines: dict[str, int] = {}
    for line, callee in called:
        lines.setdefault(callee.subject, line)
    return lines


def _symbol(files: Files, place: Evidence) -> Symbol | None:
    file = files.facts(place.path)
    found = file.symbols if file else ()
    return next((each for each in found if each.name == place.symbol), None)


def _line(number: int, around: Evidence, line: int, files: Files) -> Evidence:
    """Make one line of a symbol citable."""
    symbol = _symbol(files, around)
    place = {"first_line": line, "last_line": line, "quoted": Reliance.BEHAVIOUR}
    if symbol is None:
        return around.model_copy(update={"id": f"E{number}", **place})
    whole = evidence_of(number, around.path, symbol, DIGEST_RECIPE)
    return whole.model_copy(update=place)
