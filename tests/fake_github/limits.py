"""GitHub's limits: so many requests an hour, and now and then a pause for what writes."""

from dataclasses import dataclass

from tests.fake_github.state import Token

REQUESTS_AN_HOUR = 5000
HOUR = 3600.0
SECONDARY = (
    "You have exceeded a secondary rate limit and have been temporarily blocked from content"
    " creation. Please retry your request again later."
)


@dataclass
class Window:
    """What an installation has used of its hour."""

    ends: float
    used: int = 0


@dataclass(frozen=True)
class Stop:
    """How GitHub refuses a request that a limit stops."""

    status: int
    message: str
    retry_after: int | None = None


@dataclass(frozen=True)
class Throttle:
    """A secondary limit: which requests it stops until when, and how it says so."""

    until: float
    status: int = 403
    retry_after: int | None = None
    reads: bool = False


class Limits:
    """The limits of all installations, by the fake's clock."""

    def __init__(self) -> None:
        self.an_hour = REQUESTS_AN_HOUR
        self.status = 403
        self.throttle: Throttle | None = None
        self._windows: dict[int, Window] = {}

    def stop(self, token: Token | None, method: str, now: float) -> Stop | None:
        """What stops a request; an app's own requests have no limit of the hour here."""
        throttle = self.throttle
        stopped = throttle is not None and (throttle.reads or method not in ("GET", "HEAD"))
        if throttle is not None and stopped and now < throttle.until:
            return Stop(throttle.status, SECONDARY, throttle.retry_after)
        if token is None or self._window(token, now).used < self.an_hour:
            return None
        identity = token.installation.id
        return Stop(self.status, f"API rate limit exceeded for installation ID {identity}.")

    def count(self, token: Token | None, now: float) -> None:
        """Counts a request; one that is answered with 304 is free."""
        self._window(token, now).used += 1

    def headers(self, token: Token | None, now: float) -> dict[str, str]:
        """What GitHub says about the hour with each answer."""
        window = self._window(token, now)
        return {
            "x-ratelimit-limit": str(self.an_hour),
            "x-ratelimit-remaining": str(max(0, self.an_hour - window.used)),
            "x-ratelimit-reset": str(int(window.ends)),
            "x-ratelimit-used": str(window.used),
            "x-ratelimit-resource": "core",
        }

    def _window(self, token: Token | None, now: float) -> Window:
        if token is None:
            return Window(now + HOUR)
        window = self._windows.get(token.installation.id)
        if window is None or window.ends <= now:
            window = self._windows[token.installation.id] = Window(now + HOUR)
        return window

    def exhaust(self, installation_id: int, until: float) -> None:
        """Lets an installation have used its hour up."""
        self._windows[installation_id] = Window(until, self.an_hour)
