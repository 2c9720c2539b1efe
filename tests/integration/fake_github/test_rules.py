"""What GitHub's rules refuse to an app."""

import pytest

from tests.fake_github.fake import FakeGitHub
from tests.fake_github.state import Protection
from tests.integration.fake_github.client import Client, commit_on

SHOP = "/repos/acme/shop"
NAME = "acme/shop"


@pytest.mark.parametrize(
    ("rules", "said"),
    [
        (Protection(pull_requests=True), "Changes must be made through a pull request."),
        (Protection(restricted=True), "You're not authorized to push to this branch."),
        (Protection(merge_queue=True), "Changes must be made through the merge queue"),
    ],
)
async def test_a_protected_branch_is_not_moved_by_an_app(
    github: FakeGitHub, shop: Client, rules: Protection, said: str
) -> None:
    base = github.head(NAME)
    assert base is not None
    commit = await commit_on(shop, "topic", base, {"a.md": "A\n"})
    await github.protect(NAME, "*", rules)
    for method, path, body in (
        ("PATCH", f"{SHOP}/git/refs/heads/main", {"sha": commit}),
        ("POST", f"{SHOP}/git/refs", {"ref": "refs/heads/new", "sha": commit}),
        ("DELETE", f"{SHOP}/git/refs/heads/topic", None),
    ):
        refused = await shop.send(method, path, body)
        assert (refused.status, said in refused.body["message"]) == (422, True)
    assert (await shop.get(f"{SHOP}/branches/main"))["protected"] is True
    await github.protect(NAME, "*", None)
    moved = await shop.send("PATCH", f"{SHOP}/git/refs/heads/main", {"sha": commit})
    assert moved.status == 200


async def test_required_signatures_let_only_verified_commits_in(
    github: FakeGitHub, shop: Client
) -> None:
    base = github.head(NAME)
    assert base is not None
    await github.protect(NAME, "autodoc/*", Protection(signatures=True))
    await commit_on(shop, "autodoc/main", base, {"a.md": "A\n"})
    tree = (await shop.get(f"{SHOP}/git/commits/{base}"))["tree"]["sha"]
    someone = {"name": "Someone", "email": "someone@example.org"}
    wish = {"message": "By hand", "tree": tree, "parents": [base], "author": someone}
    unsigned = await shop.post(f"{SHOP}/git/commits", wish)
    refused = await shop.send(
        "POST", f"{SHOP}/git/refs", {"ref": "refs/heads/autodoc/x", "sha": unsigned["sha"]}
    )
    assert refused.status == 422
    assert "Commits must have verified signatures." in refused.body["message"]


async def test_required_checks_and_approvals_block_a_merge(
    github: FakeGitHub, shop: Client
) -> None:
    sha = await github.push(NAME, "topic", {"a.md": "A\n"})
    number = await github.open_pull_request(NAME, "topic")
    await github.protect(NAME, "main", Protection(checks=("AutoDoc",), approvals=1))
    place, run = f"{SHOP}/pulls/{number}", {"name": "AutoDoc", "head_sha": sha}
    said = []
    for conclusion in ("failure", "neutral"):
        await shop.post(f"{SHOP}/check-runs", {**run, "conclusion": conclusion})
        refused = await shop.send("PUT", f"{place}/merge", {})
        said.append((refused.status, refused.body["message"]))
    assert said == [
        (405, 'Required status check "AutoDoc" is expected.'),
        (405, "At least 1 approving review is required by reviewers with write access."),
    ]
    assert (await shop.get(place))["mergeable_state"] == "blocked"
    await github.review(NAME, number, "ben")
    assert (await shop.send("PUT", f"{place}/merge", {})).status == 200


async def test_only_collaborators_are_asked_to_review_and_never_the_author(
    github: FakeGitHub, shop: Client
) -> None:
    await github.push(NAME, "topic", {"a.md": "A\n"})
    number = await github.open_pull_request(NAME, "topic", author="maria")
    await github.set_permission(NAME, "ben", "read")
    place, said = f"{SHOP}/pulls/{number}/requested_reviewers", []
    for wish in (
        {"reviewers": ["maria"]},
        {"reviewers": ["ben", "eve"]},
        {"team_reviewers": ["x"]},
    ):
        refused = await shop.send("POST", place, wish)
        said.append((refused.status, refused.body["message"].split(".")[0]))
    stranger = (422, "Reviews may only be requested from collaborators")
    assert said == [
        (422, "Review cannot be requested from pull request author"),
        stranger,
        stranger,
    ]
    assert (await shop.get(place))["users"] == []


async def test_a_locked_conversation_and_disabled_issues_take_no_comment(
    github: FakeGitHub, shop: Client
) -> None:
    await github.push(NAME, "topic", {"a.md": "A\n"})
    number = await github.open_pull_request(NAME, "topic")
    issue = await github.open_issue(NAME, "Help")
    await github.lock(NAME, number)
    await github.configure(NAME, "has_issues", on=False)
    await github.configure(NAME, "allows_drafts", on=False)
    locked = await shop.send("POST", f"{SHOP}/issues/{number}/comments", {"body": "Hi"})
    assert (locked.status, "locked" in locked.body["message"]) == (403, True)
    gone = await shop.send("GET", f"{SHOP}/issues/{issue}/comments")
    assert gone.status == 410
    await github.push(NAME, "draft", {"b.md": "B\n"})
    wish = {"title": "Draft", "head": "draft", "base": "main", "draft": True}
    refused = await shop.send("POST", f"{SHOP}/pulls", wish)
    assert (refused.status, "not supported" in refused.body["message"]) == (422, True)


async def test_check_runs_have_limits_and_only_the_newest_of_a_name_is_listed(
    github: FakeGitHub, shop: Client
) -> None:
    head = github.head(NAME)
    note = {
        "path": "README.md",
        "start_line": 2,
        "end_line": 1,
        "annotation_level": "warning",
        "message": "Look",
    }
    output = {"title": "T", "summary": "S"}
    wish = {"name": "AutoDoc", "head_sha": head}
    refused = [
        await shop.send("POST", f"{SHOP}/check-runs", {**wish, "output": {**output, **more}})
        for more in ({"annotations": [note]}, {"summary": "x" * 65_536})
    ]
    assert [each.status for each in refused] == [422, 422]
    assert any("summary" in finding for finding in github.violations)
    github.world.violations.clear()
    made = [
        (await shop.post(f"{SHOP}/check-runs", {**wish, "external_id": f"{place}"}))["id"]
        for place in range(2)
    ]
    listed = f"{SHOP}/commits/{head}/check-runs?check_name=AutoDoc"
    runs = (await shop.get(listed))["check_runs"]
    assert [run["id"] for run in runs] == made[1:]
    every = (await shop.get(f"{listed}&filter=all"))["check_runs"]
    assert {run["id"] for run in every} == set(made)
    assert len({run["check_suite"]["id"] for run in every}) == 1
