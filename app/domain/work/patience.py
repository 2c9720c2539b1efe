"""How long to wait before something is tried again."""

from app.domain.value import Value
from app.errors import RateLimited

RETRY_DELAYS_S = (5.0, 30.0, 120.0, 600.0, 3600.0)
"""An outage of an hour or two must not cost a job all its attempts."""
LONGEST_WAIT_S = 86_400.0
"""Nobody outside may make us wait for more than a day."""


class Backoff(Value):
    """A pause that doubles with each failure."""

    first_s: float
    longest_s: float

    def after(self, failures: int, error: BaseException | None = None) -> float:
        """Say how many seconds to wait after so many failures in a row, one at least.

        What the outside asks for counts even when it is longer.
        """
        # The exponent is bounded: a float has no room for the 1100th doubling.
        pause = min(self.first_s * 2.0 ** min(max(failures, 1) - 1, 64), self.longest_s)
        return max(pause, error.retry_after) if isinstance(error, RateLimited) else pause


def retry_delay(attempt: int, retry_after: float | None = None) -> float:
    """Say how many seconds to wait after a run failed in this attempt; the first is 1.

    `retry_after`, which a provider that limits its rate asks for, counts instead, within reason.
    """
    if retry_after is not None:
        return min(max(retry_after, RETRY_DELAYS_S[0]), LONGEST_WAIT_S)
    return RETRY_DELAYS_S[min(max(attempt, 1), len(RETRY_DELAYS_S)) - 1]
