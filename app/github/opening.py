"""How a pull request is dressed when it is opened: labels and reviewers, once, as far as it goes.

Later all of it is up to people: what they take off or put on stays so.
"""

import asyncio
import logging
from collections.abc import Iterable

from app.domain.value import Value
from app.domain.work.proposal import Opening
from app.errors import GitHubError, RateLimited
from app.github.api import Api
from app.github.client import Pull
from app.github.code_owners import MOST_BYTES, PLACES, owners_of
from app.github.git_data import Confirm, GitData

MOST_REVIEWERS = 15
"""GitHub asks no more of them."""

logger = logging.getLogger(__name__)


class Dress(Value):
    """What a pull request is to wear."""

    labels: tuple[str, ...] = ()
    reviewers: tuple[str, ...] = ()
    """Logins, or `organisation/team`."""

    @property
    def is_plain(self) -> bool:
        """Say whether nothing has to be put on."""
        return not self.labels and not self.reviewers


async def choose_dress(opening: Opening, git: GitData, tree: str) -> Dress:
    """Take what is asked for; where no reviewer is, the owners of the cited code."""
    reviewers = list(opening.reviewers) or await _owners(opening.cited, git, tree)
    people = [name for name in reviewers if not name.lower().endswith("[bot]")]
    return Dress(labels=opening.labels, reviewers=tuple(people[:MOST_REVIEWERS]))


async def _owners(cited: Iterable[str], git: GitData, tree: str) -> list[str]:
    paths = list(cited)
    for place in PLACES if paths else ():
        content = await git.content(tree, place, MOST_BYTES)
        if content is not None:
            text = content.decode(errors="replace")
            return await asyncio.to_thread(owners_of, text, paths)
    return []


class Dresser:
    """Puts a dress on a pull request; what GitHub refuses stays off, and the job goes on."""

    def __init__(self, api: Api, repository_url: str, confirm: Confirm) -> None:
        self._api = api.repeating()
        self._url = repository_url
        self._confirm = confirm

    async def put_on(self, pull: Pull, dress: Dress) -> None:
        """Put it on; doing it twice changes nothing."""
        if dress.labels:
            url = f"{self._url}/issues/{pull.number}/labels"
            await self._try(url, {"labels": list(dress.labels)})
        owner = self._url.split("/")[2].lower()
        wanted = [name for name in dress.reviewers if _may_be_asked(name, pull.author, owner)]
        # One who may not be asked spoils the request for all.
        if wanted and not await self._ask(pull, wanted):
            for name in wanted:
                await self._ask(pull, [name])

    async def _ask(self, pull: Pull, names: list[str]) -> bool:
        people = [name for name in names if "/" not in name]
        teams = [name.partition("/")[2] for name in names if "/" in name]
        url = f"{self._url}/pulls/{pull.number}/requested_reviewers"
        return await self._try(url, {"reviewers": people, "team_reviewers": teams})

    async def _try(self, url: str, data: dict[str, list[str]]) -> bool:
        await self._confirm()
        try:
            await self._api.post(url, data=data)
        except RateLimited:
            raise
        except GitHubError as error:
            if error.transient:
                raise
            logger.warning("a pull request stays without some of its dress: %s", error)
            return False
        return True


def _may_be_asked(name: str, author: str, owner: str) -> bool:
    organisation, separator, _ = name.lower().partition("/")
    return organisation == owner if separator else organisation != author.lower()
