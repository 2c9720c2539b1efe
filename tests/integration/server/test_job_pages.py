import asyncio
import json
from collections.abc import AsyncIterator
from typing import Any
from uuid import UUID, uuid4

import pytest
from aiohttp import ClientResponse

from app.domain.work.job import JobState, WrittenPage
from app.domain.work.person import Rights
from app.domain.work.repository import Provider, Repository
from app.server.pages.stream import StreamLimits
from tests.fakes.people import HIDDEN_SHOP, make_job, make_report
from tests.integration.server.visiting import QUICK, Browser, Place

HOME = WrittenPage(path="index.md", title="Home", writer="gpt", score=8.25, findings=3, attempts=2)
STAGES = (("facts", 0, 0), ("pages", 1, 4))


async def test_page_tells_stages_pages_money_and_failed_attempts() -> None:
    place = Place()
    job = place.reports.put(make_report(make_job(attempt=2), *STAGES), [HOME])
    async with place.open() as browser:
        await browser.sign_in(job)
        shown = await browser.read(f"/jobs/{job}")
    for text in ("Reading the code", "1 of 4", "index.md", "8.2", "the network was away", "$0.43"):
        assert text in shown
    assert "Cancel" in shown
    assert "Run again" not in shown


async def test_text_from_outside_is_only_text_and_browsers_are_told_to_be_strict() -> None:
    evil = '"><script>alert(1)</script><img src=x onerror=alert(1)>'
    place = Place()
    job = make_job(JobState.FAILED, branch=evil, reason=evil, message=f"https://x/{evil}")
    page = WrittenPage(path=evil, title=evil, writer=evil, note=evil)
    place.reports.put(make_report(job, (evil, 1, 2)), [page])
    async with place.open() as browser:
        await browser.sign_in(job.id)
        answer = await browser.get(f"/jobs/{job.id}")
        shown = await answer.text()
    assert "<script>" not in shown
    assert "<img" not in shown
    policy = answer.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Referrer-Policy"] == "same-origin"
    assert answer.headers["Cache-Control"] == "no-store"


async def test_s18_nobody_learns_which_jobs_there_are() -> None:
    place = Place()
    hidden = Repository(**HIDDEN_SHOP.model_dump(), id=2)
    local = Repository(**{**hidden.model_dump(), "provider": Provider.LOCAL, "id": 3})
    jobs = [
        place.reports.put(make_report(make_job(repository=hidden))),
        place.reports.put(make_report(make_job(repository=local))),
        uuid4(),
    ]
    async with place.open() as browser:
        strange = {await browser.read(f"/jobs/{each}", 401) for each in jobs}
        assert len({text.replace(str(job), "") for text, job in zip(strange, jobs, strict=True)})
        await browser.sign_in()
        assert len({await browser.read(f"/jobs/{each}", 404) for each in jobs}) == 1
        assert len({await browser.read(f"/jobs/{each}/events", 404) for each in jobs}) == 1
        assert "octo/hidden" not in await browser.read("/jobs")


async def test_list_has_the_jobs_of_repositories_that_one_may_read() -> None:
    place = Place()
    job = place.reports.put(make_report(make_job()))
    async with place.open() as browser:
        await browser.read("/jobs", 401)
        await browser.sign_in()
        assert f"/jobs/{job}" in await browser.read("/jobs")


async def test_cancelled_job_loses_its_processes_and_can_run_again() -> None:
    place = Place()
    job = place.reports.put(make_report(make_job()))
    async with place.open() as browser:
        await browser.sign_in(job)
        csrf = await browser.csrf(f"/jobs/{job}")
        answer = await browser.post(f"/jobs/{job}/cancel", csrf)
        assert (answer.status, answer.headers["Location"]) == (303, f"/jobs/{job}")
        assert place.engine.abandoned == [job]
        assert "</span>\n by mona" in await browser.read(f"/jobs/{job}")

        assert (await browser.post(f"/jobs/{job}/cancel", csrf)).status == 409
        answer = await browser.post(f"/jobs/{job}/retry", csrf)
        assert answer.status == 303
        assert answer.headers["Location"] != f"/jobs/{job}"
        assert "Begin now" in await browser.read(answer.headers["Location"])
        forced = await browser.post(f"{answer.headers['Location']}/force", csrf)
        assert forced.status == 303
    assert [(what, who) for what, _, who in place.control.done] == [
        ("cancel", "mona"),
        ("retry", "mona"),
        ("force", ""),
    ]
    assert place.woken == 2


@pytest.mark.parametrize("action", ["cancel", "retry", "force"])
async def test_other_sites_and_people_without_write_access_change_nothing(action: str) -> None:
    place = Place()
    job = place.reports.put(make_report(make_job()))
    path = f"/jobs/{job}/{action}"
    async with place.open() as browser:
        assert (await browser.post(path, "x")).status == 401
        await browser.sign_in(job)
        csrf = await browser.csrf(f"/jobs/{job}")
        for origin in ("https://evil.example.com", "null", ""):
            assert (await browser.post(path, csrf, origin)).status == 403
        assert (await browser.post(path)).status == 403
        assert (await browser.post(path, "x" * 5000)).status == 413
        assert (await browser.get(path)).status == 405
        assert place.control.done == []


async def test_people_without_write_access_see_no_buttons_and_press_none() -> None:
    place = Place()
    place.identity.rights_of["1"] = Rights(read=True)
    job = place.reports.put(make_report(make_job()))
    async with place.open() as browser:
        await browser.sign_in(job)
        shown = await browser.read(f"/jobs/{job}")
        assert "write access" in shown
        assert "Cancel<" not in shown
        csrf = await browser.csrf(f"/jobs/{job}")
        assert (await browser.post(f"/jobs/{job}/cancel", csrf)).status == 403


async def events(answer: ClientResponse) -> AsyncIterator[tuple[str, str, Any]]:
    """Read events as a browser does: their names, numbers and data."""
    name = number = ""
    async for raw in answer.content:
        field, _, value = raw.decode().rstrip("\n").partition(": ")
        if field == "id":
            number = value
        elif field == "event":
            name = value
        elif field == "data":
            yield name, number, json.loads(value)
        elif field == "" and value:
            yield "heartbeat", "", value


async def follow(browser: Browser, job: UUID, **headers: str) -> AsyncIterator[Any]:
    answer = await browser.get(f"/jobs/{job}/events?after=0", **headers)
    assert answer.status == 200
    assert answer.content_type == "text/event-stream"
    return events(answer)


async def test_followers_are_told_of_each_page_once_until_the_job_ends() -> None:
    place = Place()
    job = place.reports.put(make_report(make_job(), *STAGES), [HOME])
    async with place.open() as browser, asyncio.timeout(10):
        await browser.sign_in(job)
        told = await follow(browser, job)
        name, number, data = await anext(told)
        assert (name, number) == ("page", "10")
        assert "index.md" in data["html"]
        name, _, data = await anext(told)
        assert name == "state"
        assert data["regions"].keys() == {"summary", "actions", "stages", "attempts"}
        assert data["said"] == "Writing pages 1 of 4."
        assert (await anext(told))[0] == "heartbeat"

        place.reports.add(job, HOME.model_copy(update={"path": "two.md"}))
        page = await anext(each async for each in told if each[0] == "page")
        assert page[1] == "11"
        assert (await anext(told))[2]["regions"] == {}
        place.reports.end(job, JobState.DONE, "https://github.com/octo/shop/pull/1")
        last = [each[0] async for each in told if each[0] != "heartbeat"]
        assert last == ["state", "end"]

        again = await follow(browser, job, Last_Event_ID="10")
        assert [(name, number) async for name, number, _ in again] == [
            ("page", "11"),
            ("state", "11"),
            ("end", "11"),
        ]


async def test_s18_whoever_lost_access_is_told_nothing_more() -> None:
    place = Place()
    job = place.reports.put(make_report(make_job()))
    async with place.open() as browser, asyncio.timeout(10):
        await browser.sign_in(job)
        csrf = await browser.csrf(f"/jobs/{job}")
        told = await follow(browser, job)
        assert (await anext(told))[0] == "state"
        await browser.post("/sign-out", csrf)
        assert {each[0] async for each in told} <= {"heartbeat"}


async def test_number_of_followers_is_bounded_and_places_become_free() -> None:
    place = Place(limits=StreamLimits(poll_s=0.01, of_one_session=1))
    job = place.reports.put(make_report(make_job()))
    async with place.open() as browser, asyncio.timeout(10):
        await browser.sign_in(job)
        told = await follow(browser, job)
        assert (await anext(told))[0] == "state"
        assert (await browser.get(f"/jobs/{job}/events")).status == 503
        place.reports.end(job)
        assert [each[0] async for each in told] == ["state", "end"]
        assert (await browser.get(f"/jobs/{job}/events")).status == 200


async def test_server_that_ends_waits_for_no_follower() -> None:
    place = Place(limits=QUICK.model_copy(update={"poll_s": 60}))
    job = place.reports.put(make_report(make_job()))
    async with asyncio.timeout(10):
        async with place.open() as browser:
            await browser.sign_in(job)
            told = await follow(browser, job)
            assert (await anext(told))[0] == "state"


async def test_script_and_style_are_served_as_what_they_are() -> None:
    async with Place().open() as browser:
        for name, kind in (("job.js", "application/javascript"), ("pages.css", "text/css")):
            answer = await browser.get(f"/static/{name}")
            assert (answer.status, answer.content_type) == (200, kind)
        assert (await browser.get("/static/../handlers.py")).status == 404
        assert (await browser.get("/static/")).status in (403, 404)


async def test_only_get_follows_a_job_or_uses_up_a_sign_in() -> None:
    place = Place()
    job = place.reports.put(make_report(make_job()))
    async with place.open() as browser:
        back = await browser.begin()
        for path in (back, f"/jobs/{job}/events"):
            assert (await browser.client.head(path)).status == 405
        assert (await browser.get(back)).status == 303


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        ("application/x-www-form-urlencoded", b"a=1&b=2&c=3&d=4&csrf=5"),
        ("application/x-www-form-urlencoded; charset=no-such", b"csrf=%ff\xff"),
        ("multipart/form-data; boundary=x", b"--x\r\nContent-Disposition: form-data\r\n\r\n"),
        ("application/json", b'{"csrf": 1}'),
    ],
)
async def test_forms_of_any_shape_are_refused_and_nothing_breaks(kind: str, body: bytes) -> None:
    place = Place()
    job = place.reports.put(make_report(make_job()))
    async with place.open() as browser:
        await browser.sign_in(job)
        headers = {"Origin": browser.url, "Content-Type": kind}
        answer = await browser.client.post(f"/jobs/{job}/cancel", data=body, headers=headers)
        assert answer.status == 403
