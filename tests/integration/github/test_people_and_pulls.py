"""What people do to the documentation pull request, and that AutoDoc heeds it."""

from typing import Any

import pytest

from app.domain.work.proposal import Opening, Outcome, Proposal, Published
from app.errors import GitHubError
from tests.fake_github.state import Protection
from tests.integration.github.conftest import BRANCH, NAME, PAGES, Scene, always

NEWER: dict[str, bytes | None] = {**PAGES, "docs/autodoc/index.md": b"# Shop\n\nIt sells more.\n"}
OWNERS = "* @all\n/src/ @ann @acme/shop\n/src/secret.py @autodoc[bot]\n"
DRESSED = Opening(labels=("documentation", "bot"), reviewers=("ann", "stranger"), draft=True)


async def publish(scene: Scene, proposal: Proposal | None = None, **changes: Any) -> Published:
    """Publish the pages, with some parts of the proposal otherwise."""
    wanted = (proposal or scene.proposal()).model_copy(update=changes)
    return await scene.github.publisher.publish(scene.repository, wanted, always)


def pull(scene: Scene, number: int = 1) -> dict[str, Any]:
    """Look at a pull request."""
    return next(each for each in scene.fake.pulls(NAME) if each["number"] == number)


def asked(scene: Scene, number: int = 1) -> list[str]:
    """List who is asked to review, teams by their slug."""
    found = pull(scene, number)
    people = [each["login"] for each in found["requested_reviewers"]]
    return [*people, *(each["slug"] for each in found["requested_teams"])]


def changing(scene: Scene) -> list[tuple[str, str]]:
    """List the writes so far, but for tokens."""
    return [
        (each.method, each.path)
        for each in scene.fake.requests
        if each.method != "GET" and "access_tokens" not in each.path
    ]


async def test_labels_reviewers_and_draft_are_put_on_once(scene: Scene) -> None:
    await scene.fake.set_permission(NAME, "ann", "write")
    await publish(scene, opening=DRESSED)

    assert scene.fake.labels(NAME, 1) == ["documentation", "bot"]
    assert asked(scene) == ["ann"]
    assert pull(scene)["draft"]

    await scene.fake.unlabel(NAME, 1, "bot")
    await scene.fake.remove_reviewer(NAME, 1, "ann")
    await scene.fake.set_draft(NAME, 1, draft=False)
    await publish(scene, scene.proposal(NEWER), opening=DRESSED)

    assert scene.fake.labels(NAME, 1) == ["documentation"]
    assert asked(scene) == []
    assert not pull(scene)["draft"], "F52: a person made it ready for review"


async def test_owners_of_the_cited_code_are_asked_where_nobody_is_named(scene: Scene) -> None:
    await scene.fake.push(NAME, "main", {".github/CODEOWNERS": OWNERS})
    await scene.fake.set_permission(NAME, "ann", "write")
    await scene.fake.add_team("acme", "shop")
    cited = ("src/shop.py", "src/secret.py", "src/shop.py")
    await publish(scene, opening=Opening(cited=cited))

    assert asked(scene) == ["ann", "shop"]


async def test_f39_what_github_refuses_to_put_on_fails_nothing(scene: Scene) -> None:
    gone = '{"message": "Issues are disabled for this repo"}'
    scene.fake.fail_next("POST", r"/issues/1/labels$", status=410, body=gone)
    scene.fake.fail_next(
        "POST", r"/requested_reviewers$", status=403, body='{"message": "is locked"}', times=3
    )
    await scene.fake.configure(NAME, "allows_drafts", on=False)
    done = await publish(scene, opening=DRESSED)

    assert done.outcome is Outcome.CREATED
    assert scene.fake.labels(NAME, 1) == asked(scene) == []
    assert not pull(scene)["draft"]
    before = changing(scene)
    assert (await publish(scene, opening=DRESSED)).outcome is Outcome.UNCHANGED
    assert changing(scene) == before


async def test_f26_a_run_that_died_before_the_labels_is_completed_by_the_next(scene: Scene) -> None:
    await scene.fake.set_permission(NAME, "ann", "write")
    said = '{"message": "oops"}'
    scene.fake.fail_next("POST", r"/issues/1/labels$", status=500, body=said, times=10)
    with pytest.raises(GitHubError):
        await publish(scene, opening=DRESSED)
    scene.fake.faults.waiting.clear()
    await publish(scene, opening=DRESSED)

    assert scene.fake.labels(NAME, 1) == ["documentation", "bot"]
    assert asked(scene) == ["ann"]
    assert len(scene.fake.pulls(NAME)) == 1
    assert len(scene.messages()) == 2


async def test_f47_a_title_that_a_person_changed_stays(scene: Scene) -> None:
    await publish(scene)
    await scene.fake.edit_pull_request(NAME, 1, title="Docs, please review")
    await publish(scene, scene.proposal(NEWER), title="Update 1 page", body="News.")

    assert pull(scene)["title"] == "Docs, please review"
    assert "News." in pull(scene)["body"]


async def test_a_title_of_ours_follows_what_is_proposed(scene: Scene) -> None:
    await publish(scene)
    await publish(scene, scene.proposal(NEWER), title="Update 1 page")

    assert pull(scene)["title"] == "Update 1 page"


async def test_f47_a_pull_request_that_points_elsewhere_is_left_alone(scene: Scene) -> None:
    await scene.fake.push(NAME, "next", {"src/next.py": "pass\n"})
    await publish(scene)
    await scene.fake.edit_pull_request(NAME, 1, base="next")
    before = changing(scene)

    assert await publish(scene, scene.proposal(NEWER)) == Published(outcome=Outcome.TAKEN)
    assert changing(scene) == before
    await scene.fake.edit_pull_request(NAME, 1, base="main")
    assert (await publish(scene, scene.proposal(NEWER))).outcome is Outcome.UPDATED


async def test_f48_a_deleted_branch_closes_the_proposal_until_a_source_changes(
    scene: Scene,
) -> None:
    await publish(scene)
    await scene.fake.delete_branch(NAME, BRANCH)

    assert (await publish(scene)).outcome is Outcome.DECLINED
    assert BRANCH not in scene.fake.branches(NAME)
    await scene.fake.push(NAME, "main", {"src/shop.py": "def sell(price): ...\n"})
    assert (await publish(scene, scene.proposal(NEWER))).outcome is Outcome.CREATED


async def test_f50_what_was_reverted_is_not_proposed_again(scene: Scene) -> None:
    await publish(scene)
    await scene.fake.merge(NAME, 1, "squash")
    await scene.fake.push(NAME, "main", dict.fromkeys(PAGES), "Revert the documentation")

    assert (await publish(scene)).outcome is Outcome.DECLINED
    assert (await publish(scene, scene.proposal(NEWER))).outcome is Outcome.CREATED


async def test_a_merge_that_a_force_push_dropped_is_no_revert(scene: Scene) -> None:
    before = scene.head("main")
    await publish(scene)
    await scene.fake.merge(NAME, 1)
    await scene.fake.force_push(NAME, "main", before)

    assert (await publish(scene)).outcome is Outcome.CREATED


@pytest.mark.parametrize("method", ["merge", "squash", "rebase"])
async def test_f49_after_any_merge_no_old_commit_comes_back(scene: Scene, method: str) -> None:
    await publish(scene)
    await scene.fake.push(NAME, BRANCH, {"docs/autodoc/extra.md": "mine\n"}, "Mine")
    await publish(scene, scene.proposal(NEWER))
    await scene.fake.merge(NAME, 1, method)  # type: ignore[arg-type] # a literal
    await scene.fake.push(NAME, "main", {"src/shop.py": "def sell(price): ...\n"})
    base = scene.head("main")
    await publish(scene)

    tip = scene.fake.commits(NAME, BRANCH)[0]
    assert tip["parents"] == [base]
    assert scene.open_pulls() == [2]
    assert pull(scene, 2)["commits"] == 1
    assert scene.files()["docs/autodoc/extra.md"] == b"mine\n"


async def test_what_a_person_pushed_after_the_merge_is_kept(scene: Scene) -> None:
    await publish(scene)
    await scene.fake.merge(NAME, 1, "squash")
    mine = await scene.fake.push(NAME, BRANCH, {"NOTES.md": "mine\n"}, "Mine")
    await scene.fake.push(NAME, "main", {"src/shop.py": "def sell(price): ...\n"})
    await publish(scene, scene.proposal(NEWER))

    assert scene.files()["NOTES.md"] == b"mine\n"
    assert mine in [each["sha"] for each in scene.fake.commits(NAME, BRANCH)]


async def test_a_leftover_branch_that_may_not_be_deleted_carries_on(scene: Scene) -> None:
    await publish(scene)
    await scene.fake.merge(NAME, 1, "squash")
    await scene.fake.push(NAME, "main", {"src/shop.py": "def sell(price): ...\n"})
    scene.fake.fail_next(
        "DELETE", "/git/refs/", status=422, body='{"message": "Cannot delete this branch"}'
    )

    done = await publish(scene, scene.proposal(NEWER))
    assert done.outcome is Outcome.CREATED
    assert scene.files()["docs/autodoc/index.md"] == NEWER["docs/autodoc/index.md"]


@pytest.mark.parametrize(
    ("rules", "said"),
    [
        (Protection(pull_requests=True), "ruleset"),
        (Protection(restricted=True), "branch protection rule"),
        (Protection(merge_queue=True), "ruleset"),
    ],
)
async def test_f40_a_protected_branch_is_explained_once(
    scene: Scene, rules: Protection, said: str
) -> None:
    await scene.fake.protect(NAME, BRANCH, rules)

    with pytest.raises(GitHubError, match=said) as raised:
        await publish(scene)
    assert not raised.value.transient
    assert BRANCH in str(raised.value)
    assert sum(path.endswith("/git/refs") for _, path in changing(scene)) == 1


async def test_f40_commits_through_the_api_are_signed_so_a_rule_for_that_is_no_hindrance(
    scene: Scene,
) -> None:
    await scene.fake.protect(NAME, BRANCH, Protection(signatures=True))

    assert (await publish(scene)).outcome is Outcome.CREATED


@pytest.mark.parametrize("is_bare", [True, False])
async def test_f40_workflows_that_the_base_changed_are_not_carried_over(
    scene: Scene, *, is_bare: bool
) -> None:
    await publish(scene)
    await scene.fake.push(NAME, "main", {".github/workflows/ci.yml": "on: push\n"})
    if not is_bare:
        said = "refusing to allow a GitHub App to create or update workflow `ci.yml` without it"
        body = f'{{"message": "{said}"}}'
        scene.fake.fail_next("PATCH", "/git/refs/", status=422, body=body)
    done = await publish(scene, scene.proposal(NEWER))

    assert done.outcome is Outcome.UPDATED
    assert scene.files()["docs/autodoc/index.md"] == NEWER["docs/autodoc/index.md"]
    assert ".github/workflows/ci.yml" not in scene.files()


async def test_a_pull_request_in_a_merge_queue_is_not_pushed_to_and_tried_later(
    scene: Scene,
) -> None:
    await scene.fake.protect(NAME, "main", Protection(merge_queue=True))
    await publish(scene)
    head = scene.head(BRANCH)
    await scene.fake.enqueue(NAME, 1)

    with pytest.raises(GitHubError, match="merge queue") as raised:
        await publish(scene, scene.proposal(NEWER))
    assert raised.value.transient
    assert scene.head(BRANCH) == head
    await scene.fake.merge_queued(NAME, 1)
    assert (await publish(scene, scene.proposal(NEWER))).outcome is Outcome.CREATED
    assert pull(scene, 2)["commits"] == 1


async def test_f22_a_base_that_was_deleted_closes_the_pull_request_with_the_reason(
    scene: Scene,
) -> None:
    await scene.fake.push(NAME, "next", {"src/next.py": "pass\n"})
    proposal = scene.proposal().model_copy(
        update={"base": "next", "base_commit": scene.head("next")}
    )
    await publish(scene, proposal)
    await scene.fake.delete_branch(NAME, "next")

    assert (await publish(scene, proposal)).outcome is Outcome.OUTDATED
    assert pull(scene)["state"] == "closed"
    assert "`next` is gone" in pull(scene)["body"]


async def test_f53_after_a_rename_of_the_base_one_pull_request_goes_on(scene: Scene) -> None:
    await publish(scene)
    await scene.fake.rename_branch(NAME, "main", "trunk")
    proposal = scene.proposal(source=scene.head("trunk")).model_copy(update={"base": "trunk"})
    await publish(scene, proposal)

    assert scene.open_pulls() == [2]
    assert "`main` is called `trunk` now; #2 goes on." in pull(scene)["body"]
    assert "autodoc/trunk" in scene.fake.branches(NAME)


async def test_f51_two_bases_have_a_pull_request_each(scene: Scene) -> None:
    await scene.fake.push(NAME, "stable", {"src/shop.py": "def sell(old): ...\n"})
    await publish(scene)
    stable = scene.proposal(NEWER, source=scene.head("stable"))
    await publish(scene, stable, base="stable")

    assert [pull(scene, number)["base"]["ref"] for number in (1, 2)] == ["main", "stable"]
    assert scene.open_pulls() == [1, 2]
    assert scene.files("autodoc/stable")["src/shop.py"] == b"def sell(old): ...\n"


async def test_a_base_that_moves_without_news_makes_no_commit(scene: Scene) -> None:
    await publish(scene)
    await scene.fake.push(NAME, "main", {"src/other.py": "pass\n"})
    before = changing(scene)

    assert (await publish(scene)).outcome is Outcome.UNCHANGED
    assert changing(scene) == before


async def test_figures_alone_are_no_reason_to_write_again(scene: Scene) -> None:
    await publish(scene, body="Two pages. $0.10", substance="Two pages.")
    before = changing(scene)

    done = await publish(scene, body="Two pages. $0.00", substance="Two pages.")
    assert done.outcome is Outcome.UNCHANGED
    assert changing(scene) == before
    await publish(scene, body="Three pages. $0.00", substance="Three pages.")
    assert "Three pages." in pull(scene)["body"]


async def test_commits_are_signed_off_by_whom_github_names_as_their_author(scene: Scene) -> None:
    await publish(scene, sign_off=True)

    tip = scene.fake.commits(NAME, BRANCH)[0]
    *_, sign_off, trailer = tip["message"].splitlines()
    assert sign_off.startswith(f"Signed-off-by: {tip['author']} <")
    assert trailer.startswith("AutoDoc-Source: ")
