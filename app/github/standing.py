"""How repositories stand with GitHub: found by their id, whatever they are called by now."""

from app.domain.work.repository import RepositoryRef, Standing
from app.errors import GitHubError, NotFound, OutOfReach
from app.github.access import LIST, PUBLISH, Access
from app.github.api import document, escape
from app.github.branches import branch_for
from app.github.client import read_pull, read_repository
from app.github.proposals import marked_body

_FORBIDDEN = 403
_CLOSED_BY_US = "none"
"""The digest of no content: should the branch be documented again, nobody declined anything."""


class Standings:
    """Looks after repositories as a whole."""

    def __init__(self, access: Access) -> None:
        self._access = access

    async def standing(self, repository: RepositoryRef) -> Standing | None:
        """Say how a repository stands; None when the App reaches it no more.

        An installation that is suspended, or was made anew, is told by GitHub itself.
        """
        try:
            return await self._read(repository)
        except (NotFound, OutOfReach):
            pass
        except GitHubError as error:
            if error.status != _FORBIDDEN or error.transient:
                raise
        try:
            found = await self._access.app.read(f"/repos/{repository.full_name}/installation")
        except NotFound:
            return None
        present = {"installation_id": found.number("id")}
        ref = repository.model_copy(update=present)
        if found.has("suspended_at"):
            return Standing(ref=ref, suspended=True)
        try:
            return await self._read(ref)
        except (NotFound, OutOfReach):
            return None

    async def _read(self, repository: RepositoryRef) -> Standing:
        api = self._access.repository(repository, LIST)
        # Where GitHub leads requests for a renamed repository; its old name may be another's.
        answer = await api.read(f"/repositories/{repository.external_id}")
        return Standing(
            ref=read_repository(answer, repository.installation_id),
            private=answer.flag("private"),
            archived=answer.flag("archived"),
        )

    async def close_left(self, repository: RepositoryRef, branch: str, reason: str) -> int | None:
        """Close our open pull request of a branch that is documented no more; give its number."""
        api = self._access.repository(repository, PUBLISH)
        owner = repository.full_name.partition("/")[0]
        url = f"/repos/{repository.full_name}/pulls"
        ours = escape(f"{owner}:{branch_for(branch)}")
        listed = document(await api.getitem(f"{url}?state=open&head={ours}&per_page=1")).parts()
        for pull in map(read_pull, listed):
            closed = {"state": "closed", "body": marked_body(reason, branch, _CLOSED_BY_US)}
            await api.repeating().patch(f"{url}/{pull.number}", data=closed)
            return pull.number
        return None

    def forget(self, installation_id: int) -> None:
        """Use no token of an installation any more that was made before."""
        self._access.forget(installation_id)
