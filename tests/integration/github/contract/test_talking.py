"""What the client says below pull requests, and on commits."""

import pytest

from app.domain.work.check_run import (
    Annotation,
    CheckAction,
    CheckRun,
    CheckStatus,
    Conclusion,
)
from app.domain.work.trigger import CommentPlace
from app.errors import NotGranted
from app.github.access import READ
from tests.integration.github.contract.conftest import Play

MARK = "<!-- mark -->"


@pytest.fixture
async def number(play: Play) -> int:
    """A pull request of the owner."""
    await play.stage.push("side", {"side.py": "s = 1\n"})
    return await play.stage.propose("side")


async def test_a_comment_of_ours_is_told_from_one_that_quotes_it(play: Play, number: int) -> None:
    client, repository = play.github.client, play.repository
    await play.stage.say(number, f"Look: {MARK}")
    assert await client.find_comment(repository, number, MARK) is None
    made = await client.comment(repository, number, f"Working. {MARK}")
    assert await client.find_comment(repository, number, MARK) == made


async def test_a_comment_is_found_behind_a_hundred_others(play: Play, number: int) -> None:
    client, repository = play.github.client, play.repository
    for count in range(101):
        await play.stage.say(number, f"And {count}")
    made = await client.comment(repository, number, f"Working. {MARK}")
    assert await client.find_comment(repository, number, MARK) == made


async def test_a_comment_is_put_once_and_edited_in_place(play: Play, number: int) -> None:
    client, repository = play.github.client, play.repository
    quiet = await client.put_comment(repository, number, MARK, f"One {MARK}", create=False)
    assert quiet is None
    made = await client.put_comment(repository, number, MARK, f"One {MARK}")
    assert await client.put_comment(repository, number, MARK, f"Two {MARK}") == made
    await client.change_comment(repository, number, MARK, lambda text: text.replace("Two", "Three"))
    place = f"{play.place}/issues/{number}/comments"
    assert [each["body"] for each in await play.stage.read(place)] == [f"Three {MARK}"]


async def test_a_comment_is_answered_with_an_emoji_once(play: Play, number: int) -> None:
    client, repository = play.github.client, play.repository
    asked = await play.stage.say(number, "/autodoc help")
    await client.react(repository, asked, "eyes")
    await client.react(repository, asked, "eyes")
    place = f"{play.place}/issues/comments/{asked}/reactions"
    assert [each["content"] for each in await play.stage.read(place)] == ["eyes"]


async def test_a_comment_at_a_line_is_answered_with_an_emoji(play: Play, number: int) -> None:
    asked = await play.stage.remark(number, "side.py", "/autodoc help")
    await play.github.client.react(play.repository, asked, "rocket", CommentPlace.REVIEW)
    place = f"{play.place}/pulls/comments/{asked}/reactions"
    assert [each["content"] for each in await play.stage.read(place)] == ["rocket"]


def check(head: str, **more: object) -> CheckRun:
    known = {
        "name": "AutoDoc",
        "head": head,
        "external_id": "pull:1",
        "title": "1 page becomes stale",
        "summary": "The shop",
        "conclusion": Conclusion.NEUTRAL,
    }
    return CheckRun.model_validate({**known, **more})


async def test_a_check_tells_what_was_found(play: Play) -> None:
    client, repository, head = play.github.client, play.repository, await play.head()
    made = await client.put_check(repository, check(head))
    run = await play.stage.read(f"{play.place}/check-runs/{made}")
    assert (run["status"], run["conclusion"]) == ("completed", "neutral")
    assert (run["external_id"], run["output"]["title"]) == ("pull:1", "1 page becomes stale")


async def test_a_check_is_put_once_and_changed_in_place(play: Play) -> None:
    client, repository, head = play.github.client, play.repository, await play.head()
    going = check(head, status=CheckStatus.IN_PROGRESS, conclusion=None)
    made = await client.put_check(repository, going)
    button = CheckAction(identifier="again", label="Check again", description="Judge anew")
    assert await client.put_check(repository, check(head, actions=(button,))) == made
    assert await client.put_check(repository, check(head, actions=(button,))) == made
    runs = await play.stage.read(f"{play.place}/commits/{head}/check-runs")
    assert [run["id"] for run in runs["check_runs"]] == [made]
    [run] = runs["check_runs"]
    assert (run["status"], run["conclusion"]) == ("completed", "neutral")
    assert run["app"]["id"] == play.github.app_id


async def test_a_check_is_found_by_its_name_and_what_we_call_it(play: Play) -> None:
    client, repository, head = play.github.client, play.repository, await play.head()
    one = await client.put_check(repository, check(head))
    other = await client.put_check(repository, check(head, external_id="pull:2"))
    assert one != other
    assert await client.find_check(repository, head, "AutoDoc", "pull:1") == one
    assert await client.find_check(repository, head, "AutoDoc", "pull:2") == other
    assert await client.find_check(repository, head, "Other", "pull:1") is None


async def test_a_check_holds_more_annotations_than_one_request_takes(play: Play) -> None:
    head = await play.head()
    notes = tuple(
        Annotation(path="src/shop.py", first_line=n, last_line=n, message=f"Line {n}")
        for n in range(1, 121)
    )
    made = await play.github.client.put_check(play.repository, check(head, annotations=notes))
    place = f"{play.place}/check-runs/{made}"
    assert (await play.stage.read(place))["output"]["annotations_count"] == 120
    shown = [
        each["message"]
        for page in (1, 2)
        for each in await play.stage.read(f"{place}/annotations?per_page=100&page={page}")
    ]
    assert shown == [f"Line {n}" for n in range(1, 121)]


async def test_a_view_that_may_only_read_says_nothing(play: Play, number: int) -> None:
    reader = play.access.repository(play.repository, READ)
    with pytest.raises(NotGranted):
        await reader.post(f"{play.place}/issues/{number}/comments", data={"body": "Hi"})
