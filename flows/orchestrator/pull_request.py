"""Publishing as the one open documentation pull request of a base branch."""

from collections.abc import Awaitable, Callable, Mapping
from posixpath import join
from typing import Protocol

from app.domain.value import Value
from app.domain.work.repository import Repository
from flows.orchestrator.publisher import Publication, Published, owned_by_us


class PullRequest(Protocol):
    """What is known of an open pull request."""

    @property
    def number(self) -> int:
        """Name it within its repository."""

    @property
    def url(self) -> str:
        """Where a person reads it."""


class PullRequests(Protocol):
    """Whatever commits files to our branch and keeps one pull request open."""

    async def publish(  # noqa: PLR0913 - a commit and a pull request have this many parts
        self,
        repository: Repository,
        base: str,
        *,
        files: Mapping[str, bytes | None],
        title: str,
        body: str,
        commit_message: str,
        base_commit: str,
        confirm: Callable[[], Awaitable[None]],
    ) -> PullRequest | None:
        """Bring the pull request to these files; None when there is nothing to propose."""


class Target(Value):
    """Which branch of which repository is documented, and in which folder."""

    repository: Repository
    base: str
    output: str


class PullRequestPublisher:
    """Proposes the files in a pull request; pages that retired are deleted in it."""

    def __init__(
        self,
        pulls: PullRequests,
        target: Target,
        committed: Callable[[], Awaitable[Mapping[str, bytes]]],
    ) -> None:
        self._pulls = pulls
        self._target = target
        self._committed = committed

    async def publish(
        self, publication: Publication, confirm: Callable[[], Awaitable[None]]
    ) -> Published:
        """Commit what differs and open or update the pull request."""
        retired = sorted(owned_by_us(await self._committed()) - publication.files.keys())
        output = self._target.output
        files: dict[str, bytes | None] = {
            join(output, path): data for path, data in publication.files.items()
        }
        files |= {join(output, path): None for path in retired}
        pull = await self._pulls.publish(
            self._target.repository,
            self._target.base,
            files=files,
            title=publication.title,
            body=publication.body,
            commit_message=publication.commit_message,
            base_commit=publication.commit,
            confirm=confirm,
        )
        return Published(
            where=pull.url if pull else "",
            written=tuple(sorted(publication.files)),
            removed=tuple(retired),
            number=pull.number if pull else None,
        )
