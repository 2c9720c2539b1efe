import pytest

from app.domain.work.patience import Backoff, retry_delay
from app.errors import RateLimited


def test_the_delays_of_a_job_span_more_than_an_hour() -> None:
    assert [retry_delay(attempt) for attempt in range(1, 6)] == [5, 30, 120, 600, 3600]


@pytest.mark.parametrize(("attempt", "delay"), [(0, 5), (-1, 5), (6, 3600), (1100, 3600)])
def test_an_attempt_that_nobody_counts_on_has_a_delay_too(attempt: int, delay: float) -> None:
    assert retry_delay(attempt) == delay


@pytest.mark.parametrize(
    ("asked", "delay"), [(1800, 1800), (0, 5), (-3, 5), (10.0**9, 86_400), (float("inf"), 86_400)]
)
def test_a_rate_limit_is_waited_for_as_long_as_it_asks_within_reason(
    asked: float, delay: float
) -> None:
    assert retry_delay(4, asked) == delay


def test_a_pause_doubles_up_to_its_longest_and_a_longer_wish_counts() -> None:
    backoff = Backoff(first_s=5, longest_s=30)
    assert [backoff.after(failures) for failures in (0, 1, 2, 3, 4, 5000)] == [5, 5, 10, 20, 30, 30]
    assert backoff.after(1, RateLimited(90)) == 90
    assert backoff.after(5, RateLimited(1)) == 30
