"""Git data and refs, with the texts by which clients tell GitHub's refusals apart."""

import base64

import pytest

from tests.fake_github.fake import FakeGitHub
from tests.integration.fake_github.client import Client, commit_on

SHOP = "/repos/acme/shop"


async def message(client: Client, method: str, path: str, body: object = None) -> tuple[int, str]:
    answer = await client.send(method, f"{SHOP}/git{path}", body)
    return answer.status, answer.body["message"]


async def head_of(github: FakeGitHub) -> str:
    head = github.head("acme/shop")
    assert head is not None
    return head


async def test_refs_are_refused_in_githubs_words(github: FakeGitHub, shop: Client) -> None:
    base = await head_of(github)
    later = await github.push("acme/shop", "main", {"a": "1"})
    other = await commit_on(shop, "other", base, {"b": "2"})
    main, absent = {"ref": "refs/heads/main", "sha": base}, {"sha": "1" * 40}
    assert await message(shop, "POST", "/refs", main) == (422, "Reference already exists")
    assert await message(shop, "PATCH", "/refs/heads/none", {"sha": base}) == (
        422,
        "Reference does not exist",
    )
    assert await message(shop, "DELETE", "/refs/heads/none") == (422, "Reference does not exist")
    assert await message(shop, "PATCH", "/refs/heads/main", {"sha": other}) == (
        422,
        "Update is not a fast forward",
    )
    assert await message(shop, "PATCH", "/refs/heads/main", absent) == (
        422,
        "Object does not exist",
    )
    assert (await message(shop, "GET", "/ref/heads/mai"))[0] == 404
    assert await head_of(github) == later
    forced = await shop.send("PATCH", f"{SHOP}/git/refs/heads/main", {"sha": other, "force": True})
    assert forced.status == 200
    assert await head_of(github) == other
    assert github.deliveries[-1].payload["forced"] is True
    assert github.deliveries[-1].payload["sender"]["login"] == "autodoc[bot]"
    await github.settled()
    github.assert_clean()


async def test_a_branch_below_another_branch_is_refused(github: FakeGitHub, shop: Client) -> None:
    base = await head_of(github)
    answer = await message(shop, "POST", "/refs", {"ref": "refs/heads/main/x", "sha": base})
    assert answer[0] == 422


async def test_a_commit_without_an_author_is_the_apps_own_and_verified(
    github: FakeGitHub, shop: Client
) -> None:
    base = await head_of(github)
    sha = await commit_on(shop, "autodoc/main", base, {"docs/a.md": "A"})
    commit = await shop.get(f"{SHOP}/commits/{sha}")
    assert commit["author"]["login"] == "autodoc[bot]"
    assert commit["committer"]["login"] == "web-flow"
    assert commit["commit"]["verification"]["verified"] is True
    tree = commit["commit"]["tree"]["sha"]
    named = await shop.post(
        f"{SHOP}/git/commits",
        {
            "message": "By hand",
            "tree": tree,
            "parents": [sha],
            "author": {
                "name": "Maria",
                "email": "maria@example.com",
                "date": "2026-01-02T03:04:05Z",
            },
        },
    )
    assert named["author"] == {
        "name": "Maria",
        "email": "maria@example.com",
        "date": "2026-01-02T03:04:05Z",
    }
    assert named["verification"]["verified"] is False


async def test_a_tree_keeps_its_base_and_deletes_what_is_null(
    github: FakeGitHub, shop: Client
) -> None:
    base = await shop.get(f"{SHOP}/git/commits/{await head_of(github)}")
    blob = await shop.post(
        f"{SHOP}/git/blobs",
        {"content": base64.b64encode(b"\xff\x00").decode(), "encoding": "base64"},
    )
    entries = [
        {"path": "src/shop.py", "mode": "100644", "type": "blob", "sha": None},
        {"path": "bin/data", "mode": "100755", "type": "blob", "sha": blob["sha"]},
    ]
    made = await shop.post(f"{SHOP}/git/trees", {"base_tree": base["tree"]["sha"], "tree": entries})
    whole = await shop.get(f"{SHOP}/git/trees/{made['sha']}?recursive=1")
    paths = {each["path"]: each["mode"] for each in whole["tree"]}
    assert paths == {"README.md": "100644", "bin": "040000", "bin/data": "100755"}
    alone = await shop.post(f"{SHOP}/git/trees", {"tree": entries[1:]})
    assert [each["path"] for each in alone["tree"]] == ["bin"]
    absent = [{"path": "none", "mode": "100644", "type": "blob", "sha": None}]
    refused = await shop.send(
        "POST", f"{SHOP}/git/trees", {"base_tree": base["tree"]["sha"], "tree": absent}
    )
    assert (refused.status, refused.body["message"]) == (422, "GitRPC::BadObjectState")


@pytest.mark.parametrize("path", ["/etc/passwd", "../up", "a//b", ".git/config", ""])
async def test_a_path_that_leaves_the_tree_is_refused(
    github: FakeGitHub, shop: Client, path: str
) -> None:
    entry = {"path": path, "mode": "100644", "type": "blob", "content": "x"}
    answer = await shop.send("POST", f"{SHOP}/git/trees", {"tree": [entry]})
    assert answer.status == 422
    assert set(github.files("acme/shop")) == {"README.md", "src/shop.py"}


async def test_workflows_need_their_own_permission(github: FakeGitHub, shop: Client) -> None:
    base = await head_of(github)
    await commit_on(shop, "sneaky", base, {".github/workflows/ci.yml": "on: push\n"})
    assert "sneaky" not in github.branches("acme/shop")
    assert [(each.status, each.method) for each in github.requests][-1] == (403, "POST")


@pytest.mark.parametrize("path", ["/git/trees/main", "/commits/main", "/git/ref/heads/main"])
async def test_an_empty_repository_says_so(github: FakeGitHub, shop: Client, path: str) -> None:
    await github.add_repository("acme/empty")
    answer = await shop.send("GET", f"/repos/acme/empty{path}")
    assert (answer.status, answer.body["message"]) == (409, "Git Repository is empty.")
