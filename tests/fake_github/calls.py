"""A REST exchange as a handler sees it: a `Call` in, an `Answer` or a `Refused` out."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeAlias
from urllib.parse import urlencode

from tests.fake_github.state import Account, App, Caller, Repository, Token
from tests.fake_github.world import World

Json: TypeAlias = Any

DOCUMENTATION = "https://docs.github.com/rest"


class Refused(Exception):  # noqa: N818 - reads as the answer that GitHub gives
    """GitHub's refusal: its status, text and, for 422, the list of errors."""

    def __init__(
        self,
        status: int,
        message: str,
        errors: list[Json] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(message)
        self.status = status
        self.message = message
        self.errors = errors
        self.headers = dict(headers or {})

    @property
    def body(self) -> dict[str, Json]:
        """The JSON that GitHub sends with a refusal."""
        errors = {} if self.errors is None else {"errors": self.errors}
        return {
            "message": self.message,
            **errors,
            "documentation_url": DOCUMENTATION,
            "status": str(self.status),
        }


def invalid(resource: str, code: str, **more: str) -> Refused:
    """The 422 that GitHub gives for a body which it understands and does not accept."""
    return Refused(422, "Validation Failed", [{"resource": resource, "code": code, **more}])


def not_found() -> Refused:
    """The 404 that says neither what is missing nor whether it exists for others."""
    return Refused(404, "Not Found")


@dataclass(frozen=True)
class Answer:
    """What GitHub answers; `body` is JSON, or bytes with their own content type."""

    status: int
    body: Json = None
    headers: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Call:
    """A request after routing and authentication."""

    world: World
    caller: Caller
    operation: str
    path: str
    prefix: str
    parameters: dict[str, str]
    query: dict[str, str]
    body: dict[str, Json]
    accept: str = ""

    @property
    def repository(self) -> Repository:
        """The repository in the path; the dispatcher has made sure that it exists."""
        found = self.world.find_repository(f"{self.parameters['owner']}/{self.parameters['repo']}")
        if found is None:
            raise not_found()
        return found

    @property
    def method(self) -> str:
        """The HTTP method."""
        return self.operation.split(" ")[0]

    @property
    def app(self) -> App:
        """The app that calls."""
        return self.world.app

    @property
    def token(self) -> Token:
        """The installation token of the caller."""
        if self.caller.token is None:
            raise Refused(401, "Requires authentication")
        return self.caller.token

    @property
    def person(self) -> Account:
        """The person who calls, by a token of theirs."""
        if self.caller.person is None:
            raise Refused(401, "Requires authentication")
        return self.caller.person

    def number(self, name: str) -> int:
        """A number in the path."""
        value = self.parameters[name]
        if not value.isdigit():
            raise not_found()
        return int(value)

    def page(self, items: list[Json], wrap: Callable[[list[Json]], Json] | None = None) -> Answer:
        """One page of `items` with GitHub's `Link` header; `wrap` puts the page into an object."""
        size, page = self.page_size(), self.page_number()
        part = items[(page - 1) * size : page * size]
        last = max(1, -(-len(items) // size))
        return Answer(200, wrap(part) if wrap else part, self.links(page, last))

    def page_size(self, default: int = 30) -> int:
        """How many items a page holds, at most 100 as on GitHub."""
        return max(1, min(100, _integer(self.query.get("per_page"), default)))

    def page_number(self) -> int:
        """The page asked for, counted from 1."""
        return max(1, _integer(self.query.get("page"), 1))

    def links(self, page: int, last: int) -> dict[str, str]:
        """The `Link` header; repository paths are given by the repository's id, as GitHub does."""
        steps = []
        if page > 1:
            steps += [("prev", min(page - 1, last)), ("first", 1)]
        if page < last:
            steps = [*steps[:1], ("next", page + 1), ("last", last), *steps[1:]]
        if not steps:
            return {}
        return {"Link": ", ".join(f'<{self._page_url(to)}>; rel="{name}"' for name, to in steps)}

    def _page_url(self, page: int) -> str:
        path = self.path
        if path.startswith("/repos/"):
            path = f"/repositories/{self.repository.id}/" + path.split("/", 4)[4]
        query = {**self.query, "page": str(page)}
        return f"{self.world.url}{self.prefix}{path}?{urlencode(query)}"


def _integer(text: str | None, default: int) -> int:
    return int(text) if text is not None and text.isdigit() else default


Handler: TypeAlias = Callable[[Call], Answer]
