"""Laying out the agents of one writer run."""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from app.domain.wiki.configuration.config import Config
from app.domain.wiki.narrative.briefing import Briefing
from app.domain.wiki.page import Draft
from app.settings import ModelSettings
from flows.writer.agents.drafting import Checks, Crew
from flows.writer.agents.files import Files
from flows.writer.agents.finished import FinishedPages
from flows.writer.agents.guide import guide_of
from flows.writer.agents.local_writer import LOCAL, LocalWriter
from flows.writer.agents.models import ChosenModel, Surroundings, get_model
from flows.writer.agents.page_generator import PageGenerator
from flows.writer.agents.readme_distiller import ReadmeDistiller
from flows.writer.agents.reviser import Reviser
from flows.writer.agents.structure_extractor import Plan, Planners, StructureExtractor
from flows.writer.agents.summaries import Summaries

ROLES = ("structure", "page", "readme", "critic")


@dataclass(frozen=True)
class Rules:
    """What the domain knows without a model."""

    compose: Callable[[Briefing], Draft]
    plan: Plan
    checks: Checks
    config: Config = field(default_factory=Config)
    """The scope's: its style, instructions and pages."""


@dataclass(frozen=True)
class Agents:
    """The agents of one run, and those that step in when a model's answer is not usable."""

    structure: StructureExtractor
    pages: PageGenerator
    readme: ReadmeDistiller
    reviser: Reviser
    local_pages: PageGenerator
    """Writes any page, the front page too, without a model."""


def model_names(model: str | None, roles: ModelSettings) -> dict[str, str | None]:
    """Choose a model's name for each role: its own, or the one for all."""
    return {role: getattr(roles, role) or model for role in ROLES}


async def open_agents(
    names: Mapping[str, str | None], around: Surroundings, files: Files, rules: Rules
) -> Agents:
    """Make the agents; a role without a name is done by the local writer.

    Raises ConfigurationError for a name that is not a model's.
    """
    local = LocalWriter(compose=rules.compose)

    def choose() -> dict[str, ChosenModel]:
        return {role: get_model(names.get(role), around, local) for role in ROLES}

    # Importing LiteLLM takes seconds, which must not stop the event loop.
    chosen = await asyncio.to_thread(choose)
    critic = None if chosen["critic"].is_local else chosen["critic"]

    guide = guide_of(rules.config)

    memory = FinishedPages(around.generations)

    def crew(role: str) -> Crew:
        return Crew(chosen[role], critic, rules.checks, around.limits, guide, memory)

    planners = Planners(
        writer=chosen["structure"],
        critic=critic,
        plan=rules.plan,
        limits=around.limits,
        pinned=rules.config.pages,
        guide=guide,
        files=files,
    )
    alone = Crew(ChosenModel(LOCAL, local), None, rules.checks, around.limits)
    return Agents(
        structure=StructureExtractor(planners),
        pages=PageGenerator(crew("page"), files, Summaries(chosen["page"], around.limits, files)),
        readme=ReadmeDistiller(crew("readme"), files),
        reviser=Reviser(crew("page"), crew("readme"), files),
        local_pages=PageGenerator(alone, files),
    )
