"""What model calls cost: US dollars, never rounded down."""

from decimal import ROUND_UP, Decimal

from app.domain.value import Value

NANO = Decimal("0.000000001")
"""The ledger's smallest sum; a token costs a hundred of it or more."""
MILLION = 1_000_000


class Rate(Value):
    """US dollars for one token."""

    input: float
    output: float
    cached_input: float | None = None
    """Of a token that the provider had in its cache; None: as any other."""

    @property
    def dearest_input(self) -> float:
        """Return what an input token costs at most."""
        return max(self.input, self.cached_input or 0.0)


class Tier(Rate):
    """What every token of a long call costs."""

    above: int
    """Calls with more input tokens than this are meant."""


class Price(Rate):
    """US dollars for one token of a call that no tier is for."""

    tiers: tuple[Tier, ...] = ()
    """By length, the shortest first."""

    def of(self, input_tokens: int, output_tokens: int, cached_tokens: int = 0) -> float:
        """Price a call; the cached tokens are some of the input tokens."""
        rate = self._rates(input_tokens)[-1]
        cached = min(cached_tokens, input_tokens)
        cached_price = rate.input if rate.cached_input is None else rate.cached_input
        return (
            (input_tokens - cached) * rate.input
            + cached * cached_price
            + output_tokens * rate.output
        )

    def most_of(self, input_tokens: int, output_tokens: int) -> float:
        """Price a call of so many tokens or fewer, whose every token costs the dearest."""
        rates = self._rates(input_tokens)
        return input_tokens * max(each.dearest_input for each in rates) + output_tokens * max(
            each.output for each in rates
        )

    def _rates(self, input_tokens: int) -> tuple[Rate, ...]:
        """List what calls of so many tokens or fewer may cost."""
        return (self, *(each for each in self.tiers if input_tokens > each.above))


FREE = Price(input=0.0, output=0.0)


def per_million(input: float, output: float, cached_input: float | None = None) -> Price:  # noqa: A002 - a price's own word
    """Make a price of dollars for a million tokens, as providers list them."""
    cached = None if cached_input is None else cached_input / MILLION
    return Price(input=input / MILLION, output=output / MILLION, cached_input=cached)


def to_money(dollars: float | Decimal) -> Decimal:
    """Make a sum for the ledger; what a binary fraction adds by chance is not rounded up."""
    exact = dollars if isinstance(dollars, Decimal) else Decimal(repr(round(dollars, 12)))
    return exact.quantize(NANO, rounding=ROUND_UP)
