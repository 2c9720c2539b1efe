"""The credential that git reads a repository with."""

from app.domain.work.repository import RepositoryRef
from app.github.access import FETCH, access_to
from app.github.auth import InstallationTokens


class GitCredentials:
    """Gives git a token that may read one repository and nothing else."""

    def __init__(self, tokens: InstallationTokens) -> None:
        self._tokens = tokens

    async def git_token(self, repository: RepositoryRef) -> str:
        """Give the password for the user `x-access-token`; keep it out of URLs and arguments."""
        return await self._tokens.token(*access_to(repository), FETCH)

    def forget(self, token: str) -> None:
        """Never give this token again: git could not read with it, and nobody says why."""
        self._tokens.forget(token)
