import json
from typing import Any

import pytest
import yaml

from app.domain.work.command import Command, Verb
from app.domain.work.grammar import read_orders
from app.domain.work.repository import Provider, RepositoryRef
from app.domain.work.trigger import Closed, Commanded, Installed, Push, Trigger
from app.errors import InputError
from app.github.payloads import EVENTS, read
from tests.unit.app.github.samples import APP_MANIFEST, SAMPLES

SPACE = RepositoryRef(
    provider=Provider.GITHUB,
    external_id="186853007",
    full_name="Codertocat/Space",
    url="https://github.com/Codertocat/Space",
    default_branch="main",
    installation_id=957387,
)


def sample(event: str, **changes: object) -> dict[str, Any]:
    """Give a payload as GitHub sends it, with changes by dotted path (`__` for the dot)."""
    payload: dict[str, Any] = json.loads(json.dumps(SAMPLES[event]))
    for path, value in changes.items():
        *parents, last = path.split("__")
        part = payload
        for name in parents:
            part = part[name]
        part[last] = value
    return payload


def triggers(event: str, **changes: object) -> list[Trigger]:
    return read(event, sample(event, **changes), read_orders)


def test_a_push_to_a_branch_is_read() -> None:
    assert triggers("push") == [
        Push(repository=SPACE, branch="main", before="a" * 40, after="b" * 40, forced=False)
    ]


def test_a_branch_name_keeps_its_slashes() -> None:
    [push] = triggers("push", ref="refs/heads/release/2", forced=True)

    assert isinstance(push, Push)
    assert (push.branch, push.forced) == ("release/2", True)


@pytest.mark.parametrize(
    "changes",
    [
        {"ref": "refs/tags/v1"},
        {"ref": "refs/heads/autodoc/main"},
        {"deleted": True, "after": "0" * 40},
    ],
    ids=["tag", "our own branch", "deleted branch"],
)
def test_these_pushes_mean_nothing(changes: dict[str, object]) -> None:
    assert triggers("push", **changes) == []


@pytest.mark.parametrize("merged", [True, False])
def test_a_closed_pull_request_is_read(*, merged: bool) -> None:
    assert triggers("pull_request", pull_request__merged=merged) == [
        Closed(repository=SPACE, number=2, branch="main", head="autodoc/main", merged=merged)
    ]


def test_a_branch_of_a_fork_never_looks_like_ours() -> None:
    [closed] = triggers("pull_request", pull_request__head__repo__id=7)
    [orphan] = triggers("pull_request", pull_request__head__repo=None)

    assert isinstance(closed, Closed)
    assert isinstance(orphan, Closed)
    assert closed.head == orphan.head == "Codertocat:autodoc/main"


@pytest.mark.parametrize("action", ["opened", "synchronize", "labeled"])
def test_other_news_of_pull_requests_mean_nothing(action: str) -> None:
    assert triggers("pull_request", action=action) == []


def test_an_order_in_a_comment_is_read() -> None:
    assert triggers("issue_comment") == [
        Commanded(
            repository=SPACE,
            number=2,
            comment_id=492700400,
            sender="Codertocat",
            order=Command(verb=Verb.REGENERATE),
        )
    ]


@pytest.mark.parametrize(
    "changes",
    [
        {"action": "edited"},
        {"issue__pull_request": None},
        {"sender__type": "Bot"},
        {"comment__user__type": "Bot"},
        {"comment__body": None},
        {"comment__body": "Thank you."},
    ],
    ids=["edited", "on an issue", "sent by a bot", "written by a bot", "empty", "no order"],
)
def test_these_comments_mean_nothing(changes: dict[str, object]) -> None:
    assert triggers("issue_comment", **changes) == []


@pytest.mark.parametrize("event", ["installation", "installation_repositories"])
def test_each_repository_of_an_installation_is_read(event: str) -> None:
    installed = SPACE.model_copy(update={"default_branch": ""})

    assert triggers(event) == [Installed(repository=installed)]


@pytest.mark.parametrize(
    ("event", "action"), [("installation", "deleted"), ("installation_repositories", "removed")]
)
def test_leaving_asks_for_no_work(event: str, action: str) -> None:
    assert triggers(event, action=action) == []


@pytest.mark.parametrize("event", ["ping", "check_suite", "nothing_known"])
def test_other_events_mean_nothing(event: str) -> None:
    assert read(event, {}, read_orders) == []


NEEDED = [
    ("push", "ref"),
    ("push", "repository.id"),
    ("push", "installation.id"),
    ("pull_request", "pull_request.base.ref"),
    ("pull_request", "repository.html_url"),
    ("issue_comment", "comment.id"),
    ("issue_comment", "sender.login"),
    ("installation", "repositories"),
    ("installation_repositories", "installation.account.html_url"),
]


@pytest.mark.parametrize("broken", ["missing", None, 1.5, {}])
@pytest.mark.parametrize(("event", "path"), NEEDED)
def test_a_broken_payload_names_the_field(event: str, path: str, broken: object) -> None:
    payload = sample(event, **{path.replace(".", "__"): broken})
    *parents, last = path.split(".")
    part = payload
    for name in parents:
        part = part[name]
    if broken == "missing":
        del part[last]

    with pytest.raises(InputError, match=path.replace(".", r"\.")):
        read(event, payload, read_orders)


def test_a_broken_member_of_a_list_is_named_by_its_place() -> None:
    with pytest.raises(InputError, match=r"'repositories\[0\]\.full_name'"):
        triggers("installation", repositories=[{"id": 1}])


def test_the_manifest_asks_for_every_event_that_is_read() -> None:
    unasked = {"installation", "installation_repositories"}

    assert EVENTS - unasked <= set(yaml.safe_load(APP_MANIFEST.read_text())["default_events"])
