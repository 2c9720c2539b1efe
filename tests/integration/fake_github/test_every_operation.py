"""Each operation that the fake serves, called once: GitHub's description finds nothing to say."""

import base64
from pathlib import Path

from tests.fake_github.fake import FakeGitHub
from tests.fake_github.rest import HANDLERS
from tests.integration.fake_github.client import Client, commit_on
from tests.integration.fake_github.conftest import Receiver

SHOP = "/repos/acme/shop"

ALL_PERMISSIONS = {
    "metadata": "read",
    "contents": "write",
    "pull_requests": "write",
    "issues": "write",
    "checks": "write",
    "statuses": "write",
}


async def test_every_operation_answers_as_github_describes_it(
    github: FakeGitHub, client: Client, receiver: Receiver
) -> None:
    github.send_webhooks_to(receiver.url)
    await github.add_repository("acme/shop", {"README.md": "# Shop\n", "bin/data": b"\x00\x01"})
    installed = await github.install("acme", permissions=ALL_PERMISSIONS)
    await github.push("acme/shop", "main", {"src/deep/shop.py": "x = 1\n"})
    await github.settled()
    shop = await client.as_installation(installed.id)

    await _call_as_app(github, client.as_app(), installed.id)
    await _call_git_data(github, shop)
    await _call_reading(github, shop)
    await _call_conversation(shop)
    await _call_reviews(github, shop)
    await _call_checks(github, shop)
    for path in ("/meta", "/rate_limit", "/users/octocat", "/users/autodoc%5Bbot%5D"):
        assert (await shop.send("GET", path)).status == 200
    assert (await shop.send("GET", "/user")).status == 403
    listed = await shop.get("/installation/repositories")
    assert [each["full_name"] for each in listed["repositories"]] == ["acme/shop"]
    assert (await shop.send("DELETE", "/installation/token")).status == 204
    assert (await shop.send("GET", SHOP)).status == 401

    await github.settled()
    github.assert_clean()
    assert github.oracle.unused() == []
    called = {exchange.operation for exchange in github.requests}
    assert HANDLERS.keys() - called == set()


async def _call_as_app(github: FakeGitHub, app: Client, installation_id: int) -> None:
    assert (await app.get("/app"))["slug"] == "autodoc"
    assert [each["id"] for each in await app.get("/app/installations")] == [installation_id]
    assert (await app.get(f"/app/installations/{installation_id}"))["app_id"] == github.app.id
    assert (await app.get(f"{SHOP}/installation"))["id"] == installation_id
    deliveries = await app.get("/app/hook/deliveries?per_page=1")
    identity = deliveries[0]["id"]
    delivery = await app.get(f"/app/hook/deliveries/{identity}")
    assert delivery["request"]["headers"]["X-GitHub-Event"] == delivery["event"]
    again = await app.send("POST", f"/app/hook/deliveries/{identity}/attempts")
    assert again.status == 202


async def _call_git_data(github: FakeGitHub, shop: Client) -> None:
    base = github.head("acme/shop")
    assert base is not None
    blob = await shop.post(f"{SHOP}/git/blobs", {"content": "hello", "encoding": "utf-8"})
    read = await shop.get(f"{SHOP}/git/blobs/{blob['sha']}")
    assert base64.b64decode(read["content"]) == b"hello"
    tree = await shop.get(f"{SHOP}/git/trees/{base}?recursive=1")
    assert [each["path"] for each in tree["tree"]] == [
        "README.md",
        "bin",
        "bin/data",
        "src",
        "src/deep",
        "src/deep/shop.py",
    ]
    commit = await commit_on(shop, "feature/x", base, {"docs/a.md": "A\n"})
    assert (await shop.get(f"{SHOP}/git/ref/heads/feature/x"))["object"]["sha"] == commit
    assert len(await shop.get(f"{SHOP}/git/matching-refs/heads/feat")) == 1
    second = await commit_on(shop, "feature/y", commit, {"docs/a.md": "B\n"})
    moved = await shop.send("PATCH", f"{SHOP}/git/refs/heads/feature/x", {"sha": second})
    assert moved.body["object"]["sha"] == second
    assert (await shop.send("DELETE", f"{SHOP}/git/refs/heads/feature/y")).status == 204
    assert (await shop.send("DELETE", f"{SHOP}/git/refs/heads/feature/y")).status == 422


async def _call_reading(github: FakeGitHub, shop: Client) -> None:
    head = github.head("acme/shop")
    assert (await shop.get(SHOP))["default_branch"] == "main"
    assert (await shop.get(f"{SHOP}/branches/feature/x"))["name"] == "feature/x"
    assert [each["name"] for each in await shop.get(f"{SHOP}/branches")] == ["feature/x", "main"]
    assert len(await shop.get(f"{SHOP}/commits?per_page=1")) == 1
    assert (await shop.get(f"{SHOP}/commits/main"))["sha"] == head
    assert (await shop.get(f"{SHOP}/compare/main...feature/x"))["ahead_by"] == 2
    folder = await shop.get(f"{SHOP}/contents/?ref=main")
    assert [each["type"] for each in folder] == ["file", "dir", "dir"]
    assert github.files("acme/shop")["bin/data"] == b"\x00\x01"
    file = await shop.get(f"{SHOP}/contents/src/deep/shop.py")
    assert base64.b64decode(file["content"]) == b"x = 1\n"
    raw = await shop.send(
        "GET", f"{SHOP}/contents/bin/data", headers={"Accept": "application/vnd.github.raw"}
    )
    assert raw.body == b"\x00\x01"
    await github.set_permission("acme/shop", "maria", "maintain")
    held = await shop.get(f"{SHOP}/collaborators/maria/permission")
    assert (held["permission"], held["role_name"]) == ("write", "maintain")


async def _call_conversation(shop: Client) -> None:
    pull = await shop.post(f"{SHOP}/pulls", {"title": "X", "head": "feature/x", "base": "main"})
    number = pull["number"]
    own = f"{SHOP}/pulls/{number}"
    assert [each["number"] for each in await shop.get(f"{SHOP}/pulls?head=acme:feature/x")] == [1]
    changed = await shop.send("PATCH", own, {"title": "Y", "body": "Because"})
    assert changed.body["title"] == "Y"
    assert (await shop.get(own))["mergeable"] is True
    assert len(await shop.get(f"{own}/commits")) == 2
    assert [each["filename"] for each in await shop.get(f"{own}/files")] == ["docs/a.md"]

    issue = f"{SHOP}/issues/{number}"
    comment = await shop.post(f"{issue}/comments", {"body": "Hello"})
    place = f"{SHOP}/issues/comments/{comment['id']}"
    await shop.send("PATCH", place, {"body": "Hello!"})
    assert (await shop.get(place))["body"] == "Hello!"
    assert len(await shop.get(f"{issue}/comments")) == 1
    reaction = await shop.post(f"{place}/reactions", {"content": "rocket"})
    assert [each["content"] for each in await shop.get(f"{place}/reactions")] == ["rocket"]
    assert (await shop.send("POST", f"{place}/reactions", {"content": "rocket"})).status == 200
    assert (await shop.send("DELETE", f"{place}/reactions/{reaction['id']}")).status == 204
    assert (await shop.send("DELETE", place)).status == 204

    assert (await shop.get(issue))["pull_request"]["url"].endswith(own)
    await _call_labels(shop, issue)

    merged = await shop.send("PUT", f"{own}/merge", {"merge_method": "rebase"})
    assert merged.body["merged"] is True
    of_commit = await shop.get(f"{SHOP}/commits/{merged.body['sha']}/pulls")
    assert [each["number"] for each in of_commit] == [number]


async def _call_labels(shop: Client, issue: str) -> None:
    label = await shop.post(f"{SHOP}/labels", {"name": "docs", "color": "0075ca"})
    await shop.post(f"{issue}/labels", {"labels": [label["name"]]})
    assert [each["name"] for each in await shop.get(f"{issue}/labels")] == ["docs"]
    assert (await shop.get(f"{SHOP}/labels/docs"))["color"] == "0075ca"
    assert len(await shop.get(f"{SHOP}/labels")) == 1
    assert (await shop.send("DELETE", f"{issue}/labels/docs")).body == []


async def _call_reviews(github: FakeGitHub, shop: Client) -> None:
    await github.push("acme/shop", "topic", {"docs/b.md": "B\n"})
    number = await github.open_pull_request("acme/shop", "topic", author="maria")
    own = f"{SHOP}/pulls/{number}"
    stranger = await shop.send("POST", f"{own}/requested_reviewers", {"reviewers": ["eve"]})
    assert stranger.status == 422
    await github.set_permission("acme/shop", "ben", "write")
    await github.add_team("acme", "docs")
    wanted = {"reviewers": ["ben"], "team_reviewers": ["docs"]}
    asked = await shop.post(f"{own}/requested_reviewers", wanted)
    assert [each["login"] for each in asked["requested_reviewers"]] == ["ben"]
    held = await shop.get(f"{own}/requested_reviewers")
    assert [each["slug"] for each in held["teams"]] == ["docs"]
    removed = await shop.send("DELETE", f"{own}/requested_reviewers", wanted)
    assert removed.body["requested_teams"] == []
    await github.review("acme/shop", number, "ben", "CHANGES_REQUESTED", "Not yet")
    assert [each["state"] for each in await shop.get(f"{own}/reviews")] == ["CHANGES_REQUESTED"]
    comment = await github.review_comment("acme/shop", number, "ben", "Why?", "docs/b.md")
    assert [each["id"] for each in await shop.get(f"{own}/comments")] == [comment]
    place = f"{SHOP}/pulls/comments/{comment}"
    assert (await shop.get(place))["body"] == "Why?"
    assert (await shop.send("POST", f"{place}/reactions", {"content": "eyes"})).status == 201
    assert [each["content"] for each in await shop.get(f"{place}/reactions")] == ["eyes"]

    fork = await github.fork("acme/shop", "maria")
    await github.push(fork, "topic", {"docs/c.md": "C\n"}, author="maria")
    number = await github.open_pull_request("acme/shop", "maria:topic", author="maria")
    await github.delete_repository(fork)
    assert (await shop.get(f"{SHOP}/pulls/{number}"))["head"]["repo"] is None


async def _call_checks(github: FakeGitHub, shop: Client) -> None:
    head = github.head("acme/shop")
    run = await shop.post(
        f"{SHOP}/check-runs",
        {
            "name": "AutoDoc",
            "head_sha": head,
            "actions": [{"label": "Go", "description": "Again", "identifier": "go"}],
        },
    )
    place = f"{SHOP}/check-runs/{run['id']}"
    annotation = {
        "path": "README.md",
        "start_line": 1,
        "end_line": 1,
        "annotation_level": "notice",
        "message": "Look",
    }
    for text in ("First", "Done"):
        output = {"title": text, "summary": "All is well", "annotations": [annotation]}
        await shop.send("PATCH", place, {"conclusion": "success", "output": output})
    shown = await shop.get(f"{place}/annotations?per_page=1&page=2")
    assert [each["message"] for each in shown] == ["Look"]
    assert (await shop.get(place))["status"] == "completed"
    assert (await shop.get(f"{SHOP}/commits/{head}/check-runs"))["total_count"] == 1
    await github.press("acme/shop", run["id"], "go")
    backwards = {**annotation, "start_line": 2}
    shown_backwards = {"title": "T", "summary": "S", "annotations": [backwards]}
    wish = {"name": "X", "head_sha": head, "output": shown_backwards}
    assert (await shop.send("POST", f"{SHOP}/check-runs", wish)).status == 422
    status = {"state": "success", "context": "autodoc"}
    assert (await shop.send("POST", f"{SHOP}/statuses/{head}", status)).status == 201


async def test_a_stranger_starts_the_fake_in_an_empty_folder(tmp_path: Path) -> None:
    async with FakeGitHub.start(tmp_path / "new" / "folder") as github:
        await github.add_repository("acme/empty")
        assert github.branches("acme/empty") == {}
