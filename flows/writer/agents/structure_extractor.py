"""The agent that plans which pages there are."""

import asyncio
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from app.domain.code.facts import RepositoryFacts
from app.domain.wiki.configuration.config import PinnedPage
from app.domain.wiki.narrative.plan import pin, with_way
from app.domain.wiki.page import AgentResult, WikiStructure
from app.errors import BudgetExceeded, QualityGateFailed
from app.settings import RefineSettings
from flows.writer.agents.answers import StructureAnswer
from flows.writer.agents.budget import Meter
from flows.writer.agents.building import critic_agent, writer_agent
from flows.writer.agents.calls import CallReader
from flows.writer.agents.fence import fence
from flows.writer.agents.files import Files
from flows.writer.agents.local_writer import PROPOSAL, structure_answer_of
from flows.writer.agents.models import ChosenModel
from flows.writer.agents.refine import Assignment, Critic, Refinement
from flows.writer.agents.run import run
from flows.writer.agents.structure_rules import review_structure, structure_of

CRITERIA: Mapping[str, str] = {
    "coverage": "everything that matters to a newcomer has a page, and nothing is told twice",
    "order": "a newcomer can read from the top",
    "naming": "titles and purposes say what a part is for",
}
MAX_MAP = 60_000
MAX_DOC = 160
MAX_NAMES = 8

Plan = Callable[[RepositoryFacts], WikiStructure]
"""Plans without a model."""


@dataclass(frozen=True)
class Planners:
    """Who plans, and within which limits."""

    writer: ChosenModel
    critic: ChosenModel | None
    plan: Plan
    limits: RefineSettings
    pinned: Sequence[PinnedPage] = ()
    """Pages that every plan has."""
    guide: str = ""
    """What the owners of the repository ask of its documentation, for a prompt."""
    files: Files | None = None
    """The source in which a way through the code is looked for."""


class StructureExtractor:
    """Plans the pages: a machine proposes, a model improves, and rules decide what may stay."""

    def __init__(self, planners: Planners) -> None:
        self._planners = planners

    async def extract(self, facts: RepositoryFacts) -> AgentResult[WikiStructure]:
        """Plan the pages; the proposal stands when the model has nothing usable to add."""
        proposal = await self._propose(facts)
        meter = Meter()
        refinement = self._refinement(facts, proposal, meter)
        model = self._planners.writer.name
        try:
            done = await run(refinement, self._planners.limits, model)
        except (QualityGateFailed, BudgetExceeded) as error:
            return AgentResult[WikiStructure](
                output=proposal,
                attempts=refinement.attempts,
                usage=meter.usage,
                warnings=(f"the planned pages are the machine's proposal: {error}",),
            )
        return AgentResult[WikiStructure](
            output=done.output, attempts=done.attempts, usage=meter.usage, warnings=done.warnings
        )

    async def _propose(self, facts: RepositoryFacts) -> WikiStructure:
        plan = await asyncio.to_thread(self._planners.plan, facts)
        files = self._planners.files
        way = await CallReader(files).best_way(facts) if files is not None else None
        return pin(with_way(plan, way), self._planners.pinned)

    def _refinement(
        self, facts: RepositoryFacts, proposal: WikiStructure, meter: Meter
    ) -> Refinement[WikiStructure]:
        planners = self._planners
        writer = writer_agent("structure", planners.writer, StructureAnswer, planners.limits, meter)
        blocks = fence(PROPOSAL, json.dumps(proposal.model_dump(mode="json"), ensure_ascii=False))
        if not planners.writer.is_local:
            parts = [planners.guide, blocks, fence("MAP", module_map(facts))]
            blocks = "\n\n".join(filter(None, parts))
        assignment = Assignment[WikiStructure](
            name="structure",
            prompt=f"Plan the pages.\n\n{blocks}",
            convert=lambda answer: structure_of(answer, proposal),
            review=lambda structure: review_structure(structure, proposal, facts),
            salvage=lambda _: None,
            show=_show,
        )
        return Refinement(assignment, writer, self._critic(blocks, meter), planners.limits)

    def _critic(self, blocks: str, meter: Meter) -> Critic[WikiStructure] | None:
        chosen = self._planners.critic
        if chosen is None or chosen.is_local or self._planners.writer.is_local:
            return None

        async def prompt(structure: WikiStructure) -> str:
            return f"{blocks}\n\n{fence('DRAFT', _show(structure))}"

        agent = critic_agent("critic-structure", chosen, CRITERIA, self._planners.limits, meter)
        return Critic(agent, prompt)


def module_map(facts: RepositoryFacts) -> str:
    """List the source files with what they say about themselves, one JSON value a line."""
    lines: list[str] = []
    room = MAX_MAP
    for path, file in sorted(facts.files.items()):
        names = [s.name for s in file.symbols if s.public and "." not in s.name]
        entry = {"path": path, "says": file.doc[:MAX_DOC], "defines": names[:MAX_NAMES]}
        line = json.dumps(entry, ensure_ascii=False)
        room -= len(line)
        if room < 0:
            lines.append(json.dumps({"left_out": len(facts.files) - len(lines)}))
            break
        lines.append(line)
    return "\n".join(lines)


def _show(structure: WikiStructure) -> str:
    return structure_answer_of(structure).model_dump_json()
