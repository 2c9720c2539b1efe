import hashlib
import json
from http import HTTPStatus
from urllib.parse import urlencode

import pytest
from multidict import CIMultiDict

from app.server.delivery import LARGE, is_wanted, read_delivery, read_headers
from app.server.refusal import Refused

GUID = "72d3162e-cc78-11e3-81ab-4c9367dc0958"
JSON = "application/json"
FORM = "application/x-www-form-urlencoded"


def headers(event: str = "push", guid: str = GUID) -> CIMultiDict[str]:
    return CIMultiDict({"x-github-event": event, "x-github-delivery": guid})


def test_headers_name_the_event_and_the_delivery() -> None:
    assert read_headers(headers(guid=GUID.upper())) == ("push", GUID)


@pytest.mark.parametrize(
    "wrong",
    [
        CIMultiDict[str](),
        headers(event=""),
        headers(event="Push!"),
        headers(event="p" * 65),
        headers(guid="1"),
        headers(guid=f"{{{GUID}}}"),
        headers(guid=f"urn:uuid:{GUID}"),
        headers(guid=GUID.replace("-", "")),
        CIMultiDict([*headers().items(), ("X-GitHub-Delivery", GUID)]),
        CIMultiDict([*headers().items(), ("X-GitHub-Event", "ping")]),
    ],
    ids=str,
)
def test_headers_that_name_no_delivery_are_refused(wrong: CIMultiDict[str]) -> None:
    with pytest.raises(Refused) as refusal:
        read_headers(wrong)
    assert refusal.value.status is HTTPStatus.BAD_REQUEST


async def test_a_delivery_keeps_the_body_as_it_was_signed() -> None:
    body = b'{ "action":"created"}\n'
    delivery = await read_delivery("issue_comment", GUID, JSON, body)
    assert (delivery.body, delivery.action) == (body, "created")
    assert delivery.body_digest == hashlib.sha256(body).hexdigest()
    assert delivery.once_per_body


async def test_an_installation_may_come_again_with_the_same_body() -> None:
    delivery = await read_delivery("installation", GUID, JSON, b'{"action": "created"}')
    assert not delivery.once_per_body


async def test_a_form_gives_the_json_within() -> None:
    text = json.dumps({"action": "closed", "title": "a&b=c \u00fc"})
    delivery = await read_delivery(
        "pull_request", GUID, FORM, urlencode({"payload": text}).encode()
    )
    assert (delivery.body, delivery.action) == (text.encode(), "closed")


@pytest.mark.parametrize("action", [None, 1, ["created"], {}, "x y", "\x00", "a" * 65])
async def test_an_action_of_another_kind_is_none(action: object) -> None:
    body = json.dumps({"action": action}).encode()
    assert (await read_delivery("issue_comment", GUID, JSON, body)).action == ""


@pytest.mark.parametrize(
    ("content_type", "body"),
    [
        (JSON, b""),
        (JSON, b"{"),
        (JSON, b"[]"),
        (JSON, b'"text"'),
        (JSON, b"null"),
        (JSON, b'{"a": "\xff"}'),
        (JSON, '{"a": 1}'.encode("utf-16")),
        (JSON, b'{"a": ' + b"9" * 5000 + b"}"),
        (JSON, b"[" * 100_000),
        (JSON, b'{"a":' * 100_000),
        (FORM, b""),
        (FORM, b"other={}"),
        (FORM, b"payload={}&payload={}"),
        (FORM, b"payload"),
        (FORM, b"payload=%7B%7D&" + b"&".join(b"a=%d" % i for i in range(1000))),
        (FORM, b"payload=[]"),
        (FORM, b"\xff=1"),
    ],
)
async def test_a_body_that_is_no_json_object_is_refused(content_type: str, body: bytes) -> None:
    with pytest.raises(Refused) as refusal:
        await read_delivery("push", GUID, content_type, body)
    assert refusal.value.status is HTTPStatus.BAD_REQUEST


async def test_a_large_body_is_read_the_same_way() -> None:
    body = json.dumps({"action": "created", "filling": "x" * LARGE}).encode()
    assert (await read_delivery("issue_comment", GUID, JSON, body)).action == "created"


@pytest.mark.parametrize("content_type", ["text/plain", "application/xml", "multipart/form-data"])
async def test_another_media_type_is_refused(content_type: str) -> None:
    with pytest.raises(Refused) as refusal:
        await read_delivery("push", GUID, content_type, b"{}")
    assert refusal.value.status is HTTPStatus.UNSUPPORTED_MEDIA_TYPE


@pytest.mark.parametrize(
    ("event", "action", "wanted"),
    [
        ("push", "", True),
        ("issue_comment", "created", True),
        ("issue_comment", "edited", False),
        ("pull_request", "closed", True),
        ("pull_request", "synchronize", True),
        ("pull_request", "labeled", False),
        ("check_run", "rerequested", True),
        ("check_run", "created", False),
        ("installation", "created", True),
        ("installation_repositories", "added", True),
        ("check_suite", "requested", False),
        ("ping", "", False),
        ("event_of_tomorrow", "created", False),
    ],
)
async def test_only_what_somebody_reads_is_kept(event: str, action: str, *, wanted: bool) -> None:
    body = json.dumps({"action": action} if action else {}).encode()
    assert is_wanted(await read_delivery(event, GUID, JSON, body)) is wanted
