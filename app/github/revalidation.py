"""Answers that GitHub need not send again: asking whether one still holds costs no rate limit."""

from collections.abc import Hashable

from cachetools import LRUCache

from app.github.answers import Answer
from app.github.api import Sender
from app.github.transport import Credential, Request

_ANSWERS = 512
_BYTES = 16 * 1024 * 1024
_LARGEST = 256 * 1024
_UNCHANGED = 304
_AROUND = 1024
"""About what an answer takes beside its body."""


class KnownAnswers:
    """The newest good answers with their ETags, by who asked: another's answer is never shown."""

    def __init__(self) -> None:
        self._answers: LRUCache[tuple[Hashable, str], Answer] = LRUCache(_BYTES, getsizeof=_size)

    def find(self, view: Hashable, url: str) -> Answer | None:
        """Give what was answered before."""
        return self._answers.get((view, url))

    def keep(self, view: Hashable, url: str, answer: Answer) -> None:
        """Remember an answer, unless it is large, a list, or GitHub gave no ETag.

        A full page of a list stays the same when there is a next one, which its headers tell.
        """
        is_list = answer.body.startswith(b"[")
        if "etag" in answer.headers and not is_list and len(answer.body) <= _LARGEST:
            self._answers[view, url] = answer

    def clear(self) -> None:
        """Forget everything."""
        self._answers.clear()


def _size(answer: Answer) -> int:
    return max(len(answer.body) + _AROUND, _BYTES // _ANSWERS)


class Revalidating:
    """Sends requests of one view of GitHub; a repeated read only asks whether the answer holds."""

    def __init__(self, sender: Sender, known: KnownAnswers, view: Hashable) -> None:
        self._sender = sender
        self._known = known
        self._view = view

    async def send(self, request: Request, credential: Credential) -> Answer:
        """Get GitHub's answer; raises GitHubError when it is none of the good kind."""
        if request.method != "GET":
            return await self._sender.send(request, credential)
        known = self._known.find(self._view, request.url)
        if known is not None:
            headers = {**request.headers, "if-none-match": known.headers["etag"]}
            request = Request(request.method, request.url, headers)
        answer = await self._sender.send(request, credential)
        if known is not None and answer.status == _UNCHANGED:
            return known
        self._known.keep(self._view, request.url, answer)
        return answer
