"""gidgethub's view of GitHub on AutoDoc's transport, in the name of one credential."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from typing import Any, Protocol
from urllib.parse import quote

import gidgethub.abc
from typing_extensions import override

from app.errors import GitHubError
from app.github.answers import Answer
from app.github.document import Document
from app.github.transport import Credential, Request

_MAX_ITEMS = 10_000
_OWN = frozenset({"authorization", "content-length"})
"""Headers that the transport sets."""


class Sender(Protocol):
    """Whoever brings requests to GitHub, and its good answers back; the Transport."""

    async def send(self, request: Request, credential: Credential) -> Answer:
        """Get GitHub's answer; raises GitHubError when it is none of the good kind."""


def escape(ref: str) -> str:
    """Write a branch, tag or revision into a path; its slashes stay."""
    return quote(ref, safe="/")


class Api(gidgethub.abc.GitHubAPI):
    """Requests of one credential; gidgethub fills in URLs, encodes, decodes and follows pages."""

    def __init__(
        self,
        sender: Sender,
        credential: Credential,
        api_url: str,
        *,
        repeats_writes: bool = False,
    ) -> None:
        super().__init__("autodoc", base_url=api_url)
        self._sender = sender
        self._credential = credential
        self._repeats_writes = repeats_writes

    def repeating(self) -> "Api":
        """Give the same for writes that do no harm when they are sent twice."""
        return Api(self._sender, self._credential, self.base_url, repeats_writes=True)

    async def read(self, url: str) -> Document:
        """Get one thing."""
        return document(await self.getitem(url))

    async def items(self, url: str, key: str | None = None) -> AsyncIterator[Document]:
        """Get the members of a list, page after page; `key` names the list within its object."""
        count = 0
        async for item in self.getiter(url, iterable_key=key):
            # gidgethub iterates over the keys of an object that lacks the list.
            if not isinstance(item, Mapping):
                raise GitHubError("GitHub's answer is not the list that was asked for.")
            yield document(item)
            count += 1
            if count >= _MAX_ITEMS:
                return

    @override
    async def _request(
        self, method: str, url: str, headers: Mapping[str, str], body: bytes = b""
    ) -> tuple[int, Mapping[str, str], bytes]:
        sent = {name: value for name, value in headers.items() if name not in _OWN}
        repeatable = self._repeats_writes or method in {"GET", "HEAD"}
        request = Request(method, url, sent, body, repeatable)
        answer = await self._sender.send(request, self._credential)
        # The transport saw that it is JSON; a wrong label or charset would mislead gidgethub.
        return answer.status, {**answer.headers, "content-type": "application/json"}, answer.body

    @override
    async def sleep(self, seconds: float) -> None:
        """Wait."""
        await asyncio.sleep(seconds)


def document(value: Any) -> Document:
    """Read an answer field by field."""
    return Document(value, _complaint)


def _complaint(place: str) -> GitHubError:
    return GitHubError(f"GitHub's answer has no usable field {place!r}.", transient=False)
