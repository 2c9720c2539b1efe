"""The ledger as one job's model calls see it."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from typing import Protocol

from app.domain.wiki.configuration.config import BudgetCaps
from app.domain.wiki.page import TokenUsage
from app.domain.work.budget import Account, Amounts, lower
from app.domain.work.job import Job
from app.domain.work.prices import Price, per_million, to_money
from app.domain.work.repository import Provider
from app.settings import BudgetSettings


class Usage(Protocol):
    """Whatever keeps what all calls of all jobs took."""

    async def reserve(self, account: Account, model: str, most: Decimal, at: datetime) -> int:
        """Set aside what a call could cost, or raise BudgetExceeded; return its number."""

    async def settle(self, reservation: int, used: TokenUsage, at: datetime) -> None:
        """Put what it did cost in the place of what it could."""


@dataclass(frozen=True)
class JobLedger:
    """Books the calls of one job on its account."""

    usage: Usage
    account: Account
    clock: Callable[[], datetime]

    async def reserve(self, model: str, dollars: float) -> int:
        """Set aside what a call could cost, or raise BudgetExceeded; return its number."""
        return await self.usage.reserve(self.account, model, to_money(dollars), self.clock())

    async def settle(self, reservation: int, used: TokenUsage) -> None:
        """Put what it did cost in the place of what it could."""
        await self.usage.settle(reservation, used, self.clock())


def account_of(job: Job, budget: BudgetSettings, own: BudgetCaps) -> Account:
    """Say which caps bind a job: the operator's, or a repository's own where they are lower."""
    caps = Amounts(
        job=budget.job,
        repository_month=budget.repository_month,
        installation_month=budget.installation_month,
        month=budget.month,
    )
    repository = job.repository
    is_number = repository.provider is Provider.GITHUB
    return Account(
        job=job.id,
        repository_id=repository.id,
        caps=lower(caps, own.run, own.month),
        # Of a local repository it is a path, and the ledger keeps no names.
        external_id=repository.external_id if is_number else None,
        installation_id=repository.installation_id,
    )


def own_prices(budget: BudgetSettings) -> dict[str, Price]:
    """Return the prices that the operator sets, by a model's name."""
    return {
        name: per_million(each.input, each.output, each.cached_input)
        for name, each in budget.prices.items()
    }


def utc_now() -> datetime:
    """Read the clock."""
    return datetime.now(UTC)
