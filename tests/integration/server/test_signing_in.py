import re
from uuid import uuid4

import pytest
from aiohttp import web
from yarl import URL

from app.domain.work.person import Rights
from app.server.pages.cookies import Cookies
from tests.fakes.people import make_job, make_report
from tests.integration.server.requests import World
from tests.integration.server.visiting import Place


async def test_signing_in_leads_back_to_the_job() -> None:
    place = Place()
    job = place.reports.put(make_report(make_job()))
    async with place.open() as browser:
        asked = await browser.read(f"/jobs/{job}", status=401)
        assert f'href="/sign-in?job={job}"' in asked
        assert await browser.sign_in(job) == f"/jobs/{job}"
        assert "octo/shop" in await browser.read(f"/jobs/{job}")
        assert await browser.sign_in() == "/jobs"


@pytest.mark.parametrize("changed", [r"state=[^&]+", r"&state=.*", r"code=[^&]+&?"])
async def test_s25_a_way_back_without_its_state_or_code_is_refused(changed: str) -> None:
    async with Place().open() as browser:
        back = await browser.begin()
        for put in ("", "state=guessed-guessed-guessed"):
            assert (await browser.get(re.sub(changed, put, back))).status == 400


async def test_s25_a_way_back_works_once() -> None:
    place = Place()
    async with place.open() as browser:
        back = await browser.begin()
        cookies = [each.key + "=" + each.value for each in browser.client.session.cookie_jar]
        assert (await browser.get(back)).status == 303
        assert (await browser.get(back)).status == 400
        # Whoever kept the cookie gets no further: the state was used, and so was the code.
        browser.client.session.cookie_jar.clear()
        assert (await browser.get(back, Cookie="; ".join(cookies))).status == 400


async def test_a_way_back_belongs_to_the_browser_that_began_it() -> None:
    place = Place()
    async with place.open() as browser:
        back = await browser.begin()
        browser.client.session.cookie_jar.clear()
        assert (await browser.get(back)).status == 400
        await browser.begin()
        assert (await browser.get(back)).status == 400


async def test_a_code_of_somebody_else_is_refused() -> None:
    place = Place()
    async with place.open() as browser:
        await browser.begin()
        back = await browser.begin()
        assert (await browser.get(back.replace("code1", "code0"))).status == 400


@pytest.mark.parametrize(
    "where", ["https://evil.example.com", "//evil.example.com", "..%2Fevil", "%0d%0aSet-Cookie:x"]
)
async def test_signing_in_leads_nowhere_but_to_our_own_pages(where: str) -> None:
    async with Place().open() as browser:
        assert (await browser.get(f"/sign-in?job={where}")).status == 400
        back = await browser.begin()
        [state] = [each for each in browser.client.session.cookie_jar if "state" in each.key]
        forged = f"autodoc-state={state.value}{'-' * 36}"
        browser.client.session.cookie_jar.clear()
        assert (await browser.get(back, Cookie=forged)).status == 400


async def test_a_session_that_was_planted_is_not_taken_over() -> None:
    place = Place()
    job = place.reports.put(make_report(make_job()))
    async with place.open() as browser:
        planted = {"autodoc-session": "planted"}
        browser.client.session.cookie_jar.update_cookies(planted, URL(browser.url))
        await browser.sign_in(job)
        [session] = [each for each in browser.client.session.cookie_jar if "session" in each.key]
        assert session.value != "planted"
        assert (session["httponly"], session["samesite"], session["path"]) == (True, "Lax", "/")
        browser.client.session.cookie_jar.clear()
        answer = await browser.get(f"/jobs/{job}", Cookie="autodoc-session=planted")
        assert answer.status == 401


async def test_signing_in_again_ends_the_session_before() -> None:
    place = Place()
    job = place.reports.put(make_report(make_job()))
    async with place.open() as browser:
        await browser.sign_in(job)
        [old] = [each.value for each in browser.client.session.cookie_jar if "session" in each.key]
        await browser.sign_in(job)
        browser.client.session.cookie_jar.clear()
        answer = await browser.get(f"/jobs/{job}", Cookie=f"autodoc-session={old}")
        assert answer.status == 401


async def test_signing_out_needs_a_form_of_ours_and_ends_the_session() -> None:
    place = Place()
    job = place.reports.put(make_report(make_job()))
    async with place.open() as browser:
        await browser.sign_in(job)
        csrf = await browser.csrf(f"/jobs/{job}")
        assert (await browser.post("/sign-out", "guessed")).status == 403
        assert (await browser.post("/sign-out", csrf, "https://evil.example.com")).status == 403
        assert (await browser.post("/sign-out", csrf)).status == 303
        assert (await browser.get(f"/jobs/{job}")).status == 401


async def test_a_person_whose_token_is_not_taken_any_more_signs_in_again() -> None:
    place = Place()
    job = place.reports.put(make_report(make_job()))
    async with place.open() as browser:
        await browser.sign_in(job)
        place.identity.rights_of["1"] = Rights(known=False)
        assert (await browser.get(f"/jobs/{job}")).status == 401
        place.identity.rights_of["1"] = Rights(read=True)
        assert (await browser.get(f"/jobs/{job}")).status == 401


def test_cookies_behind_tls_are_of_this_host_alone() -> None:
    response = web.Response()
    Cookies(is_secure=True).set(response, "session", "x", 60)
    cookie = response.cookies["__Host-autodoc-session"]
    assert cookie["secure"]
    assert cookie["path"] == "/"
    assert not cookie["domain"]


async def test_a_server_without_pages_knows_no_job() -> None:
    async with World().serve() as client:
        for path in (f"/jobs/{uuid4()}", "/jobs", "/sign-in", "/static/job.js"):
            assert (await client.get(path)).status == 404
