"""Reading a price out of a row of the map that LiteLLM brings along."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from app.domain.work.prices import Price, Tier

Row = Mapping[str, Any]

_TIER = re.compile(r"(?:in|out)put_cost_per_token_above_(\d+)k_tokens")
THOUSAND = 1_000


def price_of_row(asked: float, answered: float, row: Row) -> Price:
    """Make a price of what LiteLLM says that a token costs, and of what a row says besides.

    Where reasoning has a price of its own the dearer one is taken, since an answer tells the
    reasoning among its tokens.
    """
    return Price(
        input=asked,
        output=_dearer(row, answered),
        cached_input=row.get("cache_read_input_token_cost"),
        tiers=tuple(sorted(_tiers(asked, answered, row), key=lambda tier: tier.above)),
    )


def most_of_row(row: Row) -> tuple[float, float]:
    """Return what an input token and an output token of a row cost at most."""
    asked, answered = (
        float(row.get(f"{each}_cost_per_token") or 0) for each in ("input", "output")
    )
    price = price_of_row(asked, answered, row)
    rates = (price, *price.tiers)
    return max(each.dearest_input for each in rates), max(each.output for each in rates)


def _tiers(asked: float, answered: float, row: Row) -> Iterator[Tier]:
    for size in sorted({int(found[1]) for found in map(_TIER.fullmatch, row) if found}):
        end = f"_above_{size}k_tokens"
        yield Tier(
            above=size * THOUSAND,
            input=row.get(f"input_cost_per_token{end}") or asked,
            output=_dearer(row, row.get(f"output_cost_per_token{end}") or answered),
            cached_input=row.get(f"cache_read_input_token_cost{end}"),
        )
    for each in row.get("tiered_pricing") or ():
        yield Tier(
            above=int(each.get("range", (0,))[0]),
            input=each.get("input_cost_per_token") or asked,
            output=_dearer(each, each.get("output_cost_per_token") or answered),
            cached_input=each.get("cache_read_input_token_cost"),
        )


def _dearer(row: Row, answered: float) -> float:
    return max(answered, row.get("output_cost_per_reasoning_token") or 0.0)
