"""What GitHub's webhook payloads mean: one reader for each event that AutoDoc acts on."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from app.domain.work.command import Command, Misunderstood
from app.domain.work.repository import Provider, RepositoryRef
from app.domain.work.trigger import Closed, Commanded, Installed, Push, Trigger
from app.errors import InputError
from app.github.branches import is_ours
from app.github.document import Document

ReadOrders = Callable[[str], Sequence[Command | Misunderstood]]
"""The grammar of comments."""

_BRANCH = "refs/heads/"


def read(event: str, payload: Mapping[str, Any], read_orders: ReadOrders) -> list[Trigger]:
    """Say what a delivery asks for; nothing, mostly.

    Raises InputError that names the field when the payload lacks one that is needed.
    """
    document = Document(payload, _complaint(event))
    if event == "issue_comment":
        return _read_comment(document, read_orders)
    reader = READERS.get(event)
    return reader(document) if reader else []


def _complaint(event: str) -> Callable[[str], InputError]:
    return lambda place: InputError(f"The {event} payload has no usable field {place!r}.")


def _read_push(payload: Document) -> list[Trigger]:
    ref = payload.text("ref")
    branch = ref.removeprefix(_BRANCH)
    if not ref.startswith(_BRANCH) or payload.flag("deleted") or is_ours(branch):
        return []
    return [
        Push(
            repository=_repository_of(payload),
            branch=branch,
            before=payload.text("before"),
            after=payload.text("after"),
            forced=payload.flag("forced"),
        )
    ]


def _read_pull_request(payload: Document) -> list[Trigger]:
    if payload.text("action") != "closed":
        return []
    return [
        Closed(
            repository=_repository_of(payload),
            number=payload.number("pull_request.number"),
            branch=payload.text("pull_request.base.ref"),
            head=_head_of(payload),
            merged=payload.flag("pull_request.merged"),
        )
    ]


def _head_of(payload: Document) -> str:
    """Name the head branch; one of a fork as `owner:branch`, so that it never looks like ours."""
    # A fork that was deleted leaves no `head.repo`.
    if payload.optional_number("pull_request.head.repo.id") == payload.number("repository.id"):
        return payload.text("pull_request.head.ref")
    return payload.text("pull_request.head.label")


def _read_comment(payload: Document, read_orders: ReadOrders) -> list[Trigger]:
    if payload.text("action") != "created" or not payload.has("issue.pull_request"):
        return []
    # A bot that answers a bot never stops; our own comments come back as events, too.
    if "Bot" in {payload.text("sender.type"), payload.optional_text("comment.user.type")}:
        return []
    return [
        Commanded(
            repository=_repository_of(payload),
            number=payload.number("issue.number"),
            comment_id=payload.number("comment.id"),
            sender=payload.text("sender.login"),
            order=order,
        )
        for order in read_orders(payload.optional_text("comment.body"))
    ]


def _read_installation(payload: Document) -> list[Trigger]:
    if payload.text("action") != "created":
        return []
    return _installed(payload, "repositories")


def _read_added_repositories(payload: Document) -> list[Trigger]:
    if payload.text("action") != "added":
        return []
    return _installed(payload, "repositories_added")


def _installed(payload: Document, field: str) -> list[Trigger]:
    # These lists name repositories without address or default branch.
    web_url = payload.text("installation.account.html_url").rpartition("/")[0]
    installation_id = payload.number("installation.id")
    return [
        Installed(
            repository=RepositoryRef(
                provider=Provider.GITHUB,
                external_id=str(each.number("id")),
                full_name=each.text("full_name"),
                url=f"{web_url}/{each.text('full_name')}",
                installation_id=installation_id,
            )
        )
        for each in payload.parts(field)
    ]


def _repository_of(payload: Document) -> RepositoryRef:
    return RepositoryRef(
        provider=Provider.GITHUB,
        external_id=str(payload.number("repository.id")),
        full_name=payload.text("repository.full_name"),
        url=payload.text("repository.html_url"),
        default_branch=payload.optional_text("repository.default_branch"),
        installation_id=payload.number("installation.id"),
    )


READERS: Mapping[str, Callable[[Document], list[Trigger]]] = {
    "push": _read_push,
    "pull_request": _read_pull_request,
    "installation": _read_installation,
    "installation_repositories": _read_added_repositories,
}
"""By event; `issue_comment` is read apart, because it needs the grammar."""

EVENTS = frozenset({*READERS, "issue_comment"})
"""The events that can mean something; all others may be dropped unread."""
