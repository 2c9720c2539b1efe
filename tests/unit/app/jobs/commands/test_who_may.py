"""S7: who may order what, in which words, is decided alike for every verb."""

from collections.abc import Mapping
from typing import Any

import pytest

from app.domain.work.command import Command, Verb
from app.domain.work.grammar import read_orders
from app.domain.work.repository import Repository
from app.domain.work.trigger import Commanded, CommentPlace
from app.domain.work.usages import USAGES, form
from app.github.payloads import PayloadReader
from app.jobs.commands.answers import Asked, Outcome
from app.jobs.commands.commander import Commander
from app.jobs.commands.rate import Rate
from tests.fakes.conversation import FakeConversation
from tests.fakes.work import SHOP

REPOSITORY = Repository(**SHOP.model_dump(), id=1)
SAID = {
    Verb.HELP: "/autodoc help",
    Verb.STATUS: "/autodoc status",
    Verb.REGENERATE: "/autodoc regenerate",
    Verb.REVISE: "/autodoc revise home: be short",
    Verb.ASK: "/autodoc ask why?",
    Verb.ACK: "/autodoc ack home it holds",
    Verb.PAUSE: "/autodoc pause",
    Verb.RESUME: "/autodoc resume",
}
EVENTS = {
    "issue_comment": CommentPlace.CONVERSATION,
    "pull_request_review_comment": CommentPlace.REVIEW,
}
READ = PayloadReader(read_orders, app_id=1)


def payload(event: str, body: str, action: str = "created", **sender: str) -> Mapping[str, Any]:
    place = {"issue": {"number": 7, "pull_request": {"url": "x"}}}
    if event == "pull_request_review_comment":
        place = {"pull_request": {"number": 7}}
    person = {"login": "mona", "type": "User", "id": 5, **sender}
    return {
        **place,
        "action": action,
        "comment": {"id": 9, "body": body, "user": person},
        "sender": person,
        "installation": {"id": 1},
        "repository": {
            "id": 1,
            "full_name": SHOP.full_name,
            "html_url": SHOP.url,
            "default_branch": "main",
        },
    }


async def obeyed(event: str, said: Mapping[str, Any], role: str) -> list[Verb]:
    """List what is carried out of a comment by somebody of that role."""
    done: list[Verb] = []

    async def do(asked: Asked) -> Outcome:
        done.append(asked.order.verb)
        return Outcome("done", obeyed=True)

    orders = [each for each in READ(event, said) if isinstance(each, Commanded)]
    if orders:
        conversation = FakeConversation(permission=role)
        handlers = dict.fromkeys(Verb, do)
        await Commander(conversation, handlers, Rate(20, lambda: 0.0))(REPOSITORY, orders)
        assert set(conversation.places) == {EVENTS[event]}
        fine = bool(done)
        assert conversation.reactions == [(9, "eyes"), (9, "rocket" if fine else "confused")]
        assert len(conversation.comments) == 1
        assert fine or "write access to octo/shop" in conversation.comments[0]
    return done


@pytest.mark.parametrize("event", EVENTS)
@pytest.mark.parametrize("verb", Verb)
@pytest.mark.parametrize("role", ["admin", "write", "read", "none"])
async def test_s7_effects_need_write_access_wherever_they_are_ordered(
    event: str, verb: Verb, role: str
) -> None:
    may = role in {"admin", "write"} or not USAGES[verb].needs_write
    assert await obeyed(event, payload(event, SAID[verb]), role) == ([verb] if may else [])


@pytest.mark.parametrize("event", EVENTS)
@pytest.mark.parametrize("verb", Verb)
@pytest.mark.parametrize(
    "wording", ["> {}", "```\n{}\n```", "    {}", "- {}", "<!-- {} -->", "`{}`"]
)
async def test_s7_what_is_quoted_or_shown_orders_nothing(
    event: str, verb: Verb, wording: str
) -> None:
    assert await obeyed(event, payload(event, wording.format(SAID[verb])), "admin") == []


@pytest.mark.parametrize("event", EVENTS)
@pytest.mark.parametrize("verb", Verb)
async def test_s7_what_is_edited_deleted_or_said_by_a_bot_orders_nothing(
    event: str, verb: Verb
) -> None:
    for action in ("edited", "deleted"):
        assert await obeyed(event, payload(event, SAID[verb], action), "admin") == []
    assert await obeyed(event, payload(event, SAID[verb], type="Bot"), "admin") == []


@pytest.mark.parametrize("verb", Verb)
def test_what_the_help_shows_is_what_is_understood(verb: Verb) -> None:
    (order,) = read_orders(SAID[verb])
    assert isinstance(order, Command)
    assert order.verb is verb
    assert form(verb).startswith(" ".join(SAID[verb].split()[:2]))
