"""Hands out views of GitHub, each with a token narrowed to one repository and one purpose."""

from collections.abc import Mapping
from types import MappingProxyType

from app.domain.work.repository import Provider, RepositoryRef
from app.errors import InputError
from app.github.api import Api, Sender
from app.github.auth import AppAuth, InstallationCredential, InstallationTokens, Permissions
from app.github.transport import Clock

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

    def installation(self, repository: RepositoryRef, permissions: Mapping[str, str]) -> Api:
        """Give a view that sees all repositories of the same installation."""
        installation_id, _ = access_to(repository)
        credential = InstallationCredential(self.tokens, installation_id, frozenset(), permissions)
        return Api(self._sender, credential, self._api_url)

    def repository(self, repository: RepositoryRef, permissions: Mapping[str, str]) -> Api:
        """Give a view that sees this repository only."""
        installation_id, ids = access_to(repository)
        credential = InstallationCredential(self.tokens, installation_id, ids, permissions)
        return Api(self._sender, credential, self._api_url)
