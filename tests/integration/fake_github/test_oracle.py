"""The oracle has to find what is planted, and to find nothing in what GitHub really said."""

import gzip
import hashlib
import json
from pathlib import Path
from typing import Any

import pytest

from tests.fake_github.facts import FACTS, read_facts
from tests.fake_github.facts.build import CONTENT_SHA256, json_schema
from tests.fake_github.fake import FakeGitHub
from tests.fake_github.oracle import Oracle
from tests.fake_github.rest import HANDLERS
from tests.integration.fake_github.client import Client

SHOP = "/repos/acme/shop"
REAL = Path(__file__).parent / "real_examples.json.gz"


@pytest.fixture(scope="module")
def oracle() -> Oracle:
    return Oracle()


def test_the_facts_are_those_that_the_script_made() -> None:
    content = gzip.decompress(FACTS.read_bytes())
    assert hashlib.sha256(content).hexdigest() == CONTENT_SHA256
    assert FACTS.stat().st_size < 40_000


def test_the_facts_hold_no_prose() -> None:
    def keys(value: Any, *, named: bool = False) -> set[str]:
        if isinstance(value, list):
            return set().union(*(keys(each) for each in value))
        if not isinstance(value, dict):
            return set()
        own = set() if named else set(value)
        inner = (keys(each, named=name == "properties") for name, each in value.items())
        return own.union(*inner)

    schemas = read_facts()["schemas"]
    assert not {"description", "summary", "example", "examples"} & keys(list(schemas.values()))


def test_the_fake_serves_exactly_the_operations_of_the_facts(oracle: Oracle) -> None:
    assert HANDLERS.keys() == oracle.operations.keys()


def test_nullable_becomes_a_type() -> None:
    assert json_schema({"type": "string", "nullable": True}) == {"type": ["string", "null"]}
    assert json_schema({"$ref": "#/components/schemas/a"}) == {"$ref": "urn:github#/schemas/a"}


@pytest.mark.parametrize(
    ("query", "body", "finding"),
    [
        ({}, {"title": "A", "head": "b"}, '"base" is a required property'),
        ({}, {"head": "b", "base": 1}, "1 is not of type"),
        ({}, {"head": "b", "base": "m", "labels": []}, "unknown to GitHub: labels"),
        ({"notify": "1"}, {"head": "b", "base": "m"}, "unknown query parameter notify"),
    ],
)
def test_a_wrong_request_is_found(
    oracle: Oracle, query: dict[str, str], body: Any, finding: str
) -> None:
    found = oracle.check_request(f"POST {_named('/pulls')}", query, json.dumps(body).encode())
    assert len(found) == 1
    assert finding in found[0]


def test_a_query_of_the_wrong_type_is_found(oracle: Oracle) -> None:
    assert oracle.check_request(f"GET {_named('/pulls')}", {"per_page": "many"}, b"")
    assert not oracle.check_request(f"GET {_named('/pulls')}", {"per_page": "5"}, b"")
    assert oracle.check_request(f"GET {_named('/pulls')}", {"state": "merged"}, b"")


def test_a_body_where_none_belongs_and_a_missing_one_are_found(oracle: Oracle) -> None:
    assert oracle.check_request(f"GET {_named('/pulls')}", {}, b'{"a": 1}')
    assert oracle.check_request(f"POST {_named('/pulls')}", {}, b"")
    assert oracle.check_request(f"POST {_named('/pulls')}", {}, b"{")


def test_a_wrong_answer_is_found(oracle: Oracle) -> None:
    name, kind = f"GET {_named('/git/ref/{ref}')}", "application/json"
    assert "status 418 is not declared" in oracle.check_answer(name, 418, kind, b"{}")[0]
    assert '"ref" is a required' in oracle.check_answer(name, 200, kind, b'{"node_id": ""}')[0]
    assert "content type" in oracle.check_answer(name, 200, "text/html", b"<p>")[0]
    for status in (401, 403, 404, 429, 500, 502, 503):
        assert not oracle.check_answer(name, status, kind, b'{"message": "no"}')


def test_a_wrong_webhook_is_found(oracle: Oracle) -> None:
    found = oracle.check_webhook({"x-github-event": "push"}, {"ref": "refs/heads/main"})
    assert any("missing header x-github-delivery" in each for each in found)
    assert any('"before" is a required property' in each for each in found)
    unknown = oracle.check_webhook({"x-github-event": "issue_comment"}, {"action": "sung"})
    assert "no such event" in unknown[0]


def test_refs_and_paths_may_hold_slashes(oracle: Oracle) -> None:
    route = oracle.find("GET", f"{SHOP}/compare/main...feature/a/b")
    assert route is not None
    assert route.parameters["basehead"] == "main...feature/a/b"
    pulls = oracle.find("GET", f"{SHOP}/commits/0123/pulls")
    assert pulls is not None
    assert pulls.operation.endswith("/pulls")


async def test_an_operation_that_github_lacks_is_a_violation(
    github: FakeGitHub, shop: Client
) -> None:
    assert (await shop.send("GET", f"{SHOP}/feelings")).status == 404
    assert (await shop.send("GET", f"{SHOP}/commits/main/status")).status == 501
    with pytest.raises(AssertionError, match="GitHub has no GET /repos/acme/shop/feelings"):
        github.assert_clean()
    assert "does not serve GET /repos/{owner}/{repo}/commits/{ref}/status" in github.violations[1]
    github.world.violations.clear()


async def test_a_request_that_github_would_not_understand_is_refused_and_remembered(
    github: FakeGitHub, shop: Client
) -> None:
    assert (await shop.send("POST", f"{SHOP}/git/refs", {"ref": "refs/heads/x"})).status == 422
    assert '"sha" is a required property' in github.violations[0]
    github.world.violations.clear()


def _named(tail: str) -> str:
    return "/repos/{owner}/{repo}" + tail


def _real() -> dict[str, Any]:
    examples: dict[str, Any] = json.loads(gzip.decompress(REAL.read_bytes()))
    return examples


def test_the_oracle_accepts_what_github_really_answered(oracle: Oracle) -> None:
    for exchange in _real()["exchanges"]:
        route = oracle.find(exchange["method"], exchange["path"])
        assert route is not None
        body = b"" if exchange["body"] is None else json.dumps(exchange["body"]).encode()
        answer = b"" if exchange["answer"] is None else json.dumps(exchange["answer"]).encode()
        kind = "application/json" if answer else ""
        assert oracle.check_request(route.operation, {}, body) == []
        assert oracle.check_answer(route.operation, exchange["status"], kind, answer) == []


def test_the_oracle_accepts_what_github_really_sent(oracle: Oracle) -> None:
    for event, payload in _real()["webhooks"]:
        found = oracle.check_webhook({"x-github-event": event}, payload)
        assert [each for each in found if "missing header" not in each] == []
