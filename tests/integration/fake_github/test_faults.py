"""Failures on order."""

import asyncio
import json

import aiohttp
import pytest

from tests.fake_github.fake import FakeGitHub
from tests.fake_github.state import Delivery
from tests.fake_github.weather import Chances, Weather
from tests.integration.fake_github.client import Client
from tests.integration.fake_github.conftest import Receiver

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


async def test_an_answer_breaks_off_or_is_a_page_of_a_proxy(
    github: FakeGitHub, shop: Client
) -> None:
    github.fail_next("GET", SHOP, kind="truncated")
    with pytest.raises(aiohttp.ClientError):
        await shop.send("GET", SHOP)
    page = {"Content-Type": "text/html"}
    github.fail_next("GET", SHOP, status=502, headers=page, body="<h1>Unicorn</h1>")
    answer = await shop.send("GET", SHOP)
    assert (answer.status, answer.body) == (502, b"<h1>Unicorn</h1>")


async def test_a_secondary_limit_stops_writes_until_its_time_is_over(
    github: FakeGitHub, shop: Client
) -> None:
    github.throttle(60, retry_after=30)
    stopped = await shop.send("POST", f"{SHOP}/labels", {"name": "docs"})
    assert (stopped.status, stopped.headers["Retry-After"]) == (403, "30")
    assert (await shop.send("GET", SHOP)).status == 200
    github.throttle(60, status=429, reads=True)
    silent = await shop.send("GET", SHOP)
    assert (silent.status, silent.headers.get("Retry-After")) == (429, None)
    github.advance(61)
    assert (await shop.send("POST", f"{SHOP}/labels", {"name": "docs"})).status == 201


async def test_an_hour_of_an_installation_is_counted_over_all_its_tokens(
    github: FakeGitHub, client: Client, shop: Client
) -> None:
    [installed] = github.world.installations.values()
    other = await client.as_installation(installed.id)
    github.limit_requests(3)
    before = [await each.send("GET", SHOP) for each in (shop, other, shop)]
    assert [each.headers["x-ratelimit-remaining"] for each in before] == ["2", "1", "0"]
    stopped = await other.send("GET", SHOP)
    assert (stopped.status, stopped.headers["x-ratelimit-remaining"]) == (403, "0")
    assert "API rate limit exceeded" in stopped.body["message"]
    github.advance(3601)
    later = await client.as_installation(installed.id)
    assert (await later.send("GET", SHOP)).status == 200
    github.exhaust(installed.id, 60, status=429)
    assert (await later.send("GET", SHOP)).status == 429


async def test_what_was_just_made_is_not_found_at_first(github: FakeGitHub, shop: Client) -> None:
    github.lag_reads(5)
    head = github.head("acme/shop")
    await shop.post(f"{SHOP}/git/refs", {"ref": "refs/heads/topic", "sha": head})
    assert (await shop.send("GET", f"{SHOP}/git/ref/heads/topic")).status == 404
    assert (await shop.send("GET", f"{SHOP}/git/ref/heads/main")).status == 200
    github.advance(6)
    assert (await shop.send("GET", f"{SHOP}/git/ref/heads/topic")).status == 200


async def _stormy(github: FakeGitHub, receiver: Receiver, seed: int) -> list[str]:
    """What arrives of 30 pushes, in order."""
    github.sender.answer_seconds = 120
    receiver.gate.clear()
    github.weather(seed, drop=0.1, double=0.1, late=0.2, reorder=True)
    github.send_webhooks_to(receiver.url)
    for number in range(30):
        await github.push("acme/shop", "main", {"count": f"{number}"}, f"Count {number}")
    receiver.gate.set()
    await github.settled()
    github.clear_weather()
    return [json.loads(body)["head_commit"]["message"] for _, body in receiver.received]


async def test_bad_weather_loses_doubles_and_reorders_deliveries(
    github: FakeGitHub, shop: Client, client: Client, receiver: Receiver
) -> None:
    assert shop
    await github.settled()
    arrived = await _stormy(github, receiver, 7)
    lost = [each.payload["head_commit"]["message"] for each in github.lost]
    sent = [f"Count {number}" for number in range(30)]
    assert 0 < len(lost) < 15
    assert set(arrived) | set(lost) == set(sent)
    assert len(arrived) > len(set(arrived))
    assert arrived != sorted(arrived, key=sent.index)
    log = await client.as_app().get("/app/hook/deliveries?per_page=100")
    assert not {each.guid for each in github.lost} & {each["guid"] for each in log}


def test_the_same_seed_brings_the_same_weather() -> None:
    def fates(seed: int) -> list[str]:
        weather = Weather(seed, Chances(drop=0.2, double=0.2))
        return [weather.fate(each) for each in _deliveries(40)]

    assert fates(1) == fates(1)
    assert fates(1) != fates(2)
    assert set(fates(1)) == {"deliver", "drop", "double"}


def _deliveries(count: int) -> list[Delivery]:
    return [
        Delivery(
            id=number,
            guid=f"{number}",
            event="push",
            action=None,
            payload={},
            installation_id=None,
            repository_id=None,
            redelivery=False,
            delivered_at="",
        )
        for number in range(count)
    ]
