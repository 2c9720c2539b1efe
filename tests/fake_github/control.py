"""The control plane `/_fake/*`: the same class, from another process.

`POST /_fake/NAME` with a JSON object of arguments calls the method of that name and answers
`{"result": …}`; contents that are not text are `{"base64": "…"}` in both directions.
"""

import base64
import inspect
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import asdict, is_dataclass
from typing import Any, TypeAlias

from aiohttp import web

from tests.fake_github.calls import Refused
from tests.fake_github.state import Repository

Handler: TypeAlias = Callable[[web.Request], Awaitable[web.StreamResponse]]

ACTIONS = frozenset(
    {
        "add_repository",
        "add_team",
        "add_to_installation",
        "advance",
        "archive",
        "assert_clean",
        "clear_weather",
        "close",
        "comment",
        "configure",
        "delete_branch",
        "delete_comment",
        "delete_repository",
        "dequeue",
        "edit_comment",
        "edit_pull_request",
        "enqueue",
        "exhaust",
        "fail_next",
        "force_push",
        "fork",
        "install",
        "label",
        "lag_reads",
        "limit_requests",
        "lock",
        "merge",
        "merge_queued",
        "open_issue",
        "open_pull_request",
        "ping",
        "press",
        "push",
        "redeliver",
        "remove_from_installation",
        "remove_reviewer",
        "rename",
        "rename_branch",
        "reopen",
        "replicate_slowly",
        "rerequest",
        "review",
        "review_comment",
        "send_webhooks_to",
        "set_default_branch",
        "set_draft",
        "set_permission",
        "set_permissions",
        "set_private",
        "settled",
        "sign_in_as",
        "suspend",
        "throttle",
        "transfer",
        "uninstall",
        "unlabel",
        "use_long_tokens",
        "weather",
    }
)
VIEWS = frozenset(
    {
        "branches",
        "check_runs",
        "comments",
        "commits",
        "files",
        "head",
        "labels",
        "pulls",
        "reactions",
    }
)
LISTS = frozenset(
    {
        "deliveries",
        "lost",
        "requests",
        "violations",
    }
)


def control_plane(fake: object) -> Handler:
    """The handler of `/_fake/{name}`."""

    async def answer(request: web.Request) -> web.Response:
        name = request.match_info["name"]
        arguments = _decoded(await request.json()) if request.can_read_body else {}
        if name in LISTS:
            return web.json_response({"result": _plain(getattr(fake, name))})
        if name not in ACTIONS | VIEWS:
            return web.json_response({"error": f"there is no /_fake/{name}"}, status=404)
        try:
            result = getattr(fake, name)(**arguments)
            if inspect.isawaitable(result):
                result = await result
        except (AssertionError, KeyError, TypeError, ValueError, Refused) as error:
            return web.json_response({"error": str(error)}, status=422)
        return web.json_response({"result": _plain(result)})

    return answer


def _decoded(value: Any) -> Any:
    if isinstance(value, dict):
        if value.keys() == {"base64"}:
            return base64.b64decode(value["base64"])
        return {name: _decoded(each) for name, each in value.items()}
    return value


def _plain(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {str(name): _plain(each) for name, each in value.items()}
    if isinstance(value, list | tuple | set):
        return [_plain(each) for each in value]
    if isinstance(value, Repository):
        return {"id": value.id, "full_name": value.full_name}
    if is_dataclass(value) and not isinstance(value, type):
        return _plain(asdict(value))
    return _text(value) if isinstance(value, bytes) else value


def _text(value: bytes) -> Any:
    try:
        return value.decode()
    except UnicodeDecodeError:
        return {"base64": base64.b64encode(value).decode()}
