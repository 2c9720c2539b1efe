"""Bad weather for webhooks: lost, doubled, late and out of order, by a seed."""

import random
from dataclasses import dataclass
from typing import Literal

from tests.fake_github.state import Delivery

Fate = Literal["deliver", "drop", "double"]

WINDOW = 4
PATIENCE_SECONDS = 0.1


@dataclass(frozen=True)
class Chances:
    """How often what goes wrong; `late` and `reorder` change only the order."""

    drop: float = 0.0
    double: float = 0.0
    late: float = 0.0
    reorder: bool = False


class Weather:
    """Decides what becomes of deliveries; a seed decides the same for the same order of events."""

    def __init__(self, seed: int, chances: Chances) -> None:
        self._random = random.Random(seed)  # noqa: S311 - a test has to be repeatable
        self._draws = random.Random(seed)  # noqa: S311 - the same
        self._chances = chances
        self._put_off: set[int] = set()
        self._fates: dict[int, Fate] = {}

    @property
    def patience(self) -> float:
        """How long to let deliveries gather, so that there is something to reorder."""
        return PATIENCE_SECONDS if self._chances.reorder or self._chances.late else 0.0

    def choose(self, waiting: list[Delivery]) -> int:
        """Which of the waiting deliveries goes next, as a place in the list."""
        for each in waiting:
            self._decide(each)
        place = 0
        if self._chances.reorder:
            place = self._random.randrange(min(WINDOW, len(waiting)))
        chosen = waiting[place]
        if len(waiting) > 1 and chosen.id not in self._put_off:
            self._put_off.add(chosen.id)
            if self._random.random() < self._chances.late:
                waiting.append(waiting.pop(place))
                return 0
        return place

    def fate(self, delivery: Delivery) -> Fate:
        """What becomes of a delivery; one that a person asked for again always arrives."""
        return self._decide(delivery)

    def _decide(self, delivery: Delivery) -> Fate:
        """Drawn in the order of the events, which no machine's speed changes."""
        known = self._fates.get(delivery.id)
        if known is None:
            drawn = self._draws.random()
            known = self._fates[delivery.id] = self._fate(delivery, drawn)
        return known

    def _fate(self, delivery: Delivery, drawn: float) -> Fate:
        if delivery.redelivery:
            return "deliver"
        if drawn < self._chances.drop:
            return "drop"
        return "double" if drawn < self._chances.drop + self._chances.double else "deliver"
