"""The documentation pull request, from its first commit to its end."""

import pytest

from app.domain.work.proposal import Outcome, Published
from app.errors import InputError
from tests.fake_github.git_repository import Signature, TreeEntry
from tests.integration.github.conftest import (
    BRANCH,
    NAME,
    PAGES,
    SOURCES,
    Scene,
    always,
    writes,
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
    writes_before = writes(scene)
    second = await scene.publish()

    assert second == Published(outcome=Outcome.UNCHANGED, pull=first.pull)
    assert writes(scene) == writes_before


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


async def test_a_link_in_the_repository_is_not_written_through(scene: Scene) -> None:
    git = scene.fake.world.repository(NAME).git
    target = git.write_blob(b"../elsewhere")
    link = TreeEntry("120000", "blob", target, None, "docs/autodoc")
    person = Signature("octocat", "octocat@example.org", 1_700_000_000)
    commit = git.write_commit(git.write_tree(None, [link], []), (), person, person, "Link")
    await scene.fake.force_push(NAME, "main", commit)

    with pytest.raises(InputError, match="docs/autodoc is something else"):
        await scene.publish()


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
