from decimal import Decimal

import pytest

from app.domain.work.prices import Price, Tier, per_million, to_money


def test_cached_tokens_have_a_price_of_their_own() -> None:
    price = per_million(input=2.0, output=8.0, cached_input=0.5)
    assert price.of(1_000_000, 500_000, 400_000) == pytest.approx(1.2 + 0.2 + 4.0)
    assert Price(input=1.0, output=0.0).of(10, 0, 4) == 10
    assert price.of(10, 0, 20) == pytest.approx(10 * 0.5e-6)


def test_the_most_a_call_can_cost_reckons_with_no_cache() -> None:
    assert per_million(input=2.0, output=8.0, cached_input=0.5).most_of(1, 1) == pytest.approx(
        10e-6
    )
    assert Price(input=1.0, output=0.0, cached_input=3.0).most_of(2, 0) == 6


def test_a_sum_is_never_rounded_down_and_chance_is_not_rounded_up() -> None:
    assert to_money(0.1 + 0.2) == Decimal("0.3")
    assert to_money(1.5e-9) == Decimal("0.000000002")
    assert to_money(7 * 0.15e-6) == Decimal("0.00000105")


def test_a_long_call_costs_what_its_tier_says() -> None:
    price = Price(input=1.0, output=2.0, tiers=(Tier(above=10, input=3.0, output=4.0),))
    assert price.of(10, 1) == 12
    assert price.of(11, 1) == 37
    assert price.most_of(10, 1) == 12
    assert price.most_of(11, 1) == 37


def test_the_most_a_call_can_cost_reckons_with_every_tier_that_it_may_be_in() -> None:
    cheap_when_long = Price(input=5.0, output=2.0, tiers=(Tier(above=10, input=1.0, output=4.0),))
    assert cheap_when_long.most_of(20, 1) == 5 * 20 + 4
