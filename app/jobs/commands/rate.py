"""How many commands one person may give."""

from collections.abc import Callable
from enum import Enum, auto

HOUR_S = 3600.0


class Rated(Enum):
    """What becomes of a command."""

    FINE = auto()
    TOO_MANY = auto()
    """One more than there may be, which is said."""
    STILL = auto()
    """Another one beyond: nothing is said, so that answers are no flood either."""


class Rate:
    """Counts what each person ordered in the last hour; a repeated order counts once.

    Kept by this process alone: it wards off a flood, and need not be exact.
    """

    def __init__(self, most: int, now: Callable[[], float]) -> None:
        self._most = most
        self._now = now
        self._orders: dict[str, dict[str, float]] = {}

    def take(self, who: str, what: str) -> Rated:
        """Count one order."""
        self._forget()
        orders = self._orders.setdefault(who, {})
        orders.setdefault(what, self._now())
        place = list(orders).index(what)
        if place < self._most:
            return Rated.FINE
        return Rated.TOO_MANY if place == self._most else Rated.STILL

    def _forget(self) -> None:
        since = self._now() - HOUR_S
        for who, orders in list(self._orders.items()):
            recent = {what: at for what, at in orders.items() if at > since}
            if recent:
                self._orders[who] = recent
            else:
                del self._orders[who]
