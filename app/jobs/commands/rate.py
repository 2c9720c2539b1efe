"""How many commands one person may give."""

from collections.abc import Callable, Sequence
from enum import Enum, auto
from math import ceil
from typing import NamedTuple

HOUR_S = 3600.0


class Rated(Enum):
    """What becomes of a command."""

    FINE = auto()
    TOO_MANY = auto()
    """One more than there may be, which is said."""
    STILL = auto()
    """Another one beyond: nothing is said, so that answers are no flood either."""


class _Order(NamedTuple):
    at: float
    rated: Rated


class Rate:
    """Counts what each person ordered in the last hour; a repeated order counts once.

    What was refused takes no place, so that it is known when there is one again.

    Kept by this process alone: it wards off a flood, and need not be exact.
    """

    def __init__(self, most: int, now: Callable[[], float]) -> None:
        self._most = most
        self._now = now
        self._orders: dict[str, dict[str, _Order]] = {}

    def take(self, who: str, what: str) -> Rated:
        """Count one order."""
        self._forget()
        orders = self._orders.setdefault(who, {})
        if what not in orders:
            orders[what] = _Order(
                self._now(), self._rated([each.rated for each in orders.values()])
            )
        return orders[what].rated

    def minutes_until_next(self, who: str) -> int:
        """Say in how many minutes one more order of somebody counts."""
        taken = [each.at for each in self._orders.get(who, {}).values() if each.rated is Rated.FINE]
        left = min(taken, default=self._now()) + HOUR_S - self._now()
        return max(1, ceil(left / 60))

    def _rated(self, before: Sequence[Rated]) -> Rated:
        if before.count(Rated.FINE) < self._most:
            return Rated.FINE
        return Rated.STILL if Rated.TOO_MANY in before else Rated.TOO_MANY

    def _forget(self) -> None:
        since = self._now() - HOUR_S
        for who, orders in list(self._orders.items()):
            recent = {what: each for what, each in orders.items() if each.at > since}
            if recent:
                self._orders[who] = recent
            else:
                del self._orders[who]
