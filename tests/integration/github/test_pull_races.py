"""The documentation pull request when somebody else is faster."""

import pytest

from app.domain.work.proposal import Outcome, Published
from app.errors import Conflict, GitHubError, LeaseLost
from tests.integration.github.conftest import (
    BRANCH,
    NAME,
    PAGES,
    Scene,
    writes,
)

NEWER: dict[str, bytes | None] = {**PAGES, "docs/autodoc/index.md": b"# Shop\n\nIt sells more.\n"}


async def test_f20_a_rewritten_base_makes_the_proposal_outdated(scene: Scene) -> None:
    source = await scene.fake.push(NAME, "main", {"src/other.py": "pass\n"})
    first = scene.fake.commits(NAME, "main")[-1]["sha"]
    await scene.fake.force_push(NAME, "main", first)

    assert await scene.publish(source=source) == Published(outcome=Outcome.OUTDATED)


@pytest.mark.parametrize("goes_on", [False, True])
async def test_f20_what_a_force_push_took_from_the_base_is_not_proposed(
    scene: Scene, *, goes_on: bool
) -> None:
    first = scene.head("main")
    await scene.fake.push(NAME, "main", {"src/secret.py": "pass\n"})
    await scene.publish()
    await scene.fake.push(NAME, "main", {"src/shop.py": "def steal(): ...\n"})
    await scene.publish(NEWER)
    await scene.fake.push(NAME, BRANCH, {"NOTES.md": "mine\n"})
    await scene.fake.force_push(NAME, "main", first)
    if goes_on:
        await scene.fake.push(NAME, "main", {"src/other.py": "pass\n"})

    for _ in range(2):
        await scene.publish()
    found, base = scene.files(), scene.files("main")
    pages = {path: content or b"" for path, content in PAGES.items()}
    assert found == {**base, **pages, "NOTES.md": b"mine\n"}
    assert scene.open_pulls() == [1]

    # A rebase brings back each commit but the merges.
    await scene.fake.merge(NAME, 1, "rebase")
    assert scene.files("main") == found


async def test_f24_two_publishers_that_race_make_one_pull_request(scene: Scene) -> None:
    async def meanwhile() -> None:
        """Let another process finish just before each write of the first one."""
        if not racing:
            racing.append(True)
            await scene.publish()

    racing: list[bool] = []
    await scene.github.publisher.publish(scene.repository, scene.proposal(), meanwhile)

    assert len(scene.fake.pulls(NAME)) == 1
    assert scene.messages() == ["Document the shop", "Initial commit"]


async def test_f24_a_pull_request_opened_by_somebody_else_is_adopted(scene: Scene) -> None:
    opened: list[int] = []

    async def open_first() -> None:
        if BRANCH in scene.fake.branches(NAME) and not opened:
            opened.append(await scene.fake.open_pull_request(NAME, BRANCH))

    published = await scene.github.publisher.publish(scene.repository, scene.proposal(), open_first)

    assert published.pull is not None
    assert [published.pull.number] == opened
    assert scene.fake.pulls(NAME)[0]["title"] == "Document the shop"


async def test_f45_a_push_of_a_person_in_the_middle_is_kept(scene: Scene) -> None:
    await scene.publish()
    pushed: list[str] = []

    async def push_first() -> None:
        if not pushed:
            pushed.append(await scene.fake.push(NAME, BRANCH, {"NOTES.md": "mine\n"}))

    await scene.github.publisher.publish(scene.repository, scene.proposal(NEWER), push_first)

    assert scene.files()["NOTES.md"] == b"mine\n"
    assert scene.fake.commits(NAME, BRANCH)[0]["parents"] == pushed


async def test_f23_a_lost_lease_stops_before_the_next_write(scene: Scene) -> None:
    async def lost() -> None:
        raise LeaseLost("another process took the job over")

    with pytest.raises(LeaseLost):
        await scene.github.publisher.publish(scene.repository, scene.proposal(), lost)
    assert writes(scene) == 0


@pytest.mark.parametrize(
    ("method", "path", "status", "said"),
    [
        ("POST", "/git/trees$", 422, "Tree SHA does not exist"),
        ("POST", "/git/commits$", 422, "Tree SHA does not exist"),
        ("POST", "/git/refs$", 422, "Reference already exists"),
        ("POST", "/git/refs$", 409, "Conflict"),
        ("PATCH", "/git/refs/", 422, "Update is not a fast forward"),
        ("PATCH", "/git/refs/", 422, "Reference update failed"),
        ("PATCH", "/git/refs/", 409, "Conflict"),
        ("POST", "/pulls$", 422, "No commits between main and autodoc/main"),
    ],
)
async def test_f33_a_race_that_github_tells_of_is_looked_at_anew(
    scene: Scene, method: str, path: str, status: int, said: str
) -> None:
    if method == "PATCH":
        await scene.publish()
    scene.fake.fail_next(method, path, status=status, body=f'{{"message": "{said}"}}')

    assert (await scene.publish(NEWER)).pull is not None
    assert scene.open_pulls() == [1]
    assert scene.files().items() >= NEWER.items()


async def test_f33_a_race_without_an_end_is_no_endless_loop(scene: Scene) -> None:
    said = '{"message": "Reference already exists"}'
    scene.fake.fail_next("POST", "/git/refs$", status=422, body=said, times=50)

    with pytest.raises(Conflict, match="already exists"):
        await scene.publish()
    assert len(scene.clock.naps) == 2


async def test_f33_a_branch_in_the_way_of_ours_is_named(scene: Scene) -> None:
    await scene.fake.push(NAME, "autodoc", {"a": "b"})

    with pytest.raises(GitHubError, match="rename or delete it") as raised:
        await scene.publish()
    assert not raised.value.transient
