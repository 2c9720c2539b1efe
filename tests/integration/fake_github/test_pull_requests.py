"""The rules of pull requests."""

from typing import Literal

import pytest

from tests.fake_github.calls import Refused
from tests.fake_github.fake import FakeGitHub
from tests.integration.fake_github.client import Client, commit_on

SHOP = "/repos/acme/shop"
WANTED = {"title": "Docs", "head": "topic", "base": "main"}


@pytest.fixture
async def topic(github: FakeGitHub, shop: Client) -> Client:
    await github.push("acme/shop", "topic", {"docs/a.md": "A\n"}, "Write A")
    return shop


async def refusal(client: Client, body: object) -> object:
    answer = await client.send("POST", f"{SHOP}/pulls", body)
    assert answer.status == 422
    assert answer.body["message"] == "Validation Failed"
    return answer.body["errors"]


async def test_one_open_pull_request_per_head_and_base(topic: Client) -> None:
    await topic.post(f"{SHOP}/pulls", WANTED)
    assert await refusal(topic, WANTED) == [
        {
            "resource": "PullRequest",
            "code": "custom",
            "message": "A pull request already exists for acme:topic.",
        }
    ]


async def test_a_pull_request_needs_branches_that_differ(github: FakeGitHub, topic: Client) -> None:
    head = github.head("acme/shop")
    await topic.post(f"{SHOP}/git/refs", {"ref": "refs/heads/same", "sha": head})
    assert await refusal(topic, {**WANTED, "head": "same"}) == [
        {
            "resource": "PullRequest",
            "code": "custom",
            "message": "No commits between main and same",
        }
    ]
    missing = await refusal(topic, {**WANTED, "head": "none"})
    assert missing == [{"resource": "PullRequest", "code": "invalid", "field": "head"}]


async def test_a_body_longer_than_github_takes_is_refused(topic: Client) -> None:
    errors = await refusal(topic, {**WANTED, "body": "x" * 65_537})
    assert "body is too long (maximum is 65536 characters)" in str(errors)
    assert (
        await topic.send("POST", f"{SHOP}/pulls", {**WANTED, "body": "x" * 65_536})
    ).status == 201


async def test_pulls_are_found_by_head_base_and_state(github: FakeGitHub, topic: Client) -> None:
    number = (await topic.post(f"{SHOP}/pulls", WANTED))["number"]
    found = {
        query: [each["number"] for each in await topic.get(f"{SHOP}/pulls?{query}")]
        for query in ("head=acme:topic&base=main", "head=acme:none", "base=none", "state=closed")
    }
    assert list(found.values()) == [[number], [], [], []]
    await topic.send("PATCH", f"{SHOP}/pulls/{number}", {"state": "closed"})
    assert len(await topic.get(f"{SHOP}/pulls?state=closed")) == 1
    assert github.pulls("acme/shop")[0]["state"] == "closed"


@pytest.mark.parametrize("method", ["merge", "squash", "rebase"])
async def test_a_merge_brings_the_files_to_the_base(
    github: FakeGitHub, topic: Client, method: Literal["merge", "squash", "rebase"]
) -> None:
    await github.push("acme/shop", "topic", {"docs/b.md": "B\n"}, "Write B")
    await github.push("acme/shop", "main", {"src/shop.py": "x = 9\n"}, "Go on")
    number = await github.open_pull_request("acme/shop", "topic", title="Docs")
    sha = await github.merge("acme/shop", number, method)
    assert github.head("acme/shop") == sha
    assert github.files("acme/shop") == {
        "README.md": b"# Shop\n",
        "src/shop.py": b"x = 9\n",
        "docs/a.md": b"A\n",
        "docs/b.md": b"B\n",
    }
    messages = [each["message"].splitlines()[0] for each in github.commits("acme/shop")]
    expected = {
        "merge": "Merge pull request #1 from acme/topic",
        "squash": "Docs (#1)",
        "rebase": "Write B",
    }
    assert messages[0] == expected[method]
    parents = {"merge": 2, "squash": 1, "rebase": 1}
    assert len(github.commits("acme/shop")[0]["parents"]) == parents[method]
    of_commit = await topic.get(f"{SHOP}/commits/{sha}/pulls")
    assert [each["number"] for each in of_commit] == [number]
    github.assert_clean()


async def test_conflicts_drafts_and_moved_heads_are_not_merged(
    github: FakeGitHub, topic: Client
) -> None:
    draft = await github.open_pull_request("acme/shop", "topic", draft=True)
    with pytest.raises(Refused, match="draft"):
        await github.merge("acme/shop", draft)
    await github.push("acme/shop", "clash", {"README.md": "# One\n"})
    await github.push("acme/shop", "main", {"README.md": "# Two\n"})
    number = await github.open_pull_request("acme/shop", "clash")
    assert (await topic.get(f"{SHOP}/pulls/{number}"))["mergeable_state"] == "dirty"
    refused = await topic.send("PUT", f"{SHOP}/pulls/{number}/merge", {})
    assert (refused.status, refused.body["message"]) == (405, "Pull Request is not mergeable")
    moved = await topic.send("PUT", f"{SHOP}/pulls/{number}/merge", {"sha": "1" * 40})
    assert moved.status == 409


async def test_a_pull_request_follows_its_branches(github: FakeGitHub, topic: Client) -> None:
    number = await github.open_pull_request("acme/shop", "topic")
    second = await github.push("acme/shop", "topic", {"docs/b.md": "B\n"})
    assert github.pulls("acme/shop")[0]["head"]["sha"] == second
    files = await topic.get(f"{SHOP}/pulls/{number}/files")
    assert [each["filename"] for each in files] == ["docs/a.md", "docs/b.md"]
    await github.delete_branch("acme/shop", "topic")
    assert github.pulls("acme/shop")[0]["state"] == "closed"
    with pytest.raises(Refused, match="Validation Failed"):
        await github.reopen("acme/shop", number)
    events = [(each.event, each.action) for each in github.deliveries]
    assert events[-5:] == [
        ("push", None),
        ("pull_request", "synchronize"),
        ("delete", None),
        ("push", None),
        ("pull_request", "closed"),
    ]


async def test_a_push_of_the_head_to_the_base_merges_the_pull_request(
    github: FakeGitHub, topic: Client
) -> None:
    await github.open_pull_request("acme/shop", "topic")
    head = github.head("acme/shop", "topic")
    assert head is not None
    await topic.send("PATCH", f"{SHOP}/git/refs/heads/main", {"sha": head})
    assert github.pulls("acme/shop")[0]["merged"] is True


async def test_a_persons_commit_on_the_apps_branch_stays_a_persons(
    github: FakeGitHub, shop: Client
) -> None:
    base = github.head("acme/shop")
    assert base is not None
    await commit_on(shop, "autodoc/main", base, {"docs/a.md": "A\n"})
    await github.push("acme/shop", "autodoc/main", {"docs/a.md": "Better\n"}, author="maria")
    commits = await shop.get(f"{SHOP}/commits?sha=autodoc/main")
    assert [each["author"]["login"] for each in commits][:2] == ["maria", "autodoc[bot]"]
    github.assert_clean()
