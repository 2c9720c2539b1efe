"""What bringing stale pages up to date would ask of the models."""

import math
from collections.abc import Iterable

from app.domain.value import Value
from app.domain.work.prices import Price

BYTES_PER_TOKEN = 4
ORDERS_TOKENS = 3_000
"""What a writer is told besides the sections, their reasons and the code that they cite."""
JUDGE_TOKENS = 1_500
VERDICT_TOKENS = 150
LOOK_TOKENS = 1_500
"""What a writer reads when it looks into the source once."""


class Terms(Value):
    """Who would write, and what it takes; without prices no sum of money is told."""

    writer: bool = False
    """Whether a model is set; without one every page is composed again, which costs nothing."""
    critic: bool = False
    writer_price: Price | None = None
    critic_price: Price | None = None
    drafts: float = 1.3
    """How many a page takes."""
    tool_rounds: float = 2.0
    """How often a writer looks into the source for one draft."""


class StalePage(Value):
    """What of one page would be written anew."""

    sections: int
    by_model: bool
    """Whether a model wrote it, so that one writes it again."""
    text_bytes: int = 0
    """Of the sections."""
    source_bytes: int = 0
    """Of the code that they cite."""


class UpdateCost(Value):
    """What an update would rewrite, and an estimate of what the models take for it."""

    pages: int = 0
    sections: int = 0
    calls: int = 0
    input_tokens: int = 0
    output_tokens: int = 0
    cost: float | None = None
    """US dollars; None when the price of a model is not set, 0 when none is asked."""


def update_cost(pages: Iterable[StalePage], terms: Terms) -> UpdateCost:
    """Estimate an update from the sizes of what is stale.

    Each page that a model wrote takes `drafts` answers, each of them about as long as its stale
    sections, `tool_rounds` further calls that send all once more, and a verdict on each draft.
    What is composed without a model takes nothing.
    """
    stale = list(pages)
    asked = [each for each in stale if each.by_model and terms.writer]
    writing = _total((_writing(each, terms) for each in asked), terms.writer_price)
    judging = _total((_judging(each, terms) for each in asked), terms.critic_price)
    parts = [writing, judging] if terms.critic else [writing]
    costs = [each.cost for each in parts]
    return UpdateCost(
        pages=len(stale),
        sections=sum(each.sections for each in stale),
        calls=sum(each.calls for each in parts),
        input_tokens=sum(each.input_tokens for each in parts),
        output_tokens=sum(each.output_tokens for each in parts),
        cost=sum(each for each in costs if each is not None) if None not in costs else None,
    )


_Share = tuple[float, float, float]
"""Calls, input tokens and output tokens."""


def _writing(page: StalePage, terms: Terms) -> _Share:
    rounds = terms.drafts * (1 + terms.tool_rounds)
    known = (page.text_bytes + page.source_bytes) / BYTES_PER_TOKEN
    looked = terms.drafts * LOOK_TOKENS * terms.tool_rounds
    answer = page.text_bytes / BYTES_PER_TOKEN
    return rounds, rounds * (ORDERS_TOKENS + known) + looked, terms.drafts * answer


def _judging(page: StalePage, terms: Terms) -> _Share:
    known = (page.text_bytes + page.source_bytes) / BYTES_PER_TOKEN
    return terms.drafts, terms.drafts * (JUDGE_TOKENS + known), terms.drafts * VERDICT_TOKENS


def _total(shares: Iterable[_Share], price: Price | None) -> UpdateCost:
    listed = list(shares)
    calls, asked, answered = (sum(each[part] for each in listed) for part in range(3))
    cost = None if price is None else asked * price.input + answered * price.output
    return UpdateCost(
        calls=math.ceil(calls),
        input_tokens=round(asked),
        output_tokens=round(answered),
        cost=cost if listed else 0.0,
    )
