"""What a server fetches to judge a pull request, for as long as it runs."""

from pathlib import Path

import pytest

from app.domain.work.repository import Provider, Repository
from app.errors import GitError
from app.git.mirror import Mirrors
from app.github.connection import open_github
from app.server.checking import Bringing
from app.settings import GitHubSettings
from tests.fake_github.fake import FakeGitHub

NAME = "octo/shop"


async def test_f37_git_gets_another_token_after_github_took_one_back(tmp_path: Path) -> None:
    async with FakeGitHub.start(tmp_path / "github") as fake:
        made = await fake.add_repository(NAME, {"README.md": "# Shop\n"})
        installed = await fake.install("octo", [NAME])
        settings = GitHubSettings(
            app_id=fake.app.id,
            private_key=fake.app.private_key,
            webhook_secret=fake.app.webhook_secret,
            api_url=fake.api_url,
            web_url=fake.url,
        )
        repository = Repository(
            id=1,
            provider=Provider.GITHUB,
            external_id=str(made.id),
            full_name=NAME,
            url=f"{fake.url}/{NAME}",
            default_branch="main",
            installation_id=installed.id,
        )
        async with open_github(settings) as github:
            bring = Bringing(Mirrors(tmp_path / "mirrors"), github.credentials)
            await bring(repository, ("refs/heads/main",))
            fake.advance(3601)

            with pytest.raises(GitError):
                await bring(repository, ("refs/heads/main",))
            assert (await bring(repository, ("refs/heads/main",))).is_dir()
