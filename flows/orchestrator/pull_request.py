"""Publishing as the one open documentation pull request of a base branch."""

from collections.abc import Awaitable, Callable, Mapping
from posixpath import join
from typing import Protocol

from app.domain.value import Value
from app.domain.wiki.announcement import describe_publication
from app.domain.wiki.ownership import Ownership, yield_to_people
from app.domain.wiki.unmoved import keep_unmoved
from app.domain.work import proposal
from app.domain.work.repository import Repository
from flows.orchestrator.publisher import Publication, Published, told


class PullRequests(Protocol):
    """Whatever commits files to our branch and keeps one pull request open."""

    async def publish(
        self,
        repository: Repository,
        proposal: proposal.Proposal,
        confirm: Callable[[], Awaitable[None]],
    ) -> proposal.Published:
        """Make the one pull request of the base branch hold the proposal."""


class Target(Value):
    """Which branch of which repository is documented, and in which folder."""

    repository: Repository
    base: str
    output: str


WORDS = {
    proposal.Outcome.NO_DIFFERENCE: "nothing to propose: the branch says all of it already",
    proposal.Outcome.DECLINED: "a person closed the pull request that proposed exactly this",
    proposal.Outcome.OUTDATED: "the branch was rewritten or removed meanwhile",
}
"""What became of a proposal that left no open pull request."""


class PullRequestPublisher:
    """Proposes the files in a pull request; pages that retired are deleted in it."""

    def __init__(
        self,
        pulls: PullRequests,
        target: Target,
        committed: Callable[[], Awaitable[Mapping[str, bytes]]],
        proposed: Callable[[], Awaitable[Mapping[str, bytes]]],
    ) -> None:
        self._pulls = pulls
        self._target = target
        self._committed = committed
        self._proposed = proposed

    async def publish(
        self, publication: Publication, confirm: Callable[[], Awaitable[None]]
    ) -> Published:
        """Commit what differs and open or update the pull request."""
        committed, proposed = await self._committed(), await self._proposed()
        own = Ownership(committed)
        ours = {path: committed[path] for path in own.ours}
        unmoved = keep_unmoved(publication.files, (ours, proposed))
        pages, kept = yield_to_people(unmoved, (proposed, committed))
        retired = sorted(ours.keys() - pages.keys())
        words = describe_publication(
            committed, {**committed, **pages}, publication.pages, publication.commit,
            publication.withheld, (*publication.warnings, *map(told, kept)),
        )  # fmt: skip
        output = self._target.output
        files: dict[str, bytes | None] = {join(output, path): data for path, data in pages.items()}
        files |= {join(output, path): None for path in retired}
        wanted = proposal.Proposal(
            base=self._target.base,
            base_commit=publication.commit,
            files=files,
            title=words.title,
            body=words.body,
            commit_message=words.commit_message,
            folders=(output,),
        )
        done = await self._pulls.publish(self._target.repository, wanted, confirm)
        return Published(
            where=done.pull.url if done.pull else WORDS.get(done.outcome, done.outcome),
            written=tuple(sorted(pages)),
            removed=tuple(retired),
            kept=kept,
            number=done.pull.number if done.pull else None,
        )
