"""The pull requests that our branch had so far, and what people said by closing them."""

from datetime import UTC, datetime

from app.domain.work.proposal import Proposal
from app.domain.work.repository import RepositoryRef
from app.errors import NotFound
from app.github.api import Api, document, escape
from app.github.branches import branch_for
from app.github.client import Pull, compare, head_of, read_pull
from app.github.proposals import Mark, is_signed, read_mark
from app.github.transport import Clock

CLOSED_BY_US = "none"
"""The digest of no content: nobody declined anything."""
_REOPENED_WITHIN = 7 * 24 * 3600
"""Seconds for which a pull request that we closed is opened again and keeps its number."""
_PATIENCE = 2
"""So many closed ones, and the next one says how to have none any more."""


class OwnPulls:
    """What became of the pull requests of one branch of ours, the newest last."""

    def __init__(self, pulls: list[Pull], base: str) -> None:
        self._pulls = sorted(pulls, key=lambda pull: pull.number)
        self._base = base

    @classmethod
    async def read(cls, api: Api, repository: RepositoryRef, base: str) -> "OwnPulls":
        """List them, whatever branch they point at by now."""
        owner = repository.full_name.partition("/")[0]
        url = (
            f"/repos/{repository.full_name}/pulls?state=all"
            f"&head={escape(f'{owner}:{branch_for(base)}')}"
            "&sort=created&direction=desc&per_page=100"
        )
        return cls([read_pull(item) for item in document(await api.getitem(url)).parts()], base)

    @property
    def open(self) -> Pull | None:
        """Return the one that is open to our base."""
        return next((pull for pull in self._own if pull.state == "open"), None)

    @property
    def elsewhere(self) -> Pull | None:
        """Return one that a person pointed at another branch, and that is open."""
        there = (pull for pull in self._pulls if pull.base != self._base)
        return next((pull for pull in there if pull.state == "open"), None)

    @property
    def last(self) -> Pull | None:
        """Return the newest one, open or closed."""
        return self._own[-1] if self._own else None

    @property
    def unexplained(self) -> Pull | None:
        """Return the last one where it was closed with no word of ours, as GitHub does itself."""
        last = self.last
        mark = read_mark(last.body) if last is not None else None
        is_told = mark is None or mark.content == CLOSED_BY_US
        return None if last is None or last.merged or last.state == "open" or is_told else last

    @property
    def _own(self) -> list[Pull]:
        return [pull for pull in self._pulls if pull.base == self._base]

    @property
    def is_wearing(self) -> bool:
        """Say whether people closed so many in a row that they may not know how to stop them."""
        closed = 0
        for pull in self._own:
            mark = read_mark(pull.body)
            if pull.merged:
                closed = 0
            elif pull.state == "closed" and mark and mark.content != CLOSED_BY_US:
                closed += 1
        return closed >= _PATIENCE

    def reopenable(self, clock: Clock) -> Pull | None:
        """Return the last one where we closed it ourselves a short while ago."""
        last = self.last
        if last is None or last.state == "open" or last.merged or not last.closed_at:
            return None
        mark = read_mark(last.body)
        closed = datetime.fromisoformat(last.closed_at).astimezone(UTC).timestamp()
        is_young = clock.now() - closed < _REOPENED_WITHIN
        return last if is_young and mark and mark.content == CLOSED_BY_US else None


class Refusals:
    """Whether people said no to a proposal: by closing it, or by reverting its merge."""

    def __init__(self, api: Api, repository: RepositoryRef, proposal: Proposal) -> None:
        self._api = api
        self._repository = repository
        self._proposal = proposal

    async def is_closed(self, last: Pull | None, digest: str) -> bool:
        """Say whether a person closed this very content, or content from the same sources."""
        mark = read_mark(last.body) if last is not None else None
        if last is None or mark is None or last.state == "open" or last.merged:
            return False
        if mark.content == CLOSED_BY_US:
            return False
        return mark.content == digest or not await self._have_sources_changed(mark)

    async def _have_sources_changed(self, mark: Mark) -> bool:
        if not mark.source:
            return True
        base = self._proposal.base_commit
        comparison = await compare(self._api, self._repository, mark.source, base)
        if comparison is None or comparison.truncated or not comparison.forward:
            return True
        return any(not is_written(path, self._proposal) for path in comparison.paths)

    async def is_reverted(self, last: Pull | None, digest: str) -> bool:
        """Say whether this very content was merged, and a later commit took it back.

        A force push that dropped the merge took nothing back: it never happened.
        """
        mark = read_mark(last.body) if last is not None else None
        if last is None or mark is None or not last.merged or mark.content != digest:
            return False
        base = self._proposal.base_commit
        merged = await compare(self._api, self._repository, last.merge_commit, base)
        return merged is not None and merged.forward

    async def is_spent(self, last: Pull | None, head: str) -> bool:
        """Say whether all that our branch holds was merged, so that it may begin anew."""
        if last is None or not last.merged:
            return False
        if last.head_sha == head:
            return True
        url = f"/repos/{self._repository.full_name}/compare/{last.head_sha}...{head}?per_page=100"
        try:
            commits = self._api.items(url, "commits")
            return all([is_signed(item.text("commit.message")) async for item in commits])
        except NotFound:
            return False


def is_written(path: str, proposal: Proposal) -> bool:
    """Say whether a path is one that documentation is written to."""
    return path in proposal.root_files or any(
        path.startswith(f"{folder}/") for folder in proposal.folders
    )


async def predecessors(api: Api, repository: RepositoryRef, base: str) -> list[Pull]:
    """Find our open pull requests to a base that took another name since they were opened."""
    url = f"/repos/{repository.full_name}/pulls?state=open&base={escape(base)}&per_page=100"
    found = []
    for pull in map(read_pull, document(await api.getitem(url)).parts()):
        mark = read_mark(pull.body)
        is_ours = mark is not None and pull.head == branch_for(mark.base) and mark.base != base
        if mark and is_ours and await head_of(api, repository, mark.base) is None:
            found.append(pull)
    return found
