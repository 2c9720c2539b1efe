"""What people do reaches git, the REST API and the app, as on GitHub."""

import pytest

from tests.fake_github.calls import Refused
from tests.fake_github.fake import EVENTS, FakeGitHub
from tests.fake_github.state import Protection
from tests.integration.fake_github.client import Client

SHOP = "/repos/acme/shop"
NAME = "acme/shop"


def told(github: FakeGitHub, since: int = 0) -> list[tuple[str, str | None]]:
    return [(each.event, each.action) for each in github.deliveries[since:]]


@pytest.fixture
async def number(github: FakeGitHub, shop: Client) -> int:
    """A pull request by maria, with an app that listens to everything."""
    assert shop
    github.app.events = [*EVENTS, "pull_request_review"]
    await github.push(NAME, "topic", {"docs/a.md": "A\n"}, author="maria")
    return await github.open_pull_request(NAME, "topic", author="maria")


async def test_a_fork_proposes_and_its_head_is_a_ref_of_the_base(
    github: FakeGitHub, shop: Client
) -> None:
    fork = await github.fork(NAME, "maria")
    first = await github.push(fork, "topic", {"docs/a.md": "A\n"}, author="maria")
    number = await github.open_pull_request(NAME, "maria:topic", author="maria")
    second = await github.push(fork, "topic", {"docs/b.md": "B\n"}, author="maria")
    [pull] = await shop.get(f"{SHOP}/pulls?head=maria:topic")
    assert (pull["head"]["repo"]["full_name"], pull["head"]["sha"]) == (fork, second)
    assert (pull["head"]["label"], pull["head"]["repo"]["fork"]) == ("maria:topic", True)
    assert first != second
    assert github.world.repository(NAME).git.ref(f"refs/pull/{number}/head") == second
    assert (await shop.get(f"{SHOP}/compare/main...{second}"))["ahead_by"] == 2
    assert told(github)[-2:] == [("pull_request", "opened"), ("pull_request", "synchronize")]
    await github.merge(NAME, number)
    assert github.files(NAME)["docs/b.md"] == b"B\n"


async def test_a_deleted_fork_leaves_its_pull_request(github: FakeGitHub, shop: Client) -> None:
    fork = await github.fork(NAME, "maria")
    await github.push(fork, "topic", {"docs/a.md": "A\n"}, author="maria")
    number = await github.open_pull_request(NAME, "maria:topic", author="maria")
    await github.delete_repository(fork)
    assert (await shop.get(f"{SHOP}/pulls/{number}"))["head"]["repo"] is None
    await github.close(NAME, number)


async def test_every_act_on_a_pull_request_is_told(github: FakeGitHub, number: int) -> None:
    since = len(github.deliveries)
    await github.edit_pull_request(NAME, number, title="Better")
    await github.set_draft(NAME, number, draft=True)
    await github.set_draft(NAME, number)
    await github.label(NAME, number, "docs")
    await github.unlabel(NAME, number, "docs")
    await github.lock(NAME, number)
    await github.lock(NAME, number, locked=False)
    await github.review(NAME, number, "ben")
    await github.review_comment(NAME, number, "ben", "/autodoc help", "docs/a.md")
    comment = await github.comment(NAME, number, "ben", "Good")
    await github.edit_comment(comment, "Bad", "ben")
    await github.delete_comment(comment, "ben")
    await github.settled()
    assert told(github, since) == [
        ("pull_request", "edited"),
        ("pull_request", "converted_to_draft"),
        ("pull_request", "ready_for_review"),
        ("pull_request", "labeled"),
        ("pull_request", "unlabeled"),
        ("pull_request", "locked"),
        ("pull_request", "unlocked"),
        ("pull_request_review", "submitted"),
        ("pull_request_review", "submitted"),
        ("pull_request_review_comment", "created"),
        ("issue_comment", "created"),
        ("issue_comment", "edited"),
        ("issue_comment", "deleted"),
    ]


async def test_every_act_on_a_repository_is_told(github: FakeGitHub, number: int) -> None:
    installed = await github.install("umbrella")
    [first, _] = github.world.installations.values()
    since = len(github.deliveries)
    await github.archive(NAME)
    await github.archive(NAME, archived=False)
    await github.set_private(NAME, private=False)
    await github.set_private(NAME)
    await github.push(NAME, "next", {"x": "y"})
    await github.set_default_branch(NAME, "next")
    await github.rename_branch(NAME, "main", "old")
    assert github.pulls(NAME)[number - 1]["base"]["ref"] == "old"
    await github.set_permissions(first.id, {"metadata": "read"})
    await github.add_repository("acme/other", {"a": "b"})
    await github.remove_from_installation(first.id, ["acme/other"])
    await github.transfer(NAME, "umbrella")
    await github.settled()
    assert told(github, since) == [
        ("repository", "archived"),
        ("repository", "unarchived"),
        ("repository", "publicized"),
        ("repository", "privatized"),
        ("create", None),
        ("push", None),
        ("repository", "edited"),
        ("create", None),
        ("push", None),
        ("pull_request", "edited"),
        ("delete", None),
        ("push", None),
        ("installation", "new_permissions_accepted"),
        ("create", None),
        ("push", None),
        ("installation_repositories", "removed"),
        ("repository", "transferred"),
    ]
    assert github.deliveries[-1].installation_id == installed.id
    before = len(github.deliveries)
    await github.delete_repository("umbrella/shop")
    assert len(github.deliveries) == before


async def test_a_transferred_repository_is_out_of_reach_and_a_deleted_one_not_found(
    github: FakeGitHub, shop: Client
) -> None:
    await github.transfer(NAME, "umbrella")
    assert (await shop.send("GET", SHOP)).status == 301
    assert (await shop.send("GET", "/repos/umbrella/shop")).status == 404
    await github.delete_repository("umbrella/shop")
    assert (await shop.send("GET", SHOP)).status == 404


async def test_an_archived_repository_is_read_only(github: FakeGitHub, shop: Client) -> None:
    await github.archive(NAME)
    refused = await shop.send("POST", f"{SHOP}/labels", {"name": "docs"})
    assert (refused.status, refused.body["message"]) == (
        403,
        "Repository was archived so is read-only.",
    )
    assert (await shop.get(SHOP))["archived"] is True


async def test_a_merge_queue_locks_the_head_and_lands_what_its_checks_allow(
    github: FakeGitHub, shop: Client, number: int
) -> None:
    rules = Protection(merge_queue=True, checks=("AutoDoc",))
    await github.protect(NAME, "main", rules)
    since = len(github.deliveries)
    group = await github.enqueue(NAME, number)
    head = github.head(NAME)
    update = {"sha": head, "force": True}
    locked = await shop.send("PATCH", f"{SHOP}/git/refs/heads/topic", update)
    assert (locked.status, "added to a merge queue" in locked.body["message"]) == (422, True)
    with pytest.raises(Refused, match="AutoDoc"):
        await github.merge_queued(NAME, number)
    run = {"name": "AutoDoc", "head_sha": group, "conclusion": "success"}
    await shop.post(f"{SHOP}/check-runs", run)
    assert await github.merge_queued(NAME, number) == group == github.head(NAME)
    await github.settled()
    assert told(github, since) == [
        ("pull_request", "enqueued"),
        ("create", None),
        ("push", None),
        ("merge_group", "checks_requested"),
        ("check_run", "created"),
        ("check_run", "completed"),
        ("merge_group", "destroyed"),
        ("delete", None),
        ("push", None),
        ("pull_request", "dequeued"),
        ("push", None),
        ("pull_request", "closed"),
    ]


async def test_a_base_that_is_deleted_closes_what_was_proposed_to_it(
    github: FakeGitHub, number: int
) -> None:
    await github.delete_branch(NAME, "main")
    assert github.pulls(NAME)[number - 1]["state"] == "closed"
    with pytest.raises(Refused, match="Validation"):
        await github.reopen(NAME, number)
