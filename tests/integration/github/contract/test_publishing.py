"""What the publisher makes of a proposal."""

import pytest

from app.domain.work.proposal import Opening, Outcome, Proposal, Published
from app.errors import Conflict, GitHubError, NotFound
from app.github.access import FETCH, PUBLISH
from tests.integration.github.contract.conftest import Play

BRANCH = "autodoc/main"
PAGES: dict[str, bytes | None] = {
    "docs/autodoc/index.md": b"# Shop\n\nIt sells.\n",
    "docs/autodoc/parts/shop.md": b"# The shop\n",
}


async def always() -> None:
    """Confirm each effect."""


async def publish(
    play: Play,
    files: dict[str, bytes | None] | None = None,
    *,
    opening: Opening | None = None,
    sign_off: bool = False,
) -> Published:
    proposal = Proposal(
        base="main",
        base_commit=await play.head(),
        files=PAGES if files is None else files,
        title="Document the shop",
        body="What it says.",
        commit_message="Document the shop",
        opening=opening or Opening(),
        sign_off=sign_off,
    )
    return await play.github.publisher.publish(play.repository, proposal, always)


async def opened(play: Play, published: Published) -> dict[str, object]:
    assert published.pull is not None
    pull: dict[str, object] = await play.stage.read(f"{play.place}/pulls/{published.pull.number}")
    return pull


async def test_pages_are_proposed_and_the_same_pages_change_nothing(play: Play) -> None:
    first = await publish(play)
    pull = await opened(play, first)
    assert (first.outcome, pull["title"]) == (Outcome.CREATED, "Document the shop")
    assert set(await play.files(BRANCH)) == {*PAGES, "README.md", "src/shop.py"}
    assert (await publish(play)).outcome is Outcome.UNCHANGED


async def test_the_pull_request_is_the_apps(play: Play) -> None:
    published = await publish(play)
    assert published.pull is not None
    pull = await play.github.client.pull(play.repository, published.pull.number)
    assert pull.author == "autodoc[bot]"


async def test_commits_are_the_apps_and_github_signs_them(play: Play) -> None:
    published = await publish(play)
    assert published.pull is not None
    commit = await play.stage.read(f"{play.place}/commits/{published.pull.head}")
    assert commit["commit"]["author"]["name"] == "autodoc[bot]"
    assert commit["commit"]["verification"]["verified"]


async def test_further_pages_are_added_to_the_open_pull_request(play: Play) -> None:
    first = await publish(play)
    before = await play.head(BRANCH)
    gone = {**PAGES, "docs/autodoc/index.md": b"# Shop\n\nIt buys.\n"}
    gone["docs/autodoc/parts/shop.md"] = None
    second = await publish(play, gone)
    assert second.outcome is Outcome.UPDATED
    assert (await opened(play, second))["number"] == (await opened(play, first))["number"]
    paths = {"docs/autodoc/index.md", "README.md", "src/shop.py"}
    assert set(await play.files(BRANCH)) == paths
    compared = await play.github.client.compare(play.repository, before, BRANCH)
    assert compared is not None
    assert compared.forward


async def test_a_page_that_is_no_text_and_a_large_one_are_written(play: Play) -> None:
    files = {**PAGES, "docs/autodoc/large.md": b"word " * 60_000, "docs/autodoc/odd.md": b"\xff\n"}
    await publish(play, files)
    sizes = await play.files(BRANCH)
    assert (sizes["docs/autodoc/large.md"], sizes["docs/autodoc/odd.md"]) == (300_000, 2)


async def test_a_moved_base_is_joined_in(play: Play) -> None:
    await publish(play)
    moved = await play.stage.push("main", {"src/more.py": "m = 1\n"})
    files = {**PAGES, "docs/autodoc/index.md": b"# Shop\n\nMore.\n"}
    published = await publish(play, files)
    assert published.pull is not None
    commit = await play.stage.read(f"{play.place}/git/commits/{published.pull.head}")
    assert moved in [parent["sha"] for parent in commit["parents"]]
    assert "src/more.py" in await play.files(BRANCH)


async def test_a_persons_commit_on_the_branch_is_built_upon(play: Play) -> None:
    await publish(play)
    theirs = await play.stage.push(BRANCH, {"docs/autodoc/notes.md": "Mine\n"})
    files = {**PAGES, "docs/autodoc/index.md": b"# Shop\n\nMore.\n"}
    published = await publish(play, files)
    assert published.pull is not None
    commit = await play.stage.read(f"{play.place}/git/commits/{published.pull.head}")
    assert theirs in [parent["sha"] for parent in commit["parents"]]
    assert "docs/autodoc/notes.md" in await play.files(BRANCH)


async def test_what_a_person_closed_is_not_proposed_again(play: Play) -> None:
    first = await publish(play)
    assert first.pull is not None
    await play.stage.close(first.pull.number)
    assert (await publish(play)).outcome is Outcome.DECLINED


@pytest.mark.parametrize("method", ["merge", "squash", "rebase"])
async def test_after_a_merge_the_next_pages_begin_anew(play: Play, method: str) -> None:
    first = await publish(play)
    assert first.pull is not None
    await play.stage.merge(first.pull.number, method)
    assert (await publish(play)).outcome is Outcome.NO_DIFFERENCE
    await play.stage.push("main", {"src/more.py": "m = 1\n"})
    second = await publish(play, {**PAGES, "docs/autodoc/index.md": b"# Shop\n\nMore.\n"})
    assert second.outcome is Outcome.CREATED
    assert second.pull is not None
    proposed = await play.github.client.compare(play.repository, "main", BRANCH)
    assert proposed is not None
    assert proposed.paths == {"docs/autodoc/index.md"}
    assert proposed.behind_by == 0


async def test_what_the_base_says_already_closes_the_pull_request(play: Play) -> None:
    first = await publish(play)
    texts = {path: content.decode() for path, content in PAGES.items() if content is not None}
    await play.stage.push("main", texts)
    assert (await publish(play)).outcome is Outcome.NO_DIFFERENCE
    assert (await opened(play, first))["state"] == "closed"


async def test_a_base_that_moved_on_makes_a_proposal_outdated(play: Play) -> None:
    proposal = Proposal(
        base="gone",
        base_commit=await play.head(),
        files=PAGES,
        title="Document the shop",
        body="What it says.",
        commit_message="Document the shop",
    )
    published = await play.github.publisher.publish(play.repository, proposal, always)
    assert published.outcome is Outcome.OUTDATED


async def test_labels_are_put_on_a_new_pull_request(play: Play) -> None:
    pull = await opened(play, await publish(play, opening=Opening(labels=("docs", "robot"))))
    labels = await play.stage.read(f"{play.place}/issues/{pull['number']}/labels")
    assert {each["name"] for each in labels} == {"docs", "robot"}


async def test_reviewers_are_asked(play: Play) -> None:
    await play.stage.permit("hubot", "write")
    pull = await opened(play, await publish(play, opening=Opening(reviewers=("hubot",))))
    assert await asked(play, pull) == ["hubot"]


async def test_one_who_may_not_be_asked_spoils_it_for_nobody(play: Play) -> None:
    await play.stage.permit("hubot", "write")
    opening = Opening(reviewers=("maria", "hubot"))
    pull = await opened(play, await publish(play, opening=opening))
    assert await asked(play, pull) == ["hubot"]


async def asked(play: Play, pull: dict[str, object]) -> list[str]:
    found = await play.stage.read(f"{play.place}/pulls/{pull['number']}")
    return [each["login"] for each in found["requested_reviewers"]]


async def test_a_pull_request_may_begin_as_a_draft(play: Play) -> None:
    pull = await opened(play, await publish(play, opening=Opening(draft=True)))
    assert pull["draft"] is True


async def test_a_commit_is_signed_off_by_whom_github_names(play: Play) -> None:
    published = await publish(play, sign_off=True)
    assert published.pull is not None
    commit = await play.stage.read(f"{play.place}/git/commits/{published.pull.head}")
    author = commit["author"]
    assert f"Signed-off-by: {author['name']} <{author['email']}>" in commit["message"]


async def test_a_second_pull_request_of_a_branch_is_refused(play: Play) -> None:
    await publish(play)
    api = play.access.repository(play.repository, PUBLISH)
    wish = {"title": "Again", "head": BRANCH, "base": "main"}
    with pytest.raises(Conflict, match="already exists"):
        await api.post(f"{play.place}/pulls", data=wish)


async def test_a_branch_is_moved_forward_only(play: Play) -> None:
    old = await play.head()
    await play.stage.push("side", {"side.py": "s = 1\n"})
    api = play.access.repository(play.repository, PUBLISH)
    url = f"{play.place}/git/refs/heads"
    with pytest.raises(Conflict, match=r"not a fast.forward"):
        await api.patch(f"{url}/side", data={"sha": old, "force": False})
    with pytest.raises(Conflict, match="already exists"):
        await api.post(f"{play.place}/git/refs", data={"ref": "refs/heads/side", "sha": old})


async def test_a_text_beyond_githubs_bound_is_refused(play: Play) -> None:
    await play.stage.push("side", {"side.py": "s = 1\n"})
    api = play.access.repository(play.repository, PUBLISH)
    wish = {"title": "Long", "head": "side", "base": "main", "body": "x" * 65_537}
    with pytest.raises(Conflict, match="too long"):
        await api.post(f"{play.place}/pulls", data=wish)


async def test_a_token_reaches_no_other_repository(play: Play) -> None:
    await play.stage.make_repository("secret", {"a.py": "a = 1\n"})
    api = play.access.repository(play.repository, FETCH)
    with pytest.raises(NotFound):
        await api.read("/repos/octocat/secret")


async def test_a_token_that_was_handed_back_is_worth_nothing(play: Play) -> None:
    repository = play.repository
    assert repository.installation_id is not None
    ids = frozenset({int(repository.external_id)})
    await play.access.repository(repository, FETCH).read(play.place)
    old = await play.access.tokens.token(repository.installation_id, ids, FETCH)
    await play.access.close()
    new = await play.access.tokens.token(repository.installation_id, ids, FETCH)
    assert old != new


async def test_what_the_app_is_not_installed_on_gives_no_token(play: Play) -> None:
    update = {"installation_id": 987654}
    elsewhere = play.repository.model_copy(update=update)
    with pytest.raises(GitHubError):
        await play.github.client.head_of(elsewhere, "main")
