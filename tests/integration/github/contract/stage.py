"""A GitHub with one repository on which the App is installed, and people who act there.

What the client does is told once in `test_*.py`, and holds on every stage: our own fake, and a
server that others wrote.
"""

from collections.abc import Mapping
from typing import Any, Protocol

from app.domain.work.repository import RepositoryRef
from app.settings import GitHubSettings

OWNER = "octocat"
NAME = f"{OWNER}/shop"
SOURCES: dict[str, str | None] = {"src/shop.py": "def sell(): ...\n"}
"""Beside the README that is there already."""
PEOPLE = ("hubot", "maria")
"""Known to GitHub, with no role in the repository."""
CALLBACK = "http://127.0.0.1:9/sign-in/callback"
"""Where people come back to after they signed in; nobody listens there."""


class Stage(Protocol):
    """Where the client is tried."""

    settings: GitHubSettings
    repository: RepositoryRef
    installation_id: int

    async def push(self, branch: str, files: Mapping[str, str | None]) -> str:
        """Let the owner push one commit, to a new branch from `main`; None removes a file."""

    async def delete_branch(self, branch: str) -> None:
        """Let the owner delete a branch."""

    async def propose(self, head: str, title: str = "Side") -> int:
        """Let the owner open a pull request to `main`."""

    async def merge(self, number: int, method: str = "merge") -> None:
        """Let the owner merge a pull request."""

    async def close(self, number: int) -> None:
        """Let the owner close a pull request."""

    async def say(self, number: int, body: str) -> int:
        """Let the owner comment; the comment's id."""

    async def remark(self, number: int, path: str, body: str) -> int:
        """Let the owner comment at the first line of a changed file; the comment's id."""

    async def permit(self, login: str, role: str) -> None:
        """Give a person a role."""

    async def rename(self, name: str) -> None:
        """Let the owner rename the repository."""

    async def make_repository(self, name: str, files: Mapping[str, str | None] | None) -> int:
        """Make another repository of the owner, empty without files; its id."""

    async def sign_in(self, login: str, address: str) -> str:
        """Let a person open the address at which they authorise the App; the code they get."""

    async def read(self, path: str) -> Any:
        """Read the REST API as one who sees all of it."""
