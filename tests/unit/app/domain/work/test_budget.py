from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal

import pytest

from app.domain.work.budget import (
    Amounts,
    Estimate,
    Purse,
    lower,
    month_of,
    refusal,
    short_purse,
)

CAPS = Amounts(
    job=Decimal(5),
    repository_month=Decimal(50),
    installation_month=Decimal(100),
    month=Decimal(200),
)


@pytest.mark.parametrize(
    ("taken", "wanted", "short"),
    [
        (Amounts(), "5", None),
        (Amounts(job=Decimal(4)), "1", None),
        (Amounts(job=Decimal(4)), "1.000000001", Purse.JOB),
        (Amounts(repository_month=Decimal("49.5")), "1", Purse.REPOSITORY_MONTH),
        (Amounts(installation_month=Decimal("99.5")), "1", Purse.INSTALLATION_MONTH),
        (Amounts(month=Decimal("199.5")), "1", Purse.MONTH),
    ],
)
def test_a_call_must_fit_into_every_purse(taken: Amounts, wanted: str, short: Purse | None) -> None:
    assert short_purse(CAPS, taken, Decimal(wanted)) is short


def test_a_repository_can_lower_its_caps_but_not_raise_them() -> None:
    assert lower(CAPS, None, None) == CAPS
    assert lower(CAPS, Decimal(1), Decimal(20)) == Amounts(
        job=Decimal(1),
        repository_month=Decimal(20),
        installation_month=Decimal(100),
        month=Decimal(200),
    )
    assert lower(CAPS, Decimal(100), Decimal(1000)) == CAPS


def test_a_refusal_names_the_sums_and_the_setting() -> None:
    told = refusal(Purse.REPOSITORY_MONTH, CAPS, Amounts(repository_month=Decimal(49)), Decimal(2))
    assert told == (
        "the next model call could cost 2.00 $, and of this repository's cap for a month of 50.00 $"
        " (AUTODOC_BUDGET__REPOSITORY_MONTH or budget.month in .autodoc.yaml) 49.00 $ are taken"
    )


def test_a_month_is_that_of_utc_wherever_the_clock_stands() -> None:
    east = timezone(timedelta(hours=9))
    assert month_of(datetime(2026, 12, 1, 5, tzinfo=east)) == date(2026, 11, 1)
    assert month_of(datetime(2026, 12, 1, tzinfo=UTC)) == date(2026, 12, 1)


def test_the_error_of_an_estimate_is_a_part_of_the_truth_in_money_or_else_in_tokens() -> None:
    guess = Estimate(pages=2, calls=6, input_tokens=900, output_tokens=100, cost=1.5)
    assert guess.error_of(cost=1.0, tokens=1) == pytest.approx(0.5)
    assert guess.error_of(cost=0.0, tokens=2000) == pytest.approx(-0.5)
    assert guess.error_of(cost=0.0, tokens=0) is None


def test_an_estimate_says_when_the_cap_will_be_reached() -> None:
    guess = Estimate(
        pages=2, calls=6, input_tokens=9000, output_tokens=100, cost=1.5, seconds=300, cap=5
    )
    assert str(guess) == "about 6 model calls, 9,000 + 100 tokens, $1.50, 5 min"
    low = guess.model_copy(update={"cap": 1.0})
    assert str(low).endswith("; beyond the run's cap of $1.00 pages are written without a model")
