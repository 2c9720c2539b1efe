"""Budgets: which caps bind a run, how much of them is taken, and what a run is expected to take."""

from collections.abc import Iterable
from datetime import UTC, date, datetime
from decimal import Decimal
from enum import StrEnum
from uuid import UUID

from typing_extensions import override

from app.domain.value import Value
from app.domain.wiki.page import TokenUsage

LONG = 120
"""Seconds from which a time is told in minutes."""


class Purse(StrEnum):
    """What a cap is for."""

    JOB = "job"
    REPOSITORY_MONTH = "repository_month"
    INSTALLATION_MONTH = "installation_month"
    MONTH = "month"


_NAMES = {
    Purse.JOB: "this run's cap",
    Purse.REPOSITORY_MONTH: "this repository's cap for a month",
    Purse.INSTALLATION_MONTH: "this account's cap for a month",
    Purse.MONTH: "the cap of all repositories for a month",
}
_KEYS = {Purse.JOB: "budget.run", Purse.REPOSITORY_MONTH: "budget.month"}
"""Where a repository's own configuration may set a lower cap."""


class Amounts(Value):
    """US dollars for each purse: caps, or what is taken of them."""

    job: Decimal = Decimal(0)
    """All attempts and all scopes of one job."""
    repository_month: Decimal = Decimal(0)
    """All jobs of a repository in one calendar month (UTC)."""
    installation_month: Decimal = Decimal(0)
    """All jobs of the repositories of one installation of the App in one calendar month (UTC)."""
    month: Decimal = Decimal(0)
    """All jobs of all repositories in one calendar month (UTC)."""

    def of(self, purse: Purse) -> Decimal:
        """Return the amount of a purse."""
        amount: Decimal = getattr(self, purse)
        return amount


class Account(Value):
    """On whose account a call is made, and what it may take at most."""

    job: UUID
    repository_id: int
    caps: Amounts
    external_id: str | None = None
    """The provider's number of the repository, which outlasts its row: taken away and added again,
    a repository has another row."""
    installation_id: int | None = None


def lower(caps: Amounts, run: Decimal | None, month: Decimal | None) -> Amounts:
    """Let a repository's own caps bind as well as the operator's."""
    return Amounts(
        job=min(_given(caps.job, run)),
        repository_month=min(_given(caps.repository_month, month)),
        installation_month=caps.installation_month,
        month=caps.month,
    )


def _given(*amounts: Decimal | None) -> Iterable[Decimal]:
    return (each for each in amounts if each is not None)


def short_purse(caps: Amounts, taken: Amounts, wanted: Decimal) -> Purse | None:
    """Name the first purse that does not hold what a call could cost; None when all do."""
    for purse in Purse:
        if taken.of(purse) + wanted > caps.of(purse):
            return purse
    return None


def refusal(purse: Purse, caps: Amounts, taken: Amounts, wanted: Decimal) -> str:
    """Say why a call is not made, and which setting would let it be made."""
    key = _KEYS.get(purse)
    also = f" or {key} in .autodoc.yaml" if key else ""
    return (
        f"the next model call could cost {wanted:.2f} $, and of {_NAMES[purse]} of"
        f" {caps.of(purse):.2f} $ (AUTODOC_BUDGET__{purse.upper()}{also}) {taken.of(purse):.2f} $"
        " are taken"
    )


def month_of(moment: datetime) -> date:
    """Name a calendar month by its first day, in UTC."""
    return moment.astimezone(UTC).date().replace(day=1)


class Estimate(Value):
    """What a run would ask of its models when nothing that it asks is known already."""

    pages: int
    calls: int
    input_tokens: int
    output_tokens: int
    cost: float = 0.0
    """US dollars."""
    seconds: float = 0.0
    """How long the calls take."""
    cap: float | None = None
    """What a run may cost, in US dollars."""

    @override
    def __str__(self) -> str:
        tokens = f"{self.input_tokens:,} + {self.output_tokens:,} tokens"
        told = f"about {self.calls} model calls, {tokens}, ${self.cost:.2f}, {_time(self.seconds)}"
        if self.cap is None or self.cost <= self.cap:
            return told
        return f"{told}; beyond the run's cap of ${self.cap:.2f} pages are written without a model"

    @property
    def usage(self) -> TokenUsage:
        """Return what the calls would take, as the ledger counts it."""
        return TokenUsage(
            calls=self.calls,
            input_tokens=self.input_tokens,
            output_tokens=self.output_tokens,
            cost=self.cost,
        )

    def error_of(self, cost: float, tokens: int) -> float | None:
        """Say by what part of the truth it was too high, below zero: too low; None: no call.

        Measured in money, or in tokens where they are free.
        """
        guessed, true = (
            (self.cost, cost) if cost else (self.input_tokens + self.output_tokens, tokens)
        )
        return (guessed - true) / true if true else None


def compare(guessed: Estimate, used: TokenUsage, seconds: float) -> str:
    """Say after a run how far its estimate was off."""
    true = f"{used.calls} calls, {used.input_tokens:,} + {used.output_tokens:,} tokens"
    told = f"{true}, ${used.cost:.2f}, {_time(seconds)}; estimated were {guessed}"
    error = guessed.error_of(used.cost, used.input_tokens + used.output_tokens)
    return told if error is None else f"{told}: {error:+.0%}"


def _time(seconds: float) -> str:
    return f"{seconds:.0f} s" if seconds < LONG else f"{seconds / 60:.0f} min"
