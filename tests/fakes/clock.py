"""A clock that a test moves."""


class StoppedClock:
    """Stands still until somebody sleeps, which takes no time; `naps` tells how long they slept."""

    def __init__(self, start: float) -> None:
        self.time = start
        self.naps: list[float] = []

    def now(self) -> float:
        return self.time

    async def sleep(self, seconds: float) -> None:
        self.naps.append(seconds)
        self.time += seconds
