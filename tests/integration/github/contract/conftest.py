"""Each test of the contract on each stage; `emulate` runs with `make interop`."""

import time
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from yarl import URL

from app.domain.work.repository import RepositoryRef
from app.github.access import Access
from app.github.auth import AppAuth, load_key
from app.github.connection import GitHub, open_github, open_session
from app.github.transport import Transport, TransportOptions
from app.settings import GitHubSettings
from tests.fakes.clock import StoppedClock
from tests.integration.github.contract.emulate import open_emulated
from tests.integration.github.contract.lacks import LACKS
from tests.integration.github.contract.ours import open_ours
from tests.integration.github.contract.stage import Stage

QUICK = TransportOptions(request_timeout=20, write_spacing=0, attempts=2)
STAGES = (
    pytest.param("ours", id="ours"),
    pytest.param("emulate", id="emulate", marks=pytest.mark.interop),
)


@dataclass
class Play:
    """The client on a stage."""

    stage: Stage
    github: GitHub
    access: Access

    @property
    def repository(self) -> RepositoryRef:
        """The shop."""
        return self.stage.repository

    @property
    def place(self) -> str:
        """The shop in the REST API."""
        return f"/repos/{self.repository.full_name}"

    async def head(self, branch: str = "main") -> str:
        """The commit of a branch, as people see it."""
        found = await self.stage.read(f"{self.place}/git/ref/heads/{branch}")
        return str(found["object"]["sha"])

    async def files(self, branch: str) -> dict[str, int]:
        """The files of a branch with their sizes, as people see them."""
        commit = await self.head(branch)
        tree = await self.stage.read(f"{self.place}/git/trees/{commit}?recursive=1")
        return {each["path"]: each["size"] for each in tree["tree"] if each["type"] == "blob"}


@pytest.fixture(params=STAGES)
async def stage(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Stage]:
    """A stage; what `emulate` is known to lack has to fail there."""
    if request.param == "emulate":
        name = request.node.name.replace("[emulate-", "[").removesuffix("[emulate]")
        if name in LACKS:
            request.applymarker(pytest.mark.xfail(strict=True, reason=LACKS[name]))
        async with open_emulated(tmp_path / "emulate") as emulated:
            yield emulated
    else:
        async with open_ours(tmp_path / "github") as ours:
            yield ours


@pytest.fixture
async def play(stage: Stage) -> AsyncIterator[Play]:
    """The App on the stage, with a clock that waits for nothing."""
    clock = StoppedClock(time.time())
    async with (
        open_github(stage.settings, QUICK, clock) as github,
        open_session(URL(stage.settings.api_url)) as session,
    ):
        transport = Transport(session, stage.settings.api_url, QUICK, clock)
        access = Access(transport, _auth(stage.settings, clock), stage.settings.api_url, clock)
        yield Play(stage, github, access)


def _auth(settings: GitHubSettings, clock: StoppedClock) -> AppAuth:
    assert settings.app_id is not None
    assert settings.private_key is not None
    return AppAuth(settings.app_id, load_key(settings.private_key.get_secret_value(), None), clock)
