"""Saying before a run what its models may take, and after it how far that was off."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import zip_longest
from typing import Protocol, TypeVar
from uuid import UUID

from app.domain.code.facts import RepositoryFacts
from app.domain.value import Value
from app.domain.wiki.configuration.config import Config
from app.domain.wiki.page import TokenUsage
from app.domain.wiki.revision import Revision
from app.domain.work.budget import Estimate, compare
from app.domain.work.job import Job, Progress
from app.settings import Settings
from flows.writer.estimate import Assumptions, estimate
from flows.writer.ledger import own_prices

STAGE = "estimate"
SUMMED = tuple(name for name in Estimate.model_fields if name != "cap")

T = TypeVar("T")


class Forecast(Value):
    """What a run's models were to take, and what they took."""

    estimate: Estimate
    used: TokenUsage
    """As the ledger has it."""
    seconds: float
    error: float | None
    """By what part of the truth the estimate was too high, below zero: too low."""


class Scope(Protocol):
    """Whatever pages are written about."""

    @property
    def facts(self) -> RepositoryFacts:
        """Return what is known of it."""

    @property
    def config(self) -> Config:
        """Return what it asks for."""


class Usage(Protocol):
    """Whatever knows what the calls of a job took."""

    async def used(self, job_id: UUID) -> TokenUsage:
        """Add up the calls of a job."""


@dataclass(frozen=True)
class Foreteller:
    """Foretells one job."""

    settings: Settings
    usage: Usage
    job: Job
    report: Callable[[Progress], Awaitable[None]]

    async def estimate(
        self, *scopes: Scope, revisions: Sequence[Revision | None] = ()
    ) -> Estimate | None:
        """Reckon what the models of the settings would be asked about scopes; None without one.

        Of a scope that has a revision, the one at its place, only what this names is written.
        """
        if not any((self.settings.model, *self.settings.models.model_dump().values())):
            return None
        return await asyncio.to_thread(reckon, scopes, self.settings, revisions)

    async def require_models(self) -> None:
        """Refuse models that a run would refuse, before anybody reckons with them."""
        if self.settings.model or any(self.settings.models.model_dump().values()):
            await asyncio.to_thread(require, self.settings)

    async def around(
        self,
        scopes: Sequence[Scope],
        work: Callable[[], Awaitable[T]],
        revisions: Sequence[Revision | None] = (),
    ) -> tuple[T, Forecast | None]:
        """Do the work, with a line before and after it when it may call a model."""
        guessed = await self.announce(scopes, revisions)
        return await self.measured(work, lambda: guessed)

    async def announce(
        self, scopes: Sequence[Scope], revisions: Sequence[Revision | None] = ()
    ) -> Estimate | None:
        """Report what the models of this job may take; nothing when it may call none."""
        if self.job.local_writer_only:
            return None
        guessed = await self.estimate(*scopes, revisions=revisions)
        if guessed is not None:
            await self.report(Progress(stage=STAGE, detail=str(guessed)))
        return guessed

    async def measured(
        self, work: Callable[[], Awaitable[T]], guess: Callable[[], Estimate | None]
    ) -> tuple[T, Forecast | None]:
        """Do the work, and hold what it took against an estimate that may be made meanwhile."""
        before, started = await self.usage.used(self.job.id), time.monotonic()
        made = await work()
        guessed = guess()
        if guessed is None:
            return made, None
        used = (await self.usage.used(self.job.id)).since(before)
        seconds = time.monotonic() - started
        await self.report(Progress(stage=STAGE, detail=compare(guessed, used, seconds)))
        error = guessed.error_of(used.cost, used.input_tokens + used.output_tokens)
        return made, Forecast(estimate=guessed, used=used, seconds=seconds, error=error)


def require(settings: Settings) -> None:
    """Raise ConfigurationError for a model whose name or key a run could not use."""
    from flows.writer.agents.desk import model_names  # noqa: PLC0415 - only where a model is set
    from flows.writer.agents.models import (  # noqa: PLC0415 - only where a model is set
        require_models,
    )

    require_models(model_names(settings.model, settings.models).values())


def reckon(
    scopes: Sequence[Scope], settings: Settings, revisions: Sequence[Revision | None] = ()
) -> Estimate:
    """Estimate with the models, prices and assumptions of the settings; it imports LiteLLM."""
    from flows.writer.agents.desk import model_names  # noqa: PLC0415 - only where a model is set
    from flows.writer.agents.models import (  # noqa: PLC0415 - only where a model is set
        can_call_tools,
        price_of,
    )

    own, budget = own_prices(settings.budget), settings.budget
    names = model_names(settings.model, settings.models)
    assumed = Assumptions(
        drafts=budget.drafts,
        tool_rounds=budget.tool_rounds,
        evidence_tokens=settings.refine.evidence_tokens,
        has_tools=can_call_tools(names["page"] or "", settings.refine.tool_less),
        call_seconds=budget.call_seconds,
        parallel_calls=settings.refine.parallel_calls,
    )
    prices = {role: price_of(name, own) if name else None for role, name in names.items()}
    parts = [
        estimate(each.facts, each.config.pages, prices, assumed, revision)
        for each, revision in zip_longest(scopes, revisions[: len(scopes)])
    ]
    sums = {name: sum(getattr(each, name) for each in parts) for name in SUMMED}
    own_caps = [each.config.budget.run for each in scopes]
    cap = min(budget.job, *(each for each in own_caps if each is not None), Decimal("inf"))
    return Estimate.model_validate({**sums, "cap": float(cap)})
