"""The documentation pull request, from its first commit to its end."""

from collections.abc import Awaitable, Callable

import aiohttp
import pytest
from typing_extensions import override

from app.domain.work.proposal import Outcome, Published
from app.errors import Conflict, GitHubError, InputError, LeaseLost
from app.github.answers import Answer
from app.github.pulls import GitHubPublisher
from app.github.transport import Credential, Request, SystemClock, Transport
from tests.fake_github.git_repository import Signature, TreeEntry
from tests.integration.github.conftest import (
    BRANCH,
    NAME,
    PAGES,
    QUICK,
    SOURCES,
    Scene,
    access_on,
    always,
)

NEWER: dict[str, bytes | None] = {**PAGES, "docs/autodoc/index.md": b"# Shop\n\nIt sells more.\n"}


async def test_the_first_proposal_opens_a_pull_request(scene: Scene) -> None:
    published = await scene.publish()

    assert published.outcome is Outcome.CREATED
    pull = scene.fake.pulls(NAME)[0]
    assert published.pull is not None
    assert (pull["number"], pull["head"]["sha"]) == (published.pull.number, published.pull.head)
    assert (pull["title"], pull["base"]["ref"]) == ("Document the shop", "main")
    assert "What it says." in pull["body"]
    assert pull["user"]["login"] == "autodoc[bot]"
    assert scene.files().items() >= PAGES.items()
    assert scene.files()["src/shop.py"] == b"def sell(): ...\n"


async def test_github_signs_the_commits(scene: Scene) -> None:
    await scene.publish()

    assert scene.fake.commits(NAME, BRANCH)[0]["verified"]


async def test_a_newer_proposal_is_appended_to_the_same_pull_request(scene: Scene) -> None:
    first = await scene.publish()
    second = await scene.publish(NEWER)

    assert first.pull is not None
    assert second.pull is not None
    assert second.outcome is Outcome.UPDATED
    assert second.pull.number == first.pull.number
    assert scene.fake.commits(NAME, BRANCH)[0]["parents"] == [first.pull.head]
    assert scene.files()["docs/autodoc/index.md"] == NEWER["docs/autodoc/index.md"]


async def test_the_same_proposal_again_changes_nothing(scene: Scene) -> None:
    first = await scene.publish()
    writes_before = _writes(scene)
    second = await scene.publish()

    assert second == Published(outcome=Outcome.UNCHANGED, pull=first.pull)
    assert _writes(scene) == writes_before


async def test_a_proposal_that_the_base_says_already_makes_nothing(scene: Scene) -> None:
    published = await scene.publish({"docs/autodoc/gone.md": None})

    assert published == Published(outcome=Outcome.NO_DIFFERENCE)
    assert scene.fake.branches(NAME).keys() == {"main"}


async def test_a_page_is_removed(scene: Scene) -> None:
    await scene.fake.push(NAME, "main", {"docs/autodoc/old.md": "# Old\n"})
    await scene.publish({**PAGES, "docs/autodoc/old.md": None})

    assert "docs/autodoc/old.md" not in scene.files()


async def test_content_that_is_no_text_arrives_unchanged(scene: Scene) -> None:
    pages: dict[str, bytes | None] = {
        "docs/autodoc/bytes.md": b"\xff\x00\xfe",
        "docs/autodoc/empty.md": b"",
        "docs/autodoc/large.md": "ä\r\n".encode() * 80_000,
    }
    await scene.publish(pages)

    assert scene.files().items() >= pages.items()


async def test_a_base_that_moved_is_joined_by_a_commit_with_two_parents(scene: Scene) -> None:
    first = await scene.publish()
    base = await scene.fake.push(NAME, "main", {"src/shop.py": "def sell(price): ...\n"})
    second = await scene.publish(NEWER)

    assert first.pull is not None
    assert second.pull is not None
    assert second.pull.number == first.pull.number
    assert scene.fake.commits(NAME, BRANCH)[0]["parents"] == [first.pull.head, base]
    assert scene.files()["src/shop.py"] == b"def sell(price): ...\n"
    assert scene.files()["docs/autodoc/index.md"] == NEWER["docs/autodoc/index.md"]


async def test_f21_a_base_that_moved_ahead_of_the_proposal_does_not_matter(scene: Scene) -> None:
    source = scene.head("main")
    await scene.fake.push(NAME, "main", {"src/other.py": "pass\n"})

    assert (await scene.publish(source=source)).outcome is Outcome.CREATED


async def test_f45_what_people_add_to_the_branch_survives_a_merge_of_the_base(scene: Scene) -> None:
    await scene.publish()
    await scene.fake.push(
        NAME, BRANCH, {"NOTES.md": "mine\n", "docs/autodoc/extra.md": "mine, too\n"}
    )
    await scene.fake.push(NAME, "main", {"src/other.py": "pass\n"})
    await scene.publish(NEWER)

    files = scene.files()
    assert files["NOTES.md"] == b"mine\n"
    assert files["docs/autodoc/extra.md"] == b"mine, too\n"
    assert files["src/other.py"] == b"pass\n"
    assert files["docs/autodoc/index.md"] == NEWER["docs/autodoc/index.md"]


async def test_a_conflict_with_the_base_is_left_to_people(scene: Scene) -> None:
    await scene.publish()
    mine = await scene.fake.push(NAME, BRANCH, {"src/shop.py": "def sell(mine): ...\n"})
    await scene.fake.push(NAME, "main", {"src/shop.py": "def sell(theirs): ...\n"})
    await scene.publish(NEWER)

    assert scene.fake.commits(NAME, BRANCH)[0]["parents"] == [mine]
    assert scene.files()["src/shop.py"] == b"def sell(mine): ...\n"
    assert scene.files()["docs/autodoc/index.md"] == NEWER["docs/autodoc/index.md"]


@pytest.mark.parametrize("base_moves", [False, True])
async def test_a_page_that_a_newer_proposal_no_longer_holds_goes(
    scene: Scene, *, base_moves: bool
) -> None:
    await scene.publish({**PAGES, "docs/autodoc/short-lived.md": b"# Gone soon\n"})
    if base_moves:
        await scene.fake.push(NAME, "main", {"src/other.py": "pass\n"})
    await scene.publish()

    assert scene.files().keys() - {"src/other.py"} == SOURCES.keys() | PAGES.keys()


async def test_a_page_of_ours_goes_though_people_work_on_the_branch_too(scene: Scene) -> None:
    await scene.publish({**PAGES, "docs/autodoc/short-lived.md": b"# Gone soon\n"})
    await scene.fake.push(NAME, BRANCH, {"docs/autodoc/extra.md": "mine\n"})
    await scene.publish()

    pages = PAGES.keys() | {"docs/autodoc/extra.md"}
    assert scene.files().keys() == SOURCES.keys() | pages


@pytest.mark.parametrize("method", ["merge", "squash", "rebase"])
async def test_after_a_merge_the_branch_left_behind_carries_the_next_pull_request(
    scene: Scene, method: str
) -> None:
    first = await scene.publish()
    assert first.pull is not None
    await scene.fake.merge(NAME, first.pull.number, method)  # type: ignore[arg-type] # a literal
    await scene.fake.push(NAME, "main", {"src/shop.py": "def sell(price): ...\n"})
    unchanged = await scene.publish()
    second = await scene.publish(NEWER)

    assert unchanged == Published(outcome=Outcome.NO_DIFFERENCE)
    assert second.outcome is Outcome.CREATED
    assert scene.files()["src/shop.py"] == b"def sell(price): ...\n"
    assert scene.files()["docs/autodoc/index.md"] == NEWER["docs/autodoc/index.md"]


async def test_f44_a_pull_request_that_a_person_closed_stays_closed_until_a_source_changes(
    scene: Scene,
) -> None:
    await scene.publish()
    await scene.fake.close(NAME, 1)

    assert await scene.publish() == Published(outcome=Outcome.DECLINED)
    # What only AutoDoc itself says otherwise is no reason to come back.
    assert await scene.publish(NEWER) == Published(outcome=Outcome.DECLINED)
    await scene.fake.push(NAME, "main", {"docs/autodoc/own.md": "mine\n"})
    assert await scene.publish(NEWER) == Published(outcome=Outcome.DECLINED)
    assert scene.open_pulls() == []
    await scene.fake.push(NAME, "main", {"src/shop.py": "def sell(price): ...\n"})
    assert (await scene.publish(NEWER)).outcome is Outcome.CREATED


async def test_f44_who_asks_for_it_gets_what_was_closed(scene: Scene) -> None:
    await scene.publish()
    await scene.fake.close(NAME, 1)
    asked = scene.proposal().model_copy(update={"is_asked": True})

    done = await scene.github.publisher.publish(scene.repository, asked, always)
    assert done.outcome is Outcome.CREATED


async def test_after_two_closures_the_next_one_says_how_to_have_none(scene: Scene) -> None:
    for price in range(3):
        await scene.fake.push(NAME, "main", {"src/shop.py": f"PRICE = {price}\n"})
        await scene.publish({**PAGES, "docs/autodoc/index.md": b"# Shop %d\n" % price})
        if price < 2:
            await scene.fake.close(NAME, price + 1)

    bodies = [pull["body"] for pull in scene.fake.pulls(NAME)]
    assert ["`/autodoc pause`" in body for body in bodies] == [False, False, True]


async def test_a_pull_request_without_a_difference_is_closed_with_the_reason_and_reopened(
    scene: Scene,
) -> None:
    await scene.publish()
    pages = {path: content or b"" for path, content in PAGES.items()}
    await scene.fake.push(NAME, "main", pages)
    assert await scene.publish() == Published(outcome=Outcome.NO_DIFFERENCE)
    assert scene.open_pulls() == []
    assert "`main` already says all of it." in scene.fake.pulls(NAME)[0]["body"]
    await scene.fake.push(NAME, "main", dict.fromkeys(pages))

    again = await scene.publish()
    assert again.pull is not None
    assert (again.outcome, again.pull.number, scene.open_pulls()) == (Outcome.UPDATED, 1, [1])
    assert "What it says." in scene.fake.pulls(NAME)[0]["body"]


@pytest.mark.parametrize("too_late", ["a week", "the branch"])
async def test_what_github_or_time_forbids_to_reopen_is_opened_anew(
    scene: Scene, too_late: str
) -> None:
    await scene.publish()
    pages = {path: content or b"" for path, content in PAGES.items()}
    await scene.fake.push(NAME, "main", pages)
    await scene.publish()
    await scene.fake.push(NAME, "main", dict.fromkeys(pages))
    if too_late == "a week":
        scene.fake.world.pull(NAME, 1).closed_at = "2020-02-02T12:00:00Z"
    else:
        url = f"/repos/{NAME}/pulls/1$"
        said = '{"message": "Validation Failed", "errors": ["state cannot be changed"]}'
        scene.fake.fail_next("PATCH", url, status=422, body=said)

    assert (await scene.publish()).outcome is Outcome.CREATED
    assert scene.open_pulls() == [2]


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
    assert _writes(scene) == 0


async def test_a_link_in_the_repository_is_not_written_through(scene: Scene) -> None:
    git = scene.fake.world.repository(NAME).git
    target = git.write_blob(b"../elsewhere")
    link = TreeEntry("120000", "blob", target, None, "docs/autodoc")
    person = Signature("octocat", "octocat@example.org", 1_700_000_000)
    commit = git.write_commit(git.write_tree(None, [link], []), (), person, person, "Link")
    await scene.fake.force_push(NAME, "main", commit)

    with pytest.raises(InputError, match="docs/autodoc is something else"):
        await scene.publish()


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


async def test_a_closed_proposal_stays_closed_when_only_its_commit_is_newer(scene: Scene) -> None:
    def pages() -> dict[str, bytes | None]:
        return {
            "docs/autodoc/index.md": f"[shop](https://x/blob/{scene.head('main')}/shop.py)\n".encode()
        }

    await scene.publish(pages())
    await scene.fake.close(NAME, 1)
    await scene.fake.push(NAME, "main", {"src/other.py": "pass\n"})

    assert await scene.publish(pages()) == Published(outcome=Outcome.DECLINED)


async def test_a_repository_that_was_renamed_gets_its_pull_request(scene: Scene) -> None:
    proposal = scene.proposal()
    await scene.fake.rename(NAME, "store")
    published = await scene.github.publisher.publish(scene.repository, proposal, always)

    assert published.outcome is Outcome.CREATED
    assert len(scene.fake.pulls("acme/store", "open")) == 1


async def test_a_protected_path_is_refused_before_anything_is_asked(scene: Scene) -> None:
    with pytest.raises(InputError, match=r"\.github/workflows/ci\.yml"):
        await scene.publish({".github/workflows/ci.yml": b"on: push\n"})
    assert scene.fake.requests == []


def _writes(scene: Scene) -> int:
    writes = [each for each in scene.fake.requests if each.method != "GET"]
    return sum("access_tokens" not in each.path for each in writes)


Prepare = Callable[[Scene], Awaitable[None]]


async def _nothing(scene: Scene) -> None:
    """Leave the repository as it is."""


async def _published(scene: Scene) -> None:
    await scene.publish()


async def _moved(scene: Scene) -> None:
    await scene.publish()
    await scene.fake.push(NAME, BRANCH, {"NOTES.md": "mine\n"})
    await scene.fake.push(NAME, "main", {"src/other.py": "pass\n"})


async def _merged(scene: Scene) -> None:
    await scene.publish()
    await scene.fake.merge(NAME, 1, "squash")
    await scene.fake.push(NAME, "main", {"src/other.py": "pass\n"})


SITUATIONS: dict[str, Prepare] = {
    "new": _nothing,
    "open": _published,
    "base moved": _moved,
    "merged": _merged,
}


@pytest.mark.parametrize("applied", [False, True], ids=["before", "after"])
@pytest.mark.parametrize("situation", SITUATIONS)
async def test_f25_a_crash_at_any_request_leaves_nothing_to_do_twice(
    scene: Scene, situation: str, *, applied: bool
) -> None:
    """Die at the first request, in the next run at the second, … until a run gets through."""
    await SITUATIONS[situation](scene)
    begins_anew = situation in {"new", "merged"}
    before = len(scene.messages("main" if begins_anew else BRANCH))
    survived = 0
    while not await _ends_at(scene, survived, applied=applied):
        survived += 1

    assert survived > 5
    assert [pull["state"] for pull in scene.fake.pulls(NAME)][-1:] == ["open"]
    assert len(scene.fake.pulls(NAME)) == (2 if situation == "merged" else 1)
    # The merge brings the base's new commit along.
    assert len(scene.messages()) == before + (2 if situation == "base moved" else 1)
    assert scene.files().items() >= NEWER.items()
    assert (await scene.publish(NEWER)).outcome is Outcome.UNCHANGED


async def _ends_at(scene: Scene, survived: int, *, applied: bool) -> bool:
    """Run a new process that dies after some requests; say whether it came to its end instead."""
    async with aiohttp.ClientSession() as session:
        transport = MortalTransport(session, scene.fake.api_url, survived, applied=applied)
        publisher = GitHubPublisher(access_on(transport, scene.fake), scene.clock)
        try:
            await publisher.publish(scene.repository, scene.proposal(NEWER), always)
        except Killed:
            return False
        return True


class Killed(Exception):  # noqa: N818 - what happened, no fault
    """The process is gone."""


class MortalTransport(Transport):
    """Dies at one of its requests: before GitHub gets it, or before its answer is read."""

    def __init__(
        self, session: aiohttp.ClientSession, api_url: str, survived: int, *, applied: bool
    ) -> None:
        super().__init__(session, api_url, QUICK, SystemClock())
        self._survived = survived
        self._applied = applied

    @override
    async def send(self, request: Request, credential: Credential) -> Answer:
        self._survived -= 1
        if self._survived >= 0:
            return await super().send(request, credential)
        if self._applied:
            await super().send(request, credential)
        raise Killed
