"""A GitHub with one repository on which the App is installed, and the App's view of it."""

import time
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from pydantic import SecretStr

from app.domain.work.proposal import Proposal, Published
from app.domain.work.repository import Provider, RepositoryRef
from app.github.access import Access
from app.github.auth import AppAuth, load_key
from app.github.connection import GitHub, open_github
from app.github.transport import SystemClock, Transport, TransportOptions
from app.settings import GitHubSettings
from tests.fake_github.fake import FakeGitHub
from tests.fakes.clock import StoppedClock

NAME = "acme/shop"
BRANCH = "autodoc/main"
SOURCES = {"README.md": "# Shop\n", "src/shop.py": "def sell(): ...\n"}
PAGES: dict[str, bytes | None] = {
    "docs/autodoc/index.md": b"# Shop\n\nIt sells.\n",
    "docs/autodoc/.autodoc/home.json": b"{}\n",
    "docs/autodoc/parts/shop.md": b"# The shop\n",
}


async def always() -> None:
    """Confirm each effect."""


@dataclass
class Scene:
    """One repository, seen by people through `fake` and by AutoDoc through `github`."""

    fake: FakeGitHub
    github: GitHub
    repository: RepositoryRef
    clock: StoppedClock = field(default_factory=lambda: StoppedClock(time.time()))

    async def publish(
        self, files: dict[str, bytes | None] | None = None, *, source: str = ""
    ) -> Published:
        proposal = self.proposal(files, source=source)
        return await self.github.publisher.publish(self.repository, proposal, always)

    def proposal(
        self, files: dict[str, bytes | None] | None = None, *, source: str = ""
    ) -> Proposal:
        return Proposal(
            base="main",
            base_commit=source or self.head("main"),
            files=PAGES if files is None else files,
            title="Document the shop",
            body="What it says.",
            commit_message="Document the shop",
        )

    def head(self, branch: str) -> str:
        head = self.fake.head(NAME, branch)
        assert head is not None
        return head

    def files(self, branch: str = BRANCH) -> dict[str, bytes]:
        return self.fake.files(NAME, branch)

    def messages(self, branch: str = BRANCH) -> list[str]:
        commits = self.fake.commits(NAME, branch)
        return [commit["message"].partition("\n")[0] for commit in commits]

    def open_pulls(self) -> list[int]:
        return [pull["number"] for pull in self.fake.pulls(NAME, "open")]


def settings_for(fake: FakeGitHub) -> GitHubSettings:
    return GitHubSettings(
        app_id=fake.app.id, private_key=SecretStr(fake.app.private_key), api_url=fake.api_url
    )


def access_on(transport: Transport, fake: FakeGitHub) -> Access:
    """Give the views of GitHub that a process with this transport has."""
    clock = SystemClock()
    auth = AppAuth(fake.app.id, load_key(fake.app.private_key, None), clock)
    return Access(transport, auth, fake.api_url, clock)


QUICK = TransportOptions(request_timeout=10, write_spacing=0, attempts=2)


@pytest.fixture
async def fake(tmp_path: Path) -> AsyncIterator[FakeGitHub]:
    async with FakeGitHub.start(tmp_path / "github") as running:
        yield running
        running.assert_clean()


@pytest.fixture
async def scene(fake: FakeGitHub) -> AsyncIterator[Scene]:
    known = await fake.add_repository(NAME, SOURCES)
    await fake.add_repository("acme/secret", {"README.md": "# Secret\n"})
    installation = await fake.install("acme")
    clock = StoppedClock(time.time())
    async with open_github(settings_for(fake), QUICK, clock) as github:
        repository = RepositoryRef(
            provider=Provider.GITHUB,
            external_id=str(known.id),
            full_name=NAME,
            url=f"{fake.url}/{NAME}",
            default_branch="main",
            installation_id=installation.id,
        )
        yield Scene(fake, github, repository, clock)


def writes(scene: Scene) -> int:
    """Count the requests that change something, but for those that only get a token."""
    writes = [each for each in scene.fake.requests if each.method != "GET"]
    return sum("access_tokens" not in each.path for each in writes)
