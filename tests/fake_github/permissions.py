"""Which permission of an installation token each operation needs."""

from tests.fake_github.calls import Call, Refused
from tests.fake_github.facts.wanted import OPERATIONS, REPOSITORY
from tests.fake_github.oauth import authorize_person
from tests.fake_github.state import Pull

APP_OPERATIONS = frozenset(name for name in OPERATIONS if name.split(" ")[1].startswith("/app")) | {
    f"GET {REPOSITORY}/installation"
}
OPEN_OPERATIONS = frozenset({"GET /meta", "GET /rate_limit", "GET /users/{username}"})

BY_PREFIX = (
    ("branches", "contents"),
    ("check-runs", "checks"),
    ("collaborators", "metadata"),
    ("commits/{ref}/check-runs", "checks"),
    ("commits/{commit_sha}/pulls", "pull_requests"),
    ("commits", "contents"),
    ("compare", "contents"),
    ("contents", "contents"),
    ("git", "contents"),
    ("issues", "conversation"),
    ("labels", "conversation"),
    ("pulls/{pull_number}/merge", "contents"),
    ("pulls", "pull_requests"),
    ("statuses", "statuses"),
)


def needed(operation: str) -> tuple[str, str]:
    """Permission and level of an operation; `conversation` is issues or pull requests."""
    method, path = operation.split(" ")
    level = "read" if method == "GET" else "write"
    rest = path.removeprefix(REPOSITORY).removeprefix("/")
    found = next((name for prefix, name in BY_PREFIX if rest.startswith(prefix)), "metadata")
    return found, level


def authorize(call: Call) -> None:
    """Refuses a caller of the wrong kind, a repository out of scope and a permission not held."""
    if call.operation in OPEN_OPERATIONS:
        return
    if call.operation in APP_OPERATIONS:
        if call.caller.kind != "app":
            raise Refused(401, "A JSON web token could not be decoded")
        return
    _check_kind(call)
    if call.caller.kind == "user":
        authorize_person(call)
    elif "repo" in call.parameters:
        _authorize_repository(call)


def _check_kind(call: Call) -> None:
    if call.caller.kind == "anonymous":
        raise Refused(401, "Requires authentication")
    if call.caller.kind == "app":
        raise Refused(
            401,
            "This endpoint requires you to be authenticated with an installation access token",
        )
    if call.caller.kind == "installation" and call.operation == "GET /user":
        raise Refused(403, "Resource not accessible by integration")


def _authorize_repository(call: Call) -> None:
    if not call.token.covers(call.repository):
        raise Refused(404, "Not Found")
    permission, level = needed(call.operation)
    names = _conversation(call) if permission == "conversation" else (permission,)
    if not any(call.token.allows(name, level) for name in names):
        accepted = "; ".join(f"{name}={level}" for name in names)
        raise Refused(
            403,
            "Resource not accessible by integration",
            headers={"X-Accepted-GitHub-Permissions": accepted},
        )


def _conversation(call: Call) -> tuple[str, ...]:
    """A pull request's conversation obeys its own permission, an issue's the one for issues."""
    number = _number(call)
    if number is None:
        return ("issues", "pull_requests")
    pull = isinstance(call.repository.issues.get(number), Pull)
    if pull and "/reactions" in call.path:
        return ("pull_requests",)
    return ("pull_requests", "issues") if pull else ("issues",)


def _number(call: Call) -> int | None:
    text = call.parameters.get("issue_number", "")
    if text.isdigit():
        return int(text)
    comment = call.parameters.get("comment_id", "")
    found = call.world.comments.get(int(comment)) if comment.isdigit() else None
    return None if found is None else found.number
