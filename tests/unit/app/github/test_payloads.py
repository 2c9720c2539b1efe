import json
from typing import Any

import pytest
import yaml

from app.domain.work.command import Command, Verb
from app.domain.work.grammar import read_orders
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
from app.github.payloads import EVENTS, PayloadReader
from tests.unit.app.github.samples import APP_MANIFEST, SAMPLES

SPACE = RepositoryRef(
    provider=Provider.GITHUB,
    external_id="186853007",
    full_name="Codertocat/Space",
    url="https://github.com/Codertocat/Space",
    default_branch="main",
    installation_id=957387,
)
READ = PayloadReader(read_orders, app_id=29310)
BOT = {"login": "autodoc[bot]", "id": 99, "type": "Bot"}
PROPOSED = Proposed(
    repository=SPACE,
    number=2,
    base="main",
    base_commit="a" * 40,
    head="topic",
    head_commit="c" * 40,
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
    return READ(event, sample(event, **changes))


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
        {"ref": "refs/heads/gh-readonly-queue/main/pr-2-1"},
        {"installation": None},
    ],
    ids=["tag", "our own branch", "merge queue", "no App"],
)
def test_these_pushes_mean_nothing(changes: dict[str, object]) -> None:
    assert triggers("push", **changes) == []


def test_a_deleted_branch_has_no_commit_any_more() -> None:
    [push] = triggers("push", deleted=True, after="0" * 40)

    assert isinstance(push, Push)
    assert push.after == "0" * 40


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


def test_a_branch_that_a_person_named_like_ours_is_theirs() -> None:
    [closed] = triggers("pull_request", pull_request__user={"id": 7, "type": "User"})

    assert isinstance(closed, Closed)
    assert closed.head == "Codertocat:autodoc/main"


def proposed(action: str, head: str = "topic", **changes: object) -> list[Trigger]:
    payload = sample("pull_request", action=action, **changes)
    payload["pull_request"] |= {"state": "open", "merged": False}
    payload["pull_request"]["head"]["ref"] = head
    return READ("pull_request", payload)


@pytest.mark.parametrize("action", ["opened", "reopened", "synchronize"])
def test_a_pull_request_with_new_commits_is_looked_at(action: str) -> None:
    assert proposed(action) == [PROPOSED]


def test_only_another_base_makes_an_edited_pull_request_worth_a_look() -> None:
    assert proposed("edited", changes={"base": {"ref": {"from": "old"}}}) == [PROPOSED]
    assert proposed("edited", changes={"title": {"from": "old"}}) == []


def test_a_closed_pull_request_is_not_looked_at() -> None:
    assert triggers("pull_request", action="synchronize") == []


def test_our_own_pull_request_is_looked_at_and_reopened_by_a_person_alone() -> None:
    ours = PROPOSED.model_copy(update={"head": "autodoc/main"})

    assert proposed("reopened", "autodoc/main") == [ours.model_copy(update={"reopened": True})]
    assert proposed("opened", "autodoc/main") == [ours]
    assert proposed("synchronize", "autodoc/main") == [ours]


def test_what_we_do_to_our_own_pull_request_never_comes_back_as_an_order() -> None:
    ours = PROPOSED.model_copy(update={"head": "autodoc/main"})
    assert proposed("reopened", "autodoc/main", sender=BOT) == [ours]
    assert triggers("pull_request", sender=BOT, pull_request__merged=False) == []
    assert proposed("opened", sender=BOT) == [PROPOSED]


@pytest.mark.parametrize("action", ["labeled", "assigned", "locked", "ready_for_review"])
def test_other_news_of_pull_requests_mean_nothing(action: str) -> None:
    assert proposed(action) == []


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


def test_each_repository_of_an_installation_has_its_place() -> None:
    listed = [{"id": number, "full_name": f"Codertocat/{number}"} for number in range(3)]
    read = triggers("installation", repositories=listed)

    assert [each.place for each in read if isinstance(each, Installed)] == [0, 1, 2]


def test_accepted_permissions_begin_anew_what_failed_for_want_of_them() -> None:
    [read] = triggers("installation", action="new_permissions_accepted")

    assert isinstance(read, Installed)


def test_the_end_of_an_installation_is_the_end_of_all_its_repositories() -> None:
    assert triggers("installation", action="deleted") == [Uninstalled(installation_id=957387)]


def test_repositories_that_are_taken_away_are_named() -> None:
    removed = [{"id": 7, "full_name": "Codertocat/seven"}]
    read = triggers("installation_repositories", action="removed", repositories_removed=removed)

    assert read == [Uninstalled(installation_id=957387, external_ids=("7",))]


@pytest.mark.parametrize(("action", "suspended"), [("suspend", True), ("unsuspend", False)])
def test_a_suspended_installation_is_read(action: str, *, suspended: bool) -> None:
    expected = Suspended(installation_id=957387, suspended=suspended)

    assert triggers("installation", action=action) == [expected]


@pytest.mark.parametrize("event", list(RepositoryEvent))
def test_what_happens_to_a_repository_is_read(event: RepositoryEvent) -> None:
    expected = RepositoryChanged(repository=SPACE, event=event)

    assert triggers("repository", action=event.value) == [expected]
    assert triggers("repository", action="created") == []


def test_an_order_at_a_line_of_the_diff_is_read() -> None:
    [read] = triggers("pull_request_review_comment")

    assert isinstance(read, Commanded)
    assert (read.number, read.comment_id, read.place) == (2, 7, CommentPlace.REVIEW)


def test_a_button_of_our_check_run_is_read() -> None:
    pressed = Pressed(
        repository=SPACE,
        check_run_id=4,
        name="AutoDoc",
        external_id="impact",
        head_commit="c" * 40,
        action="regenerate",
        sender="Codertocat",
    )

    assert triggers("check_run") == [pressed]
    assert triggers("check_run", action="rerequested") == [
        pressed.model_copy(update={"action": ""})
    ]


@pytest.mark.parametrize(
    "changes",
    [{"action": "created"}, {"check_run__app": {"id": 1}}, {"sender": BOT}],
    ids=["made", "of another App", "pressed by a bot"],
)
def test_these_check_runs_mean_nothing(changes: dict[str, object]) -> None:
    assert triggers("check_run", **changes) == []


def test_a_merge_queue_asks_for_its_group() -> None:
    expected = Queued(repository=SPACE, base="main", base_commit="a" * 40, head_commit="c" * 40)

    assert triggers("merge_group") == [expected]
    assert triggers("merge_group", action="destroyed") == []


@pytest.mark.parametrize("event", ["ping", "check_suite", "nothing_known"])
def test_other_events_mean_nothing(event: str) -> None:
    assert READ(event, {"installation": {"id": 1}}) == []


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
        READ(event, payload)


def test_a_broken_member_of_a_list_is_named_by_its_place() -> None:
    with pytest.raises(InputError, match=r"'repositories\[0\]\.full_name'"):
        triggers("installation", repositories=[{"id": 1}])


def test_the_manifest_asks_for_every_event_that_is_read() -> None:
    unasked = {"check_run", "installation", "installation_repositories"}

    assert EVENTS - unasked <= set(yaml.safe_load(APP_MANIFEST.read_text())["default_events"])
