"""Runs one REST request by GitHub's rules, without knowing HTTP's details."""

import hashlib
import json
import re
from dataclasses import dataclass

from tests.fake_github.calls import Answer, Call, Handler, Refused, not_found
from tests.fake_github.oracle import Oracle, Route
from tests.fake_github.permissions import authorize
from tests.fake_github.state import Caller, Exchange
from tests.fake_github.tokens import identify
from tests.fake_github.world import World

API_PREFIX = "/api/v3"


@dataclass(frozen=True)
class Request:
    """An HTTP request to the REST API."""

    method: str
    path: str
    query: dict[str, str]
    headers: dict[str, str]
    body: bytes


@dataclass(frozen=True)
class Reply:
    """The HTTP answer."""

    status: int
    headers: dict[str, str]
    body: bytes


class RestApi:
    """The REST API over a world, each exchange checked by the oracle."""

    def __init__(self, world: World, oracle: Oracle, handlers: dict[str, Handler]) -> None:
        self.world = world
        self.oracle = oracle
        self.handlers = handlers

    def answer(self, request: Request) -> Reply:
        """Authenticates, routes, checks and handles one request."""
        with self.world.lock:
            prefix = API_PREFIX if request.path.startswith(API_PREFIX) else ""
            path = self._named_path(request.path.removeprefix(prefix))
            route = self.oracle.find(request.method, path)
            caller = Caller("anonymous")
            try:
                caller = identify(self.world, request.headers.get("authorization", ""))
                self._check_weather(request.method, path, caller)
                served = self._served(route, f"{request.method} {path}")
                answer = self._handle(self._call(request, served, caller, (prefix, path)))
            except Refused as refused:
                answer = Answer(refused.status, refused.body, refused.headers)
            operation = None if route is None else route.operation
            if answer.status == 201 and isinstance(answer.body, dict) and "url" in answer.body:
                self.world.lag.made(answer.body["url"], API_PREFIX, self.world.clock.now())
            return self._reply(request, path, operation, caller, answer)

    def _check_weather(self, method: str, path: str, caller: Caller) -> None:
        now = self.world.clock.now()
        stop = self.world.limits.stop(caller.token, method, now)
        if stop is not None:
            wait = {} if stop.retry_after is None else {"Retry-After": str(stop.retry_after)}
            raise Refused(stop.status, stop.message, headers=wait)
        if method == "GET" and self.world.lag.hides(path, now):
            raise not_found()

    def _served(self, route: Route | None, request: str) -> Route:
        if route is None:
            self.world.violations.append(f"GitHub has no {request}")
            raise not_found()
        if route.operation not in self.handlers:
            self.world.violations.append(f"the fake does not serve {route.operation}")
            raise Refused(501, "The fake GitHub does not serve this operation")
        return route

    def _call(self, request: Request, route: Route, caller: Caller, place: tuple[str, str]) -> Call:
        return Call(
            world=self.world,
            caller=caller,
            operation=route.operation,
            path=place[1],
            prefix=place[0],
            parameters=route.parameters,
            query=request.query,
            body=self._checked_body(route.operation, request),
            accept=request.headers.get("accept", ""),
        )

    def _named_path(self, path: str) -> str:
        match = re.fullmatch(r"/repositories/(\d+)(/.*)?", path)
        found = None if match is None else self.world.repositories.get(int(match[1]))
        if match is None or found is None:
            return path
        return f"/repos/{found.full_name}{match[2] or ''}"

    def _checked_body(self, operation: str, request: Request) -> dict[str, object]:
        findings = self.oracle.check_request(operation, request.query, request.body)
        self.world.violations += findings
        if any("body is not JSON" in finding for finding in findings):
            raise Refused(400, "Problems parsing JSON")
        if any("unknown" not in finding for finding in findings):
            raise Refused(422, "Invalid request.\n\n" + "\n".join(findings))
        body: dict[str, object] = json.loads(request.body) if request.body.strip() else {}
        return body

    def _handle(self, call: Call) -> Answer:
        if "repo" in call.parameters:
            name = f"{call.parameters['owner']}/{call.parameters['repo']}"
            if self.world.find_repository(name) is None:
                return self._moved(call, name)
        authorize(call)
        if "repo" in call.parameters and call.repository.archived and call.method != "GET":
            raise Refused(403, "Repository was archived so is read-only.")
        return self.handlers[call.operation](call)

    def _moved(self, call: Call, name: str) -> Answer:
        identity = self.world.renamed.get(name.lower())
        if identity not in self.world.repositories or call.caller.kind == "anonymous":
            raise not_found()
        tail = call.path.removeprefix("/repos/").split("/", 2)[2:]
        place = f"{self.world.url}{call.prefix}/" + "/".join(["repositories", str(identity), *tail])
        method = call.method
        body = {
            "message": "Moved Permanently" if method == "GET" else "Temporary Redirect",
            "url": place,
            "documentation_url": "https://docs.github.com/rest/guides/best-practices-for-using-the-rest-api",
        }
        return Answer(301 if method == "GET" else 307, body, {"Location": place})

    def _reply(
        self, request: Request, path: str, operation: str | None, caller: Caller, answer: Answer
    ) -> Reply:
        body = _encoded(answer.body)
        kind = answer.headers.get("Content-Type", "application/json; charset=utf-8")
        if operation in self.handlers and answer.status not in (301, 307):
            self.world.violations += self.oracle.check_answer(operation, answer.status, kind, body)
        headers = {"X-GitHub-Media-Type": "github.v3; format=json", **answer.headers}
        headers["x-github-api-version-selected"] = "2022-11-28"
        status = answer.status
        if body:
            headers["Content-Type"] = kind
        if request.method == "GET" and status == 200:
            headers["ETag"] = f'W/"{hashlib.sha256(body).hexdigest()}"'
            if request.headers.get("if-none-match") == headers["ETag"]:
                status, body = 304, b""
                del headers["Content-Type"]
        now = self.world.clock.now()
        if status != 304:
            self.world.limits.count(caller.token, now)
        headers |= self.world.limits.headers(caller.token, now)
        self._record(request, path, operation or "", caller, status)
        return Reply(status, headers, body)

    def _record(
        self, request: Request, path: str, operation: str, caller: Caller, status: int
    ) -> None:
        token = caller.token
        scope = None if token is None or token.repository_ids is None else token.repository_ids
        try:
            body = json.loads(request.body) if request.body else None
        except ValueError:
            body = request.body.decode(errors="replace")
        self.world.record(
            Exchange(
                method=request.method,
                path=path,
                operation=operation,
                prefix=API_PREFIX if request.path.startswith(API_PREFIX) else "",
                query=request.query,
                body=body,
                caller=caller.kind,
                permissions={} if token is None else dict(token.permissions),
                repository_ids=None if scope is None else tuple(sorted(scope)),
                status=status,
            )
        )


def _encoded(body: object) -> bytes:
    if body is None:
        return b""
    return body if isinstance(body, bytes) else json.dumps(body).encode()
