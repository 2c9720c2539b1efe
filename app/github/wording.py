"""The words of a documentation pull request on GitHub: opened, brought up to date, closed."""

from app.domain.work.proposal import Outcome, Proposal, Published, PullRequestRef
from app.domain.work.repository import RepositoryRef
from app.errors import Conflict
from app.github.api import Api, document
from app.github.branches import branch_for
from app.github.client import Pull, read_pull
from app.github.git_data import GitData
from app.github.opening import Dress, Dresser, choose_dress
from app.github.own_pulls import CLOSED_BY_US, predecessors
from app.github.proposals import (
    TITLE_CHARACTERS,
    Mark,
    content_digest,
    digest_of,
    marked_body,
    read_mark,
    with_mark,
)

_ENOUGH = (
    "Two of these were closed. Comment `/autodoc pause`, and AutoDoc proposes nothing here until"
    " `/autodoc resume`."
)


class Words:
    """What one proposal says on GitHub beside its commits; each write is confirmed first."""

    def __init__(
        self, api: Api, repository: RepositoryRef, proposal: Proposal, git: GitData
    ) -> None:
        self._api = api
        self._repository = repository
        self._proposal = proposal
        self._git = git
        self._url = f"/repos/{repository.full_name}"
        self._title = proposal.title[:TITLE_CHARACTERS]

    async def create(self, head: str, base_tree: str, *, is_wearing: bool) -> Published:
        """Open the pull request of our branch, with its labels and reviewers.

        `is_wearing`: people closed so many that they are told how to have none.
        """
        base = self._proposal.base
        dress = await choose_dress(self._proposal.opening, self._git, base_tree)
        before = await predecessors(self._api, self._repository, base)
        body = f"{self._proposal.body}\n\n{_ENOUGH}" if is_wearing else self._proposal.body
        mark = self._mark(head, is_opened=dress.is_plain)
        pull = await self._open(with_mark(body, mark))
        if not mark.opened:
            await self._dress(pull, dress, body, mark)
        for each in before:
            was = (read_mark(each.body) or Mark()).base
            await self.close(each, f"`{was}` is called `{base}` now; #{pull.number} goes on.")
        return Published(outcome=Outcome.CREATED, pull=_ref(pull, head))

    async def renew(self, pull: Pull, head: str, base_tree: str) -> Published | None:
        """Bring the words up to date, and open it again where it is closed.

        None when GitHub opens it no more. A title that a person changed stays.
        """
        before = read_mark(pull.body)
        is_dressed = before is None or not before.head or bool(before.opened)
        mark = self._mark(head, is_opened=is_dressed)
        changes: dict[str, str] = {} if pull.state == "open" else {"state": "open"}
        is_ours = before is None or before.title in ("", digest_of(pull.title))
        if is_ours and pull.title != self._title:
            changes["title"] = self._title
        if before is None or not mark.says_the_same(before):
            changes["body"] = with_mark(self._proposal.body, mark)
        if changes and not await self._change(pull, changes):
            return None
        if not is_dressed:
            dress = await choose_dress(self._proposal.opening, self._git, base_tree)
            await self._dress(pull, dress, self._proposal.body, mark)
        outcome = Outcome.UPDATED if changes else Outcome.UNCHANGED
        return Published(outcome=outcome, pull=_ref(pull, head))

    async def close(self, pull: Pull, reason: str) -> None:
        """Close it, and say why."""
        body = marked_body(reason, self._proposal.base, CLOSED_BY_US)
        await self._edit(pull, {"state": "closed", "body": body})

    async def _open(self, body: str) -> Pull:
        """Open it; where there are no drafts, as one that is none."""
        wish = {"title": self._title, "body": body, "base": self._proposal.base}
        wish["head"] = branch_for(self._proposal.base)
        is_draft = self._proposal.opening.draft
        try:
            return await self._post(wish, draft=is_draft)
        except Conflict as conflict:
            if not is_draft or "draft" not in str(conflict).lower():
                raise
        return await self._post(wish, draft=False)

    async def _post(self, wish: dict[str, str], *, draft: bool) -> Pull:
        await self._git.confirm()
        data = {**wish, "draft": draft}
        return read_pull(
            document(await self._api.repeating().post(f"{self._url}/pulls", data=data))
        )

    async def _dress(self, pull: Pull, dress: Dress, body: str, mark: Mark) -> None:
        """Put on labels, ask reviewers, and note it, so that it is done once."""
        await Dresser(self._api, self._url, self._git.confirm).put_on(pull, dress)
        done = mark.model_copy(update={"opened": "yes"})
        await self._edit(pull, {"body": with_mark(body, done)})

    async def _change(self, pull: Pull, changes: dict[str, str]) -> bool:
        try:
            await self._edit(pull, changes)
        except Conflict:
            if "state" not in changes:
                raise
            return False
        return True

    def _mark(self, head: str, *, is_opened: bool) -> Mark:
        return Mark(
            base=self._proposal.base,
            content=content_digest(self._proposal.files),
            text=digest_of(self._proposal.substance or self._proposal.body),
            title=digest_of(self._title),
            head=head,
            source=self._proposal.base_commit,
            opened="yes" if is_opened else "",
        )

    async def _edit(self, pull: Pull, changes: dict[str, str]) -> None:
        await self._git.confirm()
        await self._api.repeating().patch(f"{self._url}/pulls/{pull.number}", data=changes)


def _ref(pull: Pull, head: str) -> PullRequestRef:
    return PullRequestRef(number=pull.number, url=pull.url, head=head)
