"""Hands out views of GitHub, each with a token narrowed to one repository and one purpose."""

import asyncio
import logging
from collections.abc import Mapping
from contextlib import suppress
from types import MappingProxyType

from gidgethub import GitHubException

from app.domain.work.repository import Provider, RepositoryRef
from app.errors import GitHubError, InputError
from app.github.api import Api, Sender
from app.github.auth import (
    AppAuth,
    Borrowed,
    InstallationCredential,
    InstallationTokens,
    Permissions,
)
from app.github.revalidation import KnownAnswers, Revalidating
from app.github.transport import Authorization, Clock

logger = logging.getLogger(__name__)

_CLOSING_S = 5.0

READ: Permissions = MappingProxyType(
    {"metadata": "read", "contents": "read", "pull_requests": "read"}
)
TALK: Permissions = MappingProxyType({"metadata": "read", "pull_requests": "write"})
"""Comments on pull requests and reactions to them."""
CHECK: Permissions = MappingProxyType({"metadata": "read", "checks": "write"})
PUBLISH: Permissions = MappingProxyType(
    {"metadata": "read", "contents": "write", "pull_requests": "write"}
)
FETCH: Permissions = MappingProxyType({"metadata": "read", "contents": "read"})
LIST: Permissions = MappingProxyType({"metadata": "read"})


def access_to(repository: RepositoryRef) -> tuple[int, frozenset[int]]:
    """Name the installation that gives access to a repository, and the only id a token is for."""
    if repository.provider is not Provider.GITHUB or repository.installation_id is None:
        raise InputError(
            f"The App is not installed on {repository.full_name}; install it there first."
        )
    return repository.installation_id, frozenset({int(repository.external_id)})


class Access:
    """The one place where a purpose becomes a token."""

    def __init__(self, sender: Sender, auth: AppAuth, api_url: str, clock: Clock) -> None:
        self.app = Api(sender, auth, api_url)
        """In the name of the App itself."""
        self.app_id = auth.app_id
        self.tokens = InstallationTokens(self.app, clock)
        self._sender = sender
        self._api_url = api_url
        self._known = KnownAnswers()

    def installation(self, repository: RepositoryRef, permissions: Mapping[str, str]) -> Api:
        """Give a view that sees all repositories of the same installation."""
        installation_id, _ = access_to(repository)
        return self._view(installation_id, frozenset(), permissions)

    def repository(self, repository: RepositoryRef, permissions: Mapping[str, str]) -> Api:
        """Give a view that sees this repository only."""
        return self._view(*access_to(repository), permissions)

    def _view(
        self, installation_id: int, ids: frozenset[int], permissions: Mapping[str, str]
    ) -> Api:
        credential = InstallationCredential(self.tokens, installation_id, ids, permissions)
        view = (installation_id, ids, frozenset(permissions.items()))
        return Api(Revalidating(self._sender, self._known, view), credential, self._api_url)

    def forget(self, installation_id: int) -> None:
        """Use nothing any more that an installation gave before."""
        self.tokens.drop(installation_id)
        self._known.clear()

    async def close(self) -> None:
        """Hand back the tokens that still live, as far as GitHub takes them now.

        One that is lost ends by itself an hour after it was made.
        """
        with suppress(TimeoutError):
            async with asyncio.timeout(_CLOSING_S):
                await asyncio.gather(*map(self._revoke, self.tokens.drain()))

    async def _revoke(self, token: Authorization) -> None:
        try:
            api = Api(self._sender, Borrowed(token), self._api_url)
            await api.delete("/installation/token")
        except (GitHubError, GitHubException) as error:
            logger.debug("a token was not handed back: %s", error)
