"""A check run is put as often as one likes and is there once; so is a comment."""

import pytest

from app.domain.work.check_run import Annotation, CheckAction, CheckRun, CheckStatus, Conclusion
from app.errors import GitHubError, NotGranted
from app.github.checks import LONGEST_TEXT, clip
from app.github.connection import open_github
from tests.fake_github.fake import FakeGitHub
from tests.integration.github.conftest import NAME, QUICK, Scene, settings_for

MARKER = "<!-- autodoc:impact -->"


def check(scene: Scene, **changes: object) -> CheckRun:
    run = CheckRun(
        name="AutoDoc",
        head=scene.head("main"),
        external_id="impact:1",
        conclusion=Conclusion.NEUTRAL,
        title="2 pages become stale",
        summary="Both of them.",
        actions=(CheckAction(identifier="again", label="Check again", description="Look again."),),
    )
    return run.model_copy(update=changes)


def annotations(count: int, message: str = "gone") -> tuple[Annotation, ...]:
    return tuple(
        Annotation(path="src/shop.py", first_line=n, last_line=n, message=message)
        for n in range(1, count + 1)
    )


def writes(scene: Scene) -> int:
    return sum(
        1
        for each in scene.fake.requests
        if each.method != "GET" and "access_tokens" not in each.path
    )


async def test_a_check_that_is_put_again_is_left_alone_and_a_changed_one_is_changed(
    scene: Scene,
) -> None:
    client, repository = scene.github.client, scene.repository
    running = check(scene, status=CheckStatus.IN_PROGRESS, conclusion=None, actions=())
    first = await client.put_check(repository, running)
    second = await client.put_check(repository, check(scene))
    before = writes(scene)
    third = await client.put_check(repository, check(scene))

    [run] = scene.fake.check_runs(NAME)
    assert first == second == third == run["id"]
    assert writes(scene) == before
    assert (run["status"], run["conclusion"]) == ("completed", "neutral")
    assert run["actions"][0]["identifier"] == "again"
    address = (repository, scene.head("main"), "AutoDoc")
    assert await client.find_check(*address, "impact:1") == first
    assert await client.find_check(*address, "impact:2") is None


async def test_a_check_holds_more_annotations_than_one_request_takes(scene: Scene) -> None:
    await scene.github.client.put_check(
        scene.repository, check(scene, annotations=annotations(120))
    )

    [run] = scene.fake.check_runs(NAME)
    lines = [each["start_line"] for each in run["output"]["annotations"]]
    assert lines == [*range(1, 121)]
    assert run["status"] == "completed"


@pytest.mark.parametrize("applied", [False, True])
async def test_a_check_that_was_interrupted_goes_on_where_it_stopped(
    scene: Scene, *, applied: bool
) -> None:
    run = check(scene, annotations=annotations(120))
    scene.fake.fail_next("PATCH", "/check-runs/", status=502, applied=applied)
    with pytest.raises(GitHubError):
        await scene.github.client.put_check(scene.repository, run)
    [half] = scene.fake.check_runs(NAME)
    assert half["status"] == "in_progress"

    await scene.github.client.put_check(scene.repository, run)

    [whole] = scene.fake.check_runs(NAME)
    assert [each["start_line"] for each in whole["output"]["annotations"]] == [*range(1, 121)]
    assert whole["status"] == "completed"


async def test_a_check_with_other_annotations_takes_the_place_of_the_old_one(scene: Scene) -> None:
    client, repository = scene.github.client, scene.repository
    old = await client.put_check(repository, check(scene, annotations=annotations(2)))
    mended = check(scene, conclusion=Conclusion.SUCCESS, title="All pages are true")
    new = await client.put_check(repository, mended)

    assert new != old
    runs = {run["id"]: run for run in scene.fake.check_runs(NAME)}
    assert not runs[new]["output"]["annotations"]
    assert await client.put_check(repository, mended) == new
    assert len(scene.fake.check_runs(NAME)) == 2


async def test_texts_fit_githubs_bounds(scene: Scene) -> None:
    long = "Ä line that is told.\n" * 10_000
    await scene.github.client.put_check(
        scene.repository, check(scene, title="t" * 999, summary=long, text=long)
    )

    [run] = scene.fake.check_runs(NAME)
    output = run["output"]
    assert "autodoc:check" in output["summary"]
    assert all(len(output[name].encode()) <= LONGEST_TEXT for name in ("summary", "text"))
    assert clip("short", 10) == "short"


async def test_f38_a_permission_that_was_not_granted_is_named_and_not_tried_again(
    fake: FakeGitHub, scene: Scene
) -> None:
    await fake.uninstall(scene.repository.installation_id or 0)
    held = {name: level for name, level in fake.app.permissions.items() if name != "checks"}
    installation = await fake.install("acme", permissions=held)
    repository = scene.repository.model_copy(update={"installation_id": installation.id})
    async with open_github(settings_for(fake), QUICK) as github:
        with pytest.raises(NotGranted, match="Accept the App's permissions"):
            await github.client.put_check(repository, check(scene))


async def test_s28_only_our_own_comment_is_edited_and_only_to_say_something_else(
    scene: Scene,
) -> None:
    await scene.fake.push(NAME, "side", {"a.py": "pass\n"})
    number = await scene.fake.open_pull_request(NAME, "side", "main", "Add a")
    await scene.fake.comment(NAME, number, "octocat", f"Quoted: {MARKER}")
    client, place = scene.github.client, (scene.repository, number, MARKER)

    assert await client.put_comment(*place, f"{MARKER}\nquiet", create=False) is None
    first = await client.put_comment(*place, f"{MARKER}\nstale")
    before = writes(scene)
    assert await client.put_comment(*place, f"{MARKER}\nstale") == first
    assert writes(scene) == before
    assert await client.put_comment(*place, f"{MARKER}\nquiet", create=False) == first

    bodies = [each["body"] for each in scene.fake.comments(NAME, number)]
    assert bodies == [f"Quoted: {MARKER}", f"{MARKER}\nquiet"]
