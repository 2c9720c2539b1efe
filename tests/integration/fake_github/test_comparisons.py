"""`compare` with its limits and pages, and the caching and redirecting of all reads."""

from tests.fake_github.fake import FakeGitHub
from tests.fake_github.git_repository import Signature
from tests.integration.fake_github.client import Client

SHOP = "/repos/acme/shop"


def long_branch(github: FakeGitHub, length: int) -> None:
    """A branch of many commits, written straight into the repository to be fast."""
    git = github.world.repository("acme/shop").git
    tip = git.text("rev-parse", "refs/heads/main")
    lines = []
    for number in range(length):
        parent = f"from {tip}\n" if number == 0 else ""
        who = f"author A <a@example.com> {2_000_000_000 + number} +0000"
        lines.append(
            f"commit refs/heads/long\n{who}\n{who.replace('author', 'committer')}\n"
            f"data <<.\ncommit {number}\n.\n{parent}"
            f"M 100644 inline f{number}.txt\ndata <<.\n{number}\n.\n"
        )
    git.run("fast-import", "--quiet", stdin="".join(lines).encode())


async def test_a_long_comparison_shows_the_newest_250_commits_and_300_files(
    github: FakeGitHub, shop: Client
) -> None:
    long_branch(github, 320)
    compared = await shop.get(f"{SHOP}/compare/main...long")
    assert (compared["status"], compared["total_commits"]) == ("ahead", 320)
    assert len(compared["commits"]) == 250
    assert compared["commits"][-1]["sha"] == github.head("acme/shop", "long")
    assert len(compared["files"]) == 300


async def test_the_pages_of_a_comparison_hold_commits_and_only_the_first_holds_files(
    github: FakeGitHub, shop: Client
) -> None:
    long_branch(github, 5)
    first = await shop.send("GET", f"{SHOP}/compare/main...long?per_page=2")
    assert [each["commit"]["message"] for each in first.body["commits"]] == ["commit 0", "commit 1"]
    assert len(first.body["files"]) == 5
    links = first.headers["Link"]
    assert 'rel="next"' in links
    assert "/repositories/" in links
    following = links.split("<")[1].split(">")[0]
    second = await shop.send("GET", following)
    assert [each["commit"]["message"] for each in second.body["commits"]] == [
        "commit 2",
        "commit 3",
    ]
    assert "files" not in second.body
    github.assert_clean()


async def test_a_comparison_starts_at_the_merge_base(github: FakeGitHub, shop: Client) -> None:
    await github.push("acme/shop", "topic", {"a.txt": "a\n", "README.md": None})
    await github.push("acme/shop", "main", {"b.txt": "b\n"})
    compared = await shop.get(f"{SHOP}/compare/main...topic")
    assert (compared["status"], compared["ahead_by"], compared["behind_by"]) == ("diverged", 1, 1)
    changed = {each["filename"]: each["status"] for each in compared["files"]}
    assert changed == {"README.md": "removed", "a.txt": "added"}
    assert (await shop.get(f"{SHOP}/compare/topic...topic"))["status"] == "identical"


async def test_a_rename_is_seen_with_its_old_name_and_patch(
    github: FakeGitHub, shop: Client
) -> None:
    text = "".join(f"line {number}\n" for number in range(20))
    await github.push("acme/shop", "main", {"old.txt": text})
    await github.push("acme/shop", "topic", {"old.txt": None, "new.txt": text + "more\n"})
    compared = await shop.get(f"{SHOP}/compare/main...topic")
    (change,) = compared["files"]
    assert (change["status"], change["previous_filename"]) == ("renamed", "old.txt")
    assert (change["additions"], change["deletions"]) == (1, 0)
    assert change["patch"].endswith("+more")
    github.assert_clean()


async def test_unrelated_and_unknown_ends_are_404(github: FakeGitHub, shop: Client) -> None:
    git = github.world.repository("acme/shop").git
    who = Signature("A", "a@example.com", 1)
    lone = git.write_commit(git.write_tree(None, [], []), (), who, who, "Alone")
    git.set_ref("refs/heads/lone", lone)
    unrelated = await shop.send("GET", f"{SHOP}/compare/main...lone")
    assert (unrelated.status, unrelated.body["message"]) == (
        404,
        "No common ancestor between main and lone.",
    )
    assert (await shop.send("GET", f"{SHOP}/compare/main...{'1' * 40}")).status == 404


async def test_an_unchanged_answer_is_304_and_not_counted(github: FakeGitHub, shop: Client) -> None:
    first = await shop.send("GET", SHOP)
    again = await shop.send("GET", SHOP, headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status, again.body) == (304, b"")
    assert again.headers["x-ratelimit-remaining"] == first.headers["x-ratelimit-remaining"]
    await github.push("acme/shop", "main", {"a": "b"})
    commits = await shop.send("GET", f"{SHOP}/commits")
    await github.push("acme/shop", "main", {"a": "c"})
    changed = await shop.send(
        "GET", f"{SHOP}/commits", headers={"If-None-Match": commits.headers["ETag"]}
    )
    assert changed.status == 200


async def test_a_renamed_repository_redirects(github: FakeGitHub, shop: Client) -> None:
    await github.rename("acme/shop", "store")
    read = await shop.send("GET", f"{SHOP}/commits/main")
    written = await shop.send("POST", f"{SHOP}/git/blobs", {"content": "x"})
    assert (read.status, written.status) == (301, 307)
    assert "/repositories/" in read.headers["Location"]
    assert (await shop.send("GET", read.headers["Location"])).status == 200
    assert (await shop.send("POST", written.headers["Location"], {"content": "x"})).status == 201
    assert github.deliveries[-1].payload["changes"]["repository"]["name"]["from"] == "shop"
    await github.settled()
    github.assert_clean()
