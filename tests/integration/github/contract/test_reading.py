"""What the client reads."""

import pytest

from tests.integration.github.contract.conftest import Play


async def test_the_head_of_a_branch_is_read_whatever_its_name(play: Play) -> None:
    pushed = await play.stage.push("release/1.x", {"a.py": "a = 1\n"})
    client = play.github.client
    assert await client.head_of(play.repository, "release/1.x") == pushed
    assert await client.head_of(play.repository, "main") == await play.head()
    assert await client.head_of(play.repository, "release") is None


async def test_an_empty_repository_has_no_head(play: Play) -> None:
    identity = await play.stage.make_repository("empty", None)
    update = {"external_id": str(identity), "full_name": "octocat/empty"}
    empty = play.repository.model_copy(update=update)
    assert await play.github.client.head_of(empty, "main") is None


async def test_two_commits_are_compared(play: Play) -> None:
    old = await play.head()
    new = await play.stage.push("main", {"src/shop.py": "pass\n", "README.md": None})
    client = play.github.client
    forward = await client.compare(play.repository, old, new)
    back = await client.compare(play.repository, new, old)
    assert forward is not None
    assert (forward.status, forward.ahead_by, forward.behind_by) == ("ahead", 1, 0)
    assert forward.merge_base == old
    assert forward.paths == {"src/shop.py", "README.md"}
    assert not forward.truncated
    assert back is not None
    assert (back.status, back.forward, back.paths) == ("behind", False, frozenset())
    same = await client.compare(play.repository, new, "main")
    assert same is not None
    assert (same.status, same.forward) == ("identical", True)


async def test_branches_that_went_apart_are_compared_from_where_they_did(play: Play) -> None:
    fork = await play.head()
    await play.stage.push("side", {"side.py": "s = 1\n"})
    await play.stage.push("main", {"main.py": "m = 1\n"})
    apart = await play.github.client.compare(play.repository, "main", "side")
    assert apart is not None
    assert (apart.status, apart.merge_base) == ("diverged", fork)
    assert apart.paths == {"side.py"}
    assert (apart.ahead_by, apart.behind_by) == (1, 1)


async def test_a_renamed_file_counts_by_both_names(play: Play) -> None:
    old = await play.head()
    text = "def sell(): ...\n"
    new = await play.stage.push("main", {"src/shop.py": None, "src/store.py": text})
    comparison = await play.github.client.compare(play.repository, old, new)
    assert comparison is not None
    assert comparison.paths == {"src/shop.py", "src/store.py"}


async def test_more_files_than_github_lists_are_known_to_be_more(play: Play) -> None:
    old = await play.head()
    new = await play.stage.push("main", {f"f/{n}.py": f"{n}\n" for n in range(301)})
    comparison = await play.github.client.compare(play.repository, old, new)
    assert comparison is not None
    assert comparison.truncated


async def test_a_commit_that_is_not_there_cannot_be_compared(play: Play) -> None:
    assert await play.github.client.compare(play.repository, "e" * 40, "main") is None


async def test_a_file_is_read_at_a_branch_or_commit(play: Play) -> None:
    old = await play.head()
    await play.stage.push("release/1.x", {".autodoc.yaml": "output: docs\n"})
    client, repository = play.github.client, play.repository
    assert await client.file(repository, ".autodoc.yaml", "release/1.x") == b"output: docs\n"
    assert await client.file(repository, ".autodoc.yaml", old) is None
    assert await client.file(repository, "src", "main") is None
    assert await client.file(repository, "src/shop.py", "gone") is None


async def test_the_file_of_an_organisation_lies_beside_the_repository(play: Play) -> None:
    client, repository = play.github.client, play.repository
    assert await client.organisation_file(repository, ".autodoc.yaml") is None
    await play.stage.make_repository(".github", {".autodoc.yaml": "site: mkdocs\n"})
    assert await client.organisation_file(repository, ".autodoc.yaml") == b"site: mkdocs\n"


@pytest.mark.parametrize(
    ("role", "held"),
    [("admin", "admin"), ("maintain", "write"), ("write", "write"), ("triage", "read")],
)
async def test_what_a_person_may_do_is_read(play: Play, role: str, held: str) -> None:
    await play.stage.permit("hubot", role)
    assert await play.github.client.permission_of(play.repository, "hubot") == held


async def test_a_stranger_may_do_nothing_in_a_private_repository(play: Play) -> None:
    client = play.github.client
    assert await client.permission_of(play.repository, "maria") == "none"
    assert await client.permission_of(play.repository, "no[one]") == "none"


async def test_a_pull_request_is_read_open_and_merged(play: Play) -> None:
    side = await play.stage.push("side", {"side.py": "s = 1\n"})
    number = await play.stage.propose("side", "Sell more")
    client = play.github.client
    pull = await client.pull(play.repository, number)
    assert (pull.title, pull.state, pull.merged) == ("Sell more", "open", False)
    assert (pull.base, pull.head, pull.head_sha) == ("main", "side", side)
    assert (pull.author, pull.is_fork) == ("octocat", False)
    assert await client.base_of(play.repository, number) == "main"
    await play.stage.merge(number)
    merged = await client.pull(play.repository, number)
    assert (merged.state, merged.merged) == ("closed", True)
    assert merged.merge_commit == await play.head()


async def test_the_open_documentation_pull_request_of_a_branch_is_found(play: Play) -> None:
    client = play.github.client
    assert await client.documentation_pull(play.repository, "main") is None
    await play.stage.push("side", {"side.py": "s = 1\n"})
    await play.stage.propose("side")
    await play.stage.push("autodoc/main", {"docs/autodoc/index.md": "# Shop\n"})
    number = await play.stage.propose("autodoc/main")
    found = await client.documentation_pull(play.repository, "main")
    assert found is not None
    assert found.number == number
    await play.stage.close(number)
    assert await client.documentation_pull(play.repository, "main") is None


async def test_a_renamed_repository_is_reached_by_its_old_name(play: Play) -> None:
    head = await play.head()
    await play.stage.rename("store")
    client = play.github.client
    assert await client.head_of(play.repository, "main") == head
    assert (await client.refreshed(play.repository)).full_name == "octocat/store"


async def test_how_a_repository_stands_is_read_by_its_id(play: Play) -> None:
    await play.stage.rename("store")
    standing = await play.github.standings.standing(play.repository)
    assert standing is not None
    assert (standing.ref.full_name, standing.private) == ("octocat/store", True)
    assert (standing.archived, standing.suspended) == (False, False)


async def test_a_repository_that_is_gone_is_told_from_one_that_stands(play: Play) -> None:
    update = {"external_id": "987654321", "full_name": "octocat/gone"}
    assert await play.github.standings.standing(play.repository.model_copy(update=update)) is None
