"""Failures on order."""

import asyncio

import aiohttp
import pytest

from tests.fake_github.fake import FakeGitHub
from tests.integration.fake_github.client import Client

SHOP = "/repos/acme/shop"


async def test_the_next_matching_requests_fail_as_often_as_ordered(
    github: FakeGitHub, shop: Client
) -> None:
    github.fail_next(
        "GET", "/commits/", status=403, headers={"Retry-After": "7"}, body="slow down", times=2
    )
    answers = [await shop.send("GET", f"{SHOP}/commits/main") for _ in range(3)]
    assert [answer.status for answer in answers] == [403, 403, 200]
    assert (answers[0].headers["Retry-After"], answers[0].body) == ("7", b"slow down")
    assert (await shop.send("GET", SHOP)).status == 200
    github.assert_clean()


async def test_a_connection_is_reset_or_stays_silent(github: FakeGitHub, shop: Client) -> None:
    github.fail_next("GET", SHOP, kind="reset", times=2)  # aiohttp itself repeats a GET once
    with pytest.raises(aiohttp.ClientError):
        await shop.send("GET", SHOP)
    github.fail_next("GET", SHOP, kind="timeout")
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(shop.send("GET", SHOP), 0.3)
    assert (await shop.send("GET", SHOP)).status == 200


async def test_an_answer_is_lost_after_the_effect(github: FakeGitHub, shop: Client) -> None:
    head = github.head("acme/shop")
    github.fail_next("POST", "/git/refs", status=502, applied=True)
    body = {"ref": "refs/heads/topic", "sha": head}
    assert (await shop.send("POST", f"{SHOP}/git/refs", body)).status == 502
    assert github.branches("acme/shop")["topic"] == head
