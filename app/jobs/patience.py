"""How long to wait before something is tried again."""

from app.domain.value import Value
from app.errors import RateLimited


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
