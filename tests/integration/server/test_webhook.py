import asyncio
import json
import logging
import time
from typing import Any
from urllib.parse import urlencode
from uuid import uuid4

import pytest
from typing_extensions import override

from app.domain.work.delivery import Delivery
from app.errors import StoreError
from app.server.webhook import MAX_DELIVERY_BYTES, Limits
from tests.fakes.work import MemoryDeliveries
from tests.integration.server.requests import OTHER, PUSH, SECRET, World, signed, talk

GITHUB_WAITS_S = 10


async def test_an_authentic_delivery_is_kept_and_then_acknowledged() -> None:
    inbox = MemoryDeliveries()
    guid = str(uuid4())
    answer = await World(inbox).post(PUSH, signed(X_GitHub_Delivery=guid))
    assert answer == (202, {"status": "accepted"})
    assert [(row.guid, row.event, row.body) for row in inbox.rows] == [(guid, "push", PUSH)]


async def test_no_delivery_is_acknowledged_before_it_is_durable() -> None:
    kept = asyncio.Event()

    class SlowInbox(MemoryDeliveries):
        @override
        async def store(self, delivery: Delivery) -> bool:
            await kept.wait()
            return await super().store(delivery)

    async with World(SlowInbox()).serve() as client:
        posting = asyncio.create_task(client.post("/webhook", data=PUSH, headers=signed()))
        assert not (await asyncio.wait({posting}, timeout=0.3))[0]
        kept.set()
        assert (await posting).status == 202


async def test_whoever_processes_deliveries_is_told_of_new_ones_only() -> None:
    told: list[str] = []
    headers = signed()
    async with World(stored=lambda: told.append("stored")).serve() as client:
        for _ in range(2):
            await client.post("/webhook", data=PUSH, headers=headers)
    assert told == ["stored"]


async def test_a_redelivery_is_acknowledged_and_kept_once() -> None:
    inbox = MemoryDeliveries()
    headers = signed()
    assert await World(inbox).post(PUSH, headers) == (202, {"status": "accepted"})
    assert await World(inbox).post(PUSH, headers) == (202, {"status": "duplicate"})
    assert len(inbox.rows) == 1


async def test_the_same_push_under_another_guid_is_a_replay() -> None:
    inbox = MemoryDeliveries()
    await World(inbox).post(PUSH, signed())
    assert await World(inbox).post(PUSH, signed()) == (202, {"status": "duplicate"})
    assert len(inbox.rows) == 1


@pytest.mark.parametrize(
    "signature",
    [
        "",
        "sha256=0",
        "sha1=fe0d6a4f6d4f7f2e0f3b3f7d7a2c5f4c5d0e6a7b",
        "sha256=\u00fc",
        signed(secret=OTHER)["X-Hub-Signature-256"],
        signed(b"{}")["X-Hub-Signature-256"],
    ],
)
async def test_a_forged_delivery_is_refused_and_leaves_no_row(signature: str) -> None:
    inbox = MemoryDeliveries()
    status, answer = await World(inbox).post(PUSH, signed(X_Hub_Signature_256=signature))
    assert (status, inbox.rows) == (401, [])
    assert answer["error"]


async def test_a_delivery_without_or_with_two_signatures_is_refused() -> None:
    headers = signed()
    signature = headers.pop("X-Hub-Signature-256")
    assert (await World().post(PUSH, headers))[0] == 401
    request = [
        b"POST /webhook HTTP/1.1",
        b"Host: here",
        b"Connection: close",
        *[f"{name}: {value}".encode() for name, value in headers.items()],
        *[f"X-Hub-Signature-256: {signature}".encode()] * 2,
        b"Content-Length: %d" % len(PUSH),
        b"",
        PUSH,
    ]
    async with World().serve() as client:
        assert (await talk(client, b"\r\n".join(request))).startswith(b"HTTP/1.1 401 ")


async def test_bytes_that_are_no_text_in_the_signature_are_no_server_error() -> None:
    request = (
        b"POST /webhook HTTP/1.1\r\nHost: here\r\nConnection: close\r\n"
        b"X-Hub-Signature-256: sha256=\xff\xfe\r\nContent-Length: 0\r\n\r\n"
    )
    async with World().serve() as client:
        assert (await talk(client, request)).startswith(b"HTTP/1.1 401 ")


async def test_both_secrets_are_valid_while_they_are_changed_and_then_the_old_one_is_not() -> None:
    changing = World(secrets=(SECRET, OTHER))
    for secret in (SECRET, OTHER):
        assert (await changing.post(PUSH, signed(secret=secret)))[0] == 202
    assert (await World(secrets=(OTHER,)).post(PUSH, signed()))[0] == 401


async def test_without_a_secret_nothing_is_taken_not_even_unsigned_deliveries() -> None:
    inbox = MemoryDeliveries()
    headers = signed()
    assert (await World(inbox, secrets=()).post(PUSH, headers))[0] == 503
    del headers["X-Hub-Signature-256"]
    assert (await World(inbox, secrets=()).post(PUSH, headers))[0] == 503
    assert inbox.rows == []


async def test_the_signature_comes_before_everything_else_that_may_be_wrong() -> None:
    headers = {"Content-Type": "text/plain", "X-GitHub-Event": "?"}
    assert (await World().post(b"[", headers))[0] == 401


async def test_headers_that_name_no_delivery_are_refused() -> None:
    assert (await World().post(PUSH, signed(X_GitHub_Delivery="1")))[0] == 400
    assert (await World().post(PUSH, signed(X_GitHub_Event="")))[0] == 400


async def test_a_signed_body_that_is_no_json_is_refused_and_described_in_the_log(
    caplog: pytest.LogCaptureFixture,
) -> None:
    inbox = MemoryDeliveries()
    body = b'{"token": "secret-canary"'
    headers = signed(body)
    with caplog.at_level(logging.INFO):
        status, answer = await World(inbox).post(body, headers)
    assert (status, answer, inbox.rows) == (400, {"error": "the body is not JSON"}, [])
    assert headers["X-GitHub-Delivery"] in caplog.text
    assert f"{len(body)} bytes" in caplog.text
    assert "secret-canary" not in caplog.text


@pytest.mark.parametrize("body", [b"[]", b"1", b"[" * 200_000, b'{"a":' * 200_000])
async def test_a_signed_body_that_is_no_object_is_refused(body: bytes) -> None:
    assert (await World().post(body, signed(body)))[0] == 400


async def test_a_form_is_read_and_another_media_type_is_refused() -> None:
    inbox = MemoryDeliveries()
    body = urlencode({"payload": PUSH.decode()}).encode()
    form = signed(body, Content_Type="application/x-www-form-urlencoded")
    assert (await World(inbox).post(body, form))[0] == 202
    assert inbox.rows[0].body == PUSH
    assert (await World().post(PUSH, signed(Content_Type="text/plain")))[0] == 415


async def test_what_nobody_reads_is_acknowledged_without_a_row() -> None:
    inbox = MemoryDeliveries(error=StoreError("must not be asked"))
    body = json.dumps({"action": "requested"}).encode()
    for event in ("check_suite", "event_of_tomorrow", "issue_comment", "ping"):
        headers = signed(body, X_GitHub_Event=event)
        assert await World(inbox).post(body, headers) == (202, {"status": "ignored"})


async def test_an_error_body_repeats_nothing_from_outside() -> None:
    for headers in (signed(X_GitHub_Event="<script>"), signed(X_GitHub_Delivery="<script>")):
        assert "<script>" not in (await World().post(PUSH, headers))[1]["error"]


async def test_a_large_delivery_is_kept() -> None:
    inbox = MemoryDeliveries()
    body = json.dumps({"filling": "x" * 24_000_000}).encode()
    assert (await World(inbox).post(body, signed(body)))[0] == 202
    assert len(inbox.rows[0].body) == len(body)


def announced(length: int) -> bytes:
    head = "".join(f"{name}: {value}\r\n" for name, value in signed().items())
    return (
        f"POST /webhook HTTP/1.1\r\nHost: here\r\n{head}Content-Length: {length}\r\n\r\n".encode()
    )


async def test_a_body_that_announces_too_much_is_refused_unread() -> None:
    async with World().serve() as client:
        began = time.monotonic()
        answer = await talk(client, announced(MAX_DELIVERY_BYTES + 1))
    assert answer.startswith(b"HTTP/1.1 413 ")
    assert time.monotonic() - began < 2


async def test_a_body_that_grows_too_large_is_refused_while_it_is_read() -> None:
    async def endless() -> Any:
        for _ in range(100):
            yield b"x" * 1000

    inbox = MemoryDeliveries()
    async with World(inbox, limits=Limits(body_bytes=10_000)).serve() as client:
        answer = await client.post("/webhook", data=endless(), headers=signed())
        assert answer.status == 413
    assert inbox.rows == []


async def test_a_body_that_drips_is_given_up() -> None:
    async with World(limits=Limits(body_timeout_s=0.2)).serve() as client:
        began = time.monotonic()
        answer = await talk(client, announced(len(PUSH)) + PUSH[:5])
    assert answer.startswith(b"HTTP/1.1 408 ")
    assert time.monotonic() - began < 3


async def test_large_bodies_wait_for_one_another_and_small_ones_for_none() -> None:
    limits = Limits(large_body_bytes=100, large_at_once=1, body_timeout_s=2)
    large = json.dumps({"filling": "x" * 200}).encode()
    async with World(limits=limits).serve() as client:
        stalled = asyncio.create_task(talk(client, announced(10_000)))
        await asyncio.sleep(1)
        second = asyncio.create_task(client.post("/webhook", data=large, headers=signed(large)))
        small = await client.post("/webhook", data=PUSH, headers=signed())
        assert small.status == 202
        assert not second.done()
        assert (await stalled).startswith(b"HTTP/1.1 408 ")
        assert (await second).status == 202


async def test_a_database_that_is_down_is_no_reason_to_lie() -> None:
    inbox = MemoryDeliveries(error=StoreError("the database is down at 10.0.0.7"))
    headers = signed()
    async with World(inbox).serve() as client:
        refused = await client.post("/webhook", data=PUSH, headers=headers)
        assert (refused.status, refused.headers["Retry-After"]) == (503, "30")
        assert "10.0.0.7" not in await refused.text()
        inbox.error = None
        again = await client.post("/webhook", data=PUSH, headers=headers)
        assert again.status == 202


async def test_a_database_that_hangs_is_given_up_before_github_gives_up() -> None:
    class Hanging(MemoryDeliveries):
        @override
        async def store(self, delivery: Delivery) -> bool:
            await asyncio.Event().wait()
            return await super().store(delivery)

    limits = Limits(store_timeout_s=0.3)
    status, _ = await World(Hanging(), limits=limits).post(PUSH, signed())
    assert status == 503
    assert Limits().store_timeout_s < GITHUB_WAITS_S


async def test_a_defect_of_the_inbox_is_no_acknowledgement() -> None:
    inbox = MemoryDeliveries(error=KeyError("a defect"))
    assert (await World(inbox).post(PUSH, signed()))[0] == 503


async def test_only_post_is_answered_at_the_webhook() -> None:
    async with World().serve() as client:
        assert (await client.get("/webhook")).status == 405
