import asyncio
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass, field

import pytest

from app.domain.checks.draft import drop_false, review
from app.domain.code.facts import FileFacts
from app.domain.wiki.narrative.local import compose
from app.settings import RefineSettings
from flows.writer.agents.budget import Cap
from flows.writer.agents.desk import ROLES, Agents, Rules, open_agents
from flows.writer.agents.drafting import Checks
from flows.writer.agents.files import Files
from flows.writer.agents.models import Surroundings
from flows.writer.agents.remembering import Generations
from tests.fakes.model_server import ModelServer, Reply, Script, in_turn, serve
from tests.fakes.models import MemoryGenerations, MemoryLedger
from tests.fakes.shop import FACTS, PROPOSAL, SOURCES, ShopBlobs, blob_id

MODEL = "openai/gpt-4o-mini"


RULES = Rules(
    compose=compose, plan=lambda _: PROPOSAL, checks=Checks(review=review, drop_false=drop_false)
)


@dataclass
class Scene:
    """Agents that reach a scripted provider through real LiteLLM and ADK."""

    agents: Agents
    server: ModelServer
    ledger: MemoryLedger


LIMITS = RefineSettings(attempts=3, tool_rounds=3)


@dataclass(frozen=True)
class Staging:
    limits: RefineSettings = LIMITS
    dollars: float = 100.0
    model: str = MODEL
    critic: str | None = None
    by_environment: bool = False
    """Whether LiteLLM finds the provider by its own variables, as in a real run."""
    generations: Generations | None = None
    sources: Mapping[str, str] = field(default_factory=lambda: SOURCES)
    facts: Mapping[str, FileFacts] = field(default_factory=lambda: FACTS)


Stage = Callable[..., AbstractAsyncContextManager[Scene]]


@pytest.fixture
def stage(monkeypatch: pytest.MonkeyPatch) -> Stage:
    @asynccontextmanager
    async def build(
        script: Script | list[Reply], staging: Staging | None = None
    ) -> AsyncIterator[Scene]:
        wanted = staging or Staging()
        async with serve(in_turn(script) if isinstance(script, list) else script) as server:
            ledger = MemoryLedger(wanted.dollars)
            around = Surroundings(
                generations=wanted.generations or MemoryGenerations(),
                cap=Cap(ledger),
                gate=asyncio.Semaphore(2),
                limits=wanted.limits,
                api_base=None if wanted.by_environment else server.url,
                api_key=None if wanted.by_environment else "key-of-a-test",
                first_wait=0.01,
            )
            if wanted.by_environment:
                monkeypatch.setenv("OPENAI_API_BASE", server.url)
                monkeypatch.setenv("OPENAI_API_KEY", "key-of-a-test")
            names = dict.fromkeys(ROLES, wanted.model) | {"critic": wanted.critic}
            ids = {path: blob_id(text) for path, text in wanted.sources.items()}
            files = Files(ShopBlobs(wanted.sources), ids, wanted.facts)
            agents = await open_agents(names, around, files, RULES)
            yield Scene(agents, server, ledger)

    return build
