"""What the App reads and says on GitHub, with how little power."""

import pytest

from app.domain.work.repository import Provider, RepositoryRef
from app.domain.work.trigger import CommentPlace
from app.errors import ConfigurationError, GitHubError, InputError, OutOfReach
from app.github.connection import open_github
from app.settings import GitHubSettings
from tests.integration.github.conftest import NAME, QUICK, Scene, settings_for


async def test_the_head_of_a_branch_is_read(scene: Scene) -> None:
    await scene.fake.push(NAME, "release/1#a%b", {"a": "b"})
    client = scene.github.client

    assert await client.head_of(scene.repository, "main") == scene.head("main")
    assert await client.head_of(scene.repository, "release/1#a%b") == scene.head("release/1#a%b")
    assert await client.head_of(scene.repository, "release") is None


async def test_a_branch_of_an_empty_repository_has_no_head(scene: Scene) -> None:
    empty = await scene.fake.add_repository("acme/empty")
    repository = scene.repository.model_copy(
        update={"external_id": str(empty.id), "full_name": "acme/empty"}
    )

    assert await scene.github.client.head_of(repository, "main") is None


async def test_commits_are_compared_from_their_common_ancestor(scene: Scene) -> None:
    client, repository = scene.github.client, scene.repository
    old = scene.head("main")
    new = await scene.fake.push(NAME, "main", {"src/shop.py": "pass\n", "README.md": None})
    await scene.fake.push(NAME, "side", {"a.py": "pass\n"})
    forward = await client.compare(repository, old, new)
    back = await client.compare(repository, new, old)

    assert forward is not None
    assert forward.forward
    assert forward.paths == {"src/shop.py", "README.md"}
    assert (forward.status, forward.ahead_by, forward.behind_by) == ("ahead", 1, 0)
    assert (forward.merge_base, forward.truncated) == (old, False)
    assert back is not None
    assert (back.status, back.forward, back.paths) == ("behind", False, frozenset())


async def test_a_renamed_file_counts_by_both_names(scene: Scene) -> None:
    old = scene.head("main")
    text = "def sell(): ...\n"
    new = await scene.fake.push(NAME, "main", {"src/shop.py": None, "src/store.py": text})
    comparison = await scene.github.client.compare(scene.repository, old, new)

    assert comparison is not None
    assert comparison.paths == {"src/shop.py", "src/store.py"}


async def test_f41_more_files_than_github_lists_are_known_to_be_more(scene: Scene) -> None:
    old = scene.head("main")
    new = await scene.fake.push(NAME, "main", {f"f/{n}.py": f"{n}\n" for n in range(301)})
    comparison = await scene.github.client.compare(scene.repository, old, new)

    assert comparison is not None
    assert comparison.truncated


async def test_a_commit_that_github_forgot_cannot_be_compared(scene: Scene) -> None:
    assert await scene.github.client.compare(scene.repository, "e" * 40, "main") is None


@pytest.mark.parametrize(
    ("role", "permission"),
    [("admin", "admin"), ("maintain", "write"), ("write", "write"), ("triage", "read")],
)
async def test_the_permission_of_a_person_is_read(scene: Scene, role: str, permission: str) -> None:
    await scene.fake.set_permission(NAME, "hubot", role)

    assert await scene.github.client.permission_of(scene.repository, "hubot") == permission


async def test_a_person_unknown_to_github_may_do_nothing(scene: Scene) -> None:
    assert await scene.github.client.permission_of(scene.repository, "no[one]") == "none"


async def test_f31_a_comment_is_answered_once(scene: Scene) -> None:
    client, repository = scene.github.client, scene.repository
    await scene.publish()
    asked = await scene.fake.comment(NAME, 1, "octocat", "/autodoc help <!-- mark -->")
    await client.react(repository, asked, "eyes")
    await client.react(repository, asked, "eyes")
    assert await client.find_comment(repository, 1, "<!-- mark -->") is None
    ours = await client.comment(repository, 1, "Working. <!-- mark -->")
    assert await client.find_comment(repository, 1, "<!-- mark -->") == ours

    assert scene.fake.reactions(asked) == [("autodoc[bot]", "eyes")]
    assert [comment["body"] for comment in scene.fake.comments(NAME, 1)] == [
        "/autodoc help <!-- mark -->",
        "Working. <!-- mark -->",
    ]


async def test_a_line_is_added_to_our_own_comment_and_to_no_copy_of_it(scene: Scene) -> None:
    client, repository = scene.github.client, scene.repository
    await scene.fake.push(NAME, "side", {"a.py": "pass\n"})
    number = await scene.fake.open_pull_request(NAME, "side")
    await scene.fake.comment(NAME, number, "mona", "<!-- mark --> a copy")

    def add(body: str) -> str:
        return body if "more" in body else f"{body} more"

    await client.change_comment(repository, number, "<!-- mark -->", add)
    await client.comment(repository, number, "<!-- mark --> ours")
    for _ in range(2):
        await client.change_comment(repository, number, "<!-- mark -->", add)
    said = [each["body"] for each in scene.fake.comments(NAME, number)]
    assert said == ["<!-- mark --> a copy", "<!-- mark --> ours more"]


async def test_a_comment_at_a_line_gets_its_reaction_there(scene: Scene) -> None:
    await scene.fake.push(NAME, "side", {"a.py": "pass\n"})
    number = await scene.fake.open_pull_request(NAME, "side")
    comment = await scene.fake.review_comment(NAME, number, "mona", "/autodoc help", "a.py")
    for _ in range(2):
        await scene.github.client.react(scene.repository, comment, "eyes", CommentPlace.REVIEW)
    assert [content for _, content in scene.fake.reactions(comment)] == ["eyes"]


async def test_the_documentation_pull_request_is_found_by_its_branch(scene: Scene) -> None:
    client = scene.github.client
    await scene.fake.push(NAME, "side", {"a.py": "pass\n"})
    await scene.fake.open_pull_request(NAME, "side")
    assert await client.documentation_pull(scene.repository, "main") is None
    await scene.fake.push(NAME, "autodoc/main", {"docs/a.md": "# A\n"})
    number = await scene.fake.open_pull_request(NAME, "autodoc/main")
    found = await client.documentation_pull(scene.repository, "main")
    assert found is not None
    assert (found.number, found.head_sha) == (number, scene.head("autodoc/main"))
    assert await client.documentation_pull(scene.repository, "next") is None


async def test_a_pull_request_is_read(scene: Scene) -> None:
    await scene.fake.push(NAME, "side", {"a.py": "pass\n"})
    number = await scene.fake.open_pull_request(NAME, "side", title="Side")
    pull = await scene.github.client.pull(scene.repository, number)

    assert (pull.title, pull.state, pull.merged) == ("Side", "open", False)
    assert (pull.base, pull.head, pull.head_sha) == ("main", "side", scene.head("side"))
    await scene.fake.merge(NAME, number)
    assert (await scene.github.client.pull(scene.repository, number)).merged


async def test_the_open_pull_requests_are_listed_and_no_closed_one(scene: Scene) -> None:
    numbers = []
    for branch in ("one", "two", "three"):
        await scene.fake.push(NAME, branch, {f"{branch}.py": "pass\n"})
        numbers.append(await scene.fake.open_pull_request(NAME, branch))
    await scene.fake.merge(NAME, numbers[0])
    found = await scene.github.client.open_pulls(scene.repository)

    heads = {(numbers[1], scene.head("two")), (numbers[2], scene.head("three"))}
    assert {(each.number, each.head_sha) for each in found} == heads


async def test_f34_a_renamed_repository_is_still_reached_and_its_name_refreshed(
    scene: Scene,
) -> None:
    await scene.fake.rename(NAME, "store")
    client = scene.github.client

    assert await client.head_of(scene.repository, "main") == scene.fake.head("acme/store")
    assert (await client.refreshed(scene.repository)).full_name == "acme/store"


async def test_each_token_is_good_for_one_repository_and_one_purpose(scene: Scene) -> None:
    client = scene.github.client
    await client.head_of(scene.repository, "main")
    await client.permission_of(scene.repository, "octocat")
    await scene.publish()

    used = [each for each in scene.fake.requests if each.repository_ids is not None]
    assert {each.repository_ids for each in used} == {(int(scene.repository.external_id),)}
    reads = {"contents": "read", "metadata": "read", "pull_requests": "read"}
    writes = {"contents": "write", "metadata": "read", "pull_requests": "write"}
    assert [each.permissions for each in used[:3]] == [reads, {"metadata": "read"}, writes]
    minted = [each for each in scene.fake.requests if "access_tokens" in each.path]
    assert len(minted) == 3


async def test_a_token_does_not_reach_another_repository(scene: Scene) -> None:
    elsewhere = scene.repository.model_copy(update={"full_name": "acme/secret"})

    assert await scene.github.client.head_of(elsewhere, "main") is None
    with pytest.raises(GitHubError):
        await scene.github.client.pull(elsewhere, 1)


async def test_f37_an_expired_token_is_renewed_in_the_middle(scene: Scene) -> None:
    client = scene.github.client
    await client.head_of(scene.repository, "main")
    scene.clock.time += 30
    scene.fake.advance(3601)

    assert await client.head_of(scene.repository, "main") == scene.head("main")


async def test_git_gets_a_token_that_can_only_read(scene: Scene) -> None:
    token = await scene.github.credentials.git_token(scene.repository)

    minted = [each for each in scene.fake.requests if "access_tokens" in each.path]
    assert token.startswith("ghs_")
    assert [each.body for each in minted] == [
        {
            "repository_ids": [int(scene.repository.external_id)],
            "permissions": {"contents": "read", "metadata": "read"},
        }
    ]


async def test_a_repository_without_the_app_is_named(scene: Scene) -> None:
    local = RepositoryRef(
        provider=Provider.LOCAL, external_id="/x", full_name="x", url="/x", installation_id=1
    )
    unknown = scene.repository.model_copy(update={"installation_id": None})

    for repository in (local, unknown):
        with pytest.raises(InputError, match="not installed"):
            await scene.github.client.head_of(repository, "main")


async def test_without_an_app_nothing_is_opened() -> None:
    with pytest.raises(ConfigurationError, match="AUTODOC_GITHUB__APP_ID"):
        async with open_github(GitHubSettings()):
            pass


async def test_what_did_not_change_is_not_sent_again(scene: Scene) -> None:
    client = scene.github.client
    first = await client.refreshed(scene.repository)
    assert await client.refreshed(scene.repository) == first
    await scene.fake.rename(NAME, "store")

    assert (await client.refreshed(scene.repository)).full_name == "acme/store"


async def test_tokens_are_handed_back_at_the_end(scene: Scene) -> None:
    async with open_github(settings_for(scene.fake), QUICK) as github:
        await github.client.head_of(scene.repository, "main")
        await github.credentials.git_token(scene.repository)
    ends = [(each.method, each.path) for each in scene.fake.requests[-2:]]

    assert ends == [("DELETE", "/installation/token")] * 2


@pytest.mark.parametrize("status", [404, 500])
async def test_f43_tokens_that_nobody_takes_back_end_by_themselves(
    scene: Scene, status: int
) -> None:
    async with open_github(settings_for(scene.fake), QUICK) as github:
        await github.client.head_of(scene.repository, "main")
        scene.fake.fail_next("DELETE", "/installation/token", status=status)


async def test_f37_a_token_of_an_installation_that_is_gone_stops_the_work(scene: Scene) -> None:
    await scene.github.client.head_of(scene.repository, "main")
    assert scene.repository.installation_id is not None
    await scene.fake.uninstall(scene.repository.installation_id)
    scene.clock.time += 30

    with pytest.raises(OutOfReach):
        await scene.github.client.refreshed(scene.repository)


async def test_a_file_is_read_as_a_branch_has_it(scene: Scene) -> None:
    await scene.fake.push(NAME, "release/1", {".autodoc.yaml": "publish: all\n"})
    client, repository = scene.github.client, scene.repository

    assert await client.file(repository, ".autodoc.yaml", "release/1") == b"publish: all\n"
    assert await client.file(repository, ".autodoc.yaml", "main") is None
    assert await client.file(repository, "src", "main") is None
    assert await client.file(repository, "README.md", "no-such-branch") is None


async def test_what_an_organisation_shares_is_read_where_the_app_may(scene: Scene) -> None:
    for name in ("guild/shop", "guild/.github"):
        await scene.fake.add_repository(name, {".autodoc.yaml": f"# {name}\n"})
    found = scene.fake.world.repository("guild/shop")
    installation = await scene.fake.install("guild", ["guild/shop"])
    changes = {"full_name": "guild/shop", "external_id": str(found.id)}
    shop = scene.repository.model_copy(update={**changes, "installation_id": installation.id})
    client = scene.github.client

    assert await client.organisation_file(shop, ".autodoc.yaml") is None
    assert await client.organisation_file(scene.repository, ".autodoc.yaml") is None
    await scene.fake.add_repository("acme/.github", {".autodoc.yaml": "publish: all\n"})
    shared = await client.organisation_file(scene.repository, ".autodoc.yaml")
    assert shared == b"publish: all\n"
