"""Our own fake as a stage."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

import aiohttp
from pydantic import SecretStr
from yarl import URL

from app.domain.work.repository import Provider, RepositoryRef
from app.settings import GitHubSettings
from tests.fake_github.authors import MergeMethod
from tests.fake_github.fake import FakeGitHub
from tests.integration.fake_github.client import Client
from tests.integration.github.contract.stage import NAME, OWNER, PEOPLE, SOURCES


@dataclass
class Ours:
    """People of the fake."""

    github: FakeGitHub
    settings: GitHubSettings
    repository: RepositoryRef
    installation_id: int
    reader: Client
    name: str = NAME

    async def push(self, branch: str, files: Mapping[str, str | None]) -> str:
        return await self.github.push(self.name, branch, files)

    async def delete_branch(self, branch: str) -> None:
        await self.github.delete_branch(self.name, branch)

    async def propose(self, head: str, title: str = "Side") -> int:
        return await self.github.open_pull_request(self.name, head, title=title)

    async def merge(self, number: int, method: str = "merge") -> None:
        await self.github.merge(self.name, number, cast("MergeMethod", method))

    async def close(self, number: int) -> None:
        await self.github.close(self.name, number)

    async def say(self, number: int, body: str) -> int:
        return await self.github.comment(self.name, number, OWNER, body)

    async def remark(self, number: int, path: str, body: str) -> int:
        return await self.github.review_comment(self.name, number, OWNER, body, path)

    async def permit(self, login: str, role: str) -> None:
        await self.github.set_permission(self.name, login, role)

    async def rename(self, name: str) -> None:
        await self.github.rename(self.name, name)
        self.name = f"{OWNER}/{name}"

    async def make_repository(self, name: str, files: Mapping[str, str | None] | None) -> int:
        return (await self.github.add_repository(f"{OWNER}/{name}", files)).id

    async def sign_in(self, login: str, address: str) -> str:
        self.github.sign_in_as(login)
        async with self.reader.session.get(address, allow_redirects=False) as answer:
            return URL(answer.headers["Location"]).query["code"]

    async def read(self, path: str) -> Any:
        answer = await self.reader.send("GET", path)
        assert answer.status == 200, (path, answer.status, answer.body)
        return answer.body


@asynccontextmanager
async def open_ours(folder: Path) -> AsyncIterator[Ours]:
    """Start the fake; at its end nobody may have said what GitHub does not know."""
    async with FakeGitHub.start(folder) as github, aiohttp.ClientSession() as session:
        files = {"README.md": "# shop\n", **SOURCES}
        known = await github.add_repository(NAME, files)
        for login in PEOPLE:
            github.world.account(login)
        installed = await github.install(OWNER)
        reader = await Client(github, session).as_installation(installed.id)
        yield Ours(
            github=github,
            settings=GitHubSettings(
                app_id=github.app.id,
                private_key=SecretStr(github.app.private_key),
                client_id=github.app.client_id,
                client_secret=SecretStr(github.app.client_secret),
                api_url=github.api_url,
                web_url=github.url,
            ),
            repository=RepositoryRef(
                provider=Provider.GITHUB,
                external_id=str(known.id),
                full_name=NAME,
                url=f"{github.url}/{NAME}",
                default_branch="main",
                installation_id=installed.id,
            ),
            installation_id=installed.id,
            reader=reader,
        )
        await github.settled()
        github.assert_clean()
