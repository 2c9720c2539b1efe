"""What AutoDoc does from an installation to a merged pull request, against the fake."""

from tests.fake_github.fake import FakeGitHub
from tests.integration.fake_github.client import Client, commit_on
from tests.integration.fake_github.conftest import Receiver

SHOP = "/repos/acme/shop"


async def test_a_documentation_pull_request_from_push_to_merge(
    github: FakeGitHub, shop: Client, receiver: Receiver
) -> None:
    github.send_webhooks_to(receiver.url)
    base = github.head("acme/shop")
    assert base is not None
    pushed = await github.push("acme/shop", "main", {"src/shop.py": "x = 2\n"}, "Change x")
    compared = await shop.get(f"{SHOP}/compare/{base}...{pushed}")
    assert [each["filename"] for each in compared["files"]] == ["src/shop.py"]

    commit = await commit_on(shop, "autodoc/main", pushed, {"docs/home.md": "# Home\n"})
    pull = await shop.post(
        f"{SHOP}/pulls", {"title": "Docs", "head": "autodoc/main", "base": "main", "body": "New"}
    )
    assert pull["user"]["login"] == "autodoc[bot]"
    assert pull["head"]["sha"] == commit
    await shop.post(f"{SHOP}/issues/{pull['number']}/labels", {"labels": ["documentation"]})
    comment = await shop.post(f"{SHOP}/issues/{pull['number']}/comments", {"body": "Done"})
    asked = await github.comment("acme/shop", pull["number"], "octocat", "/autodoc help")
    reaction = await shop.send(
        "POST", f"{SHOP}/issues/comments/{asked}/reactions", {"content": "eyes"}
    )
    assert reaction.status == 201
    await shop.send("PATCH", f"{SHOP}/issues/comments/{comment['id']}", {"body": "Done, twice"})
    run = await shop.post(f"{SHOP}/check-runs", {"name": "AutoDoc", "head_sha": commit})
    await shop.send("PATCH", f"{SHOP}/check-runs/{run['id']}", {"conclusion": "success"})

    await github.merge("acme/shop", pull["number"], "squash")
    await github.settled()

    assert github.files("acme/shop")["docs/home.md"] == b"# Home\n"
    assert [each["merged"] for each in github.pulls("acme/shop")] == [True]
    assert github.labels("acme/shop", pull["number"]) == ["documentation"]
    assert github.reactions(asked) == [("autodoc[bot]", "eyes")]
    bodies = [each["body"] for each in github.comments("acme/shop", pull["number"])]
    assert bodies == ["Done, twice", "/autodoc help"]
    assert [e for e in receiver.events() if e != "installation"] == [
        "push",
        "create",
        "push",
        "pull_request",
        "pull_request",
        "issue_comment",
        "issue_comment",
        "issue_comment",
        "check_run",
        "check_run",
        "push",
        "pull_request",
    ]
    github.assert_clean()
