"""Replicas that lag: what was just made is not found for a while."""

from urllib.parse import urlsplit


class Lag:
    """Remembers when things were made, by their path in the REST API."""

    def __init__(self) -> None:
        self.seconds = 0.0
        self._made: dict[str, float] = {}

    def made(self, url: str, prefix: str, now: float) -> None:
        """Something was made."""
        if self.seconds:
            self._made[_plain(urlsplit(url).path.removeprefix(prefix))] = now

    def hides(self, path: str, now: float) -> bool:
        """Whether a replica would not know the thing yet, or what is below it."""
        here = _plain(path)
        return any(
            now < at + self.seconds and (here == made or here.startswith(f"{made}/"))
            for made, at in self._made.items()
        )


def _plain(path: str) -> str:
    """One name for what is written by `git/refs` and read by `git/ref`."""
    return path.replace("/git/refs/", "/git/ref/", 1)
