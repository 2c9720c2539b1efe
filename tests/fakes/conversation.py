"""The conversation below one pull request, and who obeys what is said in it."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

from app.domain.value import Value
from app.domain.wiki.page import PageKind
from app.domain.wiki.version import WikiVersion
from app.domain.work.command import Verb
from app.domain.work.job import Job
from app.domain.work.note import PageNote
from app.domain.work.repository import Repository, RepositoryRef
from app.domain.work.trigger import Commanded, CommentPlace
from app.jobs.commands.commander import Commander
from app.jobs.commands.rate import Rate
from app.jobs.commands.writing import Writing

HEAD = "d" * 40


class FakePull(Value):
    """The documentation pull request."""

    number: int = 4
    url: str = "https://github.com/octo/shop/pull/4"
    head_sha: str = HEAD


@dataclass
class FakeConversation:
    """The comments below one pull request."""

    permission: str = "write"
    asked: list[str] = field(default_factory=list)
    reactions: list[tuple[int, str]] = field(default_factory=list)
    places: list[CommentPlace] = field(default_factory=list)
    """Where reactions were put."""
    comments: list[str] = field(default_factory=list)
    lost_answers: int = 0
    """How many comments are written of which the caller learns nothing."""
    errors: dict[str, Exception] = field(default_factory=dict)
    """By the name of a request: what GitHub answers instead."""
    open_pull: FakePull | None = field(default_factory=FakePull)

    async def permission_of(self, repository: RepositoryRef, login: str) -> str:
        assert repository.full_name
        self.asked.append(login)
        return self.permission

    async def base_of(self, repository: RepositoryRef, number: int) -> str:
        assert number
        return repository.default_branch

    async def pull(self, repository: RepositoryRef, number: int) -> FakePull:
        if "pull" in self.errors:
            raise self.errors["pull"]
        assert repository.full_name
        return FakePull(number=number)

    async def documentation_pull(self, repository: RepositoryRef, base: str) -> FakePull | None:
        assert repository.full_name
        assert base
        return self.open_pull

    async def react(
        self,
        repository: RepositoryRef,
        comment_id: int,
        content: str,
        place: CommentPlace = CommentPlace.CONVERSATION,
    ) -> None:
        assert repository.full_name
        self.places.append(place)
        if "react" in self.errors:
            raise self.errors["react"]
        if (comment_id, content) not in self.reactions:
            self.reactions.append((comment_id, content))

    async def comment(self, repository: RepositoryRef, number: int, body: str) -> int:
        assert repository.full_name
        assert number
        self.comments.append(body)
        if self.lost_answers:
            self.lost_answers -= 1
            raise TimeoutError
        return len(self.comments)

    async def find_comment(self, repository: RepositoryRef, number: int, marker: str) -> int | None:
        assert repository.full_name
        assert number
        return next((i for i, body in enumerate(self.comments, 1) if marker in body), None)

    async def change_comment(
        self, repository: RepositoryRef, number: int, marker: str, change: Callable[[str], str]
    ) -> bool:
        found = await self.find_comment(repository, number, marker)
        if "change" in self.errors:
            raise self.errors["change"]
        if found is not None:
            self.comments[found - 1] = change(self.comments[found - 1])
        return found is not None


@dataclass
class FakeShelf:
    """Versions of the documentation, and what people asked of pages."""

    versions: list[WikiVersion] = field(default_factory=list)
    notes: list[PageNote] = field(default_factory=list)

    async def newest(self, repository_id: int, branch: str) -> list[WikiVersion]:
        assert repository_id
        assert branch
        return self.versions

    async def add(self, repository_id: int, branch: str, note: PageNote, cause: str) -> None:
        assert repository_id
        assert branch
        assert cause
        self.notes.append(note)


def commander(
    conversation: FakeConversation,
    carry_out: Callable[[Repository, Commanded], Awaitable[Job | None]],
    shelf: FakeShelf | None = None,
    most: int = 20,
) -> Commander:
    """Lay out what has pages written; other verbs have nobody who obeys them."""
    shelf = shelf or FakeShelf()
    kinds = frozenset({PageKind.NARRATIVE})
    writing = Writing(conversation, shelf, shelf, carry_out, kinds)
    handlers = {Verb.REGENERATE: writing.regenerate, Verb.REVISE: writing.revise}
    return Commander(conversation, handlers, Rate(most, lambda: 0.0))
