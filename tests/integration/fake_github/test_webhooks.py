"""What reaches the app: signed, complete, once, logged, and again only on request."""

import asyncio
import gzip
import hashlib
import hmac
import json
from typing import Any

import pytest

from tests.fake_github.fake import FakeGitHub
from tests.integration.fake_github.client import Client
from tests.integration.fake_github.conftest import Receiver
from tests.integration.fake_github.test_oracle import REAL

HEADERS = (
    "user-agent",
    "x-github-hook-id",
    "x-github-event",
    "x-github-hook-installation-target-id",
    "x-github-hook-installation-target-type",
    "x-github-delivery",
    "x-hub-signature-256",
)


@pytest.mark.usefixtures("shop")
async def test_a_delivery_has_all_headers_and_a_signature_over_its_bytes(
    github: FakeGitHub, receiver: Receiver
) -> None:
    await github.settled()
    github.send_webhooks_to(receiver.url, "s" * 40)
    await github.push("acme/shop", "main", {"a.txt": "a", "README.md": None}, author="maria")
    await github.settled()
    ((headers, body),) = receiver.received
    assert all(headers[name] for name in HEADERS)
    digest = hmac.new(b"s" * 40, body, hashlib.sha256).hexdigest()
    assert headers["x-hub-signature-256"] == f"sha256={digest}"
    payload = json.loads(body)
    assert payload["sender"]["login"] == "maria"
    assert payload["commits"][0]["added"] == ["a.txt"]
    assert payload["commits"][0]["removed"] == ["README.md"]
    assert payload["installation"]["id"] in github.world.installations
    assert github.deliveries[-1].status == "OK"
    github.assert_clean()


@pytest.mark.usefixtures("shop")
async def test_a_failed_delivery_is_logged_not_repeated_and_redelivered_under_its_guid(
    github: FakeGitHub, client: Client, receiver: Receiver
) -> None:
    await github.settled()
    github.send_webhooks_to(receiver.url)
    receiver.status = 503
    await github.push("acme/shop", "main", {"a": "b"})
    await github.settled()
    assert len(receiver.received) == 1
    app = client.as_app()
    failed = await app.get("/app/hook/deliveries?status=failure&per_page=1")
    assert failed[0]["status_code"] == 503
    receiver.status = 202
    path = f"/app/hook/deliveries/{failed[0]['id']}/attempts"
    assert (await app.send("POST", path)).status == 202
    await github.settled()
    await github.redeliver(failed[0]["guid"])
    await github.settled()
    guids = {headers["x-github-delivery"] for headers, _ in receiver.received}
    assert (len(receiver.received), guids) == (3, {failed[0]["guid"]})
    assert len({body for _, body in receiver.received}) == 1
    newest = (await app.get("/app/hook/deliveries?per_page=1"))[0]
    assert (newest["redelivery"], newest["status"]) == (True, "OK")
    github.assert_clean()


async def test_deliveries_are_listed_by_cursor(github: FakeGitHub, client: Client) -> None:
    await github.add_repository("acme/shop", {"a": "b"})
    await github.install("acme")
    for number in range(4):
        await github.push("acme/shop", "main", {"a": f"{number}"})
    await github.settled()
    app, path, seen = client.as_app(), "/app/hook/deliveries?per_page=2", []
    while path:
        page = await app.send("GET", path)
        seen += [each["id"] for each in page.body]
        link = page.headers.get("Link", "")
        path = link.split("<")[1].split(">")[0] if link else ""
    assert seen == sorted((each.id for each in github.deliveries), reverse=True)
    github.assert_clean()


@pytest.mark.usefixtures("shop")
async def test_a_receiver_that_says_nothing_is_given_up(github: FakeGitHub) -> None:
    async def silent(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while await reader.read(65_536):
            pass
        writer.close()
        await writer.wait_closed()

    server = await asyncio.start_server(silent, "127.0.0.1", 0)
    await github.settled()
    github.sender.answer_seconds = 0.2
    github.send_webhooks_to(f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/")
    await github.push("acme/shop", "main", {"a": "b"})
    await github.settled()
    assert github.deliveries[-1].status == "timed out"
    server.close()
    await server.wait_closed()
    github.send_webhooks_to("http://127.0.0.1:9/")
    await github.push("acme/shop", "main", {"a": "c"})
    await github.settled()
    assert github.deliveries[-1].status == "failed to connect to host"


async def test_only_installed_repositories_are_heard_of(github: FakeGitHub) -> None:
    await github.add_repository("acme/in", {"a": "b"})
    await github.add_repository("acme/out", {"a": "b"})
    installed = await github.install("acme", ["acme/in"])
    await github.push("acme/out", "main", {"a": "c"})
    await github.push("acme/in", "main", {"a": "c"})
    await github.add_to_installation(installed.id, ["acme/out"])
    await github.push("acme/out", "main", {"a": "d"})
    await github.uninstall(installed.id)
    await github.push("acme/in", "main", {"a": "d"})
    await github.ping()
    await github.settled()
    assert [(each.event, each.action) for each in github.deliveries] == [
        ("installation", "created"),
        ("push", None),
        ("installation_repositories", "added"),
        ("push", None),
        ("installation", "deleted"),
        ("ping", None),
    ]
    github.assert_clean()


def _paths(value: Any, depth: int) -> set[str]:
    """The keys of a payload and of the objects in it, as far down as `depth`."""
    if not isinstance(value, dict) or depth == 0:
        return set()
    inner = {f"{key}/{path}" for key, each in value.items() for path in _paths(each, depth - 1)}
    return set(value) | inner


@pytest.mark.usefixtures("shop")
@pytest.mark.parametrize(
    ("event", "action"),
    [("create", None), ("pull_request", "opened"), ("issue_comment", "created")],
)
async def test_payloads_have_the_keys_of_real_ones(
    github: FakeGitHub, event: str, action: str | None
) -> None:
    await github.push("acme/shop", "topic", {"a": "b"})
    number = await github.open_pull_request("acme/shop", "topic")
    await github.comment("acme/shop", number, "maria", "Good")
    real = json.loads(gzip.decompress(REAL.read_bytes()))["webhooks"]
    example = next(p for e, p in real if (e, p.get("action")) == (event, action))
    ours = next(d.payload for d in github.deliveries if (d.event, d.action) == (event, action))
    assert _paths(example, 2) - _paths(ours, 2) == set()
