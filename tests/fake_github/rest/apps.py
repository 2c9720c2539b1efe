"""The app, its installations, tokens and deliveries."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from tests.fake_github.calls import Answer, Call, Handler, not_found
from tests.fake_github.events import redeliver
from tests.fake_github.facts.wanted import REPOSITORY
from tests.fake_github.payloads.accounts import installation, integration
from tests.fake_github.payloads.repositories import repository_json
from tests.fake_github.state import Delivery, Installation
from tests.fake_github.tokens import mint

NO_REPOSITORY_ACCESS = {
    "admin": False,
    "maintain": False,
    "push": False,
    "triage": False,
    "pull": False,
}


def _get_app(call: Call) -> Answer:
    count = len(call.world.installations)
    return Answer(200, {**integration(call.world, call.app), "installations_count": count})


def _list_installations(call: Call) -> Answer:
    return call.page([installation(call.world, each) for each in call.world.installations.values()])


def _installation(call: Call) -> Installation:
    found = call.world.installations.get(call.number("installation_id"))
    if found is None:
        raise not_found()
    return found


def _get_installation(call: Call) -> Answer:
    return Answer(200, installation(call.world, _installation(call)))


def _repository_installation(call: Call) -> Answer:
    found = call.world.installation_for(call.repository)
    if found is None:
        raise not_found()
    return Answer(200, installation(call.world, found))


def _create_token(call: Call) -> Answer:
    token = mint(call.world, _installation(call), call.body)
    answer: dict[str, Any] = {
        "token": token.value,
        "expires_at": call.world.clock.text(token.expires),
        "permissions": dict(token.permissions),
        "repository_selection": "selected",
    }
    if token.repository_ids is None:
        selected = token.installation.repository_ids is not None
        answer["repository_selection"] = "selected" if selected else "all"
    else:
        repositories = [call.world.repositories[each] for each in sorted(token.repository_ids)]
        answer["repositories"] = [repository_json(call.world, each) for each in repositories]
    return Answer(201, answer)


def _revoke_token(call: Call) -> Answer:
    del call.world.tokens[call.token.value]
    return Answer(204)


def _list_repositories(call: Call) -> Answer:
    covered = [each for each in call.world.repositories.values() if call.token.covers(each)]
    items = [
        {**repository_json(call.world, each), "permissions": NO_REPOSITORY_ACCESS}
        for each in covered
    ]
    selection = "all" if call.token.installation.repository_ids is None else "selected"
    return call.page(
        items,
        lambda part: {
            "total_count": len(items),
            "repository_selection": selection,
            "repositories": part,
        },
    )


def _delivery_item(delivery: Delivery) -> dict[str, Any]:
    return {
        "id": delivery.id,
        "guid": delivery.guid,
        "delivered_at": delivery.delivered_at,
        "redelivery": delivery.redelivery,
        "duration": delivery.duration,
        "status": delivery.status,
        "status_code": delivery.status_code,
        "event": delivery.event,
        "action": delivery.action,
        "installation_id": delivery.installation_id,
        "repository_id": delivery.repository_id,
        "throttled_at": None,
    }


def _list_deliveries(call: Call) -> Answer:
    """The newest first; `cursor` is the id of the last one of the page before."""
    wanted = call.query.get("status")
    done = [each for each in reversed(call.world.deliveries) if each.status != "waiting"]
    if wanted is not None:
        done = [each for each in done if (each.status == "OK") == (wanted == "success")]
    cursor = _cursor(call.query)
    if cursor is not None:
        done = [each for each in done if each.id < cursor]
    size = call.page_size()
    links = {}
    if len(done) > size:
        query = {**call.query, "cursor": f"v1_{done[size - 1].id}"}
        place = f"{call.world.url}{call.prefix}{call.path}?{urlencode(query)}"
        links = {"Link": f'<{place}>; rel="next"'}
    return Answer(200, [_delivery_item(each) for each in done[:size]], links)


def _cursor(query: Mapping[str, str]) -> int | None:
    text = query.get("cursor", "").removeprefix("v1_")
    return int(text) if text.isdigit() else None


def _delivery(call: Call) -> Delivery:
    wanted = call.number("delivery_id")
    for delivery in call.world.deliveries:
        if delivery.id == wanted:
            return delivery
    raise not_found()


def _get_delivery(call: Call) -> Answer:
    delivery = _delivery(call)
    return Answer(
        200,
        {
            **_delivery_item(delivery),
            "url": "",
            "request": {"headers": delivery.request_headers, "payload": delivery.payload},
            "response": {
                "headers": delivery.response_headers,
                "payload": delivery.response_body,
            },
        },
    )


def _redeliver(call: Call) -> Answer:
    redeliver(call.world, _delivery(call))
    return Answer(202, {})


def _rate_limit(call: Call) -> Answer:
    said = call.world.limits.headers(call.caller.token, call.world.clock.now())
    names = ("limit", "used", "remaining", "reset")
    core = {name: int(said[f"x-ratelimit-{name}"]) for name in names}
    return Answer(200, {"resources": {"core": core, "search": {**core, "limit": 30}}, "rate": core})


def _meta(_call: Call) -> Answer:
    return Answer(200, {"verifiable_password_authentication": False, "web": ["127.0.0.1/32"]})


HANDLERS: dict[str, Handler] = {
    "GET /app": _get_app,
    "GET /app/hook/deliveries": _list_deliveries,
    "GET /app/hook/deliveries/{delivery_id}": _get_delivery,
    "POST /app/hook/deliveries/{delivery_id}/attempts": _redeliver,
    "GET /app/installations": _list_installations,
    "GET /app/installations/{installation_id}": _get_installation,
    "POST /app/installations/{installation_id}/access_tokens": _create_token,
    "DELETE /installation/token": _revoke_token,
    "GET /installation/repositories": _list_repositories,
    "GET /meta": _meta,
    "GET /rate_limit": _rate_limit,
    f"GET {REPOSITORY}/installation": _repository_installation,
}
