"""From an authentic request to a delivery: headers and body are read, never believed."""

import asyncio
import hashlib
import json
import re
from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Protocol, TypedDict
from urllib.parse import parse_qs
from uuid import UUID

from app.domain.work.delivery import Delivery
from app.server.refusal import Refused

WANTED: Mapping[str, frozenset[str]] = {
    "check_run": frozenset({"requested_action", "rerequested"}),
    "installation": frozenset(
        {"created", "deleted", "new_permissions_accepted", "suspend", "unsuspend"}
    ),
    "installation_repositories": frozenset({"added", "removed"}),
    "issue_comment": frozenset({"created"}),
    "merge_group": frozenset({"checks_requested"}),
    "pull_request": frozenset({"closed", "edited", "opened", "reopened", "synchronize"}),
    "pull_request_review_comment": frozenset({"created"}),
    "push": frozenset({""}),
    "repository": frozenset(
        {
            "archived",
            "deleted",
            "edited",
            "privatized",
            "publicized",
            "renamed",
            "transferred",
            "unarchived",
        }
    ),
}
"""The events and actions that are kept. GitHub adds events and actions without notice, and sends
an App that may write checks a `check_suite` for every push: none of them makes a row."""

ONCE_PER_BODY = frozenset({"push", "issue_comment", "pull_request_review_comment"})
"""Events of which the same body is a replay, whatever its GUID: GitHub signs the body only."""

LARGE = 256 * 1024
"""A body of more bytes is parsed in a thread, so that other requests are answered meanwhile."""

_EVENT = re.compile(r"[a-z_]{1,64}")
_GUID = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")


class Headers(Protocol):
    """The headers of a request; one name may come several times."""

    def getall(self, key: str, default: list[str]) -> list[str]:
        """Give all values of a header."""


def read_headers(headers: Headers) -> tuple[str, str]:
    """Read the event's name and the delivery's GUID."""
    event = _only(headers.getall("X-GitHub-Event", []))
    guid = _only(headers.getall("X-GitHub-Delivery", []))
    if not _EVENT.fullmatch(event) or not _GUID.fullmatch(guid):
        reason = "X-GitHub-Event should name an event and X-GitHub-Delivery a UUID"
        raise Refused(HTTPStatus.BAD_REQUEST, reason)
    return event, str(UUID(guid))


async def read_delivery(event: str, guid: str, content_type: str, body: bytes) -> Delivery:
    """Read a delivery whose signature was checked; a form's body becomes the JSON in it."""
    if len(body) > LARGE:
        text, about = await asyncio.to_thread(_read_body, content_type, body)
    else:
        text, about = _read_body(content_type, body)
    return Delivery(
        guid=guid,
        event=event,
        body=text,
        body_digest=hashlib.sha256(text).hexdigest(),
        once_per_body=event in ONCE_PER_BODY,
        **about,
    )


def is_wanted(delivery: Delivery) -> bool:
    """Say whether anything here reads such a delivery."""
    return delivery.action in WANTED.get(delivery.event, frozenset())


class _About(TypedDict):
    action: str
    installation_id: int | None
    repository: str


def _read_body(content_type: str, body: bytes) -> tuple[bytes, _About]:
    text = _json_text(content_type, body)
    try:
        payload = json.loads(text.decode())
    except (ValueError, RecursionError):
        raise Refused(HTTPStatus.BAD_REQUEST, "the body is not JSON") from None
    if not isinstance(payload, dict):
        raise Refused(HTTPStatus.BAD_REQUEST, "the body is not a JSON object")
    action = payload.get("action", "")
    readable = isinstance(action, str) and _EVENT.fullmatch(action)
    repository = _id_in(payload, "repository")
    return text, {
        "action": action if readable else "",
        "installation_id": _id_in(payload, "installation"),
        "repository": "" if repository is None else str(repository),
    }


def _id_in(payload: Mapping[str, object], field: str) -> int | None:
    """Read whose a payload is; a strange one is nobody's, and refused by its reader."""
    part = payload.get(field)
    found = part.get("id") if isinstance(part, Mapping) else None
    is_id = isinstance(found, int) and not isinstance(found, bool) and 0 < found < 2**63
    return found if is_id else None


def _json_text(content_type: str, body: bytes) -> bytes:
    if content_type == "application/json":
        return body
    if content_type != "application/x-www-form-urlencoded":
        reason = "the content type should be application/json"
        raise Refused(HTTPStatus.UNSUPPORTED_MEDIA_TYPE, reason)
    try:
        fields = parse_qs(body.decode("ascii"), strict_parsing=True, max_num_fields=4)
    except ValueError:
        raise Refused(HTTPStatus.BAD_REQUEST, "the body is not a form") from None
    return _only(fields.get("payload", [])).encode()


def _only(values: Sequence[str]) -> str:
    return values[0] if len(values) == 1 else ""
