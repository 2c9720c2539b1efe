"""What GitHub's webhook payloads mean: one reader for each event that AutoDoc acts on."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from app.domain.work.command import Command, Misunderstood
from app.domain.work.repository import Provider, RepositoryRef
from app.domain.work.trigger import (
    Closed,
    Commanded,
    CommentPlace,
    Installed,
    Pressed,
    Proposed,
    Push,
    Queued,
    RepositoryChanged,
    RepositoryEvent,
    Suspended,
    Trigger,
    Uninstalled,
)
from app.errors import InputError
from app.github.branches import is_ours
from app.github.document import Document

ReadOrders = Callable[[str], Sequence[Command | Misunderstood]]
"""The grammar of comments."""

_BRANCH = "refs/heads/"
_MERGE_QUEUE = "gh-readonly-queue/"
"""Where GitHub keeps the branches of a merge queue: they come and go with each group."""
_EVENTS = frozenset(each.value for each in RepositoryEvent)
_LOOKED_AT = frozenset({"opened", "reopened", "synchronize"})


@dataclass(frozen=True)
class PayloadReader:
    """Says what a delivery asks for; nothing, mostly."""

    read_orders: ReadOrders
    app_id: int | None
    """Our own: the check runs of others are none of our business."""

    def __call__(self, event: str, payload: Mapping[str, Any]) -> list[Trigger]:
        """Raise InputError that names the field when the payload lacks one that is needed."""
        reader = READERS.get(event)
        document = Document(payload, _complaint(event))
        # The webhook of a single repository sends no installation; no App acts on it.
        if reader is None or not document.has("installation"):
            return []
        return reader(self, document)

    def read_push(self, payload: Document) -> list[Trigger]:
        """Read new commits, or that a branch was deleted."""
        ref = payload.text("ref")
        branch = ref.removeprefix(_BRANCH)
        if not ref.startswith(_BRANCH) or is_ours(branch) or branch.startswith(_MERGE_QUEUE):
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

    def read_pull_request(self, payload: Document) -> list[Trigger]:
        """Read what is proposed, or no longer.

        What we did to a pull request of ours ourselves is only looked at: it needs its check, too.
        Of one of ours it is an answer that a person closed or reopened it.
        """
        action = payload.text("action")
        ours = is_ours(head := _head_of(payload))
        by_us = ours and _is_by_its_author(payload)
        if action == "closed":
            return [] if by_us else [_closed(payload, head)]
        if not _is_to_look_at(payload, action):
            return []
        return [
            Proposed(
                repository=_repository_of(payload),
                number=payload.number("pull_request.number"),
                base=payload.text("pull_request.base.ref"),
                base_commit=payload.text("pull_request.base.sha"),
                head=head,
                head_commit=payload.text("pull_request.head.sha"),
                reopened=ours and action == "reopened" and not by_us,
            )
        ]

    def read_comment(self, payload: Document) -> list[Trigger]:
        """Read the orders in a comment below a pull request."""
        if not payload.has("issue.pull_request"):
            return []
        return self._read_orders(payload, "issue.number", CommentPlace.CONVERSATION)

    def read_review_comment(self, payload: Document) -> list[Trigger]:
        """Read the orders in a comment at a line of a diff."""
        return self._read_orders(payload, "pull_request.number", CommentPlace.REVIEW)

    def _read_orders(self, payload: Document, number: str, place: CommentPlace) -> list[Trigger]:
        # A bot that answers a bot never stops; our own comments come back as events, too.
        by_bot = "Bot" in {payload.text("sender.type"), payload.optional_text("comment.user.type")}
        if payload.text("action") != "created" or by_bot:
            return []
        return [
            Commanded(
                repository=_repository_of(payload),
                number=payload.number(number),
                comment_id=payload.number("comment.id"),
                sender=payload.text("sender.login"),
                order=order,
                place=place,
            )
            for order in self.read_orders(payload.optional_text("comment.body"))
        ]

    def read_check_run(self, payload: Document) -> list[Trigger]:
        """Read that somebody pressed a button of a check run of ours, or wants it again."""
        action = payload.text("action")
        if action not in {"requested_action", "rerequested"}:
            return []
        is_ours = payload.optional_number("check_run.app.id") == self.app_id
        if not is_ours or payload.text("sender.type") == "Bot":
            return []
        pressed = action == "requested_action"
        return [
            Pressed(
                repository=_repository_of(payload),
                check_run_id=payload.number("check_run.id"),
                name=payload.text("check_run.name"),
                external_id=payload.optional_text("check_run.external_id"),
                head_commit=payload.text("check_run.head_sha"),
                action=payload.text("requested_action.identifier") if pressed else "",
                sender=payload.text("sender.login"),
            )
        ]

    def read_merge_group(self, payload: Document) -> list[Trigger]:
        """Read that a merge queue waits for checks."""
        if payload.text("action") != "checks_requested":
            return []
        return [
            Queued(
                repository=_repository_of(payload),
                base=payload.text("merge_group.base_ref").removeprefix(_BRANCH),
                base_commit=payload.text("merge_group.base_sha"),
                head_commit=payload.text("merge_group.head_sha"),
            )
        ]

    def read_repository(self, payload: Document) -> list[Trigger]:
        """Read what happened to a repository as a whole."""
        action = payload.text("action")
        if action not in _EVENTS:
            return []
        return [
            RepositoryChanged(
                repository=_repository_of(payload),
                event=RepositoryEvent(action),
                was=payload.optional_text("changes.default_branch.from"),
            )
        ]

    def read_installation(self, payload: Document) -> list[Trigger]:
        """Read that an installation came, went, or is held."""
        action = payload.text("action")
        installation_id = payload.number("installation.id")
        if action == "deleted":
            return [Uninstalled(installation_id=installation_id)]
        if action in {"suspend", "unsuspend"}:
            held = action == "suspend"
            return [Suspended(installation_id=installation_id, suspended=held)]
        # What failed for want of a permission is begun once more when it is given.
        is_more = action == "new_permissions_accepted" and payload.has("repositories")
        return _installed(payload, "repositories") if action == "created" or is_more else []

    def read_installed_repositories(self, payload: Document) -> list[Trigger]:
        """Read that an installation covers other repositories now."""
        action = payload.text("action")
        if action == "added":
            return _installed(payload, "repositories_added")
        if action != "removed":
            return []
        removed = payload.parts("repositories_removed")
        return [
            Uninstalled(
                installation_id=payload.number("installation.id"),
                external_ids=tuple(str(each.number("id")) for each in removed),
            )
        ]


def _complaint(event: str) -> Callable[[str], InputError]:
    return lambda place: InputError(f"The {event} payload has no usable field {place!r}.")


def _head_of(payload: Document) -> str:
    """Name the head branch; as `owner:branch` where it only looks like ours.

    So it does in a fork, and where a person named a branch as we name ours: what becomes of their
    pull request is no answer to us.
    """
    branch = payload.text("pull_request.head.ref")
    # A fork that was deleted leaves no `head.repo`.
    at = payload.optional_number("pull_request.head.repo.id")
    if at == payload.number("repository.id") and (not is_ours(branch) or _is_by_bot(payload)):
        return branch
    return payload.text("pull_request.head.label")


def _is_by_bot(payload: Document) -> bool:
    return payload.optional_text("pull_request.user.type") == "Bot"


def _is_by_its_author(payload: Document) -> bool:
    """Say whether the bot that opened a pull request acted on it: of ours, that is ourselves."""
    author = payload.optional_number("pull_request.user.id")
    return _is_by_bot(payload) and author == payload.optional_number("sender.id")


def _is_to_look_at(payload: Document, action: str) -> bool:
    retargeted = action == "edited" and payload.has("changes.base")
    is_open = payload.text("pull_request.state") == "open"
    return is_open and (retargeted or action in _LOOKED_AT)


def _closed(payload: Document, head: str) -> Closed:
    return Closed(
        repository=_repository_of(payload),
        number=payload.number("pull_request.number"),
        branch=payload.text("pull_request.base.ref"),
        head=head,
        merged=payload.flag("pull_request.merged"),
    )


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
            ),
            place=place,
        )
        for place, each in enumerate(payload.parts(field))
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


READERS: Mapping[str, Callable[[PayloadReader, Document], list[Trigger]]] = {
    "check_run": PayloadReader.read_check_run,
    "installation": PayloadReader.read_installation,
    "installation_repositories": PayloadReader.read_installed_repositories,
    "issue_comment": PayloadReader.read_comment,
    "merge_group": PayloadReader.read_merge_group,
    "pull_request": PayloadReader.read_pull_request,
    "pull_request_review_comment": PayloadReader.read_review_comment,
    "push": PayloadReader.read_push,
    "repository": PayloadReader.read_repository,
}

EVENTS = frozenset(READERS)
"""The events that can mean something; all others may be dropped unread."""
