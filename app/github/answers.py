"""What an answer of GitHub means: fine, wait, look again, or give up. Pure."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from app.errors import Conflict, GitHubError, NotFound, NotGranted, RateLimited

_SECRET = re.compile(r"gh[pousr]_[A-Za-z0-9._-]{8,}|github_pat_\w{8,}|eyJ[\w-]{8,}\.[\w.-]{8,}")
_MESSAGE_CHARACTERS = 500
_UNCHANGED = 304
_LONGEST_WAIT = 15 * 60.0
_SECONDARY_WAIT = 60.0
"""Seconds to wait when GitHub names no time: https://docs.github.com/en/rest/using-the-rest-api/rate-limits-for-the-rest-api"""


def redact(text: str) -> str:
    """Cover everything that looks like one of GitHub's tokens or a JWT."""
    return _SECRET.sub("[redacted]", text)


@dataclass(frozen=True)
class Answer:
    """One HTTP answer; the names of the headers are in lower case."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def fine(self) -> bool:
        """Say whether GitHub did what was asked, or that what we know still holds."""
        return 200 <= self.status < 300 or self.status == _UNCHANGED

    @property
    def readable(self) -> bool:
        """Say whether the body of a good answer is whole JSON, not a proxy's page or a half."""
        if not self.body:
            return True
        return isinstance(self.document(), (dict, list))

    def document(self) -> Any:
        """Decode the body; None when it is no JSON."""
        try:
            return json.loads(self.body)
        except (ValueError, RecursionError):
            return None


def message_of(answer: Answer) -> str:
    """Quote what GitHub said about a failure, details included, secrets covered."""
    document = answer.document()
    if not isinstance(document, Mapping):
        return "no explanation"
    errors = document.get("errors") or []
    details = [_detail(each) for each in (errors if isinstance(errors, list) else [errors])]
    said = [str(document.get("message") or "no explanation"), *details]
    return redact("; ".join(part for part in said if part))[:_MESSAGE_CHARACTERS]


def _detail(error: object) -> str:
    if not isinstance(error, Mapping):
        return str(error)
    if error.get("message"):
        return str(error["message"])
    return " ".join(str(error[key]) for key in ("resource", "field", "code") if error.get(key))


def rate_limit_wait(answer: Answer, now: float, attempt: int, spread: float = 0) -> float | None:
    """Tell for how many seconds GitHub asks to wait; None when this is no rate limit.

    `attempt` counts from 0: without a named time the wait doubles, and is up to a quarter longer by
    `spread`, from 0 to 1, so that not everybody who waits comes back at once.
    """
    if answer.status not in {403, 429}:
        return None
    named = _number(answer.headers.get("retry-after"))
    if named is not None:
        return max(1.0, named)
    if answer.headers.get("x-ratelimit-remaining") == "0":
        reset = _number(answer.headers.get("x-ratelimit-reset"))
        # A permission's 403 may happen to be the last request of the hour; its reset is then far.
        if reset is not None and (answer.status == 429 or _speaks_of_limit(answer)):
            return max(1.0, reset - now + 1)
    if answer.status == 429 or _speaks_of_limit(answer):
        return min(_LONGEST_WAIT, _SECONDARY_WAIT * 2.0**attempt) * (1 + spread / 4)
    return None


def rest_of_hour(answer: Answer, reserve: int) -> float | None:
    """Tell when the next hour of requests begins, if no more than the reserve is left of this."""
    remaining = _number(answer.headers.get("x-ratelimit-remaining"))
    is_ours = answer.headers.get("x-ratelimit-resource", "core") == "core"
    if not reserve or not is_ours or remaining is None or remaining > reserve:
        return None
    return _number(answer.headers.get("x-ratelimit-reset"))


def _speaks_of_limit(answer: Answer) -> bool:
    said = message_of(answer).lower()
    return "rate limit" in said or "abuse detection" in said


def _number(text: str | None) -> float | None:
    try:
        return float(text) if text else None
    except ValueError:
        return None


_ADVICE = {
    401: " Check AUTODOC_GITHUB__APP_ID, the private key and this machine's clock.",
    403: " Accept the App's permissions on the page of its installation.",
    404: " Check that the App is installed on the repository.",
}

_NOT_GRANTED = "Resource not accessible by integration"


def error_of(answer: Answer, asked: str, wait: float | None = None) -> GitHubError:
    """Make the error of a failed answer; `asked` is the request's method and path."""
    if wait is not None:
        return RateLimited(wait, answer.status)
    said = f"GitHub answered {answer.status} to {redact(asked)}: {message_of(answer)}."
    said += _ADVICE.get(answer.status, "")
    if answer.status == 404:
        return NotFound(said)
    if answer.status == 403 and _NOT_GRANTED in said:
        return NotGranted(said)
    if answer.status in {409, 422}:
        return Conflict(said, answer.status)
    # A good status with a broken body is a fault on the way.
    return GitHubError(said, answer.status, transient=answer.status >= 500 or answer.fine)
