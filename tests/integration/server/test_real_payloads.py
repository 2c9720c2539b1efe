"""GitHub's own examples of what it delivers: through the webhook, and read."""

import json
from collections import Counter
from typing import Any

import pytest

from app.domain.work.grammar import read_orders
from app.domain.work.trigger import Trigger
from app.github.payloads import PayloadReader
from app.jobs.inbox import read_payload
from tests.fake_github.facts.examples import read_examples
from tests.fakes.work import MemoryDeliveries
from tests.integration.server.requests import World, signed

OUR_APP = 25811
"""Whose check run is pressed in an example."""
READ = PayloadReader(read_orders, OUR_APP)
EXAMPLES = read_examples()


async def deliver(world: World) -> Counter[str]:
    """Deliver all examples, signed, and count the answers."""
    answers: Counter[str] = Counter()
    async with world.serve() as client:
        for event, payloads in EXAMPLES.items():
            for payload in payloads:
                body = json.dumps(payload).encode()
                headers = signed(body, X_GitHub_Event=event)
                answer = await client.post("/webhook", data=body, headers=headers)
                assert answer.status == 202
                answers[(await answer.json())["status"]] += 1
    return answers


async def test_f12_each_example_is_acknowledged_and_only_what_is_read_makes_a_row() -> None:
    inbox = MemoryDeliveries()
    answers = await deliver(World(inbox))

    assert answers == {"accepted": 48, "ignored": 56}
    assert len(inbox.rows) == answers["accepted"]
    assert {row.event for row in inbox.rows} == EXAMPLES.keys() - {
        "check_suite", "create", "delete", "ping"
    }  # fmt: skip


async def test_what_is_kept_tells_whose_it_is() -> None:
    inbox = MemoryDeliveries()
    await deliver(World(inbox))

    for row in inbox.rows:
        payload = read_payload(row)
        assert row.installation_id == payload.get("installation", {}).get("id")
        assert row.repository == str(payload.get("repository", {}).get("id", ""))


def read_all(**more: object) -> Counter[tuple[str, str]]:
    """Read all examples, and count what they mean."""
    found: list[tuple[str, Trigger]] = []
    for event, payloads in EXAMPLES.items():
        for payload in payloads:
            found += [(event, each) for each in READ(event, {**payload, **more})]
    return Counter((event, each.kind) for event, each in found)


def test_each_example_is_read_as_what_it_means() -> None:
    assert read_all() == {
        ("check_run", "pressed"): 1,
        ("installation", "installed"): 3,
        ("installation", "suspended"): 2,
        ("installation", "uninstalled"): 2,
        ("installation_repositories", "installed"): 2,
        ("installation_repositories", "uninstalled"): 1,
        ("pull_request", "closed"): 2,
        ("pull_request", "proposed"): 6,
        ("push", "push"): 2,
        ("repository", "repository"): 2,
    }


@pytest.mark.parametrize("event", sorted(EXAMPLES))
def test_no_example_is_too_strange_to_be_read(event: str) -> None:
    for payload in EXAMPLES[event]:
        installed: dict[str, Any] = {"installation": {"id": 1}, **payload}
        READ(event, installed)
