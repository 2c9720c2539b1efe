"""Saying that a page stays true: `ack`."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from posixpath import basename
from typing import Protocol

from app.domain.wiki.impact import StalePage
from app.domain.wiki.record import Ack
from app.domain.wiki.words.prose import code_span
from app.domain.work.repository import Repository
from app.errors import InputError
from app.jobs.commands.answers import Asked, Outcome

MAX_REASON = 500
MOST_LISTED = 10


class Judgement(Protocol):
    """Whatever judges what pull requests make of pages."""

    async def stale_in(self, repository: Repository, number: int) -> Sequence[StalePage]:
        """Judge the head of a pull request as it is now, and list what it makes stale.

        Raises InputError when there is nothing to judge, as in a repository without pages.
        """

    async def judge_again(self, repository: Repository, number: int) -> None:
        """Bring the check of a pull request up to date."""


class Acks(Protocol):
    """Whatever keeps acknowledgements."""

    async def add(self, repository_id: int, page: str, acks: Sequence[Ack]) -> None:
        """Keep what was said of a page; keeping it twice is harmless."""

    async def find(self, repository_id: int) -> Mapping[str, tuple[Ack, ...]]:
        """Give what was said of pages, by path from the root."""


@dataclass(frozen=True)
class Acknowledging:
    """Keeps a person's word for what is stale on a page, and has the check judged again."""

    judgement: Judgement
    acks: Acks

    async def ack(self, asked: Asked) -> Outcome:
        """Take the word for every stale sentence of one page."""
        reason = " ".join(asked.order.text.split())
        if len(reason) > MAX_REASON:
            raise InputError(f"A reason may have {MAX_REASON} characters.")
        number = asked.said.number
        found = await self.judgement.stale_in(asked.repository, number)
        stale = {page.path: page.versions for page in found}
        # Of a command that is repeated the word counts already.
        said = {path: () for path in await self._given(asked, reason) if path not in stale}
        path = _chosen({**said, **stale}, asked.order.argument or "")
        if path in stale and not stale[path]:
            raise InputError(
                f"All that {code_span(path)} is about is gone: no word can make it true."
            )
        word = [
            Ack(key=each.key, digest=each.digest, reason=reason, by=asked.said.sender)
            for each in {**said, **stale}[path]
        ]
        await self.acks.add(asked.repository.id, path, word)
        await self.judgement.judge_again(asked.repository, number)
        return Outcome(
            f"{code_span(path)} counts as true in this pull request, on the word of"
            f" `{asked.said.sender}`. With the next change to the code that it cites the word is"
            " void. The check has been judged again.",
            obeyed=True,
        )

    async def _given(self, asked: Asked, reason: str) -> list[str]:
        """List the pages of which this person has said this already."""
        said = await self.acks.find(asked.repository.id)
        by = asked.said.sender
        return [
            path
            for path, acks in said.items()
            if asked.order.argument in _names(path)
            and any((each.reason, each.by) == (reason, by) for each in acks)
        ]


def _chosen(stale: Collection[str], named: str) -> str:
    """Find the stale page that is named: by path, file name, or that without its ending."""
    if not stale:
        raise InputError("This pull request makes no page stale: there is nothing to acknowledge.")
    found = [path for path in stale if named in _names(path)]
    if len(found) == 1:
        return found[0]
    listed = ", ".join(code_span(each) for each in sorted(found or stale)[:MOST_LISTED])
    if found:
        raise InputError(f"Name one of these pages by its path: {listed}.")
    raise InputError(f"This page is not stale here. Stale are: {listed}.")


def _names(path: str) -> set[str]:
    name = basename(path)
    parts = path.split("/")
    below = {"/".join(parts[start:]) for start in range(len(parts))}
    return {*below, name.rpartition(".")[0] or name}
