import pytest

from app.db.acks import AckRepo
from app.db.answers import AnswerRepo
from app.db.engine import Sessions
from app.db.jobs import JobRepo
from app.db.notes import NoteRepo
from app.domain.wiki.record import Ack
from app.domain.work.job import FlowName, JobOrder
from app.domain.work.note import MOST_NOTES, PageNote
from app.domain.work.repository import Repository


def note(instruction: str, page: str = "home") -> PageNote:
    return PageNote(page=page, instruction=instruction, said_by="mona")


async def test_instructions_are_kept_once_by_page_and_branch_the_newest_ones(
    sessions: Sessions, repository: Repository
) -> None:
    notes = NoteRepo(sessions)
    for number in range(MOST_NOTES + 2):
        for _ in range(2):
            await notes.add(repository.id, "main", note(f"wish {number}"), f"comment:{number}")
    await notes.add(repository.id, "main", note("be short", "web:home"), "comment:x")
    await notes.add(repository.id, "next", note("elsewhere"), "comment:y")

    found = await notes.find(repository.id, "main")
    assert found["home"] == tuple(f"wish {number}" for number in range(2, MOST_NOTES + 2))
    assert found["web:home"] == ("be short",)
    assert (await notes.read(repository.id, "main"))["web:home"] == (note("be short", "web:home"),)
    assert await notes.find(repository.id, "other") == {}


async def test_newest_word_for_a_version_of_the_code_counts(
    sessions: Sessions, repository: Repository
) -> None:
    acks = AckRepo(sessions)
    first = Ack(key="cart.py:add", digest="1", reason="holds", by="mona")
    other = first.model_copy(update={"digest": "2"})
    again = first.model_copy(update={"reason": "still holds", "by": "anna"})
    await acks.add(repository.id, "docs/home.md", [first, first, other])
    await acks.add(repository.id, "docs/home.md", [again])
    await acks.add(repository.id, "docs/api.md", [])

    found = await acks.find(repository.id)
    assert set(found) == {"docs/home.md"}
    assert set(found["docs/home.md"]) == {again, other}


def order(repository: Repository, cause: str) -> JobOrder:
    return JobOrder(
        repository_id=repository.id,
        branch="main",
        flow=FlowName.FULL_GENERATION,
        reason="mona asked for it",
        cause=cause,
        asked_by="mona",
    )


async def test_end_of_a_job_waits_to_be_told_once_and_what_another_inherited_waits_for_that(
    sessions: Sessions, repository: Repository
) -> None:
    jobs, answers = JobRepo(sessions), AnswerRepo(sessions)
    first = await jobs.order(order(repository, "comment:7:1:regenerate:"))
    running = await jobs.promote(60)
    assert running is not None
    heir = await jobs.order(order(repository, "comment:7:2:regenerate:"))
    assert await answers.untold() == []

    await jobs.fail(running.id, running.fence, "GitHub is down", 0)
    (ended,) = await answers.untold()
    assert (ended.job.id, ended.causes) == (first.id, ())
    await answers.told(first.id)
    assert await answers.untold() == []

    running = await jobs.promote(60)
    assert running is not None
    await jobs.finish(running.id, running.fence, "done")
    (ended,) = await answers.untold()
    assert ended.job.id == heir.id
    assert set(ended.causes) == {"comment:7:1:regenerate:", "comment:7:2:regenerate:"}


@pytest.mark.parametrize("ends_well", [True, False])
async def test_only_a_job_that_failed_last_can_be_retried(
    sessions: Sessions, repository: Repository, *, ends_well: bool
) -> None:
    jobs, answers = JobRepo(sessions), AnswerRepo(sessions)
    assert await answers.failed(repository.id, "main") is None
    job = await jobs.order(order(repository, ""))
    assert await answers.failed(repository.id, "main") is None
    running = await jobs.promote(60)
    assert running is not None
    if ends_well:
        await jobs.finish(job.id, running.fence, "done")
    else:
        await jobs.fail(job.id, running.fence, "the model is away", None)
    assert await answers.failed(repository.id, "main") == (None if ends_well else job.id)
