"""Having pages written: `regenerate` and `revise`."""

from collections.abc import Awaitable, Callable, Collection, Sequence
from dataclasses import dataclass
from typing import Protocol

from app.domain.wiki.naming import NamedPage, find_pages
from app.domain.wiki.page import PageKind
from app.domain.wiki.version import WikiVersion
from app.domain.wiki.words.prose import code_span
from app.domain.work.job import Job
from app.domain.work.note import PageNote
from app.domain.work.repository import Repository
from app.domain.work.trigger import Commanded
from app.errors import InputError
from app.jobs.commands.answers import Asked, Outcome, begun

MOST_NAMED = 5
"""So many pages are named in an answer."""

CarryOut = Callable[[Repository, Commanded], Awaitable[Job | None]]
"""Orders the work that a command asks for; raises InputError when that makes no sense."""


class Versions(Protocol):
    """Whatever keeps versions of the documentation."""

    async def newest(self, repository_id: int, branch: str) -> Sequence[WikiVersion]:
        """Give the newest version of each scope, published or not."""


class Bases(Protocol):
    """Whatever knows pull requests."""

    async def base_of(self, repository: Repository, number: int) -> str:
        """Name the base branch of a pull request."""


class Notes(Protocol):
    """Whatever keeps what people asked of pages."""

    async def add(self, repository_id: int, branch: str, note: PageNote, cause: str) -> None:
        """Keep an instruction; one of the same cause is kept already."""


@dataclass(frozen=True)
class Writing:
    """Finds the pages that are meant and orders that they are written."""

    bases: Bases
    versions: Versions
    notes: Notes
    carry_out: CarryOut
    by_model: Collection[PageKind]
    """The kinds of pages that a model is set for."""
    public_url: str = ""

    async def regenerate(self, asked: Asked) -> Outcome:
        """Order pages anew: all, or those that are named."""
        named = asked.order.argument
        if named is None:
            return await self._order(asked, (), "AutoDoc writes the documentation anew on {branch}")
        pages = find_pages(await self._known(asked), named)
        written = [each for each in pages if each.kind is not PageKind.REFERENCE]
        if not written:
            raise InputError(_IS_REFERENCE)
        keys = tuple(each.key for each in written)
        return await self._order(
            asked, keys, f"AutoDoc writes {_listed(written)} anew on {{branch}}"
        )

    async def revise(self, asked: Asked) -> Outcome:
        """Keep an instruction for a page, and order that it is written by it."""
        pages = find_pages(await self._known(asked), asked.order.argument or "")
        if len(pages) > 1:
            raise InputError(f"Name one of these pages: {_listed(pages)}.")
        (page,) = pages
        if page.kind is PageKind.REFERENCE:
            raise InputError(_IS_REFERENCE)
        if page.kind not in self.by_model:
            # Nothing is kept: an instruction that waits for a model would surprise years later.
            raise InputError(_NO_MODEL)
        note = PageNote(page=page.key, instruction=asked.order.text, said_by=asked.said.sender)
        branch = await self._branch(asked)
        await self.notes.add(asked.repository.id, branch, note, asked.said.cause)
        what = f"AutoDoc rewrites {_listed(pages)} on {{branch}} as you say"
        try:
            return await self._order(asked, (page.key,), what)
        except InputError as error:
            raise InputError(f"{error} {_IS_KEPT}") from error

    async def _known(self, asked: Asked) -> Sequence[WikiVersion]:
        return await self.versions.newest(asked.repository.id, await self._branch(asked))

    async def _branch(self, asked: Asked) -> str:
        return await self.bases.base_of(asked.repository, asked.said.number)

    async def _order(self, asked: Asked, pages: tuple[str, ...], what: str) -> Outcome:
        order = asked.order.model_copy(update={"pages": pages})
        said = asked.said.model_copy(update={"order": order})
        job = await self.carry_out(asked.repository, said)
        if job is None:
            return Outcome("There is nothing to write on this branch.", obeyed=True)
        what = what.replace("{branch}", code_span(job.branch))
        return Outcome(begun(what, job.id, self.public_url), obeyed=True)


_IS_REFERENCE = (
    "This page is rendered from the code with every update, without a writer: change the code or"
    " its comments instead."
)
_IS_KEPT = "The instruction is kept: whoever writes this page next is told it."
_NO_MODEL = (
    "No model is set for this page, so nobody could follow the instruction, and it is not kept."
    " Edit the page by hand: AutoDoc keeps what people write. Whoever runs AutoDoc sets a model"
    " with `AUTODOC_MODEL`."
)


def _listed(pages: Sequence[NamedPage]) -> str:
    named = [code_span(each.key) for each in pages[:MOST_NAMED]]
    more = [f"{len(pages) - MOST_NAMED} more"] if len(pages) > MOST_NAMED else []
    return ", ".join([*named, *more])
