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
    """Decides what becomes of deliveries; the same seed decides the same for the same events."""

    def __init__(self, seed: int, chances: Chances) -> None:
        self._random = random.Random(seed)  # noqa: S311 - a test has to be repeatable
        self._chances = chances
        self._put_off: set[int] = set()

    @property
    def patience(self) -> float:
        """How long to let deliveries gather, so that there is something to reorder."""
        return PATIENCE_SECONDS if self._chances.reorder or self._chances.late else 0.0

    def choose(self, waiting: list[Delivery]) -> int:
        """Which of the waiting deliveries goes next, as a place in the list."""
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
        drawn = self._random.random()
        if delivery.redelivery:
            return "deliver"
        if drawn < self._chances.drop:
            return "drop"
        return "double" if drawn < self._chances.drop + self._chances.double else "deliver"
